"""A hospital's fund pays for the goods that are out; the rest is carried, to the fen."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.records.base import sql
from models.rules import offset as rule
from models.rules.errors.access import NotAllowed
from models.rules.errors.payment import OffsetClosed
from models.rules.money import fen
from models.services import offsets
from tests.conftest import empty_tables
from tests.factories import payments as bank
from tests.factories import sheets
from tests.factories.sheets import CHECKER, CITY, MAKER, ON, PERIOD
from tests.services.test_bank_results import about, answer

pytestmark = pytest.mark.usefixtures("db")

APRIL = "2026-04"


def fund(
    period: str, hospital: str, audited: int, advanced: int = 0, clawback: int = 0, deposit: int = 0
) -> None:
    sql(
        "INSERT INTO monthly_fund (period, hospital_code, audited_fen, advanced_fen,"
        " clawback_fen, deposit_fen)"
        " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (period, hospital_code)"
        " DO UPDATE SET audited_fen = excluded.audited_fen",
        (period, hospital, audited, advanced, clawback, deposit),
    )


def run(period: str = PERIOD, area: str | None = None) -> dict:
    return offsets.offset_period(MAKER, period, area, ON)


def rows(period: str = PERIOD) -> list[tuple]:
    return sql(
        "SELECT hospital_code, available_fen, goods_fen, carried_in_fen, offset_fen,"
        " carried_out_fen"
        " FROM hospital_offset WHERE period = %s ORDER BY hospital_code",
        (period,),
    ).fetchall()


def pay_sheet(hospital: str, enterprise: str, amount: int, period: str = PERIOD, **more) -> None:
    sheets.sheet(hospital, enterprise, amount, period=period, **more)
    bank.approve_all(period)
    bank.pay(period)


def test_the_example_of_the_practice_to_the_fen():
    """Audited 1,286,400.00, advances 760,000.00, deposit 5 %; goods 512,000.00 and 21,500.00."""
    town = sheets.city(1, 1)
    bank.profile()
    hospital = town.hospitals[0]
    pay_sheet(hospital, town.enterprises[0], fen("21500.00"))
    assert run() == {"hospitals": 1, "offset_yuan": "0.00", "carried_yuan": "21500.00"}
    fund(APRIL, hospital, fen("1286400.00"), fen("760000.00"), 0, fen("64320.00"))
    pay_sheet(hospital, town.enterprises[0], fen("512000.00"), APRIL)
    assert run(APRIL) == {"hospitals": 1, "offset_yuan": "462080.00", "carried_yuan": "71420.00"}
    assert bank.balance(f"agency_advance:{hospital}") == fen("71420.00")
    assert bank.balance(f"hospital_fund:{hospital}") == fen("462080.00")


def test_the_fund_of_the_next_month_where_the_scheme_says_next():
    town = sheets.city(1, 1)
    bank.profile()
    fund(PERIOD, town.hospitals[0], 999)
    fund(APRIL, town.hospitals[0], 60)
    pay_sheet(town.hospitals[0], town.enterprises[0], 100, deduct_month="next")
    run()
    assert rows() == [(town.hospitals[0], 60, 100, 0, 60, 40)]


def test_a_fund_below_zero_is_nothing_available():
    town = sheets.city(1, 1)
    bank.profile()
    fund(PERIOD, town.hospitals[0], 100, 90, 20)
    pay_sheet(town.hospitals[0], town.enterprises[0], 100)
    run()
    assert rows() == [(town.hospitals[0], 0, 100, 0, 0, 100)]


def test_only_what_is_out_counts_as_goods():
    town = sheets.city(1, 3)
    bank.profile()
    hospital = town.hospitals[0]
    fund(PERIOD, hospital, 10_000)
    for code, amount in zip(town.enterprises, (100, 200, 400), strict=True):
        sheets.sheet(hospital, code, amount)
    bank.approve_all()
    bank.pay()
    answer(about(0, "settled"), about(1, "rejected"))
    sheets.sheet(hospital, sheets.enterprise(50), 800)
    run()
    assert rows() == [(hospital, 10_000, 500, 0, 500, 0)]


def test_goods_that_came_back_make_a_credit_that_is_carried():
    town = sheets.city(1, 1)
    bank.profile()
    hospital = town.hospitals[0]
    fund(PERIOD, hospital, 1_000)
    pay_sheet(hospital, town.enterprises[0], 100)
    run()
    answer(about(0, "returned"))
    fund(APRIL, hospital, 1_000)
    assert run(APRIL) == {"hospitals": 1, "offset_yuan": "0.00", "carried_yuan": "-1.00"}
    assert rows(APRIL) == [(hospital, 1_000, -100, 0, 0, -100)]
    assert bank.balance(f"agency_advance:{hospital}") == -100


def test_a_run_again_reverses_and_books_anew():
    town = sheets.city(1, 1)
    bank.profile()
    hospital = town.hospitals[0]
    fund(PERIOD, hospital, 30)
    pay_sheet(hospital, town.enterprises[0], 100)
    run()
    first = run()
    kinds = [row[0] for row in sql("SELECT kind FROM ledger_entry WHERE kind LIKE 'offset%'")]
    assert kinds == ["offset"]
    fund(PERIOD, hospital, 80)
    assert run() != first
    entries = sql(
        "SELECT kind, amount_fen FROM ledger_entry WHERE kind LIKE 'offset%' ORDER BY entry_no"
    ).fetchall()
    assert entries == [("offset", 30), ("offset_undone", 30), ("offset", 80)]
    assert bank.balance(f"hospital_fund:{hospital}") == 80


def test_once_the_next_month_ran_the_month_is_closed():
    town = sheets.city(1, 1)
    bank.profile()
    pay_sheet(town.hospitals[0], town.enterprises[0], 100)
    run()
    run(APRIL)
    with pytest.raises(OffsetClosed):
        run()
    assert run(APRIL)["hospitals"] == 1


def test_a_hospital_with_a_sheet_but_nothing_out_has_a_row_and_others_have_none():
    town = sheets.city(2, 1)
    sheets.sheet(town.hospitals[0], town.enterprises[0], 100)
    assert run() == {"hospitals": 1, "offset_yuan": "0.00", "carried_yuan": "0.00"}
    assert rows() == [(town.hospitals[0], 0, 0, 0, 0, 0)]


def test_only_the_asked_area_is_offset():
    town = sheets.city(1, 1)
    sheets.area(sheets.OTHER_CITY, sheets.PROVINCE)
    away = sheets.hospital(7, sheets.OTHER_CITY)
    sheets.sheet(town.hospitals[0], town.enterprises[0], 100)
    sheets.sheet(away, town.enterprises[0], 100, area_code=sheets.OTHER_CITY)
    run(area=CITY)
    assert [row[0] for row in rows()] == [town.hospitals[0]]


def test_bank_debit_is_offset_and_prepaid_goods_are_not():
    town = sheets.city(2, 1)
    bank.profile()
    for hospital in town.hospitals:
        fund(PERIOD, hospital, 1_000)
    sql(
        "INSERT INTO prepayment_voucher (voucher_no, hospital_code, kind, amount_fen, booked_on)"
        " VALUES ('V1', %s, 'prepayment', 100, '2026-03-01')",
        (town.hospitals[1],),
    )
    sheets.sheet(town.hospitals[0], town.enterprises[0], 100, funding="bank_debit")
    sheets.sheet(town.hospitals[1], town.enterprises[0], 100, funding="prepaid_subledger")
    bank.approve_all()
    bank.pay()
    run()
    assert [(row[0], row[2], row[4]) for row in rows()] == [
        (town.hospitals[0], 100, 100),
        (town.hospitals[1], 0, 0),
    ]


def test_a_checker_may_not_offset():
    with pytest.raises(NotAllowed):
        offsets.offset_period(CHECKER, PERIOD, None, ON)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    months=st.lists(
        st.tuples(st.integers(0, 500), st.integers(-200, 500), st.booleans()),
        min_size=1,
        max_size=4,
    )
)
def test_the_statement_and_the_rule_agree_over_months(db, months):
    empty_tables()
    town = sheets.city(1, 1)
    bank.profile()
    hospital, carried = town.hospitals[0], 0
    for place, (amount, available, refused) in enumerate(months):
        period = f"2026-{place + 3:02d}"
        fund(period, hospital, available)
        if amount:
            pay_sheet(hospital, town.enterprises[0], amount, period)
            if refused:
                answer(about(len(bank.orders()) - 1, "rejected"))
        goods = 0 if refused else amount
        expected = rule.offset(rule.available_fen(available, 0, 0, 0), goods, carried)
        run(period)
        found = rows(period)
        if amount or carried:
            assert found == [
                (hospital, expected.available_fen, goods, carried, expected.offset_fen,
                 expected.carried_out_fen)
            ]  # fmt: skip
        carried = expected.carried_out_fen
    assert Decimal(bank.balance(f"agency_advance:{hospital}")) == carried
