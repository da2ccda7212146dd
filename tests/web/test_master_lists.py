"""Master data in Flask-Admin, one test for each trap: A1 to A19 of what its stock views do."""

import csv
import io

import pytest

from models.records.catalogue import Product
from models.records.parties import AccountChange, Enterprise, Hospital, MasterHistory
from tests.factories import imports as world
from tests.web.conftest import counting_queries, fields
from web.admin.base import MasterView
from web.admin.columns import Column
from web.admin.export import guarded

HOSPITAL = f"/hospitals/edit/?id={world.HOSPITAL}"
NEW_PRODUCT = {
    "nhsa_code": "XA01", "name": "二甲双胍", "kind": "drug", "specification": "0.5g×60",
    "unit": "瓶", "manufacturer_code": world.ENTERPRISE, "listed_price_yuan": "5.46",
    "negotiated": "no",
}  # fmt: skip


@pytest.fixture
def lists(app) -> list[MasterView]:
    return [v for v in app.extensions["zhijie_admin"]._views if isinstance(v, MasterView)]


def test_a2_no_swatch_and_no_font_is_loaded(reader, city):
    page = reader("maker").get("/hospitals/").text
    assert "swatch" not in page
    assert "googleapis" not in page


def test_a3_nothing_can_be_deleted(reader, city, lists):
    assert not any(view.can_delete for view in lists)
    reader("maker").post("/hospitals/delete/", id=world.HOSPITAL)
    assert Hospital.select().count() == 2
    reader("maker").post("/hospitals/action/", action="delete", rowid=world.HOSPITAL)
    assert Hospital.select().count() == 2


def test_a4_a_choice_is_preselected_and_saving_changes_nothing(reader, city):
    somebody = reader("maker")
    assert fields(somebody.get(HOSPITAL).text)["ownership"] == "public"
    assert somebody.submit(HOSPITAL).status_code == 302
    assert MasterHistory.select().count() == Enterprise.select().count()  # the approvals


def test_a4_no_form_shows_what_only_a_button_may_change(lists):
    shown = {field.attribute for view in lists for field in view.fields}
    assert not shown & {"state", "account_verified", "suspended_set_at"}


def test_a5_money_keeps_its_fen(reader, city):
    order = {
        "order_no": "DD1", "nhsa_code": world.PRODUCT, "hospital_code": world.HOSPITAL,
        "enterprise_code": world.ENTERPRISE, "ordered_on": "2026-03-01", "quantity": "3",
        "amount_yuan": "1.23",
    }  # fmt: skip
    somebody = reader("maker")
    assert somebody.submit("/orders/new/", **order).status_code == 302
    address = f"/orders/edit/?id=DD1&id={world.PRODUCT}"
    assert fields(somebody.get(address).text)["amount_yuan"] == "1.23"
    assert somebody.submit(address, quantity="4").status_code == 302
    assert "1.23" in somebody.get("/orders/").text


def test_a6_a_digit_too_many_is_refused_not_cut(reader, city):
    refused = reader("maker").submit(
        "/products/new/", **NEW_PRODUCT | {"listed_price_yuan": "1.23456"}
    )
    assert "小数位过多" in refused.text
    assert 'value="1.23456"' in refused.text
    assert Product.get_or_none(Product.nhsa_code == "XA01") is None


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("/hospitals/?area_code=529901&level=3", [world.HOSPITAL]),
        ("/hospitals/?level=2", []),
        ("/hospitals/?joined_from=2026-01-01&q=望江", [world.HOSPITAL, world.OTHER_HOSPITAL]),
        ("/hospitals/?joined_from=2026-01-02", []),
        ("/hospitals/?level=nonsense", []),
        ("/hospitals/?joined_from=yesterday", []),
        ("/products/?price_from=1&price_to=1.00&negotiated=no", [world.PRODUCT]),
        ("/products/?price_from=1.01", []),
        ("/products/?price_from=NaN", []),
        ("/enterprises/?account_verified=yes", [world.ENTERPRISE, world.OTHER_ENTERPRISE]),
        ("/enterprises/?account_verified=no", []),
    ],
)
def test_a7_a8_filters_on_choices_money_and_dates_work_together(reader, city, address, found):
    page = reader("maker").get(address)
    assert page.status_code == 200
    body = page.text.split("<tbody>")[-1] if "<tbody>" in page.text else ""
    known = [
        world.HOSPITAL,
        world.OTHER_HOSPITAL,
        world.PRODUCT,
        world.ENTERPRISE,
        world.OTHER_ENTERPRISE,
    ]
    assert [code for code in known if f"id={code}" in body] == found


