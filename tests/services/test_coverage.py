"""Coverage: the figures of a month add up to its lines; direct and self are everything."""

from datetime import date
from decimal import Decimal

import pytest

from models.records.base import db as database
from models.records.base import sql
from models.rules.errors.access import NotAllowed, OutOfScope
from models.rules.errors.coverage import AlreadyJoined, NobodyJoins, TooManyJoin
from models.rules.words import Role
from models.services import coverage
from models.services.access import SYSTEM, Actor
from models.services.coverage import joining
from models.services.settle import settle_period
from models.services.views import coverage as views
from models.services.views import outside
from tests.factories.scope import GENERIC, LEAD, MEMBER, STRANGER, contract, line, settled_world
from tests.factories.scope import world as county
from web.scope import Rows

EVERYTHING = Rows()
MARCH, APRIL = "2026-03", "2026-04"
ON = date(2026, 5, 1)


@pytest.fixture
def world(db):
    made = county(target_on=date(2026, 12, 31), target_share_bp=8_000)
    made.contract += [contract(MEMBER), contract(STRANGER)]
    made.hospital[2]["joined_on"] = None
    settled_world(
        made,
        line("L1"),
        line("L2", MEMBER),
        line("L3", STRANGER),
        line("L4", nhsa_code=GENERIC),
        line("L5", line_kind="goods_return", original_line_no="L1", quantity=Decimal(-5),
             accepted_on=date(2026, 4, 2)),
        line("L6", accepted_on=date(2026, 4, 3)),
    )  # fmt: skip


def figure(period: str) -> int:
    with database.atomic():
        return coverage.figure(period)


def kept(period: str) -> list[tuple[object, ...]]:
    return sql(
        "SELECT hospital_code, category, lane, outside, lines, amount_fen FROM coverage_figure"
        " WHERE period = %s ORDER BY 1, 2, 3, 4",
        (period,),
    ).fetchall()


def test_every_line_counts_once_with_its_lane_and_reason(world):
    assert figure(MARCH) == 4
    assert kept(MARCH) == [
        (LEAD, "listed", "self", "category", 1, 2_000),
        (LEAD, "national_vbp", "direct", "", 1, 2_000),
        (MEMBER, "national_vbp", "direct", "", 1, 2_000),
        (STRANGER, "national_vbp", "self", "not_joined", 1, 2_000),
    ]


def test_returns_count_in_their_own_month_and_the_second_run_says_the_same(world):
    assert figure(APRIL) == 2
    first = kept(APRIL)
    assert first == [(LEAD, "national_vbp", "direct", "", 2, 1_000)]
    figure(APRIL)
    assert kept(APRIL) == first
    assert sql("SELECT lines, amount_fen FROM coverage_run").fetchall() == [(2, 1_000)]


def test_what_is_on_a_sheet_stays_direct_whatever_the_scheme_says_later(world):
    with database.atomic():
        settle_period(SYSTEM, MARCH, None, on=ON, progress=lambda *_: None)
    sql("UPDATE scheme SET scope = '{negotiated}'")
    figure(MARCH)
    assert {row[2] for row in kept(MARCH) if row[1] == "national_vbp"} == {"direct", "self"}
    assert sum(int(row[5]) for row in kept(MARCH) if row[2] == "direct") == 4_000


def test_the_nightly_run_adds_up_settled_months_that_were_never_added_up(world):
    with database.atomic():
        settle_period(SYSTEM, MARCH, None, on=ON, progress=lambda *_: None)
    later = date(2026, 9, 2)
    assert coverage.periods_on(later) == [MARCH, "2026-07", "2026-08", "2026-09"]
    figure(MARCH)
    assert coverage.periods_on(later) == ["2026-07", "2026-08", "2026-09"]
    assert coverage.periods_on(date(2026, 5, 2)) == [MARCH, APRIL, "2026-05"]


