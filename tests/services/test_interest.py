"""Interest of late receipts: each part by itself, by the contract or by the statute."""

from datetime import date

import pytest

from models.records.base import db as database
from models.records.base import sql
from models.services import access
from models.services.overdue import watched
from tests.factories import receipts, sheets

ON = date(2026, 5, 31)
DUE = date(2026, 4, 1)


@pytest.fixture
def city(db):
    made = sheets.city()
    receipts.product()
    return made


def contract(city, **more):
    row = {
        "contract_no": "K1", "hospital_code": city.hospitals[0], "nhsa_code": "P1",
        "enterprise_code": city.enterprises[0], "price_yuan": 1, "committed_quantity": 1,
        "term_start": "2026-01-01", "term_end": "2026-12-31", "signed_on": "2025-12-20",
    }  # fmt: skip
    receipts.insert("contract", **{**row, **more})


def parts(on=ON):
    with database.atomic():
        watched.collect(access.areas(access.SYSTEM, None), on)
        watched.collect_interest(on)
        rows = sql(
            "SELECT part, amount_fen, paid_on, days, rate_bp, interest_fen::bigint FROM late_part"
            " ORDER BY line_no, part"
        )
        return [tuple(row) for row in rows]


def late(city, fen=100_000_00):
    return receipts.receipt(city.hospitals[0], city.enterprises[0], fen)


def test_an_open_sum_costs_five_ten_thousandths_a_day(city):
    late(city)
    assert parts() == [(1, 100_000_00, None, 60, None, 3_000_00)]


def test_each_payment_and_the_open_rest_are_parts_in_the_order_of_the_days(city):
    line = late(city)
    receipts.own_payment(line, date(2026, 5, 2), 30_000_00)
    receipts.own_payment(line, date(2026, 4, 11), 20_000_00)
    receipts.own_payment(line, DUE, 10_000_00)
    assert parts() == [
        (1, 20_000_00, date(2026, 4, 11), 10, None, 100_00),
        (2, 30_000_00, date(2026, 5, 2), 31, None, 465_00),
        (3, 40_000_00, None, 60, None, 1_200_00),
    ]


def test_what_was_paid_late_keeps_its_interest_after_all_is_paid(city):
    receipts.own_payment(late(city), date(2026, 5, 17), 100_000_00)
    assert parts() == [(1, 100_000_00, date(2026, 5, 17), 46, None, 2_300_00)]


def test_an_agreed_rate_counts_from_the_lpr_of_the_signing_on(city):
    receipts.insert("lpr_rate", valid_from="2025-06-20", one_year_bp=300)
    receipts.insert("lpr_rate", valid_from="2026-01-20", one_year_bp=500)
    contract(city, late_rate_bp=300)
    receipts.own_payment(late(city), date(2026, 5, 17), 100_000_00)
    assert parts() == [(1, 100_000_00, date(2026, 5, 17), 46, 300, 378_08)]
    sql("UPDATE contract SET late_rate_bp = 299")
    assert parts()[0][-2:] == (None, 2_300_00)
    sql("UPDATE lpr_rate SET valid_from = valid_from + 365")
    assert parts()[0][-2] == 299


def test_a_large_enterprise_gets_none_unless_it_was_small_when_it_signed(city):
    late(city)
    sql("UPDATE enterprise SET size = 'large'")
    assert parts() == []
    contract(city, enterprise_size="small")
    assert len(parts()) == 1
    sql("UPDATE contract SET enterprise_size = 'large'")
    sql("UPDATE enterprise SET size = 'micro'")
    assert parts() == []


def test_a_contract_that_does_not_cover_the_day_says_nothing(city):
    contract(city, late_rate_bp=9_999, term_end="2026-03-01")
    late(city)
    assert parts()[0][-2] is None


def test_returns_bear_no_interest_and_lower_what_is_open(city):
    line = late(city)
    receipts.goods_return(line, -40_000_00, date(2026, 5, 20))
    assert parts() == [(1, 60_000_00, None, 60, None, 1_800_00)]
