"""今日待办 by role: tasks with counts and sums that lead to the rows behind them."""

import re

import pytest

from models import clock
from models.rules.words import Role
from models.services.settle import held_pairs
from tests.factories import imports as world
from tests.web.conftest import counting_queries
from web import charts, counts


@pytest.fixture
def busy(city) -> None:
    """A line that waits for its hospital, a sheet to review, a job that failed."""
    world.send("purchases", [world.purchase("L1"), world.purchase("L2")])
    world.put_on_sheet("L1", state="draft")
    world.sql(
        "INSERT INTO held_line (period, line_no, area_code, hospital_code, settler_code,"
        " enterprise_code, amount_fen, accepted_on, lane, reasons)"
        " SELECT '2026-03', line_no, '529901', hospital_code, hospital_code, enterprise_code,"
        " amount_fen, accepted_on, 'direct', '{waiting_hospital}' FROM purchase_line"
        " WHERE line_no = 'L2'"
    )
    held_pairs.add_up("2026-03", ["529901"])
    world.sql(
        "INSERT INTO settled_period (area_code, period, settled_at, settled_by)"
        " VALUES ('529901', '2026-03', now(), 'maker')"
    )
    world.db.connection().commit()


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_a_home_page_with_few_questions_to_the_database(reader, busy, role):
    somebody = reader(role.value)
    somebody.get("/")
    with counting_queries() as asked:
        assert somebody.get("/").status_code == 200
    assert len(asked) <= 12, asked


def test_the_checker_is_led_to_what_waits_for_review(reader, busy):
    page = reader("checker").get("/").text
    assert '<a href="/sheets/?state=draft">复核结算单</a>' in page
    assert "123.45" in page


def test_the_hospital_is_told_what_it_has_not_confirmed(reader, busy):
    page = reader("hospital").get("/").text
    assert "确认采购明细" in page


def test_another_county_sees_none_of_it(reader, busy):
    assert "复核结算单" not in reader("county").get("/").text
    from models.services import users

    users.create("far", Role.CHECKER, "529902", password="Test-1234")
    assert "复核结算单" not in reader("far").get("/").text


def test_the_stages_add_up_to_the_whole(reader, busy):
    page = reader("maker").get("/").text
    strip = page[page.find('class="card flow"') : page.find('class="cols"')]
    shown = [
        int(v.replace(",", "").replace(".", ""))
        for v in re.findall(r'class="v num">([\d,.]+)<', strip)
    ]
    whole = re.search(r'合计 <b class="num">([\d,.]+)</b>', strip)[1]
    assert len(shown) == 7
    assert abs(sum(shown) - int(whole.replace(",", "").replace(".", ""))) <= 1


@pytest.mark.parametrize("role", [Role.MAKER, Role.HOSPITAL, Role.ENTERPRISE])
def test_the_bar_of_a_month_leads_only_where_the_reader_may_go(reader, busy, role):
    somebody = reader(role)
    page = somebody.get("/").text
    links = set(re.findall(r'href="(/(?:sheets|holds|unconfirmed)/\?[^"]*period=[^"]*)"', page))
    assert links
    assert {somebody.get(link.replace("&amp;", "&")).status_code for link in links} == {200}


def test_a_chart_is_bare_svg_with_its_values_in_words(reader, busy):
    svg = str(charts.stacked(["1月", "2月"], [("a", [1, 2]), ("b", [3, 4])], "一月 1"))
    assert 'role="img"' in svg
    assert 'aria-label="一月 1"' in svg
    assert not re.search(r"style|<script|onload|xlink:href|kozea|<defs|<title", svg)


@pytest.mark.parametrize(
    "chart", [charts.bars(["a"], [0], "x"), charts.line(["a", "b"], [1, None], "x")]
)
def test_charts_of_nothing_are_drawn_too(chart):
    assert chart.startswith("<svg")


def test_the_menu_says_where_counting_stopped():
    assert counts.told(9_999) == "9,999"
    assert counts.told(counts.COUNT_MAX) == "9,999+"


def test_the_bar_names_whom_the_reader_works_for(reader, busy):
    def office(name: str) -> str:
        return re.search(r'<span class="opt">([^<]+)</span>', reader(name).get("/").text)[1]

    world.sql("UPDATE hospital SET name = '江州市人民医院'")
    world.db.connection().commit()
    assert office("hospital") == "江州市人民医院"
    assert office("maker") == "全部统筹区"
    assert (
        office("county")
        == world.sql(
            "SELECT coalesce((SELECT min(name) FROM agency WHERE area_code = '529901'),"
            " (SELECT name FROM area WHERE area_code = '529901'))"
        ).fetchone()[0]
    )


def test_keys_that_end_soon_and_events_nobody_took_are_told_to_their_keepers(reader, city):
    world.sql(
        "INSERT INTO api_key (key_hash, hint, label, role, area_code, party_code, permissions,"
        " addresses, expires_on, made_by, made_at) SELECT md5(n::text), 'zj', 'HIS', 'hospital',"
        " '529901', u.party_code, '{read:sheets}', '{}', %s + n, 'hospital', now()"
        " FROM unnest(ARRAY[1, 14, 15]) n, app_user u WHERE u.name = 'hospital'",
        (clock.today(),),
    )
    world.sql(
        "INSERT INTO webhook (label, url, role, area_code, party_code, events, sealed_secret,"
        " made_by, made_at) SELECT 'HIS', 'https://his.test/', 'hospital', '529901', u.party_code,"
        " '{sheet.paid}', 'x', 'hospital', now() FROM app_user u WHERE u.name = 'hospital'"
    )
    world.sql(
        "INSERT INTO webhook_event (kind, subject, facts, happened_at)"
        " VALUES ('sheet.paid', 'S1', '{}', now())"
    )
    world.sql(
        "INSERT INTO webhook_delivery (webhook_id, event_id, state, next_try_at)"
        " SELECT h.id, e.id, 'dead', now() FROM webhook h, webhook_event e"
    )
    world.db.connection().commit()
    page = reader("hospital").get("/").text
    row = page[page.index("即将到期的接口密钥") :]
    assert '<span class="num">2</span>' in row[: row.index("</li>")]
    assert "推送没有送达" in page
    other = reader("enterprise").get("/").text
    assert "即将到期的接口密钥" not in other
    assert "推送没有送达" not in other


def test_a_hospital_is_led_to_the_retention_it_has_not_declared(reader, city):
    world.sql(
        "INSERT INTO retention_result (period, hospital_code, round_code, base_fen, score,"
        " ratio_bp, retained_fen) SELECT '2026-03', party_code, 'R1', 1000000, 90, 6000, 600000"
        " FROM app_user WHERE name = 'hospital'"
    )
    world.db.connection().commit()
    page = reader("hospital").get("/").text
    assert '<a href="/retention/?view=waiting">申报结余留用</a>' in page
    assert "6,000.00" in page
    assert "申报结余留用" not in reader("checker").get("/").text
