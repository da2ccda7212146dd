"""Closing on the screen: the checklist leads to what is open, two persons, a file, a paper."""

from datetime import date

import pytest

from models import clock
from models.records.base import sql
from models.rules.closing import Point
from models.services import offsets
from tests.factories import payments as bank
from tests.factories import sheets, work
from tests.factories.sheets import CITY, MAKER, ON, OTHER_CITY, PERIOD, PROVINCE
from tests.services.test_bank_results import about, answer
from tests.services.test_offsets import fund
from tests.services.test_period_close import settled
from tests.web.test_security import INLINE
from web.admin import close_words

AREAS = (PROVINCE, CITY, OTHER_CITY)


@pytest.fixture
def town(people_of_town, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: date(2026, 4, 20))
    made = people_of_town
    sheets.sheet(made.hospitals[0], made.enterprises[0], 120_00)
    settled(*AREAS)
    return made


@pytest.fixture
def done(town):
    """The month is paid, answered and offset; 20.00 are carried."""
    bank.approve_all()
    bank.pay()
    answer(about(0, "settled"))
    fund(PERIOD, town.hospitals[0], 100_00)
    offsets.offset_period(MAKER, PERIOD, None, ON)
    assert work.proved(clock.today())
    return town


def propose(maker, **typed):
    return maker.submit(f"/close/propose?period={PERIOD}", **typed)


def last() -> str:
    return sql("SELECT close_no FROM period_close ORDER BY id DESC LIMIT 1").fetchone()[0]


def test_an_open_point_says_how_much_and_leads_to_where_it_is_done(reader, town):
    maker = reader("maker")
    page = maker.get("/close/").text
    assert "没有待复核、待审批的结算单" in page
    assert f'href="/sheets/?period={PERIOD}&amp;view=all&amp;state=draft"' in page
    assert "提出关账</a>" not in page
    assert "现在不能执行" in maker.get(f"/close/propose?period={PERIOD}").text


def test_one_proposes_another_closes_and_the_page_says_so(reader, done):
    maker, checker = reader("maker"), reader("checker1")
    assert "提出关账</a>" in maker.get("/close/").text
    assert "提出关账</a>" not in checker.get("/close/").text
    assert propose(maker).status_code == 422
    assert propose(maker, reason="基金不足，结转四月").status_code == 303
    no = last()
    own = maker.get(f"/close/{no}").text
    assert "您是提出人，须由另一人决定" in own
    assert f"/close/{no}/close" not in own
    assert maker.get(f"/close/{no}/close").status_code == 403
    assert "/close/" in checker.get("/").text.split("<main")[1]
    assert checker.submit(f"/close/{no}/close").status_code == 303
    page = checker.get(f"/close/{no}")
    assert "已关账" in page.text
    assert INLINE.findall(page.text) == []
    assert f"{PERIOD} 已全部关账" in maker.get(f"/close/?period={PERIOD}").text
    assert "目前没有更正" in page.text


def test_a_change_between_the_two_requests_closes_nothing(reader, done):
    maker, checker = reader("maker"), reader("checker1")
    propose(maker, reason="结转")
    fund(PERIOD, done.hospitals[0], 110_00)
    offsets.offset_period(MAKER, PERIOD, None, ON)
    page = checker.get(f"/close/{last()}/close").text
    assert "提出之后数字或事项有变化" in page
    assert "selection_hash" not in page
    assert checker.submit(f"/close/{last()}/refuse", reason="数字已变").status_code == 303
    assert "数字已变" in maker.get(f"/close/{last()}").text


def test_a_later_return_stands_on_the_page_of_the_close(reader, done):
    maker, checker = reader("maker"), reader("checker1")
    propose(maker, reason="结转")
    checker.submit(f"/close/{last()}/close")
    line = sql("SELECT line_no FROM sheet_line").fetchone()[0]
    later = sheets.sheet(done.hospitals[0], done.enterprises[0], -20_00, period="2026-04")
    sql(
        "UPDATE purchase_line SET original_line_no = %s WHERE line_no ="
        " (SELECT line_no FROM sheet_line WHERE sheet_id = %s)",
        (line, later),
    )
    page = maker.get(f"/close/{last()}").text
    assert "2026-04" in page
    assert "-20.00" in page


def test_the_paper_and_the_file_say_the_same(reader, done):
    maker = reader("maker")
    propose(maker, reason="结转")
    paper = maker.get(f"/close/{last()}?print=1").text
    assert "人民币壹佰贰拾元整" in paper
    file = maker.get(f"/close/file/{last()}.csv")
    assert "抵扣没有结转" in file.get_data(as_text=True)
    assert maker.get(f"/close/file/{last()}.xlsx").data[:2] == b"PK"


def test_a_month_of_other_areas_is_not_the_readers(reader, done):
    propose(reader("maker"), reason="结转")
    assert reader("county").get(f"/close/{last()}").status_code == 404
    assert reader("clinic").get("/close/").status_code == 403
    assert work.jobs_asked("settle") == []


def test_every_point_has_its_words():
    assert set(close_words.WORDS) == set(Point)
