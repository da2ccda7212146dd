"""Deliveries and statistics on the screen: figures, views, the reader's own rows, files."""

import pytest

from models.records.base import sql
from tests.factories import imports as world
from tests.factories import payments as bank
from tests.factories import sheets
from tests.factories.imports import ENTERPRISE, HOSPITAL, PRODUCT, send
from tests.factories.sheets import PERIOD
from tests.services.test_bank_results import about, answer
from tests.services.test_period_close import settled
from tests.web.test_security import INLINE


@pytest.fixture
def orders(city):
    base = {
        "order_no": "DD1", "nhsa_code": PRODUCT, "hospital_code": HOSPITAL,
        "enterprise_code": ENTERPRISE, "ordered_on": "2026-03-10", "quantity": "12",
        "amount_yuan": "148.14", "responded_on": "",
    }  # fmt: skip
    send("orders", [base, base | {"order_no": "DD2", "hospital_code": world.OTHER_HOSPITAL}])
    send("purchases", [world.purchase(), world.purchase("L9", order_no="DD9")])


def test_both_sides_see_the_same_difference_and_nothing_of_others(reader, orders):
    maker = reader("maker").get("/deliveries/?period=2026-03").text
    assert all(no in maker for no in ("DD1", "DD2", "DD9"))
    assert all(words in maker for words in ("配送不足", "未配送", "无订单"))
    assert "41.67%" in maker
    for seat in ("hospital", "enterprise"):
        page = reader(seat).get("/deliveries/?period=2026-03").text
        assert "DD1" in page
        assert ("DD2" in page) == (seat == "enterprise")
    short = reader("hospital").get("/deliveries/?period=2026-03&view=delivered_short").text
    assert "由企业办理" in short
    assert "DD9" not in short
    assert INLINE.findall(short) == []


def test_a_month_without_anything_says_what_to_do(reader, city):
    assert "订单和配送单在导入数据中导入" in reader("maker").get("/deliveries/").text


@pytest.fixture
def paid(people_of_town):
    made = people_of_town
    sheets.sheet(made.hospitals[0], made.enterprises[0], 120_00, -20_00)
    sheets.sheet(made.hospitals[1], made.enterprises[1], 77_77)
    bank.approve_all()
    bank.pay()
    answer(about(0, "settled"))
    settled()
    return made


@pytest.mark.parametrize("by", ["month", "area", "hospital", "enterprise", "category"])
def test_every_dimension_shows_table_picture_and_the_same_total(reader, paid, by):
    page = reader("maker").get(f"/statistics/?by={by}&period={PERIOD}").text
    assert "177.77" in page
    assert "100.00" in page
    assert 'role="img"' in page
    assert INLINE.findall(page) == []


def test_a_seat_sees_its_own_figures(reader, paid):
    page = reader("clinic").get(f"/statistics/?by=enterprise&period={PERIOD}").text
    assert "药企1" in page
    assert "药企2" not in page
    assert "77.77" not in page


def test_the_cycle_is_judged_where_the_scheme_says_so(reader, paid):
    maker = reader("maker")
    assert "个工作日内到账" not in maker.get("/statistics/").text
    sql(
        "INSERT INTO scheme (scheme_code, valid_from, area_code, funding, scope, deduct_month,"
        " confirm_days, confirm_unit, silence, payment_per, trace_codes, holiday_shift, due_start,"
        " due_days, due_month_end, cycle_days) VALUES ('S', '2026-01-01', '520100', 'offset',"
        " '{national_vbp}', 'next', 5, 'working_day', 'escalate', 'enterprise', 'ignore',"
        " 'next_working_day', 'acceptance', 30, false, 23)"
    )
    sql("UPDATE settlement_sheet SET scheme_code = 'S'")
    assert "23 个工作日内到账" in maker.get("/statistics/").text


def test_where_much_was_settled_the_figures_come_in_a_second_request(reader, paid, monkeypatch):
    monkeypatch.setattr("models.services.views.late.is_large", lambda: True)
    maker = reader("maker")
    first = maker.get("/statistics/").text
    assert "177.77" not in first
    assert "part=board" in first
    assert "177.77" in maker.get("/statistics/?part=board").text
