"""Overdue lines: listed as they stand on a day, told once for each step, repeated when due."""

import threading
from datetime import date

import pytest

from models.records.base import db as database
from models.records.base import sql
from models.rules.errors.access import NotAllowed
from models.services import access, overdue
from models.services.access import SYSTEM
from models.services.notifications import Rendered
from models.services.overdue import listing, watched
from tests.factories import receipts, sheets

#: Accepted 2 March: due 1 April.
FIRST_LATE = date(2026, 4, 2)


def plain(template, facts):
    """Render just enough to look at."""
    party = facts["party"]
    lines = ",".join(line.line_no for line in facts["lines"] if line.calls)
    return Rendered(f"{template} {party.lines}", lines, "<p>", "a.csv", b"x")


@pytest.fixture
def city(db):
    made = sheets.city()
    receipts.product()
    receipts.scheme()
    return made


def find(on, *, send=False, area=None, actor=SYSTEM):
    with database.atomic():
        return overdue.find(actor, on, area, render=plain if send else None)


def counts(overdue=0, escalated=0, mails=0):
    return {"overdue": overdue, "escalated": escalated, "mails": mails}


def listed(on):
    with database.atomic():
        listing.collect(access.areas(SYSTEM, None), on)
        watched.collect_interest(on)
        return {
            row[0]: tuple(row[1:])
            for row in sql(
                "SELECT line_no, unpaid_fen, days_late, responsible, party_code FROM late"
            )
        }


def test_a_line_is_overdue_from_the_day_after_its_due_day(city):
    line = receipts.receipt(city.hospitals[0], city.enterprises[0])
    assert listed(date(2026, 4, 1)) == {}
    assert listed(FIRST_LATE) == {line: (100_00, 1, "hospital", city.hospitals[0])}


def test_a_hospital_that_pays_on_the_due_day_is_never_overdue(city):
    line = receipts.receipt(city.hospitals[0], city.enterprises[0])
    receipts.own_payment(line, date(2026, 4, 1), 100_00)
    assert listed(FIRST_LATE) == {}


def test_parts_paid_and_goods_returned_make_the_open_sum_smaller(city):
    line = receipts.receipt(city.hospitals[0], city.enterprises[0])
    receipts.own_payment(line, date(2026, 4, 1), 30_00)
    receipts.goods_return(line, -20_00, date(2026, 4, 5))
    assert listed(date(2026, 4, 4))[line][0] == 70_00
    assert listed(date(2026, 4, 5))[line][0] == 50_00


def test_a_payment_of_later_counts_later(city):
    line = receipts.receipt(city.hospitals[0], city.enterprises[0])
    receipts.own_payment(line, date(2026, 4, 10), 100_00)
    assert line in listed(date(2026, 4, 9))
    assert line not in listed(date(2026, 4, 10))


def test_the_enterprise_answers_for_a_missing_invoice_and_the_agency_for_a_line_on_a_sheet(city):
    hospital, enterprise = city.hospitals[0], city.enterprises[0]
    agreed = {"platform": "online", "hospital_confirmed_on": "2026-03-05"}
    waiting = receipts.receipt(hospital, enterprise, **agreed)
    no_invoice = receipts.receipt(
        hospital, enterprise, enterprise_confirmed_on="2026-03-05", **agreed
    )
    nobody = receipts.receipt(hospital, enterprise, platform="online")
    sheets.sheet(hospital, enterprise, 50_00, due_on=date(2026, 4, 1))
    found = {no: (who, party) for no, (_, _, who, party) in listed(FIRST_LATE).items()}
    on_sheet = next(no for no in found if no.startswith("L"))
    assert found == {
        waiting: ("enterprise", enterprise),
        no_invoice: ("enterprise", enterprise),
        nobody: ("hospital", hospital),
        on_sheet: ("agency", f"A{sheets.PROVINCE}"),
    }


def test_a_sheet_without_cover_is_the_hospitals_to_top_up(city):
    sheet = sheets.sheet(city.hospitals[0], city.enterprises[0], 50_00, due_on=date(2026, 4, 1))
    sql("UPDATE settlement_sheet SET state = 'short' WHERE id = %s", (sheet,))
    assert [row[2] for row in listed(FIRST_LATE).values()] == ["hospital"]


