"""On any world a trial's two sides are what settling under either scheme makes, line by line."""

from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.records.base import db as database
from models.records.base import sql
from models.services import access, scheme_drafts
from models.services.judgement.holds import words
from models.services.scheme_drafts.deciding import _keep
from models.services.scheme_trials import shadow, trial
from models.services.settle import settle_period
from tests.properties.plain_settlement import World
from tests.properties.worlds import AREAS, CATEGORIES, put, worlds

ON, PERIOD = date(2026, 11, 1), "2026-03"

few = st.sampled_from
#: A draft of a day before the month, so that nothing has to be brought forward.
changes = st.fixed_dictionaries(
    {
        "valid_from": few(("2026-02-20", "2026-02-25", "2026-03-01")),
        "scope": st.sets(few(CATEGORIES), min_size=1).map(lambda found: ";".join(sorted(found))),
    },
    optional={
        "due_days": st.integers(0, 60).map(str),
        "funding": few(("turnover", "bank_debit")),
        "ownerships": few(("public", "public;private")),
        "min_level": few(("1", "3")),
        "mandates": few(("yes", "no")),
        "trace_codes": few(("require", "ignore")),
        "invoice_tolerance_yuan": few(("0", "5.00")),
        "area_code": few(AREAS),
    },
)

Sheets = dict[tuple[str, str], tuple[Any, ...]]
Lines = dict[str, tuple[Any, ...]]


def _settle() -> None:
    settle_period(access.SYSTEM, PERIOD, None, on=ON, progress=lambda *_: None)


def _made() -> tuple[Sheets, Lines]:
    """What stands in the database after a settlement."""
    sheets = sql(
        "SELECT hospital_code, enterprise_code, lines_count, payable_fen, carried_out_fen, due_on,"
        " funding FROM settlement_sheet"
    )
    lines = sql(
        "SELECT line_no, 'direct', '{}'::text[], due_on FROM sheet_line UNION ALL"
        " SELECT line_no, lane, reasons, NULL FROM held_line"
    )
    return {row[:2]: row[2:] for row in sheets}, {row[0]: row[1:] for row in lines}


def _told(side: str) -> tuple[Sheets, Lines]:
    """What the trial holds for a side."""
    sheets = sql(
        "SELECT hospital_code, enterprise_code, lines_count, payable_fen, carried_out_fen, due_on,"
        f" funding FROM {side}_sheet"
    )
    lines = sql(
        f"SELECT line_no, lane, {words('mask')},"
        f" CASE WHEN lane = 'direct' AND mask = 0 THEN due_on END FROM {side}_line"
    )
    return {row[:2]: row[2:] for row in sheets}, {row[0]: row[1:] for row in lines}


def _tried(cells: dict[str, str]) -> tuple[Any, Any]:
    read = scheme_drafts.values(cells)
    days = shadow.term(read["valid_from"], read["valid_to"], PERIOD)
    assert not days.brought_forward
    areas = access.areas_below(AREAS[0])
    with database.atomic() as taken_back:
        trial._both_sides(trial.Asked(PERIOD, areas, read, days), lambda *_: None)
        sides = _told("was"), _told("would")
        taken_back.rollback()
    return sides


def _settled_with(cells: dict[str, str] | None, *, corrects: bool = False) -> Any:
    with database.atomic() as taken_back:
        if cells is not None:
            _keep(scheme_drafts.values(cells), corrects=corrects)
        _settle()
        made = _made()
        taken_back.rollback()
    return made


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(world=worlds(), changed=changes, data=st.data())
def test_both_sides_of_a_trial_are_what_a_settlement_makes(db, world: World, changed, data):
    with database.atomic() as transaction:
        put(world)
        base = data.draw(few([(s["scheme_code"], s["valid_from"]) for s in world.scheme]))
        cells = scheme_drafts.of_version(*base) | changed | {"valid_to": ""}
        standing = scheme_drafts.of_version(
            cells["scheme_code"], date.fromisoformat(cells["valid_from"])
        )
        as_is = _settled_with(None)
        as_drafted = _settled_with(cells, corrects=standing is not None)
        if data.draw(st.booleans(), label="settled and partly reviewed before"):
            _settle()
            sql("UPDATE settlement_sheet SET state = 'in_review' WHERE id % 2 = 0")
        if as_is[1]:
            was, would = _tried(cells)
            assert was == as_is
            assert would == as_drafted
        transaction.rollback()
