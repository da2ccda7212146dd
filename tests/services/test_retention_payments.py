"""Retention is paid as declared, after publicity, by the road of all payments, once."""

import threading
from datetime import timedelta
from decimal import Decimal

import psycopg
import pytest

from models.records.base import db as handle
from models.records.base import run_sql_text, sql
from models.rules import retention_payment
from models.rules.errors.access import NotAllowed, SecondPersonNeeded
from models.rules.errors.payment import SelectionChanged
from models.rules.errors.retention import (
    GrantMoved,
    GrantOutdated,
    NothingGranted,
    NothingToPublish,
    StillPublic,
)
from models.services import books, payment_news, reissue
from models.services.access import Actor
from models.services.notifications import Rendered
from models.services.retention import publicity, withdrawing
from tests.factories import payments as bank
from tests.factories import receipts, retention, sheets
from tests.factories.payments import balance
from tests.factories.retention import AFTER, ROUND, states
from tests.factories.sheets import APPROVER, CHECKER, MAKER, ON, PERIOD
from tests.services.test_bank_results import about, answer
from tests.services.test_prepaid_books import damage
from tests.services.test_statements import Day, Entry, record

pytestmark = pytest.mark.usefixtures("db")

AGENCY = f"A{sheets.PROVINCE}"


def broken() -> list[str]:
    return books.check_books(bank.PlainFormat)["broken"]


def test_an_amount_goes_from_the_hospitals_word_to_the_banks_and_the_books_follow():
    first, second = retention.town(5_000, 7_001).hospitals
    number = retention.granted()
    assert (balance(f"retention:{AGENCY}"), balance(f"hospital_retention:{first}")) == (
        12_001, -5_000,
    )  # fmt: skip
    (batch,) = retention.pay(number)["batches"]
    assert (batch["lines"], batch["total_yuan"]) == (2, "120.01")
    assert states() == ["sent", "sent"]
    assert sql(
        "SELECT hospital_code, enterprise_code, payee_account_no, purpose FROM payment_instruction"
        " ORDER BY id"
    ).fetchall() == [
        (first, None, f"62{first[1:]}", f"结余留用{PERIOD}"),
        (second, None, f"62{second[1:]}", f"结余留用{PERIOD}"),
    ]
    assert balance(f"in_transit:{AGENCY}") == -12_001
    assert broken() == []
    answer(about(0, "settled", AFTER), about(1, "rejected"))
    assert states() == ["paid", "rejected"]
    assert balance(f"fund:{AGENCY}") == -5_000
    assert (balance(f"hospital_retention:{first}"), balance(f"hospital_retention:{second}")) == (
        0, -7_001,
    )  # fmt: skip
    assert broken() == []
    with pytest.raises(NothingGranted):
        retention.pay(number)


def test_what_came_back_is_paid_once_more_on_proof_to_the_account_as_verified_now():
    hospital = retention.town(5_000).hospitals[0]
    retention.pay(retention.granted())
    (reference, *_rest) = bank.orders()[0]
    answer(about(0, "settled", AFTER))
    answer(about(0, "returned", AFTER + timedelta(days=1)))
    assert states() == ["returned"]
    assert balance(f"hospital_retention:{hospital}") == -5_000
    later = AFTER + timedelta(days=1)
    record(Day(10_000, 5_000, [Entry("1", -5_000, reference, AFTER)], AFTER))
    record(Day(5_000, 10_000, [Entry("1", 5_000, reference, later)], later))
    sql("UPDATE hospital SET account_no = '6299'")
    sql("UPDATE hospital SET account_verified = true")
    bank.released(reference)
    (batch,) = reissue.reissue(
        MAKER, [reference], bank.PROFILE, AFTER + timedelta(days=10), formats=bank.PlainFormat
    )["batches"]
    assert batch["total_yuan"] == "50.00"
    assert [row[2] for row in bank.orders()] == ["returned", "sent"]
    assert states() == ["sent"]
    answer(about(1, "settled", AFTER + timedelta(days=11)))
    assert states() == ["paid"]
    assert balance(f"hospital_retention:{hospital}") == 0
    assert balance(f"fund:{AGENCY}") == -5_000
    assert broken() == []