def test_money_that_came_back_opens_the_line_again_from_its_due_day(city):
    sheet = sheets.sheet(city.hospitals[0], city.enterprises[0], 50_00, due_on=date(2026, 4, 1))
    receipts.insert(
        "payment_instruction", id=1, reference="R1", uetr="U1", period="2026-03", purpose="货款",
        enterprise_code=city.enterprises[0], area_code=sheets.CITY, agency_code="J",
        payee_account_no="1", payee_account_name="n", payee_bank_name="b", payee_cnaps_code="c",
        amount_fen=50_00, content_hash="", state="settled", booked_on="2026-04-03", made_at="now",
    )  # fmt: skip
    receipts.insert("payment_allocation", instruction_id=1, sheet_id=sheet, amount_fen=50_00)
    assert [len(listed(date(2026, 4, day))) for day in (2, 3, 20)] == [1, 0, 0]
    sql("UPDATE payment_instruction SET state = 'returned', returned_on = '2026-04-10'")
    assert [len(listed(date(2026, 4, day))) for day in (2, 3, 9, 10)] == [1, 0, 0, 1]
    assert next(iter(listed(date(2026, 4, 11)).values()))[:2] == (50_00, 10)


def test_without_send_nothing_is_recorded_and_the_numbers_are_what_send_would_give(city):
    receipts.receipt(city.hospitals[0], city.enterprises[0])
    for _ in range(2):
        assert find(FIRST_LATE) == counts(overdue=1, escalated=1, mails=1)
    assert sql("SELECT count(*) FROM overdue_step").fetchone()[0] == 0
    assert sql("SELECT count(*) FROM mail").fetchone()[0] == 0
    assert find(FIRST_LATE, send=True) == counts(overdue=1, escalated=1, mails=1)


def test_the_same_day_again_gives_nothing(city):
    receipts.receipt(city.hospitals[0], city.enterprises[0])
    find(FIRST_LATE, send=True)
    assert find(FIRST_LATE, send=True) == counts(overdue=1)
    assert sql("SELECT count(*) FROM mail").fetchone()[0] == 1


def test_one_institution_gets_one_mail_for_all_its_lines(city):
    hospital, other = city.hospitals
    numbers = [receipts.receipt(hospital, city.enterprises[n % 2], 100 + n) for n in range(5)]
    receipts.receipt(other, city.enterprises[0])
    assert find(FIRST_LATE, send=True) == counts(overdue=6, escalated=6, mails=2)
    called = sql("SELECT body_text FROM mail WHERE party_code = %s", (hospital,)).fetchone()[0]
    assert sorted(called.split(",")) == sorted(numbers)
    assert sql("SELECT count(*) FROM mail_line").fetchone()[0] == 6
    assert sql("SELECT name, args ->> 'on' FROM job").fetchall() == [("send_mail", "2026-04-02")]


def test_a_step_is_recorded_once_with_what_proves_it(city):
    line = receipts.receipt(city.hospitals[0], city.enterprises[0])
    find(FIRST_LATE, send=True)
    step, on, facts = sql("SELECT step, recorded_on, facts FROM overdue_step").fetchone()
    assert (step, on) == (1, FIRST_LATE)
    assert facts["unpaid_fen"] == 100_00
    assert facts["responsible"] == "hospital"
    assert line == sql("SELECT line_no FROM mail_line").fetchone()[0]


def test_a_reminder_is_repeated_after_its_days_and_a_higher_step_is_told_at_once(city):
    receipts.rung(1, 1, repeat_days=7, copy_to="w@x.cn;v@x.cn")
    receipts.rung(2, 20)
    receipts.receipt(city.hospitals[0], city.enterprises[0])
    told = [find(date(2026, 4, day), send=True) for day in (2, 8, 9, 15, 16, 21, 22, 30)]
    assert [(row["escalated"], row["mails"]) for row in told] == [
        (1, 1), (0, 0), (0, 1), (0, 0), (0, 1), (1, 1), (0, 0), (0, 0),
    ]  # fmt: skip
    copies = sql("SELECT copy_addresses FROM mail ORDER BY id").fetchall()
    assert copies == [("w@x.cn;v@x.cn",)] * 3 + [(None,)]


