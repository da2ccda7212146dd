"""The register of open lines: what marks what, which days it shows, what a page may ask of it."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from models.clock import SHANGHAI
from models.records.base import db as database
from models.records.base import sql
from models.rules.errors.access import NotAllowed
from models.rules.job_names import JobName
from models.services import jobs, overdue, users
from models.services.access import SYSTEM
from models.services.jobs.claims import checked
from models.services.notifications import Rendered
from models.services.overdue import keeping, register
from tests.factories import payments as bank
from tests.factories import receipts, sheets
from tests.faults.test_payment_races import says

#: Accepted 2 March: due 1 April.
ON = date(2026, 4, 2)


@pytest.fixture
def city(db) -> sheets.City:
    made = sheets.city()
    receipts.product()
    receipts.scheme()
    receipts.receipt(made.hospitals[0], made.enterprises[0], line_no="FIRST")
    refresh()
    return made


def refresh(on: date = ON) -> bool:
    with database.atomic():
        return register.refresh(on)


def one(text: str, params: Any = None) -> Any:
    return sql(text, params).fetchone()[0]


def marks() -> set[tuple[str, str | None]]:
    found = {tuple(row) for row in sql("SELECT what, key FROM open_line_change")}
    sql("DELETE FROM open_line_change")
    return found


def plain(template: str, facts: dict[str, Any]) -> Rendered:
    return Rendered(template, "text", "<p>")


#: What is said of master data, and the mark it leaves; None: none.
CHANGES = {
    "UPDATE enterprise SET size = 'large' WHERE credit_code = %(enterprise)s": "enterprise",
    "UPDATE enterprise SET email = 'x@y.cn', name = '新名'": None,
    "UPDATE enterprise SET size = size": None,
    "UPDATE hospital SET joined_on = '2026-03-01'": "hospital",
    "UPDATE hospital SET email = 'x@y.cn', copy_emails = 'z@y.cn'": None,
    "UPDATE scheme SET due_days = 20": "scheme",
    "UPDATE product SET negotiated = true": "product",
    "UPDATE product SET name = '新名'": "product",
    "UPDATE product SET specification = '新规格'": None,
    "UPDATE hospital SET level = '1'": "hospital",
    "UPDATE hospital SET lead_hospital_code = hospital_code": "hospital",
    "UPDATE scheme SET mandates = true": "scheme",
    "UPDATE scheme SET target_on = '2026-12-31'": None,
    "INSERT INTO scheme_product VALUES ('S1', '2026-01-01', 'P1', NULL, 'out')": "scheme_product",
    "INSERT INTO scheme_round VALUES ('S1', '2026-01-01', 'R', NULL, 'out')": "scheme_round",
    "INSERT INTO mandate VALUES ('H1', '2026-01-01', NULL, 'W')": "mandate",
    "INSERT INTO calendar_day VALUES ('2026-04-01', 'holiday')": "calendar_day",
    "INSERT INTO lpr_rate VALUES ('2026-01-20', 300)": "lpr_rate",
    "INSERT INTO vbp_round VALUES ('R', '批', 'city', '2026-01-01', '2026-12-31')": "vbp_round",
    "UPDATE area SET parent_code = NULL": "area",
    "UPDATE area SET name = '新名'": None,
    "UPDATE agency SET area_code = %(city)s": "agency",
    "UPDATE agency SET account_no = '9'": None,
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_term_leaves_a_mark_when_a_judgement_reads_what_changed(city, change):
    sql(change, {"enterprise": city.enterprises[0], "city": sheets.CITY})
    assert {what for what, _ in marks()} == ({CHANGES[change]} - {None})


def test_each_kind_of_fact_leaves_a_mark_with_its_import(city):
    sql("SELECT set_config('zhijie.import_id', '7', false)")
    told = {"line_no": "FIRST", "import_id": 7}
    receipts.insert("line_void", reason="作废", **told)
    receipts.insert("hospital_payment", payment_no="Y", paid_on=ON, amount_fen=1, **told)
    receipts.insert(
        "confirmation", party="hospital", decided_at="now", decision="confirm", amount_fen=1, **told
    )
    receipts.insert(
        "invoice_line", invoice_no="I", kind="blue", issued_on=ON, enterprise_code="E",
        hospital_code="H", amount_fen=1, **told,
    )  # fmt: skip
    receipts.insert("trace_code", code="C", line_no="FIRST", place=1)
    sql("SELECT set_config('zhijie.import_id', '', false)")
    facts = ("line_void", "hospital_payment", "confirmation", "invoice_line", "trace_code")
    assert marks() == {(what, "7") for what in facts}


def test_a_sheet_leaves_a_mark_where_its_state_matters(city):
    sheet = sheets.sheet(city.hospitals[0], city.enterprises[0], 50_00)
    assert ("sheet", str(sheet)) in marks()
    sql("UPDATE settlement_sheet SET state = 'in_review', content_hash = 'x'")
    assert marks() == set()
    sql("UPDATE settlement_sheet SET state = 'short'")
    assert marks() == {("sheet", str(sheet))}


def test_many_changed_terms_are_one_mark_for_everything(city):
    sql(
        "INSERT INTO contract (contract_no, hospital_code, nhsa_code, enterprise_code, price_yuan,"
        " committed_quantity, term_start, term_end, signed_on) SELECT 'K' || n, 'H', 'P' || n, 'E',"
        " 1, 1, '2026-01-01', '2026-12-31', '2026-01-01' FROM generate_series(1, 20001) n"
    )
    assert marks() == {("contract", None)}


def test_a_change_of_everything_is_chosen_by_itself_and_can_be_seen(city):
    assert register.state().rebuilt_because == "first"
    sql("UPDATE scheme SET due_days = 10")
    assert register.state().waiting == 1
    refresh()
    state = register.state()
    assert (state.rebuilt_because, state.waiting, state.as_of) == ("scheme", 0, ON)
    rebuilt_at = state.rebuilt_at
    refresh(ON + timedelta(1))
    assert register.state().rebuilt_at == rebuilt_at
    assert register.state().judged_count == 0


def test_a_day_before_the_one_it_shows_is_judged_in_full(city):
    refresh(date(2026, 5, 1))
    assert not refresh(ON)
    with database.atomic():
        told = overdue.find(SYSTEM, ON, None, render=plain)
    assert told == {"overdue": 1, "escalated": 1, "mails": 1}
    assert register.state().as_of == date(2026, 5, 1)
    refresh(date(2026, 5, 1))
    assert one("SELECT step FROM open_line") == 1


def test_a_question_of_a_coming_day_leaves_the_register_where_it_is(city, frozen_clock):
    frozen_clock.at(datetime(2026, 4, 2, 12, tzinfo=SHANGHAI))
    with database.atomic():
        told = overdue.find(SYSTEM, date(2026, 6, 1), None, render=None)
    assert told["overdue"] == 1
    assert register.state().as_of == ON


def test_a_register_that_ran_ahead_of_the_clock_comes_back(city, frozen_clock):
    frozen_clock.at(datetime(2026, 4, 3, 12, tzinfo=SHANGHAI))
    refresh(date(2026, 6, 1))
    assert refresh(date(2026, 4, 3))
    assert register.state().as_of == date(2026, 4, 3)


def test_a_fact_dated_ahead_is_looked_at_on_its_day(city):
    receipts.own_payment("FIRST", date(2026, 4, 10), 100_00)
    receipts.receipt(
        city.hospitals[0], city.enterprises[0], line_no="LATER", accepted_on=date(2026, 4, 20)
    )
    refresh()
    assert dict(sql("SELECT line_no, look_on FROM open_line_later").fetchall()) == {
        "FIRST": date(2026, 4, 10),
        "LATER": date(2026, 4, 20),
    }
    refresh(date(2026, 4, 9))
    assert one("SELECT array_agg(line_no) FROM open_line") == ["FIRST"]
    refresh(date(2026, 4, 20))
    assert one("SELECT array_agg(line_no) FROM open_line") == ["LATER"]
    assert one("SELECT count(*) FROM open_line_later") == 0


def test_a_page_does_not_wait_for_much_to_be_judged(city, monkeypatch):
    sql("UPDATE scheme SET due_days = 10")
    monkeypatch.setattr(register, "AT_ONCE_LINES", 0)
    with database.atomic():
        assert not register.catch_up(ON)
    assert register.state().waiting == 1
    monkeypatch.setattr(register, "AT_ONCE_LINES", 10)
    with database.atomic():
        assert register.catch_up(ON)
    assert register.state().waiting == 0


def claim(actor: str, **args: Any) -> jobs.Claim:
    with database.atomic():
        job = jobs.enqueue(JobName.OPEN_LINES, {"on": ON, **args}, by=actor)
    found = jobs.claim(job.id)
    assert found is not None
    return checked(found)


def test_the_job_refreshes_and_rebuilds(city):
    receipts.receipt(city.hospitals[0], city.enterprises[0])
    told = keeping.run(claim("system"))
    assert told == {"as_of": str(ON), "judged": 2, "open": 2, "refreshed": True}
    assert keeping.run(claim("system", rebuild=True))["judged"] == 2
    assert register.state().rebuilt_because == "asked"
    assert one("SELECT count(*) FROM audit_event WHERE action = 'open_lines.rebuilt'") == 1


def test_an_auditor_may_not_refresh(city):
    users.create("auditor", "auditor", "all")
    with pytest.raises(NotAllowed):
        keeping.run(claim("auditor"))


def test_money_booked_closes_the_lines_of_its_sheet_and_money_returned_opens_them(db):
    receipts.product()
    bank.paid_city(100)
    refresh(sheets.ON)
    assert one("SELECT count(*) FROM open_line") == 1
    says("settled")
    assert {what for what, _ in sql("SELECT what, key FROM open_line_change")} == {"instruction"}
    refresh(sheets.ON)
    assert one("SELECT count(*) FROM open_line") == 0
    says("returned")
    refresh(sheets.ON)
    assert one("SELECT count(*) FROM open_line") == 1
    assert register.state().rebuilt_because == "first"
