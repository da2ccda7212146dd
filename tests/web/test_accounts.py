"""Changes of accounts on the pages: asked for, compared, decided, and shown to whom it concerns."""

import io

import pytest

from models import clock
from models.records.base import sql
from models.records.parties import AccountChange, Enterprise
from tests.factories import imports as world
from tests.factories import payments, sheets
from tests.factories.imports import send

NEW = "6200000000000999"
BRANCH = {
    "cnaps_code": "313701500058", "bank_name": "望江银行营业部", "valid_from": "", "valid_to": "",
}  # fmt: skip
TYPED = {
    "account_no": NEW,
    "account_name": "望江药业",
    "bank_name": "望江银行营业部",
    "cnaps_code": "313701500058",
}
PDF = b"%PDF-1.7 ..."


def last() -> AccountChange:
    return AccountChange.select().order_by(AccountChange.id.desc()).first()


def account() -> tuple[str, bool]:
    found = Enterprise.get_by_id(world.ENTERPRISE)
    return found.account_no, found.account_verified


def ask(somebody, **typed):
    return somebody.post(f"/accounts/new?credit_code={world.ENTERPRISE}", **TYPED | typed)


def ask_as_seat(seat, content: bytes = PDF):
    data = {"csrf_token": seat.token("/me"), **TYPED, "evidence": (io.BytesIO(content), "证.pdf")}
    return seat.client.post("/accounts/new", data=data, content_type="multipart/form-data")


def test_a_maker_asks_and_a_second_person_decides(reader, city):
    maker, checker = reader("maker"), reader("checker")
    assert ask(maker).status_code == 303
    assert account() == (world.ACCOUNT["account_no"], False)
    page = checker.get("/accounts/").text
    assert "待您核验" in page
    assert NEW in page
    assert world.ACCOUNT["account_no"] in page
    assert f'class="diff"><span class="num">{NEW}' in page
    assert "核验通过" not in maker.get("/accounts/").text
    assert maker.post(f"/accounts/{last().id}/approve").status_code == 403
    assert checker.post(f"/accounts/{last().id}/approve").status_code == 303
    assert account() == (NEW, True)
    assert NEW in checker.get("/accounts/?view=decided").text


def test_an_enterprise_asks_for_itself_with_evidence_that_deciders_can_open(reader, city):
    seat = reader("enterprise")
    refused = seat.post("/accounts/new", **TYPED)
    assert refused.status_code == 422
    assert "请上传证明材料" in refused.text
    assert ask_as_seat(seat, b"not a document").status_code == 422
    assert ask_as_seat(seat).status_code == 303
    change = last()
    assert (change.source, change.credit_code) == ("seat", world.ENTERPRISE)
    assert seat.post(f"/accounts/{change.id}/approve").status_code == 404
    checker = reader("checker")
    assert "企业提出" in checker.get("/accounts/").text
    assert checker.post(f"/accounts/{change.id}/evidence").data == PDF
    assert reader("auditor").post(f"/accounts/{change.id}/evidence").status_code == 404
    read = "SELECT actor FROM audit_event WHERE action = 'accounts.evidence_read'"
    assert sql(read).fetchall() == [("checker",)]


def test_a_seat_asks_for_no_other_enterprise_and_sees_no_other_change(reader, city):
    seat = reader("enterprise")
    page = seat.get(f"/accounts/new?credit_code={world.OTHER_ENTERPRISE}").text
    assert world.ENTERPRISE in page
    # The bar repeats the address as it was typed; the page itself says nothing of it.
    assert world.OTHER_ENTERPRISE not in page[page.find("<main") :]
    reader("maker").post(f"/accounts/new?credit_code={world.OTHER_ENTERPRISE}", **TYPED)
    assert last().credit_code == world.OTHER_ENTERPRISE
    assert world.OTHER_ENTERPRISE not in seat.get("/accounts/").text
    assert seat.post(f"/accounts/{last().id}/withdraw", reason="x").status_code == 404


def test_who_asked_may_take_it_back_with_a_reason(reader, city):
    maker = reader("maker")
    ask(maker)
    assert "撤回" in maker.get("/accounts/").text
    maker.post(f"/accounts/{last().id}/withdraw", reason=" ")
    assert last().state == "requested"
    maker.post(f"/accounts/{last().id}/withdraw", reason="填错")
    assert (last().state, account()) == ("withdrawn", (world.ACCOUNT["account_no"], True))


