"""银行格式: seen by many, proposed by one, put in force by another, tried out by both."""

import json
import re
from io import BytesIO

import pytest

from models.records.base import sql
from models.records.profiles import BankProfileChange
from models.services import profiles, rails
from tests.processes import ROOT
from web.admin import bank_profiles_text as typed
from web.admin.bank_profiles_keys import GROUPS
from workers.bankfiles import SEEDS

ICBC = next(seed for seed in SEEDS if seed["code"] == "icbc_bpt_like")


@pytest.fixture
def seeded(people):
    profiles.ensure(SEEDS)


def edited(**changed: object) -> str:
    return typed.written({**ICBC, "name": "本市工行批量支付", **changed})


def propose(reader, who: str = "administrator", **typed_in: object):
    form = {"text": edited(), "reason": "开户行新版说明", "action": "propose"} | typed_in
    return reader(who).post("/profiles/edit?code=icbc_bpt_like", **form)


def test_the_list_tells_examples_from_the_contract(seeded, reader):
    page = reader("auditor").get("/profiles/").text
    assert page.count("示例</span>") == len(SEEDS) - 1
    assert "generic_csv" in page
    assert "新增银行" not in page


def test_a_profile_shows_what_it_does_to_difficult_names(seeded, reader):
    page = reader("checker").get("/profiles/icbc_bpt_like").text
    assert "䶮 不在 GBK 编码内" in page
    assert "玛丽·示例（中国）有限公司" in page
    assert "PC20260713000001.bpt" in page
    assert "CA BE C0 FD" in page, "the bytes of 示例 in GBK"


def test_every_seeded_profile_has_its_page(seeded, reader):
    somebody = reader("approver")
    for seed in SEEDS:
        page = somebody.get(f"/profiles/{seed['code']}?order=2")
        assert page.status_code == 200, seed["code"]
        assert "样例文件" in page.text


@pytest.mark.parametrize("role", ["hospital", "enterprise"])
def test_seats_do_not_see_bank_profiles(seeded, reader, role):
    assert reader(role).get("/profiles/").status_code == 403


@pytest.mark.parametrize("role", ["maker", "checker", "auditor", "approver"])
def test_who_pays_or_reviews_cannot_propose(seeded, reader, role):
    answer = propose(reader, role)
    assert answer.status_code == 403
    assert BankProfileChange.select().count() == 0


def test_a_mistyped_key_is_refused_with_its_line(seeded, reader):
    text = edited().replace('"charset": "alnum"', '"charset": "alnun"', 1)
    answer = propose(reader, text=text)
    line = next(n for n, one in enumerate(text.splitlines(), 1) if "alnun" in one)
    assert answer.status_code == 422
    assert "charset" in answer.text
    assert f"位置：第 {line} 行" in answer.text


def test_broken_json_is_refused_with_line_and_character(seeded, reader):
    answer = propose(reader, text='{\n "code": "x",\n "name": "y"\n "format": "csv"}')
    assert answer.status_code == 422
    assert "第 4 行" in answer.text
    assert "缺少逗号" in answer.text


def test_checking_shows_the_sample_and_keeps_nothing(seeded, reader):
    page = propose(reader, action="check")
    assert page.status_code == 200
    assert "校验通过" in page.text
    assert "样例文件" in page.text
    assert BankProfileChange.select().count() == 0


def test_the_proposer_cannot_put_it_in_force_and_a_second_person_can(seeded, reader):
    assert propose(reader, "supervisor").status_code == 303
    change = BankProfileChange.get()
    own = reader("supervisor").post(f"/profiles/changes/{change.id}", action="activate", seen="yes")
    assert own.status_code == 422
    assert "须由另一人复核" in own.text
    unseen = reader("approver").post(f"/profiles/changes/{change.id}", action="activate")
    assert unseen.status_code == 422
    done = reader("approver").post(f"/profiles/changes/{change.id}", action="activate", seen="yes")
    assert done.status_code == 303
    row = sql(
        "SELECT version, name, created_by, activated_by FROM bank_profile"
        " WHERE profile_code = 'icbc_bpt_like' ORDER BY version DESC LIMIT 1"
    ).fetchone()
    assert row == (2, "本市工行批量支付", "supervisor", "approver")
    assert "与第 1 版相比" in reader("auditor").get("/profiles/icbc_bpt_like").text


