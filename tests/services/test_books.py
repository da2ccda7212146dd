"""The proof of the books holds after every kind of work, and bites on every kind of damage."""

import pytest

from models.records.base import run_sql_text, sql
from models.records.payments import EVENT_HASH
from models.services import approvals, books, offsets
from tests.factories import payments as bank
from tests.factories import sheets
from tests.factories.sheets import CHECKER, MAKER, ON, PERIOD
from tests.services import test_prepaid_books, test_retention_payments
from tests.services.test_bank_results import DAY, LATER, about, answer
from tests.services.test_offsets import fund
from tests.services.test_statements import Day, Entry, record

pytestmark = pytest.mark.usefixtures("db")


def broken() -> list[str]:
    return books.check_books(bank.PlainFormat)["broken"]


def a_month() -> sheets.City:
    """Offset and prepaid sheets, paid, rejected, returned, carried: every check sees something."""
    town = sheets.city(2, 4)
    bank.profile()
    first, second = town.hospitals
    sql(
        "INSERT INTO prepayment_voucher (voucher_no, hospital_code, kind, amount_fen, booked_on)"
        " VALUES"
        " ('V1', %s, 'prepayment', 900, '2026-03-01'), ('V2', %s, 'refund', 100, '2026-03-02')",
        (second, second),
    )
    for place, code in enumerate(town.enterprises[:3]):
        sheets.sheet(first, code, 100 * (place + 1), 50, -20)
        sheets.sheet(second, code, 300, funding="prepaid_subledger")
    sheets.sheet(first, town.enterprises[3], -70)
    bank.approve_all()
    bank.pay()
    answer(about(0, "settled"), about(1, "rejected"), about(2, "pending", None))
    answer(about(2, "returned", LATER))
    fund(PERIOD, first, 60)
    offsets.offset_period(MAKER, PERIOD, None, ON)
    record(Day(10_000, 10_000 - 7, [Entry("1", -7)], DAY))
    sheets.sheet(first, town.enterprises[3], 200, period="2026-04", carried_in_fen=-70)
    bank.approve_all("2026-04")
    return town


def test_empty_books_are_whole():
    result = books.check_books()
    assert result["broken"] == []
    assert len(result["checked"]) == len(set(result["checked"])) > 15


def test_a_month_of_every_kind_is_whole():
    a_month()
    assert broken() == []
    assert len(bank.orders()) == 3


def test_books_are_whole_after_a_return_and_a_second_approval():
    town = sheets.city()
    one = sheets.sheet(town.hospitals[0], town.enterprises[0], 500)
    bank.approve_all()
    approvals.return_sheets(CHECKER, [one], "错", ON)
    assert broken() == []
    bank.approve_all()
    assert broken() == []


#: Turnover money of 100 that was paid with some voucher.
_GRANT = (
    "INSERT INTO turnover_grant (turnover_no, year, hospital_code, area_code, scheme_code,"
    " scheme_from, base_from, base_to, base_months, base_fen, drug_bp, consumable_bp, drug_fen,"
    " consumable_fen, amount_fen, facts, applied_by, applied_at, applied_on, decided_by,"
    " decided_at, decided_on, paid_by, paid_at, paid_on, state, voucher_no) VALUES ('ZZ1', 2026,"
    " 'H', 'A', 'S', '2026-01-01', '2025-01', '2025-12', 12, 200, 3000, 2000, 60, 40, 100, '{}',"
    " 'maker', now(), '2026-01-08', 'checker', now(), '2026-01-09', 'maker', now(), '2026-01-10',"
)

#: A month closed by hand, with sums of nothing.
CLOSED = """
INSERT INTO period_close (close_no, period, area_code, area_codes, totals, points, content_hash,
    proposed_by, proposed_at, proposed_on, state, decided_by, decided_at, decided_on)
SELECT 'GZ1', '{period}', '520100', '{{520100}}', jsonb_object_agg(name, 0), '[]', '', 'a',
       '2026-01-01', '2026-01-01', 'closed', 'b', '2026-01-01', '2026-01-01'
  FROM unnest(ARRAY['sheets', 'lines', 'received_fen', 'returned_fen', 'adjusted_fen',
       'payable_fen', 'carried_out_fen', 'offsets', 'goods_fen', 'offset_fen',
       'offset_carried_fen']) AS name;
"""
CLOSED_MONTH = "INSERT INTO closed_month SELECT period, '520100', id FROM period_close;"