def test_a9_a_list_asks_the_database_a_few_times_whatever_it_shows(reader, city):
    somebody = reader("maker")
    somebody.get("/hospitals/")
    for address in ("/hospitals/", "/contracts/", "/awards/", "/orders/", "/scheme_rows/"):
        with counting_queries() as asked:
            assert somebody.get(address).status_code == 200
        assert len(asked) <= 6, asked


def test_a10_rows_out_of_sight_do_not_exist_on_any_road(reader, city):
    county = reader("county")
    other = world.OTHER_HOSPITAL
    assert other not in county.get("/hospitals/").text
    assert county.get(f"/hospitals/details/?id={other}").status_code == 404
    assert county.get(f"/hospitals/edit/?id={other}").status_code == 404
    assert county.post(f"/hospitals/edit/?id={other}", name="X").status_code == 404
    assert other not in county.get("/hospitals/export/csv/").text
    assert other not in county.get("/find/?q=医院").text


def test_a10_nobody_moves_a_row_out_of_his_sight_or_into_it(reader, city):
    moved = reader("county").submit(HOSPITAL, area_code="529902")
    assert moved.status_code == 200
    assert Hospital.get_by_id(world.HOSPITAL).area_code == "529901"
    forged = {"hospital_code": world.OTHER_HOSPITAL, "email": "county@example.org"}
    assert reader("county").submit(HOSPITAL, **forged).status_code == 302
    added = world.HOSPITAL_ROW | {"hospital_code": "H52990200199", "area_code": "529902"}
    assert reader("county").submit("/hospitals/new/", **added).status_code == 200
    assert Hospital.select().count() == 2
    assert Hospital.get_by_id(world.OTHER_HOSPITAL).email == "h@example.org"


def test_a11_a_refused_row_leaves_nothing_behind(reader, city):
    somebody = reader("maker")
    before = AccountChange.select().count()
    refused = somebody.submit(
        f"/enterprises/edit/?id={world.ENTERPRISE}", account_no="99", email="no address"
    )
    assert refused.status_code == 200
    assert AccountChange.select().count() == before
    assert Enterprise.get_by_id(world.ENTERPRISE).account_no == world.ACCOUNT["account_no"]


def test_a13_problems_are_told_at_their_field_in_chinese(reader, city):
    refused = reader("maker").submit(HOSPITAL, email="no address", area_code="999999", level="9")
    assert "错误：" in refused.text.split("</title>")[0]
    assert "有 2 处需要更正" in refused.text
    assert "“等级”不是允许的取值" in refused.text
    assert "“邮箱”的写法不符合要求" in refused.text
    unknown = reader("maker").submit(HOSPITAL, area_code="999999")
    assert "“统筹区”所指的资料不存在" in unknown.text


def test_a14_an_export_is_read_by_excel_and_runs_no_formula(reader, city):
    somebody = reader("maker")
    somebody.submit("/products/new/", **NEW_PRODUCT | {"name": "=cmd|' /C calc'!A0"})
    answer = somebody.get("/products/export/csv/")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert {row["医保编码"]: row["通用名"] for row in rows}["XA01"] == "'=cmd|' /C calc'!A0"
    number = Column("amount_yuan", "金额", "amount_fen", "money")
    assert guarded(number, "-12.30") == "-12.30"


