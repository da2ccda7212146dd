"""Cases on the screen: evidence side by side, two people, many at once; statement days."""

import csv
import io
import re

import pytest

from models import clock
from models.records.base import sql
from models.records.jobs import Job
from models.services import bank_results, jobs, statements
from models.services.exceptions import together
from tests.factories import payments, work
from tests.factories.payments import Word
from tests.factories.sheets import MAKER, ON
from tests.services.test_statements import Day, Entry
from web.admin import case_together


@pytest.fixture
def paid(people_of_town):
    work.drafts(people_of_town)
    payments.approve_all()
    payments.pay()
    return people_of_town


def answer(*words: Word, content: bytes = b"answer") -> int:
    file_id = payments.stored(content + repr(words).encode())
    bank_results.apply(MAKER, file_id, payments.PROFILE, ON, read=lambda _spec, _b: words)
    return int(sql("SELECT max(id) FROM bank_result_file").fetchone()[0])


def keyless(row: int, place: int, status: str = "settled", booked_on=ON) -> Word:
    account, name, amount = sql(
        "SELECT payee_account_no, payee_account_name, amount_fen FROM payment_instruction"
        " ORDER BY id OFFSET %s LIMIT 1",
        (place,),
    ).fetchone()
    return Word(row, None, status, amount, booked_on, account_no=account, account_name=name)


def case() -> int:
    return int(sql("SELECT min(id) FROM payment_exception WHERE closed_at IS NULL").fetchone()[0])


def seal(page: str) -> str:
    return re.search(r'name="selection_hash" value="(\w+)"', page)[1]


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))


def twice(somebody, address: str, **told: str):
    """Press the button, read the check page, press again."""
    page = somebody.post(address, **told)
    assert page.status_code == 200, page.text
    held = hidden(page.text)
    held.pop("csrf_token")
    return somebody.post(address, **(told | held))


def states() -> list[str]:
    return [state for _, _, state in payments.orders()]


def reference(place: int = 0) -> str:
    return payments.orders()[place][0]


def test_a_suggestion_is_taken_by_one_and_booked_by_another(reader, paid):
    answer(keyless(2, 0))
    one = case()
    page = reader("maker").get(f"/exceptions/{one}").text
    assert "唯一候选" in page
    assert reference() in page
    asked = twice(reader("maker"), f"/exceptions/{one}/ask", reference=reference(), reason="凭证 7")
    assert asked.status_code == 303
    assert states()[0] == "sent"
    key = f"one:{sql('SELECT id FROM case_decision').fetchone()[0]}"
    own = reader("maker").get(f"/decisions/one?key={key}").text
    assert "须由另一名复核或审批人员决定" in own
    assert reader("maker").post("/decisions/agree", key=key).status_code == 403
    given = twice(reader("checker1"), "/decisions/agree", key=key)
    assert given.status_code == 303
    assert states()[0] == "settled"
    assert "提出，checker1 同意" in reader("maker").get("/exceptions/?closed=1").text


def test_all_unambiguous_lines_of_a_file_repeat_count_and_sum(reader, paid):
    file_id = answer(keyless(2, 0), keyless(3, 1))
    total = sum(fen for _ref, fen, _state in payments.orders()[:2])
    page = reader("maker").get(f"/results/{file_id}").text
    assert "2 行没有我方参考号" in page
    source = f"result:{file_id}"
    check = reader("maker").post("/decisions/together", source=source).text
    assert f"提出认定 2 笔 ¥{total / 100:,.2f}" in check
    done = twice(reader("maker"), "/decisions/together", source=source, reason="逐笔核对")
    assert done.status_code == 303
    key = re.search(r"key=(many:\w+)", reader("checker2").get("/decisions/").text)[1]
    assert twice(reader("checker2"), "/decisions/agree", key=key).status_code == 303
    assert states()[:2] == ["settled", "settled"]
    assert "此后已认定 2 行" in reader("maker").get(f"/results/{file_id}").text


def done_by_the_worker() -> None:
    """Do the counts and askings that wait."""
    found = sql("SELECT id FROM job WHERE name = 'admit_together' AND state IN ('waiting', 'sent')")
    for (job_id,) in found.fetchall():
        jobs.run(job_id, together.run)


