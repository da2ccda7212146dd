"""The five main journeys as people go them: both languages, a wide window and a narrow one."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest

from models import clock
from scripts.demo import bank
from tests.browser.city import PAYING, PROFILE
from tests.browser.conftest import City, Visitor

#: Language, width, and which of several equal things this journey takes.
WAYS = [("zh", 1440, 0), ("zh", 390, 1), ("en", 1440, 2), ("en", 390, 3)]
both = pytest.mark.parametrize(
    ("language", "width", "turn"), WAYS, ids=[f"{lang}-{width}" for lang, width, _ in WAYS]
)
COLUMNS = (
    "line_no", "line_kind", "original_line_no", "order_no", "hospital_code", "enterprise_code",
    "nhsa_code", "quantity", "unit_price_yuan", "amount_yuan", "delivered_on", "accepted_on",
    "platform", "hospital_confirmed_on", "enterprise_confirmed_on", "trace_codes",
)  # fmt: skip


def purchases(city: City, *numbers: str) -> bytes:
    """Return a file of purchases like one that is there; the last line's amount is wrong."""
    like = city.ask(
        "SELECT p.* FROM purchase_line p WHERE line_kind = 'receipt' ORDER BY line_no LIMIT 1"
    )[0]._asdict()
    out = io.StringIO(newline="")
    rows = csv.DictWriter(out, COLUMNS)
    rows.writeheader()
    for number in numbers:
        like |= {"line_no": number, "order_no": f"O{number}", "trace_codes": ""}
        like |= {"amount_yuan": f"{like['amount_fen'] / 100:.2f}"}
        rows.writerow({name: like[name] or "" for name in COLUMNS})
        if number == numbers[-1]:
            rows.writerow(
                {name: like[name] or "" for name in COLUMNS}
                | {"line_no": f"{number}X", "amount_yuan": "1.00"}
            )
    return out.getvalue().encode()


def fits(visitor: Visitor) -> None:
    """Nothing but tables in their own frame is wider than the window."""
    wide = visitor.page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wide <= 0, f"{visitor.at} is {wide} pixels too wide"


@both
def test_a_maker_imports_and_sees_what_was_refused(visit, city, language, width, turn):
    maker = visit("maker", language, width)
    maker.press("main a[href='/imports/']")
    maker.page.select_option("#kind", "purchases")
    numbers = [f"BR{turn}A", f"BR{turn}B"]
    maker.page.set_input_files(
        "#file",
        {"name": f"purchases-{turn}.csv", "mimeType": "text/csv",
         "buffer": purchases(city, *numbers)},
    )  # fmt: skip
    maker.press("main form button.go")
    assert numbers[0] in maker.page.locator("main table").inner_text()
    fits(maker)
    maker.press("main form button.go")
    maker.job_done()
    fits(maker)
    assert maker.page.locator(".code", has_text="amount_mismatch").count() == 1
    with maker.page.expect_download() as sent:
        maker.page.locator("main a[href*='/errors']").first.click()
    assert f"BR{turn}BX" in Path(sent.value.path()).read_text("utf-8-sig")
    taken = city.ask("SELECT line_no FROM purchase_line WHERE line_no LIKE %s", f"BR{turn}%")
    assert sorted(row.line_no for row in taken) == numbers


def pass_sheet(person: Visitor, sheet_id: int | None = None) -> int:
    """Tick a sheet of one's list, look at the check page, pass it; return its id."""
    person.go("/sheets/?view=mine")
    which = f"[value='{sheet_id}']" if sheet_id else ""
    box = person.page.locator(f"input[name=sheet]{which}").first
    chosen = int(box.get_attribute("value"))
    box.check()
    fits(person)
    person.press("button[name=action][value=approve]")
    assert person.page.locator(".cap").inner_text().startswith("人民币")
    fits(person)
    person.press(".sign form button.go")
    assert person.page.locator(".note.good").count() == 1
    return chosen


@both
def test_two_people_review_a_sheet_and_its_maker_cannot(visit, city, language, width, turn):
    chosen = pass_sheet(visit("checker", language, width))
    pass_sheet(visit("approver", language, width), chosen)
    sheet = city.ask("SELECT sheet_no, state FROM settlement_sheet WHERE id = %s", chosen)[0]
    assert sheet.state == "approved"
    maker = visit("maker", language, width)
    maker.go(f"/sheets/{sheet.sheet_no}")
    assert maker.page.locator("button[value=approve]").count() == 0
    fits(maker)


