"""Batches, bank results, cases, funds and books on the screen."""

import hashlib
import io
import re
from decimal import Decimal

import pytest

from models.records.base import sql
from models.rules.money import in_words
from models.services import bank_results, offsets
from tests.factories import payments, sheets, work
from tests.factories.payments import Word
from tests.factories.sheets import MAKER, ON


@pytest.fixture
def town(people_of_town):
    return people_of_town


@pytest.fixture
def approved(town):
    work.drafts(town)
    payments.approve_all()
    return town


@pytest.fixture
def paid(approved):
    payments.pay()
    return approved


def answer(*words: Word) -> dict[str, object]:
    file_id = payments.stored(b"answer" + repr(words).encode())
    return bank_results.apply(MAKER, file_id, payments.PROFILE, ON, read=lambda _spec, _b: words)


RUN = f"/batches/new?period={sheets.PERIOD}&profile={payments.PROFILE}"


def test_a_run_is_shown_before_it_is_asked_for(reader, approved):
    sql(
        "UPDATE enterprise SET account_verified = false WHERE credit_code = %s",
        (approved.enterprises[1],),
    )
    page = reader("maker").get(RUN).text
    assert "¥177.77" in page
    assert in_words(177_77) in page
    assert "2 张 ¥5,001.00 本次不付" in page
    assert "账户未核验" in page
    assert work.jobs_asked("pay") == []


def test_the_second_request_queues_the_run_once(reader, approved):
    somebody = reader("maker")
    assert somebody.submit(RUN).status_code == 303
    assert [job["profile"] for job in work.jobs_asked("pay")] == [payments.PROFILE]


def test_a_run_is_refused_when_the_sheets_changed_meanwhile(reader, approved):
    somebody = reader("maker")
    seen = re.search(r'name="selection_hash" value="(\w+)"', somebody.get(RUN).text)[1]
    payments.pay()
    refused = somebody.post(RUN, selection_hash=seen)
    assert refused.status_code == 422
    assert work.jobs_asked("pay") == []


@pytest.mark.parametrize("name", ["checker1", "checker2", "supervisor", "firm", "administrator"])
def test_only_makers_pay(reader, approved, name):
    assert reader(name).get(RUN).status_code == 403


def test_control_totals_file_and_payees_of_a_batch(reader, paid):
    page = reader("checker2").get(f"/batches/{work.batch_no()}").text
    sha = sql("SELECT file_sha256 FROM payment_batch").fetchone()[0]
    assert "各处独立计算，笔数与金额一致" in page
    assert sha in page
    assert page.count("5,178.77") >= 5
    assert "6200000000000001" not in page


def test_a_batch_whose_sums_differ_says_so_in_red(reader, paid):
    payments.damage_an_allocation()
    page = reader("maker").get(f"/batches/{work.batch_no()}").text
    assert "控制合计不一致" in page
    assert "-0.01" in page


def test_the_file_is_the_stored_bytes_and_who_took_it_is_kept(reader, paid):
    somebody = reader("maker")
    sent = somebody.post(f"/batches/{work.batch_no()}/file")
    sha = sql("SELECT file_sha256 FROM payment_batch").fetchone()[0]
    assert hashlib.sha256(sent.data).hexdigest() == sha == sent.headers["X-Content-SHA256"]
    kept = sql("SELECT actor FROM audit_event WHERE action = 'batch.downloaded'").fetchall()
    assert kept == [("maker",)]
    assert reader("auditor").post(f"/batches/{work.batch_no()}/file").status_code == 403


def test_the_payment_list_is_printed_with_words_and_sha(reader, paid):
    page = reader("maker").get(f"/batches/{work.batch_no()}?print=1").text
    assert in_words(5_178_77) in page
    assert sql("SELECT file_sha256 FROM payment_batch").fetchone()[0] in page
    assert "盖章" in page


