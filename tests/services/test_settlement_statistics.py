"""One cube of settlements: whatever it is asked by, the sums are the same, and so is the cycle."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.records.base import sql
from models.rules.calendar import working_days_until
from models.rules.words import DayKind
from models.services import access
from models.services.exports import write
from models.services.views import settled
from models.services.views.settled import Question
from tests.factories import payments as bank
from tests.factories import sheets
from tests.factories.sheets import CITY, ON, PERIOD
from tests.services.test_bank_results import about, answer
from web.scope import Rows

MEASURES = (
    "sheets", "lines", "received_fen", "returned_fen", "adjusted_fen", "net_fen", "paid_fen",
    "booked", "cycle_sum", "judged", "kept",
)  # fmt: skip


def ask(by: str = "month", rows: Rows | None = None, **changes) -> settled.Answer:
    told = {
        "by": by, "first": "2026-01", "last": "2026-12", "areas": (), "hospital": "",
        "enterprise": "", "category": "", "on": ON,
    } | changes  # fmt: skip
    return settled.ask(rows or Rows(), Question(**told))


def figures(row) -> dict:
    return {name: getattr(row, name) for name in MEASURES}


def scheme(cycle_days: int | None) -> None:
    sql(
        "INSERT INTO scheme (scheme_code, valid_from, area_code, funding, scope, deduct_month,"
        " confirm_days, confirm_unit, silence, payment_per, trace_codes, holiday_shift, due_start,"
        " due_days, due_month_end, cycle_days) VALUES ('S', '2026-01-01', %s, 'offset',"
        " '{national_vbp}', 'next', 5, 'working_day', 'escalate', 'enterprise', 'ignore',"
        " 'next_working_day', 'acceptance', 30, false, %s)",
        (CITY, cycle_days),
    )
    sql("UPDATE settlement_sheet SET scheme_code = 'S'")


def two_months() -> sheets.City:
    """March paid on 11 April, April with a return and a second hospital, not paid."""
    town = bank.paid_city(1_000, 250, hospitals=2)
    answer(about(0, "settled"), about(1, "settled"))
    sheets.sheet(town.hospitals[0], town.enterprises[0], 500, -200, period="2026-04")
    sheets.sheet(town.hospitals[1], town.enterprises[1], 70, period="2026-04")
    return town


def test_whatever_it_is_asked_by_the_totals_are_the_same(db):
    two_months()
    scheme(9)
    totals = [figures(ask(by).total) for by in settled.BY]
    assert totals == [totals[0]] * len(totals)
    assert totals[0]["net_fen"] == 1_620
    assert totals[0]["paid_fen"] == 1_250
    for by in settled.BY:
        answer_ = ask(by)
        for name in ("lines", "received_fen", "returned_fen", "adjusted_fen", "net_fen"):
            assert sum(getattr(row, name) for row in answer_.rows) == totals[0][name], (by, name)


def test_the_rows_say_what_they_are_about(db):
    two_months()
    assert [(row.key, row.net_fen) for row in ask("month").rows] == [
        ("2026-03", 1_250), ("2026-04", 370),
    ]  # fmt: skip
    assert [(row.name, row.net_fen) for row in ask("hospital").rows] == [
        ("医院1", 1_550), ("医院2", 70),
    ]  # fmt: skip
    assert ask("hospital", last=PERIOD).total.net_fen == 1_250


def test_a_reader_gets_only_his_rows(db):
    town = two_months()
    own = ask("enterprise", Rows(hospital_code=town.hospitals[1]))
    assert [(row.key, row.net_fen) for row in own.rows] == [(town.enterprises[1], 70)]
    assert ask(rows=Rows(areas=frozenset())).rows == []


def test_the_cycle_counts_working_days_by_the_calendar(db):
    two_months()
    scheme(None)
    # 2026-03-31 is a Tuesday; the bank booked on Saturday 11 April: 1, 2, 3, 6 … 10 April.
    assert (ask().total.cycle_sum, ask().total.cycle_max) == (16, 8)
    sql("INSERT INTO calendar_day VALUES ('2026-04-06', 'holiday'), ('2026-04-11', 'makeup')")
    assert ask().total.cycle_sum == 16
    sql("UPDATE calendar_day SET kind = 'working' WHERE day = '2026-04-06'")
    assert ask().total.cycle_max == 9


@pytest.mark.parametrize(("limit", "kept"), [(8, 2), (7, 0)])
def test_a_sheet_keeps_its_cycle_up_to_the_last_working_day(db, limit, kept):
    two_months()
    scheme(limit)
    total = ask(on=date(2026, 4, 30)).total
    assert (total.judged, total.kept, total.limit_days) == (2, kept, limit)


def test_an_unpaid_sheet_is_late_once_its_days_are_over(db):
    two_months()
    scheme(8)
    assert ask(on=date(2026, 5, 12)).total.judged == 2
    assert ask(on=date(2026, 5, 13)).total.judged == 4


def test_the_export_is_the_cube(db, tmp_path: Path):
    two_months()
    scheme(8)
    path = tmp_path / "statistics.csv"
    write("statistics", path, "csv", actor=access.SYSTEM, period=None, area=None, on=ON)
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 4
    assert sum(round(float(row["net_yuan"]) * 100) for row in rows) == 1_620
    assert sum(round(float(row["paid_yuan"]) * 100) for row in rows) == 1_250
    assert {(row["booked_on"], row["cycle_days"], row["limit_days"]) for row in rows} == {
        ("2026-04-11", "8", "8"), ("", "", "8"),
    }  # fmt: skip


@given(st.integers(0, 40), st.sets(st.integers(0, 40)), st.sets(st.integers(0, 40)))
def test_working_days_are_counted_once_each(length, holidays, worked):
    start = date(2026, 1, 1)
    day = date.fromordinal
    kinds = {day(start.toordinal() + n): DayKind.HOLIDAY for n in holidays}
    kinds |= {day(start.toordinal() + n): DayKind.MAKEUP for n in worked}
    end = day(start.toordinal() + length)
    middle = day(start.toordinal() + length // 2)
    whole = working_days_until(start, end, kinds)
    assert whole == working_days_until(start, middle, kinds) + working_days_until(
        middle, end, kinds
    )
    assert 0 <= whole <= length