def test_the_page_reads_shares_reasons_targets_and_who_has_not_joined(world):
    figure(MARCH)
    found = views.board(EVERYTHING, MARCH, views.Asked(), ON)
    (month,) = found.months
    assert (month.direct_fen, month.self_fen) == (4_000, 4_000)
    assert views.share_bp(month.direct_fen, month.self_fen) == 5_000
    assert {row.outside: row.amount_fen for row in found.reasons} == {
        "category": 2_000,
        "not_joined": 2_000,
    }
    (area,) = found.areas
    assert (area.hospitals, area.joined, area.target_share_bp) == (3, 2, 8_000)
    assert found.joined == {MARCH: 2}
    assert [row.hospital_code for row in found.waiting] == [STRANGER]


def test_a_hospital_sees_itself_alone(world):
    figure(MARCH)
    found = views.board(Rows(hospital_code=MEMBER), MARCH, views.Asked(), ON)
    assert [(m.direct_fen, m.self_fen) for m in found.months] == [(2_000, 0)]
    assert outside.hospital(Rows(hospital_code=MEMBER), LEAD) is None


def test_the_lines_behind_a_sum_are_those_of_the_sum(world):
    figure(MARCH)
    asked = outside.Asked(period=MARCH)
    sums = outside.page(EVERYTHING, asked)
    assert [(s.hospital_code, s.outside, s.lines) for s in sums] == [
        (LEAD, "category", 1),
        (STRANGER, "not_joined", 1),
    ]
    of = outside.hospital(EVERYTHING, LEAD)
    total, lines = outside.lines(of, asked)
    assert (total.lines, total.amount_fen) == (1, 2_000)
    assert [(row.line_no, row.outside) for row in lines] == [("L4", "category")]
    none, _ = outside.lines(of, outside.Asked(period=MARCH, reason="offline"))
    assert none.lines == 0


@pytest.mark.parametrize(
    ("direct", "own", "share"),
    [(1, 0, 10_000), (0, 1, 0), (1, 2, 3_333), (2, 1, 6_667), (0, 0, None), (5, -5, None)],
)
def test_shares_are_rounded_half_up_and_there_is_none_of_nothing(direct, own, share):
    assert views.share_bp(direct, own) == share


MAKER = Actor(name="maker", role=Role.MAKER)


def joined() -> dict[str, date | None]:
    return dict(sql("SELECT hospital_code, joined_on FROM hospital").fetchall())


def test_hospitals_join_on_a_day_and_their_lines_go_direct_from_then(world):
    assert joining.join(MAKER, [STRANGER], date(2026, 3, 1), on=ON) == 1
    figure(MARCH)
    assert {row[2] for row in kept(MARCH) if row[0] == STRANGER} == {"direct"}
    told = sql("SELECT action, facts ->> 'joined_on' FROM audit_event").fetchall()
    assert told == [("hospital.joined", "2026-03-01")]
    history = sql("SELECT changed_by FROM master_history WHERE table_name = 'hospital'")
    assert history.fetchall() == [("maker",)]


@pytest.mark.parametrize(
    ("codes", "day", "refusal"),
    [
        ([], ON, NobodyJoins),
        ([STRANGER], None, NobodyJoins),
        ([STRANGER, LEAD], ON, AlreadyJoined),
        ([STRANGER, "H99999999999"], ON, OutOfScope),
        ([f"H{n:011d}" for n in range(201)], ON, TooManyJoin),
    ],
)
def test_who_cannot_join_is_named_and_nobody_joins(world, codes, day, refusal):
    before = joined()
    with pytest.raises(refusal):
        joining.join(MAKER, codes, day, on=ON)
    assert joined() == before


def test_only_who_keeps_hospitals_lets_them_join_and_only_its_own(world):
    for actor in (
        Actor(name="c", role=Role.CHECKER),
        Actor(name="h", role=Role.HOSPITAL, party_code=STRANGER),
    ):
        with pytest.raises(NotAllowed):
            joining.join(actor, [STRANGER], ON, on=ON)
    elsewhere = Actor(name="m", role=Role.MAKER, area_code="520000")
    with pytest.raises(OutOfScope):
        joining.join(elsewhere, [STRANGER], ON, on=ON)
