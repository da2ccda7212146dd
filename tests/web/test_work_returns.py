"""Returns, their proofs, asking and releasing a payment again; one payment; the unanswered ones."""

import io
import re
from datetime import date, timedelta

import pytest

from models.records.base import sql
from models.rules.money import in_words
from models.services import bank_results, inquiries, payment_news, reissue
from models.services.views import late, reading
from tests.factories import payments, sheets, work
from tests.factories.payments import Word
from tests.factories.sheets import MAKER, ON
from tests.services.test_statements import Day, Entry, record

NEXT = ON + timedelta(days=1)
#: ON is a Friday; the full banking day after it.
MONDAY = ON + timedelta(days=3)


@pytest.fixture(autouse=True)
def _nothing_kept():
    """Numbers of rows begin anew with each test; a kept answer would be another test's."""
    reading._kept.clear()


@pytest.fixture
def town(people_of_town):
    return people_of_town


@pytest.fixture
def paid(town):
    work.drafts(town)
    payments.approve_all()
    payments.pay()
    return town


def reference(place: int = 0) -> str:
    return payments.orders()[place][0]


def says(place: int, status: str, booked_on: date = ON, **more) -> None:
    ref, fen, _state = payments.orders()[place]
    word = Word(place + 2, ref, status, fen, booked_on, **more)
    file_id = payments.stored(repr(word).encode())
    bank_results.apply(MAKER, file_id, payments.PROFILE, ON, read=lambda _spec, _b: [word])


@pytest.fixture
def rejected(paid):
    """The first payment is rejected; send day and the day after are closed without its debit."""
    says(0, "rejected", bank_reason="户名不符")
    record(Day(1000, 1000, []), Day(1000, 1000, [], MONDAY))
    return paid


def seen(page) -> str:
    return re.search(r'name="selection_hash" value="(\w+)"', page.text)[1]


def asked(somebody, *references: str):
    return somebody.post(
        "/returns/ask", reference=list(references or (reference(),)), profile=payments.PROFILE
    )


def test_the_three_facts_stand_apart_with_day_reason_and_money(reader, paid):
    says(0, "rejected", bank_reason="户名不符")
    says(1, "returned", NEXT, bank_reason="账号已销户")
    says(2, "reversed", NEXT)
    somebody = reader("maker")
    for tab, place, words in (("rejected", 0, "户名不符"), ("returned", 1, "账号已销户")):
        page = somebody.get(f"/returns/?tab={tab}").text
        assert reference(place) in page
        assert words in page
        assert reference(2) not in page
    assert "已冲账" in somebody.get("/returns/?tab=reversed").text
    page = somebody.get("/returns/").text
    total = sum(fen for _r, fen, _s in payments.orders()[:3])
    assert f"{total / 100:,.2f}" in page


def test_what_is_missing_is_said_with_what_to_do(reader, paid):
    says(0, "rejected")
    page = reader("maker").get("/returns/").text
    assert "发送日 2026-04-10 的对账单尚未结平：请导入。" in page
    assert 'name="reference"' not in page
    record(Day(1000, 1000, []))
    page = reader("maker").get("/returns/").text
    assert "发送日 2026-04-10 的对账单" not in page
    assert "还须有一个完整银行工作日 2026-04-13 结平：请导入该日对账单。" in page
    assert 'name="reference"' not in page
    record(Day(1000, 1000, [], MONDAY))
    page = reader("maker").get("/returns/").text
    assert "已齐全" in page
    assert f'value="{reference()}"' in page


def test_asked_by_the_maker_released_by_another_and_linked_on_both_pages(reader, rejected):
    maker, checker = reader("maker"), reader("checker1")
    first = asked(maker)
    fen = payments.orders()[0][1]
    assert in_words(fen) in first.text
    assert f"申请重付 1 笔 ¥{fen / 100:,.2f}" in first.text
    assert "与被退回或拒绝时相同" in first.text
    sent = maker.post(
        "/returns/ask", reference=reference(), profile=payments.PROFILE,
        selection_hash=seen(first), reason="账户已更正",
    )  # fmt: skip
    assert sent.status_code == 303
    number = sql("SELECT request_no FROM payment_reissue").fetchone()[0]
    assert sent.headers["Location"].endswith(f"/returns/requests/{number}")
    assert "您是申请人" in maker.get(f"/returns/requests/{number}").text
    check = checker.get(f"/returns/requests/{number}/release")
    assert in_words(fen) in check.text
    released = checker.post(f"/returns/requests/{number}/release", selection_hash=seen(check))
    assert released.status_code == 303
    assert [job["request_no"] for job in work.jobs_asked("reissue")] == [number]
    reissue.reissue(MAKER, [reference()], payments.PROFILE, NEXT, formats=payments.PlainFormat)
    new = reference(-1)
    assert new in checker.get(f"/payments/{reference()}").text
    assert reference() in checker.get(f"/payments/{new}").text
    assert new in maker.get("/returns/?tab=again").text