def test_nothing_is_granted_while_public_nor_by_one_person_nor_with_other_figures():
    retention.town(5_000)
    number = retention.drafted()
    told = retention.sums(number)
    with pytest.raises(NotAllowed):
        publicity.publish(MAKER, number, ON, **told)
    with pytest.raises(SelectionChanged):
        publicity.publish(CHECKER, number, ON, count=1, total_fen=4_999)
    until = publicity.publish(CHECKER, number, ON, **told)
    assert until == ON + timedelta(days=5)
    with pytest.raises(StillPublic):
        publicity.end(APPROVER, number, until, **told)
    sql("UPDATE retention_result SET retained_fen = 4999")
    with pytest.raises(GrantOutdated):
        publicity.end(APPROVER, number, AFTER, **told)
    sql("UPDATE retention_result SET retained_fen = 5000")
    both = Actor(name="maker", role="approver")
    with pytest.raises(SecondPersonNeeded):
        publicity.end(both, number, AFTER, **told)
    publicity.end(APPROVER, number, AFTER, **told)
    assert states() == ["granted"]


def test_a_round_is_granted_once_for_each_year_of_its_term():
    town = retention.town(5_000)
    hospital = town.hospitals[0]
    retention.granted()
    retention.declare(retention.figures(hospital, 6_000, period="2026-05"))
    with pytest.raises(NothingToPublish):
        retention.drafted(period="2026-05")
    (row,) = publicity.preview(MAKER, "2026-05", None, 10)[2]
    assert (row.agreement_year, row.obstacle) == (1, "year_taken")
    retention.declare(retention.figures(hospital, 6_000, period="2027-03"))
    retention.drafted(period="2027-03")
    years = sql("SELECT agreement_year FROM retention_grant ORDER BY id").fetchall()
    assert [year for (year,) in years] == [1, 2]


@pytest.mark.parametrize(
    ("start", "end", "day", "year"),
    [
        ("2025-03-01", "2027-02-28", "2025-12-31", 1),
        ("2025-03-01", "2027-02-28", "2026-02-28", 1),
        ("2025-03-01", "2027-02-28", "2026-12-31", 1),
        ("2025-03-01", "2027-02-28", "2027-02-28", 2),
        ("2025-03-01", "2027-02-28", "2028-06-30", 2),
        ("2025-03-01", "2026-08-31", "2026-08-31", 2),
        ("2025-03-15", "2025-09-14", "2025-12-31", 1),
    ],
)
def test_the_year_of_a_term_is_the_one_that_ended_last(start, end, day, year):
    assert sql("SELECT agreement_year(%s, %s, %s)", (start, end, day)).fetchone() == (year,)


def test_a_rule_says_who_may_be_paid_how_long_it_is_public_and_which_fund_bears_it():
    first, second, third = retention.town(5_001, 6_000, 7_000).hospitals
    receipts.scheme()
    receipts.insert(
        "retention_rule", scheme_code="S1", valid_from="2026-01-01", inpatient_required=True,
        reporting_required=True, signing_required=False, publicity_days=7,
        employee_share_bp=6_500,
    )  # fmt: skip
    sql("UPDATE hospital SET inpatient = hospital_code <> %s", (second,))
    receipts.insert(
        "reported_quantity", hospital_code=first, round_code=ROUND, nhsa_code="P1",
        reported_quantity=1, committed_quantity=1,
    )  # fmt: skip
    count, fen, rows = publicity.preview(MAKER, PERIOD, None, 10)
    assert (count, fen) == (1, 5_001)
    assert {row.hospital_code: row.obstacle for row in rows} == {
        first: None, second: "inpatient_closed", third: "not_reported",
    }  # fmt: skip
    number = retention.published()
    assert sql(
        "SELECT until_on - published_on FROM retention_publicity WHERE publicity_no = %s",
        (number,),
    ).fetchone() == (7,)
    parts = sql("SELECT employee_fen, resident_fen FROM retention_grant").fetchone()
    assert parts == retention_payment.fund_parts(5_001, 6_500) == (3_251, 1_750)


