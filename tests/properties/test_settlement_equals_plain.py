"""The set-based settlement agrees with the plain Python reading on every line and sheet."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.records.base import sql
from models.rules import calendar
from models.services import access, judgement
from models.services.books.sheets import SHEETS
from models.services.settle import settle_period
from tests.properties.plain_settlement import Settlement, World
from tests.properties.worlds import put, worlds

ON = date(2026, 11, 1)


def _settle(period: str) -> dict[str, object]:
    return settle_period(access.SYSTEM, period, None, on=ON, progress=lambda *_: None)


#: Where what is held of a pair is not the sum of its held lines.
_HELD_PAIRS = next(one.query for one in SHEETS if one.name == "held_pairs_follow")


def _sheets() -> dict[tuple[str, str, str], dict[str, Any]]:
    rows = sql(
        "SELECT period, hospital_code, enterprise_code, lines_count, carried_in_fen, payable_fen,"
        " carried_out_fen, due_on FROM settlement_sheet"
    )
    names = ("lines", "carried_in", "payable", "carried_out", "due_on")
    return {tuple(row[:3]): dict(zip(names, row[3:], strict=True)) for row in rows}


def _due_days() -> dict[str, date]:
    return dict(sql("SELECT line_no, due_on FROM sheet_line").fetchall())


def _held(period: str) -> dict[str, tuple[str, list[str]]]:
    rows = sql("SELECT line_no, lane, reasons FROM held_line WHERE period = %s", (period,))
    return {line_no: (lane, reasons) for line_no, lane, reasons in rows}


def _outside(period: str) -> dict[str, str | None]:
    """Why each line that stands is out of scope, None where it is direct."""
    live = " LEFT JOIN line_void v USING (line_no) WHERE v.line_no IS NULL"
    areas = access.areas(access.SYSTEM, None)
    judgement.judge(areas, live, {}, calendar.last_day(period), also=("outside",))
    return dict(sql("SELECT line_no, outside FROM judged").fetchall())


def _review(pairs: set[tuple[str, str]], period: str) -> None:
    for hospital, enterprise in pairs:
        sql(
            "UPDATE settlement_sheet SET state = 'in_review'"
            " WHERE period = %s AND hospital_code = %s AND enterprise_code = %s",
            (period, hospital, enterprise),
        )


@contextmanager
def _few(lines: int) -> Iterator[None]:
    """Look lines up one by one up to so many; more are joined as whole sets."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judgement, "FEW_LINES", lines)
        yield


def _agree(plain: Settlement, period: str, frozen: set[tuple[str, str]]) -> None:
    off = plain.settle(period, frozen)
    counts = _settle(period)
    assert _held(period) == {no: (verdict.lane, verdict.reasons) for no, verdict in off.items()}
    assert _sheets() == plain.sheets
    assert sql(_HELD_PAIRS).fetchall() == []
    assert _due_days() == {no: plain.due[no] for no in plain.on_sheet}
    assert counts["held"] == sum(bool(verdict.reasons) for verdict in off.values())


#: Each example rolls back, so the emptied database serves them all.
@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(world=worlds(), data=st.data())
def test_lanes_holds_due_days_and_sheets_agree_over_two_months(db, world: World, data):
    few = data.draw(st.sampled_from([0, judgement.FEW_LINES]))
    with _few(few), db.atomic() as transaction:
        put(world)
        plain = Settlement(world)
        last = calendar.last_day("2026-03")
        assert _outside("2026-03") == {
            line["line_no"]: plain.judge(line, last).outside for line in world.live_lines()
        }
        _agree(plain, "2026-03", set())
        _agree(plain, "2026-03", set())
        first = sorted(key[1:] for key in plain.sheets)
        frozen = set(data.draw(st.sets(st.sampled_from(first)) if first else st.just(set())))
        _review(frozen, "2026-03")
        for enterprise in world.enterprise:
            enterprise["account_verified"] = True
        sql("UPDATE enterprise SET account_verified = true")
        _agree(plain, "2026-03", frozen)
        _agree(plain, "2026-04", set())
        transaction.rollback()