def test_two_persons_and_a_cooling_off_where_the_scheme_says_so(reader, city):
    rules = {"account_reviews": "2", "account_cooling_days": "3"}
    send("schemes", [world.SCHEME_ROW | rules])
    checker, approver = reader("checker"), reader("approver")
    ask(reader("maker"))
    assert "核验通过" not in approver.get("/accounts/").text
    checker.post(f"/accounts/{last().id}/approve")
    assert last().state == "checked"
    assert "待您批准" in approver.get("/accounts/").text
    told = approver.post(f"/accounts/{last().id}/approve")
    assert told.status_code == 303
    assert (last().state, account()) == ("approved", (world.ACCOUNT["account_no"], False))
    assert "叫停" in checker.get("/accounts/?view=cooling").text
    checker.post(f"/accounts/{last().id}/stop", reason="原联系人否认")
    assert (last().state, account()) == ("stopped", (world.ACCOUNT["account_no"], True))


def test_what_a_check_forbids_is_said_and_not_taken(reader, city):
    send("bank_branches", [BRANCH])
    refused = ask(reader("maker"), cnaps_code="103701509015")
    assert refused.status_code == 422
    assert "不在联行号目录中" in refused.text
    assert account()[1] is True


def test_the_directory_is_searched_and_a_branch_chosen_without_losing_what_was_typed(reader, city):
    send("bank_branches", [BRANCH])
    maker = reader("maker")
    found = ask(maker, look="1", branch="望江 营业").text
    assert 'value="313701500058">选用' in found
    assert f'value="{NEW}"' in found
    chosen = ask(maker, choose="313701500058", bank_name="", cnaps_code="").text
    assert 'name="bank_name" type="text" value="望江银行营业部"' in chosen
    assert "目录中没有“清江”" in ask(maker, look="1", branch="清江").text
    assert not AccountChange.select().where(AccountChange.decided_by.is_null()).exists()


def test_a_maker_finds_the_enterprise_by_its_name(reader, city):
    page = reader("maker").get("/accounts/new?q=望江").text
    assert f"/accounts/new?credit_code={world.ENTERPRISE}" in page


@pytest.mark.parametrize(
    ("role", "whole"),
    [("maker", True), ("checker", True), ("approver", True), ("enterprise", True),
     ("supervisor", False), ("auditor", False)],
)  # fmt: skip
def test_account_numbers_are_whole_for_those_who_need_them(reader, city, role, whole):
    ask(reader("maker"))
    somebody = reader(role)
    assert (NEW in somebody.get("/accounts/").text) is whole
    exported = somebody.get("/enterprises/export/csv/").text
    assert (world.ACCOUNT["account_no"] in exported) is whole
    assert (f"•••• {world.ACCOUNT['account_no'][-4:]}" in exported) is not whole


def test_the_directory_is_a_list_that_can_be_searched(reader, city):
    send("bank_branches", [BRANCH])
    maker = reader("maker")
    assert "望江银行营业部" in maker.get("/bank_branches/?q=营业部").text
    assert "望江银行营业部" not in maker.get("/bank_branches/?q=清江").text
    maker.submit("/bank_branches/new/", cnaps_code="103701509015", bank_name="农行望江支行")
    assert sql("SELECT count(*) FROM bank_branch").fetchone() == (2,)


def test_whoever_works_in_an_agency_sees_every_enterprise(reader, city):
    page = reader("county").get("/enterprises/").text
    assert world.ENTERPRISE in page
    assert "账户已核验" in page
    assert reader("county").get(f"/enterprises/details/?id={world.ENTERPRISE}").status_code == 200
    assert reader("hospital").get("/enterprises/").status_code == 403


def test_a_run_shows_which_orders_look_like_one_made_lately(reader, people_of_town):
    town = people_of_town
    sheets.sheet(town.hospitals[0], town.enterprises[0], 120_00)
    payments.approve_all()
    payments.pay(on=clock.today())
    run = f"/batches/new?period={sheets.PERIOD}&profile={payments.PROFILE}"
    assert "请确认不是重复" not in reader("maker").get(run).text
    sheets.sheet(town.hospitals[1], town.enterprises[0], 120_00)
    payments.approve_all()
    reference, account_no = sql(
        "SELECT reference, payee_account_no FROM payment_instruction"
    ).fetchone()
    page = reader("maker").get(run).text
    assert "请确认不是重复" in page
    assert reference in page
    assert account_no not in page


def test_the_table_of_rights_says_who_sees_whole_numbers(reader, city):
    page = reader("administrator").get("/users/rights").text
    row = page[page.index("完整账号") :]
    assert row[: row.index("</tr>")].count("看") == 4