def test_the_totals_of_the_batches_are_those_of_the_export(reader, paid, tmp_path):
    rows = work.exported("payments", tmp_path)
    total = sum(Decimal(row["amount_yuan"]) for row in rows)
    assert f"{total:,}" in reader("maker").get("/batches/").text


def test_a_batch_of_other_areas_is_not_found(reader, paid):
    assert reader("county").get(f"/batches/{work.batch_no()}").status_code == 404
    assert reader("clinic").get("/batches/").status_code == 403


def test_what_is_not_answered_is_listed_by_age_and_sums_up(reader, paid):
    page = reader("maker").get("/unconfirmed/").text
    total = sum(fen for _reference, fen, _state in payments.orders())
    assert f"{total / 100:,.2f}" in page
    assert "没有消息既不是成功也不是失败" in page
    assert "查询" not in reader("maker").get("/unconfirmed/?age=1").text.split("<table")[0][-1:]


def test_a_result_file_shows_each_line_with_its_outcome(reader, paid):
    reference, fen, _state = payments.orders()[0]
    answer(Word(1, reference, "settled", fen, ON), Word(2, "ZJNOBODY", "settled", 5, ON))
    page = reader("maker").get("/results/1").text
    assert reference in page
    assert "ZJNOBODY" in page
    assert "已到账" in page
    assert "ZJNOBODY" not in reader("maker").get("/results/1?outcome=settled").text


def test_an_upload_becomes_a_job_and_the_same_file_is_one_job(reader, paid):
    somebody = reader("maker")
    for _ in range(2):
        sent = somebody.post(
            "/results/", kind="result", profile=payments.PROFILE,
            file=(io.BytesIO(b"reference,status\n"), "a.csv"),
        )  # fmt: skip
        assert sent.status_code == 303
    assert len(work.jobs_asked("bank_result")) == 1
    somebody.post(
        "/results/", kind="statement", profile=payments.PROFILE,
        file=(io.BytesIO(b"account_no\n"), "s.csv"),
    )  # fmt: skip
    assert len(work.jobs_asked("statement")) == 1


def test_an_upload_of_nothing_or_for_no_bank_is_refused_with_a_sentence(reader, paid):
    somebody = reader("maker")
    empty = somebody.post("/results/", kind="result", profile=payments.PROFILE)
    unknown = somebody.post(
        "/results/", kind="result", profile="nobody", file=(io.BytesIO(b"x"), "a.csv")
    )
    assert (empty.status_code, unknown.status_code) == (422, 422)
    assert "没有名为“nobody”的银行文件模板" in unknown.text
    assert sql("SELECT count(*) FROM job").fetchone()[0] == 0
    assert reader("checker1").post("/results/", kind="result").status_code == 403


def a_case() -> int:
    reference, fen, _state = payments.orders()[0]
    answer(Word(1, reference, "settled", fen + 10, ON))
    return int(sql("SELECT id FROM payment_exception").fetchone()[0])


def test_a_case_shows_what_differs_and_what_is_missing_for_another_payment(reader, paid):
    case = a_case()
    page = reader("maker").get(f"/exceptions/{case}").text
    assert re.search(r'class="num diff">[\d,]+\.87<', page) or "diff" in page
    assert "重付条件" in page
    assert "尚无银行的拒绝或退票回盘" in page


def test_closing_a_case_asks_first_needs_a_reason_and_is_kept(reader, paid):
    case = a_case()
    somebody = reader("checker1")
    page = somebody.post(f"/exceptions/{case}/close").text
    seen = re.search(r'name="selection_hash" value="(\w+)"', page)[1]
    silent = somebody.post(f"/exceptions/{case}/close", selection_hash=seen, reason=" ")
    assert silent.status_code == 422
    done = somebody.post(f"/exceptions/{case}/close", selection_hash=seen, reason="银行已更正")
    assert done.status_code == 303
    closed_by, resolution = sql("SELECT closed_by, resolution FROM payment_exception").fetchone()
    assert (closed_by, resolution) == ("checker1", "银行已更正")
    twice = somebody.post(f"/exceptions/{case}/close", selection_hash=seen, reason="再次")
    assert twice.status_code == 422
    assert "银行已更正" in somebody.get("/exceptions/?closed=1").text