def test_an_amount_is_withdrawn_before_it_is_ordered_and_may_be_listed_again():
    hospital = retention.town(5_000).hospitals[0]
    number = retention.granted()
    (grant,) = sql("SELECT grant_no FROM retention_grant").fetchone()
    withdrawing.take_out(CHECKER, grant, "公示期间有异议", AFTER)
    assert (states(), balance(f"hospital_retention:{hospital}")) == (["withdrawn"], 0)
    assert broken() == []
    with pytest.raises(NothingGranted):
        retention.pay(number)
    second = retention.granted()
    retention.pay(second)
    (grant,) = sql("SELECT grant_no FROM retention_grant WHERE state = 'sent'").fetchone()
    with pytest.raises(GrantMoved):
        withdrawing.take_out(CHECKER, grant, "太晚", AFTER)
    third = retention.figures(hospital, 900, round_code="N2")
    retention.declare(third)
    withdrawing.withdraw(CHECKER, retention.published(), "金额待核")
    assert states() == ["withdrawn", "sent", "withdrawn"]
    assert broken() == []


def test_a_hospital_without_a_verified_account_waits_and_stops_nobody():
    first = retention.town(5_000, 6_000).hospitals[0]
    number = retention.granted()
    sql("UPDATE hospital SET account_verified = false WHERE hospital_code = %s", (first,))
    result = retention.pay(number)
    assert result["kept_out"] == [first]
    assert states() == ["granted", "sent"]
    retention.bound(first)
    assert retention.pay(number)["batches"][0]["total_yuan"] == "50.00"
    assert states() == ["sent", "sent"]
    assert broken() == []


def test_two_runs_at_once_pay_once():
    retention.town(5_000)
    number = retention.granted()
    handle.connection().commit()
    told = []

    def one() -> None:
        try:
            told.append(len(retention.pay(number)["batches"]))
        except NothingGranted:
            told.append(0)
        finally:
            handle.close()

    threads = [threading.Thread(target=one) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(told) == [0, 1]
    assert len(bank.orders()) == 1


#: Statement → what the database says.
REFUSED = {
    "UPDATE retention_grant SET amount_fen = amount_fen + 1": "stays as it was listed",
    "UPDATE retention_grant SET state = 'paid'": "does not go from",
    "DELETE FROM retention_grant": "refused",
    "UPDATE retention_publicity SET until_on = until_on - 1": "retention_public_all|does not go",
    "UPDATE retention_publicity SET state = 'ended', ended_by = 'checker2', ended_at = now(),"
    " ended_on = until_on": "retention_ended_after_its_days",
    "UPDATE retention_publicity SET state = 'ended', ended_by = drafted_by, ended_at = now(),"
    " ended_on = until_on + 1": "retention_ended_by_a_second_person",
    "UPDATE retention_grant SET state = 'granted', granted_by = 'checker2',"
    f" granted_on = '{AFTER}', agency_code = '{AGENCY}'": "was not public all its days",
    "INSERT INTO retention_grant (grant_no, publicity_id, period, hospital_code, round_code,"
    " area_code, agreement_year, base_fen, score, ratio_bp, amount_fen, state, listed_by,"
    " listed_at) SELECT 'LYX', publicity_id, period, hospital_code, round_code, area_code, 9,"
    " base_fen, score, ratio_bp, amount_fen - 1, 'listed', 'maker', now() FROM retention_grant":
    "is not what the hospital declared",
}  # fmt: skip


@pytest.mark.parametrize("statement", REFUSED)
def test_the_database_refuses(statement):
    retention.town(5_000)
    retention.published()
    with pytest.raises(psycopg.Error, match=REFUSED[statement]), handle.atomic():
        sql(statement)


#: An order to the first hospital, written by hand, and what it would pay.
_ORDER = (
    "INSERT INTO payment_instruction (reference, uetr, period, hospital_code, area_code,"
    " agency_code, payee_account_no, payee_account_name, payee_bank_name, payee_cnaps_code,"
    " amount_fen, purpose, content_hash, state, made_at) SELECT 'X1', 'X1', g.period,"
    " {payee}, g.area_code, 'A520000', {account}, h.name, '工行', '102100099996', {amount}, '-',"
    " '-', 'batched', now() FROM retention_grant g JOIN hospital h USING (hospital_code)"
    " ORDER BY g.id LIMIT 1;"
)
_PAYS = (
    "INSERT INTO retention_allocation SELECT i.id, g.id, i.amount_fen, true"
    " FROM payment_instruction i, retention_grant g WHERE i.reference = 'X1'"
    " ORDER BY g.id LIMIT 1;"
)
RIGHT = {"payee": "h.hospital_code", "account": "h.account_no", "amount": "g.amount_fen"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"amount": "g.amount_fen - 1"}, "pays one granted amount whole"),
        ({"account": "'6666'"}, "to the verified account"),
        ({"payee": "'H00000000099'"}, "pays one granted amount whole"),
    ],
)
def test_no_order_pays_another_amount_account_or_hospital(change, said):
    retention.town(5_000)
    retention.granted()
    with pytest.raises(psycopg.Error, match=said), handle.atomic():
        run_sql_text(_ORDER.format(**{**RIGHT, **change}) + _PAYS)
    assert bank.orders() == []


