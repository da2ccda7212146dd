"""Three months confirmed within windows by real workers: silence, a revocation, a dispute."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from models.records.base import sql
from models.rules.job_names import JobName
from models.rules.money import yuan
from models.rules.words import Party, Role
from models.services import windows
from models.services.access import Actor
from tests.factories import imports as world
from tests.factories import waiting
from tests.factories.imports import HOSPITAL
from tests.journeys.months import CITY, Office, broken, enterprise_is_owed
from tests.processes import running_workers

SEAT = Actor("clinic", Role.HOSPITAL, party_code=HOSPITAL)
#: 苏医保函〔2025〕147号 by its dates, with the silence of 广州 2022-04-26.
SCHEME = {
    "windows": "yes", "initiator": "enterprise", "apply_day": "5", "confirm_days": "5",
    "confirm_unit": "working_day", "silence": "auto_confirm", "revocable_days": "5",
    "dispute_days": "5", "due_start": "joint_confirmation", "due_days": "30",
}  # fmt: skip


@pytest.fixture
def office(db, settings, redis_url, tmp_path: Path) -> Iterator[Office]:
    with running_workers(settings.database_url, redis_url, log_path=tmp_path / "log"):
        yield Office()


def buy(office: Office, line_no: str, period: str, fen: int, on: date) -> None:
    """Goods with their invoice, about which nobody has spoken."""
    day = f"{period}-10"
    line = world.purchase(
        line_no, quantity="1", unit_price_yuan=f"{yuan(fen)}00", amount_yuan=yuan(fen),
        delivered_on=day, accepted_on=day,
    )  # fmt: skip
    office.take("purchases", [line], on)
    invoice = world.invoice(line_no, invoice_no=f"F{line_no}", issued_on=day, amount_yuan=yuan(fen))
    office.take("invoices", [invoice], on)


def say(
    office: Office, line_no: str, party: str, fen: int, on: date, decision: str = "confirm"
) -> None:
    row = world.confirmation(
        line_no, party=party, decided_at=waiting.instant(on).isoformat(), decision=decision,
        amount_yuan=yuan(fen), reason="单价不符" if decision == "dispute" else "",
    )  # fmt: skip
    office.take("confirmations", [row], on)


def night(office: Office, on: date) -> dict[str, object]:
    return office.do(JobName.WINDOWS, on)


def settled(office: Office, period: str, on: date) -> int:
    office.settle_and_pay(period, on)
    return int(
        sql("SELECT count(*) FROM sheet_line JOIN settlement_sheet s ON s.id = sheet_id"
            " WHERE s.period = %s", (period,)).fetchone()[0]
    )  # fmt: skip


def test_three_months_of_applications_silence_a_revocation_and_a_dispute(office: Office):
    office.open(**SCHEME)

    # January: the enterprise applies in time, the hospital is silent.
    buy(office, "JAN", "2026-01", 1_000_00, date(2026, 1, 12))
    assert night(office, date(2026, 2, 1))["opened"] == 1
    say(office, "JAN", "enterprise", 1_000_00, date(2026, 2, 3))
    assert night(office, date(2026, 2, 3))["opened"] == 1
    assert waiting.of("JAN")[-1][3:] == (date(2026, 2, 3), date(2026, 2, 10))
    assert night(office, date(2026, 2, 11))["confirmed"] == 1
    assert settled(office, "2026-01", date(2026, 2, 11)) == 1
    due = sql("SELECT due_on FROM sheet_line").fetchone()[0]
    assert due == date(2026, 3, 13), "thirty days from the day the silence confirmed"

    # February: one silence is revoked and confirmed later, one line is disputed, one goes on.
    for line_no, fen in (("FEB1", 200_00), ("FEB2", 300_00), ("FEB3", 400_00)):
        buy(office, line_no, "2026-02", fen, date(2026, 2, 12))
        say(office, line_no, "enterprise", fen, date(2026, 3, 2))
    assert night(office, date(2026, 3, 2))["opened"] == 3
    say(office, "FEB2", "hospital", 300_00, date(2026, 3, 4), "dispute")
    say(office, "FEB3", "hospital", 400_00, date(2026, 3, 5))
    told = night(office, date(2026, 3, 10))
    assert (told["confirmed"], told["disputes"]) == (1, 0), "the import's own job recorded it"
    assert sql("SELECT line_no, due_on FROM line_dispute").fetchall() == [
        ("FEB2", date(2026, 3, 11))
    ]
    revoked_on = date(2026, 3, 12)
    windows.revoke(
        SEAT, Party.HOSPITAL, ["FEB1"], "少到", revoked_on, at=waiting.instant(revoked_on)
    )
    assert settled(office, "2026-02", date(2026, 3, 12)) == 1, "what is undisputed goes on"

    # March: the revoked line is confirmed, the disputed one voided and sent again.
    say(office, "FEB1", "hospital", 200_00, date(2026, 3, 18))
    office.take("voids", [{"line_no": "FEB2", "reason": "单价更正"}], date(2026, 3, 20))
    buy(office, "FEB2-1", "2026-02", 290_00, date(2026, 3, 20))
    for party in Party:
        say(office, "FEB2-1", party, 290_00, date(2026, 3, 23))
    buy(office, "MAR", "2026-03", 500_00, date(2026, 3, 24))
    say(office, "MAR", "enterprise", 500_00, date(2026, 4, 8))
    assert night(office, date(2026, 4, 9))["opened"] == 0, "applied too late for April's round"
    assert settled(office, "2026-03", date(2026, 4, 9)) == 2
    assert sql("SELECT state, ended FROM line_dispute").fetchall() == [("closed", "voided")]
    assert night(office, date(2026, 5, 4))["opened"] == 1
    assert waiting.of("MAR")[-1][2] == "open"

    # Nothing is lost: every line is settled, voided, or waits in its window.
    outside = sql(
        "SELECT p.line_no FROM purchase_line p LEFT JOIN sheet_line l USING (line_no)"
        " LEFT JOIN line_void v USING (line_no)"
        " WHERE l.line_no IS NULL AND v.line_no IS NULL ORDER BY 1"
    ).fetchall()
    assert outside == [("MAR",)]
    paid = sql(
        "SELECT sum(payable_fen) FROM settlement_sheet WHERE state = 'paid' AND area_code LIKE %s",
        (f"{CITY[:4]}%",),
    ).fetchone()[0]
    assert paid == 1_000_00 + 400_00 + 200_00 + 290_00
    assert enterprise_is_owed() == 0
    assert broken() == []
    kinds = dict(sql("SELECT party_kind, count(*) FROM mail WHERE kind = 'confirmation'"
                     " GROUP BY 1").fetchall())  # fmt: skip
    assert set(kinds) >= {"hospital", "enterprise"}
