"""Three months of a roll-out by real workers: drugs begin, a member joins, its lead settles."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from models.records.base import sql
from models.rules.job_names import JobName
from models.rules.money import fen
from models.services.views import coverage
from tests.factories import imports as world
from tests.factories.imports import HOSPITAL, OTHER_HOSPITAL
from tests.journeys.months import CITY, Office, broken, enterprise_is_owed, working_day
from tests.processes import running_workers
from web.scope import Rows

JANUARY, FEBRUARY, MARCH = "2026-01", "2026-02", "2026-03"
LEAD, MEMBER = HOSPITAL, OTHER_HOSPITAL
COUNTY = "529901"
DRUGS = {"scope": "listed", "deduct_month": "current", "drugs_from": "2026-02-01"}
TOGETHER = DRUGS | {"valid_from": "2026-03-01", "lead_settles": "yes", "mandates": "yes"}
MANDATE = {"hospital_code": LEAD, "valid_from": "2026-03-01", "document_no": "委〔2026〕1号"}


@pytest.fixture
def office(db, settings, redis_url, tmp_path: Path) -> Iterator[Office]:
    with running_workers(settings.database_url, redis_url, log_path=tmp_path / "log"):
        yield Office()


def buy(office: Office, period: str) -> Any:
    """Goods of 300 yuan for the lead and of 100 for the member; return the office's day."""
    on, day = working_day(period), f"{period}-10"
    bought = [(f"L{period}", LEAD, "300.00"), (f"M{period}", MEMBER, "100.00")]
    office.take(
        "purchases",
        [
            world.purchase(
                no, hospital_code=code, quantity="1", unit_price_yuan=f"{yuan}00",
                amount_yuan=yuan, delivered_on=day, accepted_on=day, hospital_confirmed_on=day,
                enterprise_confirmed_on=day,
            )
            for no, code, yuan in bought
        ],
        on,
    )  # fmt: skip
    office.take(
        "invoices",
        [
            world.invoice(
                no, invoice_no=f"26520000{place}{period.replace('-', ''):>011}",
                hospital_code=code, amount_yuan=yuan, issued_on=day,
            )
            for place, (no, code, yuan) in enumerate(bought)
        ],
        on,
    )  # fmt: skip
    return on


def told(office: Office, period: str, on: Any) -> tuple[int | None, dict[str, int]]:
    """The direct share of a month in basis points, and the money of each reason to be out."""
    office.do(JobName.COVERAGE, on, period=period)
    found = coverage.board(Rows(), period, coverage.Asked(), on)
    month = found.months[0]
    reasons = {row.outside: row.amount_fen for row in found.reasons}
    return coverage.share_bp(month.direct_fen, month.self_fen), reasons


def sheets() -> list[tuple[Any, ...]]:
    return sql(
        "SELECT period, hospital_code, lines_count, payable_fen, state FROM settlement_sheet"
        " ORDER BY period, hospital_code"
    ).fetchall()


def test_what_begins_on_a_day_is_paid_from_that_day_and_by_the_lead(office: Office):
    office.open(**DRUGS)
    lead = world.HOSPITAL_ROW | {"joined_on": "2026-01-01"}
    member = {"hospital_code": MEMBER, "lead_hospital_code": LEAD, "area_code": COUNTY}
    office.take(
        "hospitals", [world.HOSPITAL_ROW | member | {"joined_on": ""}], working_day(JANUARY)
    )

    on = buy(office, JANUARY)
    assert office.settle_and_pay(JANUARY, on)["batches"] == []
    assert told(office, JANUARY, on) == (0, {"drugs_later": fen("300.00"), "not_joined": 10_000})

    on = buy(office, FEBRUARY)
    assert len(office.settle_and_pay(FEBRUARY, on)["batches"]) == 1
    assert told(office, FEBRUARY, on) == (7_500, {"not_joined": 10_000})
    assert sheets() == [(FEBRUARY, LEAD, 1, fen("300.00"), "paid")]

    office.take("hospitals", [lead | member | {"joined_on": "2026-03-01"}], on)
    office.take("schemes", [world.SCHEME_ROW | TOGETHER], on)
    on = buy(office, MARCH)
    waiting = office.do(JobName.SETTLE, on, period=MARCH, area=CITY)
    assert (waiting["lines"], waiting["held"]) == (0, 2)
    reasons = sql("SELECT DISTINCT reasons FROM held_line WHERE period = %s AND lane = 'direct'"
                  " AND reasons <> '{}'", (MARCH,)).fetchall()  # fmt: skip
    assert reasons == [(["mandate_missing"],)]

    office.take("mandates", [MANDATE], on)
    assert len(office.settle_and_pay(MARCH, on)["batches"]) == 1
    assert sheets()[1:] == [(MARCH, LEAD, 2, fen("400.00"), "paid")]
    assert told(office, MARCH, on) == (10_000, {})
    office.fund(MARCH, on, "1000.00")
    offset = office.do(JobName.OFFSET, on, period=MARCH, area=CITY)
    assert offset["offset_yuan"] == "700.00", "the lead's fund pays for its member"
    assert sql("SELECT hospital_code FROM hospital_offset WHERE offset_fen > 0").fetchall() == [
        (LEAD,)
    ]
    assert enterprise_is_owed() == 0
    assert broken() == []