def test_a_large_file_is_counted_by_a_job_before_it_is_asked_for(reader, paid, monkeypatch):
    """Two requests and two jobs; the page itself looks through nothing."""
    monkeypatch.setattr(case_together, "COUNTED_MAX", 1)
    file_id = answer(keyless(2, 0), keyless(3, 1))
    maker, source = reader("maker"), f"result:{file_id}"
    assert "待认定的行较多" in maker.get(f"/results/{file_id}").text
    begun = maker.post("/decisions/together", source=source)
    assert begun.status_code == 303
    address = begun.headers["Location"]
    assert "data-poll" in maker.get(address).text
    done_by_the_worker()
    total = sum(fen for _ref, fen, _state in payments.orders()[:2])
    check = maker.get(address).text
    assert f"提出认定 2 笔 ¥{total / 100:,.2f}" in check
    held = hidden(check)
    held.pop("csrf_token")
    assert maker.post(address, **(held | {"reason": "逐笔核对"})).status_code == 303
    assert sql("SELECT count(*) FROM case_decision").fetchone()[0] == 0
    done_by_the_worker()
    assert sql("SELECT count(*) FROM case_decision").fetchone()[0] == 2
    assert states()[:2] == ["sent", "sent"]


def test_lines_without_a_day_ask_for_it(reader, paid):
    file_id = answer(keyless(2, 0, booked_on=None))
    source = f"result:{file_id}"
    assert "请返回填写凭证上的入账日" in reader("maker").post(
        "/decisions/together", source=source
    ).text  # fmt: skip
    done = twice(
        reader("maker"), "/decisions/together", source=source, booked_on=str(ON), reason="凭证"
    )
    assert done.status_code == 303
    assert sql("SELECT booked_on FROM case_decision").fetchall() == [(ON,)]


def test_a_check_page_is_refused_when_the_order_moved_meanwhile(reader, paid):
    answer(keyless(2, 0))
    one, somebody = case(), reader("maker")
    page = somebody.post(f"/exceptions/{one}/ask", reference=reference()).text
    held = hidden(page)
    held.pop("csrf_token")
    answer(Word(9, reference(), "settled", payments.orders()[0][1], ON), content=b"late")
    late = somebody.post(f"/exceptions/{one}/ask", **(held | {"reason": "凭证"}))
    assert late.status_code == 422
    assert "没有执行任何操作" in late.text


def test_a_wrong_suggestion_is_declined_and_gone(reader, paid):
    answer(keyless(2, 0))
    one = case()
    done = twice(
        reader("maker"), f"/exceptions/{one}/decline", reference=reference(), reason="另一家"
    )
    assert done.status_code == 303
    page = reader("maker").get(f"/exceptions/{one}").text
    assert "没有账号、户名和金额都相符的未决付款" in page
    assert "另一家" in page


def test_the_banks_own_line_stands_beside_our_order(reader, paid):
    ref, fen, _state = payments.orders()[0]
    raw = f"reference,status,amount_yuan\n{ref},settled,{fen + 100}\n".encode()
    file_id = payments.stored(raw)
    sql("""UPDATE bank_profile SET spec = '{"results": {"format": "csv"}}'""")
    words = [Word(2, ref, "settled", fen + 100, ON)]
    bank_results.apply(MAKER, file_id, payments.PROFILE, ON, read=lambda _spec, _b: words)
    page = reader("maker").get(f"/exceptions/{case()}").text
    assert f"{ref},settled,{fen + 100}" in page
    assert "不同" in page
    assert f"/payments/{ref}" in page
    assert "提出认定" not in page.split('class="act"')[1].split("</section>")[0]


def test_an_unknown_word_leads_to_the_profile(reader, paid):
    ref, fen, _state = payments.orders()[0]
    answer(Word(2, ref, None, fen, ON, status_text="已划款"))
    page = reader("maker").get(f"/exceptions/{case()}").text
    assert f"/profiles/{payments.PROFILE}" in page
    assert "银行文字的含义" in page


def test_the_queue_is_filtered_by_its_address_and_adds_up(reader, paid):
    file_id = answer(keyless(2, 0), Word(3, reference(1), "settled", 1, ON))
    page = reader("maker").get("/exceptions/?kind=amount_differs").text
    assert page.count('<span class="amt') == 1
    page = reader("maker").get(f"/exceptions/?source=result:{file_id}").text
    assert page.count('<span class="amt') == 2
    assert "没有符合条件的异常" in reader("maker").get("/exceptions/?q=NOBODY").text
    assert reader("maker").get("/exceptions/?source=result:99").status_code == 404


