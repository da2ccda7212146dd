"""The ledger only grows: every fact once, every mistake undone by its mirror."""

import pytest

from models.records.base import sql
from models.rules.postings import Kind
from models.services import ledger
from tests.factories import payments as bank
from tests.factories import sheets
from tests.factories.sheets import ON, PROVINCE

FACT = (
    "SELECT 'H1' AS hospital_code, 'E1' AS enterprise_code, 100 AS amount_fen, 'sheet:1' AS source"
)
SOURCE = "SELECT 'sheet:1' AS source"


def test_a_fact_is_one_transfer(db):
    assert ledger.post(Kind.PAYABLE, FACT, {}, on=ON) == 1
    assert ledger.balance_fen("hospital_goods:H1") == 100
    assert ledger.balance_fen("enterprise:E1") == -100


def test_the_same_fact_is_refused_twice(db):
    ledger.post(Kind.PAYABLE, FACT, {}, on=ON)
    with pytest.raises(Exception, match="ledger_same_cause_once"), db.atomic():
        ledger.post(Kind.PAYABLE, FACT, {}, on=ON)


def test_what_is_undone_is_mirrored_once(db):
    ledger.post(Kind.PAYABLE, FACT, {}, on=ON)
    assert ledger.undo(Kind.PAYABLE_UNDONE, SOURCE, {}, on=ON) == 1
    assert ledger.undo(Kind.PAYABLE_UNDONE, SOURCE, {}, on=ON) == 0
    assert ledger.balance_fen("enterprise:E1") == 0
    assert sql("SELECT reverses FROM ledger_entry ORDER BY entry_no").fetchall() == [(None,), (1,)]


@pytest.mark.parametrize(
    "statement", ["UPDATE ledger_entry SET amount_fen = 1", "DELETE FROM ledger_entry"]
)
def test_entries_are_never_edited(db, statement):
    ledger.post(Kind.PAYABLE, FACT, {}, on=ON)
    with pytest.raises(Exception, match="add-only"), db.atomic():
        sql(statement)


@pytest.mark.parametrize("amount", [0, -1])
def test_amounts_are_above_zero(db, amount):
    with pytest.raises(Exception, match="ledger_amount_positive"), db.atomic():
        ledger.post(Kind.PAYABLE, FACT.replace("100", str(amount)), {}, on=ON)


def test_vouchers_are_booked_once(db):
    town = sheets.city(1, 1)
    sql(
        "INSERT INTO prepayment_voucher (voucher_no, hospital_code, kind, amount_fen, booked_on)"
        " VALUES"
        " ('V1', %(h)s, 'prepayment', 900, '2026-03-01'), ('V2', %(h)s, 'refund', 100,"
        " '2026-03-02'),"
        " ('V3', %(h)s, 'interest', 7, '2026-03-03'), ('V4', %(h)s, 'top_up', 20, '2026-03-04')",
        {"h": town.hospitals[0]},
    )
    assert ledger.book_vouchers(on=ON) == 4
    assert ledger.book_vouchers(on=ON) == 0
    assert bank.balance(f"prepaid:{town.hospitals[0]}") == -827
    assert bank.balance(f"fund:A{PROVINCE}") == 827