def test_all_of_the_conditions_are_asked_for_at_once_and_the_others_are_told_with_their_reason(
    reader, rejected
):
    says(1, "rejected", bank_reason="账号不存在")
    sql(
        "UPDATE payment_instruction SET sent_on = sent_on + 30 WHERE reference = %s",
        (reference(1),),
    )
    maker, address = reader("maker"), "/returns/ask?tab=rejected"
    listed = maker.get("/returns/?tab=rejected").text
    assert "选中全部 2 笔" in listed
    assert 'action="/returns/ask?tab=rejected"' in listed
    page = maker.post(address, all="1", profile=payments.PROFILE)
    assert "申请重付 1 笔" in page.text
    assert "另有 1 笔现在不能申请" in page.text
    assert reference(1) in page.text
    assert f'name="reference" value="{reference()}"' not in page.text, "conditions, not numbers"
    sent = maker.post(
        address, all="1", profile=payments.PROFILE, selection_hash=seen(page), reason="户名已更正"
    )
    assert sent.status_code == 303
    asked_for = sql("SELECT i.reference FROM payment_reissue r JOIN payment_instruction i"
                    " ON i.id = r.instruction_id").fetchall()  # fmt: skip
    assert asked_for == [(reference(),)]
    none = maker.post("/returns/ask?tab=rejected&period=2001-01", all="1").text
    assert "请先在列表中选择" in none


def test_nothing_is_asked_when_the_selection_changed_or_the_reason_is_missing(reader, rejected):
    maker = reader("maker")
    hash_of = seen(asked(maker))
    silent = maker.post(
        "/returns/ask", reference=reference(), profile=payments.PROFILE,
        selection_hash=hash_of, reason=" ",
    )  # fmt: skip
    assert silent.status_code == 422
    sql("UPDATE enterprise SET account_no = '999'")
    stale = maker.post(
        "/returns/ask", reference=reference(), profile=payments.PROFILE,
        selection_hash=hash_of, reason="…",
    )  # fmt: skip
    assert stale.status_code == 422
    assert sql("SELECT count(*) FROM payment_reissue").fetchone()[0] == 0


def test_a_payment_without_its_proofs_cannot_be_asked_for(reader, paid):
    says(0, "rejected")
    page = asked(reader("maker"))
    assert "现在不能执行" in page.text
    assert "selection_hash" not in page.text


def ask() -> str:
    return reissue.ask(MAKER, [reference()], payments.PROFILE, "账户已更正", ON)


def test_a_request_can_be_refused_with_a_reason(reader, rejected):
    number = ask()
    checker = reader("checker2")
    check = checker.get(f"/returns/requests/{number}/release")
    silent = checker.post(
        f"/returns/requests/{number}/release", selection_hash=seen(check), decision="refuse"
    )
    assert silent.status_code == 422
    done = checker.post(
        f"/returns/requests/{number}/release", selection_hash=seen(check), decision="refuse",
        reason="证明不全",
    )  # fmt: skip
    assert done.status_code == 303
    assert "证明不全" in reader("maker").get(f"/returns/requests/{number}").text
    assert work.jobs_asked("reissue") == []


@pytest.mark.parametrize("name", ["checker1", "checker2", "supervisor", "auditor", "firm"])
def test_only_makers_ask(reader, rejected, name):
    assert asked(reader(name)).status_code == 403


@pytest.mark.parametrize(
    ("name", "status"), [("maker", 403), ("supervisor", 403), ("auditor", 403), ("clinic", 404)]
)
def test_only_reviewers_release(reader, rejected, name, status):
    number = ask()
    assert reader(name).get(f"/returns/requests/{number}/release").status_code == status


def test_seats_see_the_returns_that_concern_them_and_no_others(reader, paid):
    says(0, "rejected")
    says(1, "rejected")
    mine, other = reference(0), reference(1)
    firm = reader("firm").get("/returns/").text
    assert mine in firm
    assert other not in firm
    assert reader("firm").get(f"/payments/{mine}").status_code == 200
    assert reader("firm").get(f"/payments/{other}").status_code == 404
    assert reader("county").get(f"/payments/{mine}").status_code == 404


def test_a_hospital_sees_its_own_part_of_a_payment(reader, paid):
    says(0, "rejected")
    page = reader("clinic").get("/returns/").text
    assert "100.00" in page
    assert "177.77" not in page
    detail = reader("clinic").get(f"/payments/{reference()}").text
    assert "177.77" not in detail
    assert "maker" not in detail.split("<main")[1]