def test_a14_an_export_has_a_name_that_every_server_lets_pass(reader, city, lists):
    # A header is ASCII on the wire; the Chinese name goes beside it, percent-encoded.
    somebody = reader("maker")
    for view in (one for one in lists if one.can_export):
        told = somebody.get(f"{view.url}/export/csv/").headers["Content-Disposition"]
        assert told.isascii()
        assert "filename*=UTF-8''" in told


def test_a14_an_export_follows_the_query(reader, city):
    told = reader("maker").get("/hospitals/export/csv/?area_code=529901").text
    assert world.HOSPITAL in told
    assert world.OTHER_HOSPITAL not in told


def test_a16_a_form_left_open_over_lunch_still_saves(reader, city, frozen_clock):
    from web.security import FORM_LIFE

    assert FORM_LIFE.total_seconds() >= 8 * 3600


def test_a17_flask_admin_speaks_the_language_of_the_page(reader, city):
    somebody = reader("maker")
    saved = somebody.submit(HOSPITAL, email="new@example.org")
    assert saved.status_code == 302
    assert "successfully" not in somebody.get("/hospitals/").text


def test_a18_nothing_is_edited_in_the_list(lists):
    assert not any(view.column_editable_list for view in lists)


def test_a_type_error_of_ours_is_not_taken_for_a_wrong_call(reader, city, monkeypatch):
    calls = []

    def broken(self):
        calls.append(1)
        raise TypeError("ours")

    monkeypatch.setattr(MasterView, "get_query", broken)
    with pytest.raises(TypeError, match="ours"):
        reader("maker").get("/hospitals/")
    assert len(calls) == 1


def test_a_change_is_kept_in_the_history_with_its_author(reader, city):
    somebody = reader("maker")
    somebody.submit(HOSPITAL, level="2")
    change = MasterHistory.select().order_by(MasterHistory.id.desc()).first()
    assert (change.table_name, change.changed_by) == ("hospital", "maker")
    page = somebody.get(f"/hospitals/details/?id={world.HOSPITAL}").text
    assert '<del class="was">三级</del>' in page
    assert '<ins class="now">二级</ins>' in page


def test_two_people_at_one_row_the_second_is_told(reader, city):
    slow, quick = reader("maker"), reader("county")
    opened = fields(slow.get(HOSPITAL).text)
    quick.submit(HOSPITAL, email="quick@example.org")
    late = slow.client.post(HOSPITAL, data=opened | {"email": "slow@example.org"})
    assert "已被他人修改" in late.text
    assert "county 已将“" in late.text
    assert "改为“quick@example.org”" in late.text
    assert 'value="slow@example.org"' in late.text
    assert Hospital.get_by_id(world.HOSPITAL).email == "quick@example.org"


def test_a_known_key_is_not_overwritten_by_a_new_row(reader, city):
    told = world.PRODUCT_ROW | {"name": "别的药"}
    refused = reader("maker").submit("/products/new/", **told)
    assert "已有相同编码的记录" in refused.text
    assert Product.get_by_id(world.PRODUCT).name == "阿莫西林"


def test_an_account_cannot_be_typed_over_in_the_form_of_the_enterprise(reader, city):
    page = f"/enterprises/edit/?id={world.ENTERPRISE}"
    assert world.ACCOUNT["account_no"] in reader("maker").get(page).text
    reader("maker").submit(page, account_no="6200000000000999", email="new@example.org")
    saved = Enterprise.get_by_id(world.ENTERPRISE)
    assert (saved.account_no, saved.account_verified, saved.email) == (
        world.ACCOUNT["account_no"], True, "new@example.org",
    )  # fmt: skip
    assert not AccountChange.select().where(AccountChange.decided_by.is_null()).exists()


def test_an_administrator_keeps_the_rules_and_touches_no_money(reader, city):
    somebody = reader("administrator")
    drafted = somebody.post("/schemes/drafts/new", **world.SCHEME_ROW | {"scope": ["listed"]})
    assert drafted.status_code == 303
    assert (
        somebody.submit("/lpr/new/", valid_from="2026-01-20", one_year_bp="300").status_code == 302
    )
    assert somebody.get("/enterprises/").status_code == 403