def test_a_ladder_that_begins_later_tells_nobody_before(city):
    receipts.rung(1, 1, valid_from="2026-05-01")
    receipts.receipt(city.hospitals[0], city.enterprises[0])
    assert find(date(2026, 4, 30), send=True) == counts(overdue=1)
    assert find(date(2026, 5, 1), send=True) == counts(overdue=1, escalated=1, mails=1)


def test_what_was_paid_leaves_the_next_mail(city):
    receipts.rung(1, 1, repeat_days=7)
    kept = receipts.receipt(city.hospitals[0], city.enterprises[0])
    paid = receipts.receipt(city.hospitals[0], city.enterprises[0])
    find(FIRST_LATE, send=True)
    receipts.own_payment(paid, date(2026, 4, 5), 100_00)
    assert find(date(2026, 4, 9), send=True) == counts(overdue=1, mails=1)
    assert sql("SELECT body_text FROM mail ORDER BY id DESC").fetchone()[0] == kept


def test_lines_of_another_area_on_the_same_day_are_a_second_mail_to_the_agency(city):
    sheets.area(sheets.OTHER_CITY, sheets.PROVINCE)
    receipts.scheme("S2", sheets.OTHER_CITY)
    far = sheets.hospital(9, sheets.OTHER_CITY)
    for hospital, area in ((city.hospitals[0], sheets.CITY), (far, sheets.OTHER_CITY)):
        sheets.sheet(hospital, city.enterprises[0], 50_00, area_code=area, due_on=date(2026, 4, 1))
        assert find(FIRST_LATE, send=True, area=area) == counts(overdue=1, escalated=1, mails=1)
    keys = sql("SELECT dedupe_key FROM mail ORDER BY id").fetchall()
    assert [key for (key,) in keys] == [
        "overdue:agency:A520000:2026-04-02",
        "overdue:agency:A520000:2026-04-02:2",
    ]


def test_two_schedulers_at_once_tell_once(city):
    for number in range(20):
        receipts.receipt(city.hospitals[number % 2], city.enterprises[0])
    told, start = [], threading.Barrier(2)

    def scheduler():
        with database.connection_context():
            start.wait()
            told.append(find(FIRST_LATE, send=True))

    threads = [threading.Thread(target=scheduler) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted((row["escalated"], row["mails"]) for row in told) == [(0, 0), (20, 2)]
    assert sql("SELECT count(*) FROM mail").fetchone()[0] == 2


def test_a_rolled_back_sending_leaves_nothing_behind(city):
    receipts.receipt(city.hospitals[0], city.enterprises[0])
    with database.atomic() as transaction:
        overdue.find(SYSTEM, FIRST_LATE, None, render=plain)
        transaction.rollback()
    assert find(FIRST_LATE, send=True) == counts(overdue=1, escalated=1, mails=1)


def test_an_approver_may_not_send_reminders(city):
    with pytest.raises(NotAllowed):
        find(FIRST_LATE, actor=sheets.APPROVER)


def test_a_year_day_by_day_tells_each_step_once_and_repeats_in_its_rhythm(city):
    receipts.rung(1, 1, repeat_days=30)
    receipts.rung(2, 60, repeat_days=90)
    receipts.rung(3, 180)
    receipts.receipt(city.hospitals[0], city.enterprises[0])
    first = date(2026, 4, 1).toordinal()
    for day in range(first, first + 365, 3):
        find(date.fromordinal(day), send=True)
    steps = sql("SELECT step FROM overdue_step ORDER BY step").fetchall()
    assert steps == [(1,), (2,), (3,)]
    mails = sql("SELECT step, count(*) FROM mail_line GROUP BY step ORDER BY step").fetchall()
    assert mails == [(1, 2), (2, 2), (3, 1)]