def test_a_payment_tells_its_whole_story_and_prints_it(reader, paid):
    record(Day(1_000_00, 1_000_00 - payments.orders()[0][1],
               [Entry("E7", -payments.orders()[0][1], reference())]))  # fmt: skip
    says(0, "returned", NEXT, bank_reason="账号已销户")
    somebody = reader("auditor")
    page = somebody.get(f"/payments/{reference()}").text
    for words in ("对账单 2026-04-10 第 E7 笔", "账号已销户", "已退票"):
        assert words in page
    assert "退票入账" in page
    assert "基金专户" in page
    printed = somebody.get(f"/payments/{reference()}?print=1").text
    assert "付款经过" in printed
    assert in_words(payments.orders()[0][1]) in printed
    assert "盖章" in printed
    (last,) = sql("SELECT hash FROM instruction_event ORDER BY id DESC LIMIT 1").fetchone()
    assert last in page
    assert last[:16] in printed


def test_unanswered_payments_are_told_by_age_and_state(reader, paid):
    total = sum(fen for _r, fen, _s in payments.orders())
    says(0, "pending", None)
    inquiries.lose_sight(MAKER, [reference(1)], "…", ON)
    somebody = reader("maker")
    page = somebody.get("/unconfirmed/").text
    assert f"{total / 100:,.2f}" in page
    assert reference(1) in somebody.get("/unconfirmed/?state=unknown").text
    assert reference(0) not in somebody.get("/unconfirmed/?state=unknown").text


def test_marking_as_unknown_asks_first_and_needs_a_reason(reader, paid):
    somebody = reader("maker")
    both = [reference(0), reference(1)]
    page = somebody.post("/unconfirmed/unknown", reference=both)
    assert "标为状态不明 2 笔" in page.text
    silent = somebody.post("/unconfirmed/unknown", reference=both, selection_hash=seen(page))
    assert silent.status_code == 422
    done = somebody.post(
        "/unconfirmed/unknown", reference=both, selection_hash=seen(page), reason="五日未答复"
    )
    assert done.status_code == 303
    assert [state for _r, _f, state in payments.orders()][:2] == ["unknown", "unknown"]
    assert reader("checker1").post("/unconfirmed/unknown", reference=both).status_code == 403


def test_all_of_the_conditions_are_marked_at_once_and_those_answered_meanwhile_are_not(
    reader, paid
):
    somebody, count = reader("maker"), len(payments.orders())
    assert count > 2
    listed = somebody.get("/unconfirmed/?state=sent").text
    assert f"选中全部 {count} 笔" in listed
    assert "/unconfirmed/unknown?state=sent" in listed
    page = somebody.post("/unconfirmed/unknown?state=sent", all="1")
    assert f"标为状态不明 {count} 笔" in page.text
    says(0, "settled", ON)
    late = somebody.post(
        "/unconfirmed/unknown?state=sent", all="1", selection_hash=seen(page), reason="五日未答复"
    )
    assert late.status_code == 422
    assert f"标为状态不明 {count - 1} 笔" in late.text
    done = somebody.post(
        "/unconfirmed/unknown?state=sent", all="1", selection_hash=seen(late), reason="五日未答复"
    )
    assert done.status_code == 303
    states = [state for _r, _f, state in payments.orders()]
    assert sorted(states) == ["settled"] + ["unknown"] * (count - 1)
    none = somebody.post("/unconfirmed/unknown?state=accepted", all="1").text
    assert "请先在列表中选择" in none


def test_the_banks_answer_is_recorded_by_one_and_confirmed_by_another(reader, paid):
    inquiries.lose_sight(MAKER, [reference()], "五日未答复", ON)
    record(*(Day(1000, 1000, [], ON + timedelta(days=n)) for n in (0, 3, 4)))
    maker, checker = reader("maker"), reader("checker1")
    sent = maker.post(
        f"/payments/{reference()}/inquiry", answer="not_received", words="查复书 8 号：未收到",
        asked_on="2026-04-13", answered_on="2026-04-15",
        letter=(io.BytesIO(b"%PDF"), "查复书.pdf"),
    )  # fmt: skip
    assert sent.status_code == 303
    page = maker.get(f"/payments/{reference()}").text
    assert "查复书 8 号" in page
    assert "待另一人核定" in page
    assert maker.get("/payments/inquiries/1/file").data == b"%PDF"
    assert maker.get("/payments/inquiries/1/confirm").status_code == 403
    check = checker.get("/payments/inquiries/1/confirm")
    done = checker.post("/payments/inquiries/1/confirm", selection_hash=seen(check))
    assert done.status_code == 303
    assert payments.orders()[0][2] == "cancelled"
    assert f'value="{reference()}"' in maker.get("/returns/").text