def test_the_queue_is_taken_away_as_csv_and_xlsx_and_kept_in_the_audit(reader, paid):
    answer(keyless(2, 0), Word(3, reference(1), "settled", 1, ON))
    sent = reader("checker1").get("/exceptions/export?format=csv&kind=amount_differs")
    rows = list(csv.reader(io.StringIO(sent.data.decode("utf-8-sig"))))
    assert len(rows) == 2
    assert reference(1) in rows[1]
    book = reader("checker1").get("/exceptions/export?format=xlsx")
    assert book.data.startswith(b"PK")
    kept = sql("SELECT actor FROM audit_event WHERE action = 'export.written'").fetchall()
    assert kept == [("checker1",), ("checker1",)]


def test_what_a_file_did_not_book_is_downloaded_with_its_reason(reader, paid):
    ref, _fen, _state = payments.orders()[1]
    file_id = answer(keyless(2, 0), Word(3, ref, "settled", 1, ON))
    sent = reader("maker").get(f"/results/{file_id}/not-applied").data.decode("utf-8-sig")
    assert "未匹配" in sent
    assert "金额不符" in sent
    assert "6200000000000001" not in sent


def test_cases_of_other_areas_are_neither_listed_nor_counted(reader, paid):
    from web import counts

    answer(Word(3, reference(0), "settled", 1, ON))
    counts.forget()
    page = reader("county").get("/exceptions/").text
    assert "没有异常" in page
    assert reader("county").get(f"/exceptions/{case()}").status_code == 404


def record(*days: Day) -> None:
    statements.record(
        MAKER, payments.stored(b"s", "statement"), payments.PROFILE, ON,
        read=lambda _spec, _b: days,
    )  # fmt: skip


def account() -> str:
    return str(sql("SELECT debtor_account_no FROM payment_batch LIMIT 1").fetchone()[0])


def test_the_days_of_an_account_tell_their_state_and_why(reader, paid):
    record(Day(1000, 900, [Entry("1", -50, None, ON)], ON, account()))
    page = reader("maker").get("/statements/").text
    assert "未结平" in page
    assert "相差 -0.50 元" in page
    assert account() not in page
    day = re.search(r'href="(/statements/\w{12}/[\d-]+)"', page)[1]
    told = reader("maker").get(day).text
    assert "登记对账单" in told
    refused = reader("maker").post(f"{day}/close")
    assert refused.status_code == 303
    assert "不能结平" in reader("maker").get(day).text or "相差" in reader("maker").get(day).text


def test_days_are_opened_with_a_reason_and_wait(reader, paid):
    key = sql("SELECT left(md5(%s), 12)", (account(),)).fetchone()[0]
    done = twice(
        reader("maker"), f"/statements/{key}/open", first="2026-04-20", last="2026-04-21",
        reason="四月对账",
    )  # fmt: skip
    assert done.status_code == 303
    assert reader("maker").get(f"/statements/?account={key}&month=2026-04").text.count(
        "待收对账单"
    ) >= 2  # fmt: skip
    assert reader("auditor").post(f"/statements/{key}/open").status_code == 403


def test_a_statement_is_tried_before_it_is_recorded(reader, paid):
    somebody = reader("maker")
    sent = somebody.post(
        "/statements/", profile=payments.PROFILE, days_max="5",
        file=(io.BytesIO(b"account_no\n"), "s.csv"),
    )  # fmt: skip
    assert sent.status_code == 303
    (asked,) = work.jobs_asked("statement")
    assert (asked["dry"], asked["days_max"]) == (True, 5)
    job_id = int(sent.headers["Location"].rsplit("/", 1)[1])
    plan = statements.plan(
        MAKER, int(asked["file_id"]), payments.PROFILE, ON,
        read=lambda _spec, _b: [Day(0, -7, [Entry("1", -7, "X", ON)], ON, account())],
    )  # fmt: skip
    Job.update(state="done", result=plan, finished_at=clock.now()).where(Job.id == job_id).execute()
    page = somebody.get(f"/statements/plan/{job_id}").text
    assert "对账单试算" in page
    assert "列入异常，不动账" in page
    assert somebody.post(f"/statements/plan/{job_id}").status_code == 303
    applied = work.jobs_asked("statement")[-1]
    assert applied["dry"] is False
    assert applied["expected"] == statements.plan_digest(plan)
    assert sql("SELECT count(*) FROM statement_day").fetchone()[0] == 0