def test_a_proposal_is_refused_with_its_reason(seeded, reader):
    propose(reader)
    change = BankProfileChange.get()
    page = f"/profiles/changes/{change.id}"
    assert reader("approver").get(page).status_code == 200
    assert (
        reader("approver").post(page, action="refuse", answer="上限与说明不符").status_code == 303
    )
    shown = reader("administrator").get(page).text
    assert "上限与说明不符" in shown
    assert "已驳回" in shown


def test_a_copy_is_a_new_bank_with_a_code_of_its_own(seeded, reader):
    page = reader("administrator").get("/profiles/edit?copy=ccb_batch_like").text
    assert "ccb_batch_like_new" in page


def test_a_result_file_is_tried_out_and_nothing_is_stored(seeded, reader):
    head = "reference,status,amount_yuan,booked_on\r\n"
    file = head + "ZJ26060000000001,settled,12.30,2026-07-14\r\nZJ26060000000002,等待授权,1.00,\r\n"
    somebody = reader("maker")
    page = somebody.client.post(
        "/profiles/generic_csv",
        data={"csrf_token": somebody.token("/me"), "file": (BytesIO(file.encode()), "r.csv")},
    ).text
    assert "ZJ26060000000001" in page
    assert "交人判断" in page
    assert sql("SELECT count(*) FROM stored_file").fetchone()[0] == 0
    assert sql("SELECT count(*) FROM bank_result_line").fetchone()[0] == 0


def test_what_the_page_of_a_profile_leads_to_is_the_page_itself(seeded, reader):
    somebody = reader("supervisor")
    page = somebody.get("/profiles/icbc_bpt_like").text
    address = re.search(r'enctype="multipart/form-data" action="([^"]+)"', page)[1]
    assert address.startswith("/profiles/icbc_bpt_like?version=")
    assert somebody.get(address.partition("#")[0]).status_code == 200
    assert "object at" not in page


def test_a_foreign_result_file_is_refused_with_its_sentence(seeded, reader):
    somebody = reader("maker")
    page = somebody.client.post(
        "/profiles/generic_csv",
        data={"csrf_token": somebody.token("/me"), "file": (BytesIO(b"a,b\r\n1,2\r\n"), "r.csv")},
    ).text
    assert "缺少列" in page


def test_a_retired_profile_says_so_and_offers_no_payment(seeded, reader):
    answer = reader("administrator").post("/profiles/ccb_batch_like/retire", reason="银行停用")
    assert answer.status_code == 303
    assert "已停用" in reader("auditor").get("/profiles/ccb_batch_like").text
    assert "ccb_batch_like" not in reader("maker").get("/batches/new").text


def test_the_written_text_reads_back_as_the_same_data():
    for seed in SEEDS:
        assert typed.read(typed.written(seed)) == json.loads(json.dumps(seed))


def test_a_key_that_stands_twice_is_not_lost_in_silence(seeded, reader):
    answer = propose(reader, text='{"code": "x", "code": "y"}')
    assert "写了两次" in answer.text


def test_the_help_names_every_key_the_documentation_has():
    told = (ROOT / "docs/bank-formats.md").read_text(encoding="utf-8")
    table = told[told.index("| key | meaning") : told.index("Dated caps of rails")]
    keys = {
        key
        for line in table.splitlines()[2:]
        for key in re.findall(r"`([a-z_0-9]+)`", line.split("|")[1] if "|" in line else "")
    }
    helped = {key.name for _title, group in GROUPS for key in group}
    assert keys - helped == set()


@pytest.mark.parametrize("address", ["/rail_rules/", "/bank_days/"])
def test_rails_and_bank_days_are_rows_with_their_own_pages(seeded, reader, address):
    rails.ensure()
    assert reader("maker").get(address).status_code == 200
    assert reader("maker").get(f"{address}new/").status_code == 200
    assert reader("auditor").get(f"{address}new/").status_code == 403


def test_a_changed_cap_keeps_what_it_was(seeded, reader):
    rails.ensure()
    somebody = reader("administrator")
    page = "/rail_rules/edit/?id=*&id=beps&id=2018-05-02"
    answer = somebody.submit(page, cap_yuan="500000")
    assert answer.status_code == 302, answer.text
    shown = somebody.get("/rail_rules/details/?id=*&id=beps&id=2018-05-02").text
    assert "1,000,000.00" in shown
    assert "500,000.00" in shown