def test_an_answer_without_its_closed_days_cannot_be_confirmed(reader, paid):
    inquiries.lose_sight(MAKER, [reference()], "五日未答复", ON)
    inquiries.record(MAKER, reference(), "not_received", "未收到", asked_on=ON, answered_on=NEXT)
    page = reader("checker1").get("/payments/inquiries/1/confirm").text
    assert "2026-04-10、2026-04-13、2026-04-14" in page
    assert "selection_hash" not in page


def test_an_answer_without_words_is_refused_with_a_sentence(reader, paid):
    refused = reader("maker").post(f"/payments/{reference()}/inquiry", answer="paid", words=" ")
    assert refused.status_code == 422
    assert "请填写银行答复的原因" in refused.text


def test_the_mails_wait_in_the_outbox(reader, paid, settings):
    from workers.mail.render import MailRenderer

    says(0, "rejected", bank_reason="户名不符")
    payment_news.tell(ON, MailRenderer(settings), by="system")
    page = reader("maker").get("/mails/").text
    assert "货款退回通知" in page
    assert "等待发送" in page


def test_the_identity_adds_up_and_every_figure_leads_to_its_list(reader, paid, tmp_path):
    says(0, "settled")
    says(1, "rejected")
    somebody = reader("auditor")
    page = somebody.get(f"/identity/?period={sheets.PERIOD}").text
    assert "逐笔一致" in page
    total = sum(fen for _r, fen, _s in payments.orders())
    assert page.count(f"{total / 100:,.2f}") >= 2
    for address in re.findall(r'href="(/(?:payments|sheets|ledger)/\?[^"]+)"', page):
        assert somebody.get(address.replace("&amp;", "&")).status_code == 200, address
    rows = work.exported("identity", tmp_path)
    assert {row["status"] for row in rows} == {"settled", "refused", "in_flight"}


def test_a_difference_is_red_with_its_line(reader, paid):
    says(0, "settled")
    sql("ALTER TABLE statement_entry DISABLE TRIGGER USER")
    record(Day(1_000_00, 1_000_00, []))
    sql(
        "INSERT INTO statement_entry (account_no, day, entry_no, booked_on, amount_fen,"
        " instruction_id) SELECT account_no, day, 'X', day, -1, 1 FROM statement_day"
    )
    page = reader("auditor").get(f"/identity/?period={sheets.PERIOD}").text
    assert "1 笔不一致" in page
    assert "银行与指令不等" in page
    assert reference() in page


def test_the_run_of_downloads_is_shown_on_the_batch(reader, paid):
    somebody = reader("maker")
    somebody.post(f"/batches/{work.batch_no()}/file")
    page = somebody.get(f"/batches/{work.batch_no()}").text
    assert "再次下载" in page
    assert "maker" in page


def test_the_exports_of_returns_and_unanswered_show_what_the_pages_show(paid, tmp_path):
    says(0, "rejected", bank_reason="=HYPERLINK()")
    (row,) = work.exported("returns", tmp_path)
    assert row["reference"] == reference()
    assert row["bank_reason"] == "'=HYPERLINK()"
    rest = work.exported("unconfirmed", tmp_path)
    assert {one["reference"] for one in rest} == {r for r, _f, _s in payments.orders()[1:]}


def test_who_may_release_is_led_to_the_requests_that_wait(reader, rejected):
    ask()
    checker = reader("checker1")
    assert re.search(
        r'href="/exceptions/"[^>]*>异常处理 <span class="n hot">1<', checker.get("/").text
    )
    tabs = checker.get("/exceptions/").text
    assert re.search(r'href="/returns/">退票与重付<span class="num">1<', tabs)
    assert "放行重付申请" in checker.get("/").text
    own = reader("maker").get("/").text
    assert "放行重付申请" not in own


def test_damaged_bytes_are_not_handed_out(reader, paid):
    sql("ALTER TABLE file_chunk DISABLE TRIGGER USER")
    sql("UPDATE file_chunk SET content = 'x' WHERE file_id = (SELECT file_id FROM payment_batch"
        " LIMIT 1)")  # fmt: skip
    sql("ALTER TABLE file_chunk ENABLE TRIGGER USER")
    somebody = reader("maker")
    refused = somebody.post(f"/batches/{work.batch_no()}/file")
    assert refused.status_code != 200 or "不一致" in refused.text
    kept = sql("SELECT count(*) FROM audit_event WHERE action = 'batch.downloaded'").fetchone()[0]
    assert kept == 0


def test_a_month_of_many_payments_is_asked_by_a_second_request(reader, paid, monkeypatch):
    monkeypatch.setattr(late, "is_large", lambda: True)
    somebody, address = reader("auditor"), f"/identity/?period={sheets.PERIOD}"
    first = somebody.get(address)
    assert "part=board" in first.text
    assert "按款项去向" not in first.text
    part = somebody.get(address + "&part=board").text
    assert "按款项去向" in part
    assert "<html" not in part
    assert "按款项去向" in somebody.get(address).text, "known now, and shown at once"