@pytest.mark.parametrize("name", ["checker2", "supervisor", "auditor"])
def test_who_only_looks_closes_nothing(reader, paid, name):
    case = a_case()
    somebody = reader(name)
    assert "由经办或复核人员处理" in somebody.get(f"/exceptions/{case}").text
    assert somebody.post(f"/exceptions/{case}/close").status_code == 403


def test_the_offset_page_adds_up_and_prints_its_notice(reader, paid, tmp_path):
    offsets.offset_period(MAKER, sheets.PERIOD, None, ON)
    somebody = reader("maker")
    page = somebody.get(f"/offsets/?period={sheets.PERIOD}").text
    rows = work.exported("offsets", tmp_path)
    for column in ("goods_yuan", "offset_yuan", "carried_out_yuan"):
        assert f"{sum(Decimal(row[column]) for row in rows):,}" in page
    notice = somebody.get(f"/offsets/{sheets.PERIOD}/{paid.hospitals[0]}/print")
    assert "抵扣通知书" in notice.text
    assert reader("clinic").get(f"/offsets/{sheets.PERIOD}/{paid.hospitals[1]}").status_code == 404


def test_an_offset_asks_first(reader, paid):
    somebody = reader("maker")
    address = f"/offsets/calculate?period={sheets.PERIOD}"
    assert "没有导入相应月份的医保基金" in somebody.get(address).text
    assert work.jobs_asked("offset") == []
    assert somebody.submit(address).status_code == 303
    assert len(work.jobs_asked("offset")) == 1
    assert reader("checker1").get(address).status_code == 403


def test_the_books_balance_and_are_proved_on_request(reader, paid):
    somebody = reader("auditor")
    page = somebody.get("/ledger/").text
    both = sql("SELECT sum(amount_fen) FROM ledger_entry").fetchone()[0]
    assert page.count(f"{both / 100:,.2f}") >= 2
    assert "账目还没有核对过" in page
    assert somebody.post("/ledger/check").status_code == 303
    assert len(work.jobs_asked("check_books")) == 1
    assert work.proved()
    assert re.search(r"核对 \d+ 项，全部相符", somebody.get("/ledger/").text)
    assert "应付企业" in somebody.get("/ledger/?account=enterprise&kind=payable").text


def test_broken_books_are_shown_in_red(reader, paid):
    payments.damage_an_allocation()
    assert not work.proved()
    maker = reader("maker")
    assert re.search(r"发现 \d+ 处不平", maker.get("/ledger/").text)
    assert "查明不平的账目" in maker.get("/").text


def test_an_enterprise_sees_what_it_was_paid(reader, paid):
    page = reader("firm").get("/my-payments/").text
    assert "177.77" in page
    assert "5,001.00" not in page
    assert reader("maker").get("/my-payments/").status_code == 403


def test_a_payment_like_a_recent_one_is_explained_before_it_is_made(reader, paid):
    code, amount = sql(
        "SELECT enterprise_code, amount_fen FROM payment_instruction ORDER BY id LIMIT 1"
    ).fetchone()
    sql("UPDATE bank_profile SET spec = spec || '{\"repeat_days\": 366}'")
    sheets.sheet(sheets.hospital(99), code, amount)
    payments.approve_all()
    maker = reader("maker")
    assert "为什么不是重复付款" in maker.get(RUN).text
    refused = maker.submit(RUN)
    assert refused.status_code == 422
    assert "请写明为什么不是重复付款" in refused.text
    assert maker.submit(RUN, reason="另一家医院的同额货款").status_code == 303
    assert [job["explanation"] for job in work.jobs_asked("pay")] == ["另一家医院的同额货款"]
