"""Quality deposits and assessment deductions: typed with a reason, two people, into the fund."""

from types import SimpleNamespace

import psycopg
import pytest

from models.records.base import sql
from models.rules import deductions as rules
from models.rules.deductions import DeductionKind, Line
from models.rules.errors.access import NotAllowed, SecondPersonNeeded
from models.rules.errors.deductions import (
    BadDeductionLine,
    DeductionFundChanged,
    DeductionFundMissing,
    DeductionFundUsed,
    DeductionHospitals,
    DeductionLines,
    DeductionMoved,
    DeductionTwice,
    DeductionUnknown,
)
from models.rules.errors.payment import ReasonNeeded, SelectionChanged
from models.services import deductions
from models.services.access import Actor
from tests.factories import receipts, sheets
from tests.factories.sheets import CHECKER, MAKER, PERIOD


def fund(hospital, deposit=1_000, period=PERIOD):
    receipts.insert(
        "monthly_fund", period=period, hospital_code=hospital, audited_fen=100_000,
        advanced_fen=0, clawback_fen=0, deposit_fen=deposit,
    )  # fmt: skip


def deposit(hospital):
    row = sql(
        "SELECT deposit_fen FROM monthly_fund WHERE (period, hospital_code) = (%s, %s)",
        (PERIOD, hospital),
    ).fetchone()
    return row[0]


@pytest.fixture
def town(db):
    made = sheets.city(2, 1)
    receipts.scheme()
    for code in made.hospitals:
        fund(code)
    return SimpleNamespace(first=made.hospitals[0], second=made.hospitals[1])


def proposed(*lines, actor=MAKER, basis="2025 年度协议考核"):
    return deductions.propose(actor, PERIOD, None, DeductionKind.ASSESSMENT, basis, lines)


def accept(number, actor=CHECKER, count=1, fen=500):
    deductions.accept(actor, number, count=count, total_fen=fen)


def state(number):
    return sql("SELECT state FROM deduction_list WHERE id = %s", (number,)).fetchone()[0]


def test_an_accepted_list_is_in_the_fund_and_a_proposed_one_is_not(town):
    number = proposed(Line(town.first, 500, "未完成约定采购量"), Line(town.second, 20, "迟报"))
    assert deposit(town.first) == 1_000
    with pytest.raises(SelectionChanged):
        accept(number)
    accept(number, count=2, fen=520)
    assert (deposit(town.first), deposit(town.second)) == (1_500, 1_020)
    with pytest.raises(DeductionMoved):
        accept(number, count=2, fen=520)
    assert deposit(town.first) == 1_500, "once"
    assert sql("SELECT before_fen, after_fen FROM deduction ORDER BY hospital_code").fetchall() == [
        (1_000, 1_500), (1_000, 1_020)
    ]  # fmt: skip


def test_two_people_and_only_those_who_may(town):
    number = proposed(Line(town.first, 500, "质量保证金"))
    with pytest.raises(SecondPersonNeeded):
        accept(number, actor=Actor(MAKER.name, "checker"))
    with pytest.raises(NotAllowed):
        accept(number, actor=MAKER)
    with pytest.raises(NotAllowed):
        proposed(Line(town.first, 500, "x"), actor=CHECKER)
    elsewhere = Actor("far", "checker", area_code="999999")
    with pytest.raises(DeductionUnknown):
        accept(number, actor=elsewhere)
    with pytest.raises(psycopg.errors.CheckViolation):
        sql(
            "UPDATE deduction_list SET state = 'accepted', decided_by = proposed_by,"
            " decided_at = now()"
        )


def test_nothing_is_taken_from_a_fund_that_is_not_there_or_was_offset(town):
    third = sheets.hospital(3)
    number = proposed(Line(third, 500, "质量保证金"))
    with pytest.raises(DeductionFundMissing) as refused:
        accept(number)
    assert third in refused.value.sentence
    assert state(number) == "proposed"
    fund(third)
    receipts.insert(
        "hospital_offset", period=PERIOD, hospital_code=third, area_code=sheets.CITY,
        fund_period=PERIOD, available_fen=99_000, goods_fen=0, carried_in_fen=0, collected_fen=0,
        deferred_fen=0, offset_fen=0, carried_out_fen=0, offset_at="2026-04-01", offset_by="m",
    )  # fmt: skip
    with pytest.raises(DeductionFundUsed):
        accept(number)
    assert deposit(third) == 1_000


def test_an_accepted_list_is_revoked_while_the_fund_holds_it(town):
    first, second = (proposed(Line(town.first, 500, "甲")) for _ in range(2))
    for number in (first, second):
        accept(number)
    assert deposit(town.first) == 2_000
    with pytest.raises(ReasonNeeded):
        deductions.revoke(CHECKER, first, " ")
    deductions.revoke(CHECKER, first, "重复扣款")
    assert (deposit(town.first), state(first)) == (1_500, "revoked")
    # Imported anew without it: a machine must not take it out twice.
    sql("UPDATE monthly_fund SET deposit_fen = 400")
    with pytest.raises(DeductionFundChanged):
        deductions.revoke(CHECKER, second, "算错")
    assert deposit(town.first) == 400


def test_a_proposal_is_withdrawn_with_a_reason_and_never_changed(town):
    number = proposed(Line(town.first, 500, "甲"))
    deductions.withdraw(MAKER, number, "金额有误")
    assert state(number) == "withdrawn"
    with pytest.raises(DeductionMoved):
        accept(number)
    for text in (
        "UPDATE deduction SET amount_fen = 1",
        "DELETE FROM deduction",
        "UPDATE deduction_list SET period = '2026-05'",
        "DELETE FROM deduction_list",
    ):
        with pytest.raises(psycopg.errors.RestrictViolation):
            sql(text)


def test_unknown_hospitals_and_a_missing_basis_are_refused(town):
    with pytest.raises(DeductionHospitals):
        proposed(Line("H00000000000", 500, "甲"))
    with pytest.raises(ReasonNeeded):
        proposed(Line(town.first, 500, "甲"), basis=" ")


def test_lines_are_read_as_a_spreadsheet_copies_them():
    text = "H1\t100.50\t未完成约定采购量，滞后\n\nH2, 20 ,迟报\nH3，3.00，质量保证金"
    assert rules.lines(text) == [
        Line("H1", 10_050, "未完成约定采购量，滞后"),
        Line("H2", 2_000, "迟报"),
        Line("H3", 300, "质量保证金"),
    ]
    for bad in ("H1 100 甲", "H1,0,甲", "H1,-1,甲", "H1,1.234,甲", "H1,1,", "H1,一百,甲"):
        with pytest.raises(BadDeductionLine):
            rules.lines(bad)
    with pytest.raises(DeductionTwice):
        rules.lines("H1,1,甲\nH1,2,乙")
    with pytest.raises(DeductionLines):
        rules.lines(" \n")