DAMAGES = {
    "sheets_add_up": "UPDATE settlement_sheet SET received_fen = received_fen + 1,"
    " returned_fen = returned_fen - 1 WHERE id = 1",
    "sheet_lines_are_purchases": "UPDATE sheet_line SET amount_fen = amount_fen + 1"
    " WHERE amount_fen > 0",
    "line_facts_follow": "INSERT INTO line_fact (line_no, invoiced_fen) VALUES ('unheard', 1)",
    "held_pairs_follow": "INSERT INTO held_pair SELECT '2026-03', '520100', 'H', 'H', 'E',"
    " 'direct', 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1",
    "carries_continue": "UPDATE settlement_sheet SET carried_in_fen = -1,"
    " received_fen = received_fen + 1 WHERE id = 1",
    "two_people_approved": "UPDATE sheet_review SET reviewer = 'maker' WHERE id = 1",
    "sheets_show_their_payment": "UPDATE settlement_sheet SET state = 'paid'"
    " WHERE state = 'rejected'",
    "one_live_payment_per_sheet": "DROP INDEX payment_one_live_per_sheet;"
    " ALTER TABLE payment_allocation DISABLE TRIGGER payment_allocation_again;"
    " ALTER TABLE payment_instruction DISABLE TRIGGER payment_instruction_snapshot;"
    " INSERT INTO payment_allocation SELECT 2, sheet_id, amount_fen, true FROM payment_allocation"
    " WHERE instruction_id = 1; UPDATE payment_instruction SET state = 'sent' WHERE id = 2",
    "live_follows_state": "ALTER TABLE payment_allocation DISABLE TRIGGER USER;"
    " UPDATE payment_allocation SET live = NOT live WHERE instruction_id = 1",
    "paid_within_payable": "ALTER TABLE payment_allocation DISABLE TRIGGER USER;"
    " UPDATE payment_allocation SET amount_fen = amount_fen + 1"
    " WHERE instruction_id = 1",
    "instructions_add_up": "ALTER TABLE payment_instruction DISABLE TRIGGER USER;"
    " UPDATE payment_instruction SET amount_fen = amount_fen + 1 WHERE id = 1",
    "instructions_are_sealed": "ALTER TABLE payment_instruction DISABLE TRIGGER USER;"
    " UPDATE payment_instruction SET payee_account_no = '1' WHERE id = 1",
    "reissues_replace_what_came_to_nothing": "ALTER TABLE payment_instruction DISABLE TRIGGER USER;"
    " UPDATE payment_instruction SET reissue_of = 1 WHERE id = 2",
    "batches_add_up": "ALTER TABLE payment_batch DISABLE TRIGGER USER;"
    " UPDATE payment_batch SET total_fen = total_fen + 1",
    "sent_means_a_stored_file": "ALTER TABLE payment_batch DISABLE TRIGGER USER;"
    " UPDATE payment_batch SET file_sha256 = 'x'",
    "every_move_has_its_event": "ALTER TABLE instruction_event DISABLE TRIGGER USER;"
    " DELETE FROM instruction_event WHERE to_state = 'sent'",
    "moves_are_chained": "ALTER TABLE instruction_event DISABLE TRIGGER USER;"
    " ALTER TABLE instruction_event DROP CONSTRAINT instruction_event_hash_is_its_own;"
    " UPDATE instruction_event SET actor = 'somebody' WHERE id = 1",
    "results_lose_no_line": "ALTER TABLE bank_result_line DISABLE TRIGGER USER;"
    " DELETE FROM bank_result_line WHERE id = 1",
    "statement_days_add_up": "ALTER TABLE statement_entry DISABLE TRIGGER USER;"
    " DELETE FROM statement_entry",
    "offsets_continue": "UPDATE hospital_offset SET carried_in_fen = 1,"
    " carried_out_fen = carried_out_fen + 1",
    "sub_ledger_never_negative": "UPDATE prepayment_voucher SET amount_fen = 899"
    " WHERE voucher_no = 'V1';"
    " UPDATE prepayment_voucher SET amount_fen = 800 WHERE voucher_no = 'V2'",
    "reversals_mirror": "ALTER TABLE ledger_entry DISABLE TRIGGER USER;"
    " UPDATE ledger_entry SET amount_fen = amount_fen + 1 WHERE reverses IS NOT NULL",
    "balances_follow_the_facts": "INSERT INTO ledger_entry (posted_at, posted_on, debit_account,"
    " credit_account, amount_fen, kind, source) VALUES (now(), '2026-04-01', 'fund:A',"
    " 'enterprise:E', 1, 'x', 'y')",
    "offsets_are_booked": "UPDATE hospital_offset SET audited_fen = 61, available_fen = 61,"
    " offset_fen = 61, carried_out_fen = carried_out_fen - 1 WHERE offset_fen = 60",
    "offsets_list_their_sheets": "DELETE FROM offset_sheet",
    "sheets_are_offset_once": "UPDATE offset_sheet SET amount_fen = amount_fen + 1",
    "requests_within_debt": "INSERT INTO money_request (request_no, kind, hospital_code, area_code,"
    " period, amount_fen, asked_on, due_on, state, source, asked_by, asked_at)"
    " VALUES ('ZJ1', 'collection', 'H', 'A', '2026-03', 1, '2026-04-01', '2026-04-02', 'asked',"
    " 'x', 'maker', now())",
    "turnover_is_paid_as_approved": f"{_GRANT} 'paid', 'V9')",
    "turnover_not_recovered_twice": f"{_GRANT} 'paid', 'V1'); INSERT INTO money_request"
    " (request_no, kind, hospital_code, area_code, period, amount_fen, received_fen, asked_on,"
    " due_on, state, source, asked_by, asked_at, paid_on)"
    " VALUES ('GH1', 'repayment', 'H', 'A', '2026-03', 101, 101, '2026-04-01', '2026-04-02',"
    " 'paid', 'turnover:ZZ1', 'maker', now(), '2026-04-01')",
    "turnover_offsets_are_booked": "UPDATE hospital_offset SET audited_fen = audited_fen + 1,"
    " available_fen = available_fen + 1, recovered_fen = 1, turnover_no = 'ZZ1',"
    " deferred_fen = goods_fen + carried_in_fen - collected_fen - offset_fen"
    " WHERE offset_fen = 60",
    "automatic_words_are_marked": "INSERT INTO purchase_line (line_no, line_kind, order_no,"
    " hospital_code, enterprise_code, nhsa_code, quantity, unit_price_yuan, amount_fen,"
    " delivered_on, accepted_on, platform) VALUES ('AW', 'receipt', 'O', 'H', 'E', 'P', 1, 0.01, 1,"
    " '2026-03-01', '2026-03-01', 'online'); INSERT INTO confirm_window (line_no, party, round_no,"
    " kind, hospital_code, enterprise_code, area_code, amount_fen, period, scheme_code,"
    " scheme_valid_from, days, unit, holiday_shift, silence, opened_on, due_on, state, closed_on,"
    " automatic_at) VALUES ('AW', 'hospital', 1, 'answer', 'H', 'E', 'A', 1, '2026-03', 'S',"
    " '2026-01-01', 5, 'working_day', 'next_working_day', 'auto_confirm', '2026-04-01',"
    " '2026-04-08', 'auto_confirmed', '2026-04-09', '2026-04-09T00:00:00+08:00')",
    "closed_months_stand": CLOSED.format(period=PERIOD) + CLOSED_MONTH,
    "closed_by_two_persons": CLOSED.format(period="2026-01"),
    "closed_months_take_no_bookings": CLOSED.format(period="2026-04") + CLOSED_MONTH,
    "seals_hold": "UPDATE sheet_line SET due_on = due_on + 1",
    "files_are_unchanged": "ALTER TABLE file_chunk DISABLE TRIGGER USER;"
    " UPDATE file_chunk SET content = '\\x00'",
    "released_files_are_known": "INSERT INTO lost_file (batch_no, file_name, sha256, period,"
    " agency_code, area_codes, lines_count, total_fen, released_at, released_by, file_id,"
    " claims_id, found_at, found_by, state) VALUES ('PC1', 'f', 's', '2026-03', 'A', '{}', 1, 1,"
    " now(), 'maker', 1, 2, now(), 'system', 'open')",
    "register_agrees": "DELETE FROM open_line_change;"
    " INSERT INTO open_line_state (id, as_of) VALUES (1, '2026-04-30');"
    " INSERT INTO open_line (line_no, lane, hospital_code, enterprise_code, area_code, nhsa_code,"
    " accepted_on, due_on, amount_fen, unpaid_fen, mask, short, responsible, bears_interest,"
    " paid_interest_fen) VALUES ('X', 'self', 'H', 'E', 'A', 'P', '2026-03-01', '2026-04-01', 1, 1,"
    " 0, false, 'hospital', false, 0)",
    "audit_chain_is_whole": "ALTER TABLE audit_event DISABLE TRIGGER USER;"
    " UPDATE audit_event SET actor = 'somebody' WHERE id = 2",
}  # fmt: skip


def test_who_seals_a_changed_move_again_breaks_the_chain_behind_it(db):
    a_month()
    with db.atomic() as damage:
        run_sql_text(
            "ALTER TABLE instruction_event DISABLE TRIGGER USER;"
            " ALTER TABLE instruction_event DROP CONSTRAINT instruction_event_hash_is_its_own;"
            " UPDATE instruction_event SET actor = 'somebody' WHERE id = 1;"
            f" UPDATE instruction_event SET hash = {EVENT_HASH} WHERE id = 1"
        )
        found = broken()
        damage.rollback()
    reference = bank.orders()[0][0]
    assert found == [
        f"moves_are_chained：付款 {reference} 的第 2 步经过与其摘要不符，或与前一步不衔接。"
    ]


def test_every_check_has_its_damage():
    named = {*DAMAGES, *test_prepaid_books.DAMAGES, *test_retention_payments.DAMAGES}
    assert set(books.check_books()["checked"]) == named


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_found_and_named(db, name):
    a_month()
    with db.atomic() as damage:
        run_sql_text(DAMAGES[name])
        found = broken()
        damage.rollback()
    assert any(
        name in sentence or (name == "audit_chain_is_whole" and "审计链" in sentence)
        for sentence in found
    )
    assert broken() == []