@both
def test_a_maker_pays_and_feeds_the_results(visit, city, language, width, turn):
    maker, area = visit("maker", language, width), PAYING[turn]
    maker.go("/batches/")
    maker.press("main a[href='/batches/new']")
    maker.go(f"/batches/new?period={city.month()}&area={area}&profile={PROFILE}")
    fits(maker)
    if maker.page.locator("#reason").count():
        maker.page.fill("#reason", "逐笔核对过，不是重复付款")
    maker.press(".sign form button.go")
    maker.job_done()
    maker.press("main a[href^='/batches/P']")
    fits(maker)
    with maker.page.expect_download() as sent:
        maker.page.locator("form[action$='/file'] button").click()
    order = Path(sent.value.path()).read_bytes()
    answers = bank.decide(PROFILE, order)
    result = bank.answer(PROFILE, order, answers, clock.today())
    maker.go("/results/")
    maker.page.select_option("#u-profile", PROFILE)
    maker.page.set_input_files(
        "#u-file", {"name": f"result-{turn}.csv", "mimeType": "text/csv", "buffer": result}
    )
    maker.press("main form.query button.go")
    maker.job_done()
    fits(maker)
    arrived = [one for one in answers if one.status == "settled"]
    assert arrived
    maker.go(f"/payments/{arrived[0].order.reference}")
    assert maker.page.locator("h1 .tag.good, h1 .done").count() == 1
    fits(maker)


@both
def test_a_hospital_disputes_one_line_and_confirms_another(visit, city, language, width, turn):
    hospital = visit(f"seat{turn}", language, width)
    hospital.press("main a[href^='/confirmations']")
    hospital.press("main a[href^='/confirmations/answer']")
    fits(hospital)
    lines = hospital.page.locator("input[name=line]")
    disputed, confirmed = (lines.nth(n).get_attribute("value") for n in range(2))
    hospital.page.locator(f"input[name=line][value='{disputed}']").check()
    hospital.press("form:has(input[name=line]) p button")
    hospital.page.select_option("#decision", "dispute")
    hospital.page.select_option("#why", index=1)
    hospital.page.fill("#note", "少到两盒")
    hospital.press(".sign form button")
    whole = city.ask(
        "SELECT enterprise_code, accepted_on FROM purchase_line WHERE line_no = %s", confirmed
    )[0]
    hospital.press("main a[href^='/confirmations/answer']")
    hospital.page.fill("#q-enterprise_code", whole.enterprise_code)
    hospital.page.fill("#q-first_on", str(whole.accepted_on))
    hospital.page.fill("#q-last_on", str(whole.accepted_on))
    hospital.press("form.query button.go")
    fits(hospital)
    assert hospital.page.locator(f"input[name=line][value='{confirmed}']").count() == 1
    hospital.press(".sign form button")
    fits(hospital)
    said = {
        row.line_no: row.decision
        for row in city.ask(
            "SELECT line_no, decision FROM confirmation WHERE party = 'hospital'"
            " AND line_no = ANY (%s) ORDER BY decided_at",
            [disputed, confirmed],
        )
    }
    assert said == {disputed: "dispute", confirmed: "confirm"}


@both
def test_a_supervisor_follows_what_is_overdue(visit, city, language, width, turn):
    supervisor = visit("supervisor", language, width)
    supervisor.go("/overdue/")
    fits(supervisor)
    late = supervisor.page.locator("main a[href^='/overdue/hospital/']")
    addresses = late.evaluate_all("links => links.map(link => link.getAttribute('href'))")
    address = list(dict.fromkeys(addresses))[turn]
    supervisor.press(f"main a[href='{address}']")
    fits(supervisor)
    supervisor.press("main a[href^='/measures/new']")
    before = city.ask("SELECT count(*) AS n FROM measure")[0].n
    form = supervisor.page.locator(".sign form")
    for field in form.locator("input[required], textarea[required]").all():
        kind = field.get_attribute("type")
        day = date.fromordinal(clock.today().toordinal() + 7).isoformat()
        field.fill({"date": day, "time": "09:30"}.get(kind or "", "医保局会议室"))
    fits(supervisor)
    supervisor.press(".sign form button")
    assert supervisor.page.locator(".note.good").count() == 1
    assert city.ask("SELECT count(*) AS n FROM measure")[0].n == before + 1
    assert supervisor.at.startswith("/measures/")
    fits(supervisor)