def test_an_order_to_a_hospital_pays_one_amount_and_no_sheet_and_once():
    town = retention.town(5_000)
    number = retention.granted()
    with pytest.raises(psycopg.Error, match="pays a hospital no retention"), handle.atomic():
        run_sql_text(_ORDER.format(**RIGHT) + "SET CONSTRAINTS ALL IMMEDIATE")
    sheet = sheets.sheet(town.hospitals[0], town.enterprises[0], 5_000)
    with pytest.raises(psycopg.Error, match="paid again by the re-issue"), handle.atomic():
        run_sql_text(
            _ORDER.format(**RIGHT) + _PAYS + "INSERT INTO payment_allocation"
            f" SELECT id, {sheet}, 5000, true FROM payment_instruction WHERE reference = 'X1'"
        )
    retention.pay(number)
    with pytest.raises(psycopg.Error, match="retention_one_live_payment"), handle.atomic():
        run_sql_text(_ORDER.format(**RIGHT) + _PAYS)
    answer(about(0, "rejected"))
    with pytest.raises(psycopg.Error, match="the re-issue of that payment"), handle.atomic():
        run_sql_text(_ORDER.format(**RIGHT) + _PAYS)
    with pytest.raises(psycopg.Error, match="one_payee"), handle.atomic():
        run_sql_text(
            _ORDER.format(**RIGHT).replace("hospital_code,", "hospital_code, enterprise_code,", 1)
            .replace("h.hospital_code,", "h.hospital_code, 'E',", 1)
        )  # fmt: skip


#: Every check of retention and the damage it finds.
DAMAGES = {
    "retention_paid_once": lambda: (
        damage("payment_instruction", "state = 'sent'"),
        run_sql_text(
            "DROP INDEX retention_one_live_payment;"
            " ALTER TABLE retention_allocation DISABLE TRIGGER USER;"
            + _ORDER.format(**RIGHT).replace("'batched'", "'sent'")
            + _PAYS
        ),
    ),
    "retention_once_a_year_of_the_round": lambda: (
        run_sql_text("DROP INDEX retention_once_a_year_of_the_round, retention_once_a_calculation"),
        damage("retention_grant", "hospital_code = 'H', round_code = 'R', agreement_year = 1"),
    ),
    "retention_is_as_declared": lambda: damage("retention_grant", "base_fen = base_fen + 1"),
    "retention_was_public": lambda: damage("retention_publicity", "until_on = ended_on"),
    "orders_to_hospitals_pay_retention": lambda: damage(
        "payment_instruction", "agency_code = 'other'"
    ),
    "retention_follows_its_order": lambda: damage("retention_grant", "state = 'paid'"),
    "retention_again_replaces_the_same": lambda: damage(
        "payment_instruction", "reissue_of = 1 WHERE id = 2"
    ),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_found_and_named(db, name):
    retention.town(5_000, 7_000)
    retention.pay(retention.granted())
    assert broken() == []
    with db.atomic() as transaction:
        DAMAGES[name]()
        found = broken()
        transaction.rollback()
    assert any(one.startswith(f"{name}：") for one in found), found


def test_the_score_of_an_amount_may_be_missing_never_another():
    retention.town(5_000)
    assert sql("SELECT score FROM retention_word").fetchone() == (Decimal(95),)


def test_a_refusal_is_told_to_the_hospital_by_mail_once():
    hospital = retention.town(5_000).hospitals[0]
    retention.pay(retention.granted())
    answer(about(0, "rejected"))
    told = []

    def render(kind, facts):
        told.append((kind, facts["own"], facts["sum_fen"]))
        return Rendered(kind, "正文", "<p>正文</p>")

    assert payment_news.tell(AFTER, render, by="system")["mails"] == 1
    assert payment_news.tell(AFTER, render, by="system")["mails"] == 0
    assert told == [("returned_payment", 1, 5_000)]
    assert sql("SELECT party_kind, party_code FROM mail").fetchall() == [("hospital", hospital)]
