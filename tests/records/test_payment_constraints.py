"""The database alone keeps the promises of the money: who comes past the program is refused too.

Each attempt is plain SQL by somebody with every right on the tables, in the middle of a real month.
"""

from datetime import date

import psycopg
import pytest

from models.records.base import db as handle
from models.records.base import sql
from tests.factories import payments as bank
from tests.factories import sheets
from tests.services.test_bank_results import DAY, about, answer
from tests.services.test_statements import Day, Entry, record

#: The send day is a Friday; the full banking day after it.
MONDAY = date(2026, 4, 13)

pytestmark = pytest.mark.usefixtures("db")

#: promise → attempts; orders 1 is settled, 2 rejected, 3 sent, and 4 was never paid.
ATTEMPTS = {
    "I1 one live payment for a sheet": [
        "INSERT INTO payment_allocation (instruction_id, sheet_id, amount_fen) VALUES (2, 1, 100)",
        "INSERT INTO payment_allocation VALUES (2, 1, 100, false)",
        "UPDATE payment_allocation SET live = false WHERE instruction_id = 1",
        "UPDATE payment_allocation SET live = true WHERE instruction_id = 2",
        "UPDATE payment_allocation SET sheet_id = 1 WHERE instruction_id = 3",
        "UPDATE payment_allocation SET instruction_id = 2 WHERE instruction_id = 1",
        "DELETE FROM payment_allocation WHERE instruction_id = 1",
    ],
    "I2 one successor": [
        "INSERT INTO payment_instruction SELECT (jsonb_populate_record(i, jsonb_build_object('id',"
        " 90 + n, 'reference', 'R' || n, 'uetr', 'U' || n, 'reissue_of', 2))).*"
        " FROM payment_instruction i, generate_series(1, 2) n WHERE i.id = 2",
        "UPDATE payment_instruction SET reissue_of = 2 WHERE id = 3",
    ],
    "I3 never more than approved": [
        "UPDATE payment_allocation SET amount_fen = amount_fen + 1 WHERE instruction_id = 3",
        "UPDATE payment_instruction SET amount_fen = amount_fen + 1 WHERE id = 3",
        "INSERT INTO payment_allocation (instruction_id, sheet_id, amount_fen) VALUES (2, 4, 401)",
        "UPDATE settlement_sheet SET payable_fen = payable_fen + 1,"
        " received_fen = received_fen + 1 WHERE id = 3",
        "DELETE FROM settlement_sheet WHERE id = 3",
    ],
    "I4 only the moves of the life cycle": [
        "UPDATE payment_instruction SET state = 'sent' WHERE id = 1",
        "UPDATE payment_instruction SET state = 'approved' WHERE id = 3",
        "UPDATE payment_instruction SET state = 'rejected' WHERE id = 1",
        "UPDATE payment_instruction SET state = 'sent' WHERE id = 2",
        "UPDATE payment_instruction SET state = 'returned', returned_on = now() WHERE id = 3",
        "UPDATE payment_instruction SET state = 'paid' WHERE id = 3",
        "UPDATE payment_instruction SET state = 'settled', booked_on = NULL WHERE id = 3",
        "UPDATE payment_batch SET state = 'prepared'",
    ],
    "I5 a reference is unique for ever": [
        "UPDATE payment_instruction SET reference = 'ZJX' WHERE id = 3",
        "UPDATE payment_instruction SET uetr = gen_random_uuid()::text WHERE id = 3",
        "DELETE FROM payment_instruction WHERE id = 2",
        "INSERT INTO payment_instruction SELECT (jsonb_populate_record(i, jsonb_build_object('id',"
        " 90, 'uetr', 'U'))).* FROM payment_instruction i WHERE i.id = 2",
        "INSERT INTO payment_instruction SELECT (jsonb_populate_record(i, jsonb_build_object('id',"
        " 90, 'reference', 'R'))).* FROM payment_instruction i WHERE i.id = 2",
        "UPDATE payment_instruction SET payee_account_no = '1' WHERE id = 3",
        "UPDATE payment_instruction SET batch_id = NULL WHERE id = 3",
    ],
    "I6 the bytes of a sent file never change": [
        "UPDATE file_chunk SET content = '\\x00'",
        "DELETE FROM file_chunk",
        "INSERT INTO file_chunk (file_id, place, content)"
        " SELECT file_id, 1, '\\x31' FROM payment_batch",
        "UPDATE stored_file SET sha256 = 'x'",
        "UPDATE stored_file SET size_bytes = 0",
        "DELETE FROM stored_file",
        "UPDATE payment_batch SET file_id = file_id + 1",
        "UPDATE payment_batch SET file_sha256 = 'x'",
        "UPDATE payment_batch SET total_fen = total_fen + 1",
        "UPDATE payment_batch SET execution_on = execution_on + 1",
        "UPDATE payment_batch SET debtor_account_no = '1'",
        "DELETE FROM payment_batch",
    ],
    "I8 paid again on a release and two proofs": [
        "INSERT INTO payment_instruction SELECT (jsonb_populate_record(i, jsonb_build_object('id',"
        " 90, 'reference', 'R', 'uetr', 'U', 'reissue_of', 2))).*"
        " FROM payment_instruction i WHERE i.id = 2",
        "INSERT INTO payment_instruction SELECT (jsonb_populate_record(i, jsonb_build_object('id',"
        " 90, 'reference', 'R', 'uetr', 'U', 'reissue_of', 3))).*"
        " FROM payment_instruction i WHERE i.id = 2",
        "INSERT INTO payment_reissue (request_no, instruction_id, amount_fen, profile_code, reason,"
        " asked_by, asked_at, asked_on, decided_by, decided_at, released)"
        " VALUES ('CF1', 2, 200, 'plain', '-', 'maker', now(), now(), 'maker', now(), true)",
        "WITH again AS (INSERT INTO payment_instruction SELECT (jsonb_populate_record(i,"
        " jsonb_build_object('id', 90, 'reference', 'R', 'uetr', 'U'))).*"
        " FROM payment_instruction i WHERE i.id = 2 RETURNING id)"
        " INSERT INTO payment_allocation (instruction_id, sheet_id, amount_fen)"
        " SELECT id, 2, 200 FROM again",
    ],
    "I10 the same content is taken once": [
        "INSERT INTO bank_result_file SELECT (jsonb_populate_record(f,"
        " jsonb_build_object('id', 90))).* FROM bank_result_file f",
        "UPDATE bank_result_file SET sha256 = 'x'",
    ],
    "I11 history is only added to": [
        "UPDATE instruction_event SET to_state = 'settled'",
        "UPDATE instruction_event SET evidence = NULL",
        "DELETE FROM instruction_event",
        "INSERT INTO instruction_event SELECT (jsonb_populate_record(v, jsonb_build_object('id',"
        " 90, 'prev_hash', v.hash))).* FROM instruction_event v WHERE v.id = 1",
        "INSERT INTO instruction_event SELECT (jsonb_populate_record(v, jsonb_build_object('id',"
        " 90))).* FROM instruction_event v WHERE v.id = 1",
        "INSERT INTO instruction_event SELECT (jsonb_populate_record(v, jsonb_build_object('id',"
        " 90, 'prev_hash', v.hash, 'hash', repeat('0', 64)))).* FROM instruction_event v"
        " WHERE v.instruction_id = 3 ORDER BY v.id DESC LIMIT 1",
        "UPDATE audit_event SET actor = 'somebody'",
        "DELETE FROM audit_event",
        "UPDATE ledger_entry SET amount_fen = 1",
        "DELETE FROM ledger_entry",
        "DELETE FROM bank_result_line",
        "UPDATE bank_result_line SET status = 'rejected'",
        "DELETE FROM statement_entry",
        "UPDATE statement_entry SET amount_fen = 0",
        "DELETE FROM statement_day",
        "DELETE FROM payment_exception",
        "UPDATE payment_exception SET kind = 'duplicate'",
        "DELETE FROM sheet_review",
    ],
}


def a_month() -> None:
    bank.paid_city(100, 200, 300)
    hospital = sheets.hospital(8)
    assert sheets.sheet(hospital, sheets.enterprise(4), 400, period="2026-04") == 4
    answer(about(0, "settled"), about(1, "rejected"))
    answer(about(0, "rejected"))
    first = bank.orders()[0][0]
    record(Day(1000, 900, [Entry("1", -100, first, DAY)], DAY))


@pytest.mark.parametrize("promise", ATTEMPTS)
def test_the_database_refuses(promise):
    a_month()
    assert [attempt for attempt in ATTEMPTS[promise] if not refused(attempt)] == []


def refused(attempt: str) -> bool:
    """Whether PostgreSQL itself refuses, by a constraint or a trigger of ours."""
    try:
        with handle.atomic() as tried:
            sql(attempt)
            tried.rollback()
    except Exception as error:  # noqa: BLE001 - peewee wraps what PostgreSQL raises
        cause = error if isinstance(error, psycopg.Error) else error.__cause__
        assert isinstance(cause, psycopg.errors.IntegrityError), attempt
        return True
    return False


_AGAIN = (
    "INSERT INTO payment_instruction SELECT (jsonb_populate_record(i, jsonb_build_object('id', 90,"
    " 'reference', 'R', 'uetr', 'U', 'state', 'batched', 'reissue_of', 2))).*"
    " FROM payment_instruction i WHERE i.id = 2"
)


def test_only_a_released_request_with_both_proofs_lets_a_payment_be_linked():
    """One after the other: nothing, an open request, a release, the send day, the day after it."""
    a_month()
    assert "released request" in why_refused(_AGAIN)
    sql(
        "INSERT INTO payment_reissue (request_no, instruction_id, amount_fen, profile_code, reason,"
        " asked_by, asked_at, asked_on) VALUES ('CF1', 2, 200, 'plain', '-', 'maker', now(), now())"
    )
    assert "released request" in why_refused(_AGAIN)
    sql("UPDATE payment_reissue SET decided_by = 'checker', decided_at = now(), released = true")
    assert "lacks a proof" in why_refused(_AGAIN), "the send day is still open"
    record(Day(1000, 1000, [], sheets.ON))
    assert "lacks a proof" in why_refused(_AGAIN), "the banking day after it is still open"
    record(Day(900, 900, [], MONDAY))
    sql("UPDATE payment_reissue SET released = false")
    assert "released request" in why_refused(_AGAIN)
    sql("UPDATE payment_reissue SET released = true")
    sql(_AGAIN)
    sql("INSERT INTO payment_allocation (instruction_id, sheet_id, amount_fen) VALUES (90, 2, 200)")


def test_a_linked_payment_pays_the_sheets_of_the_one_before_and_no_other_paid_one():
    a_month()
    bank.released(bank.orders()[1][0])
    record(Day(1000, 1000, [], sheets.ON))
    record(Day(900, 900, [], MONDAY))
    answer(about(2, "rejected"))
    sql(_AGAIN)
    stray = (
        "INSERT INTO payment_allocation (instruction_id, sheet_id, amount_fen) VALUES (90, 3, 300)"
    )
    assert "re-issue of that payment alone" in why_refused(stray)


def why_refused(attempt: str) -> str:
    try:
        with handle.atomic():
            sql(attempt)
    except Exception as error:  # noqa: BLE001 - peewee wraps what PostgreSQL raises
        return str(error)
    return ""


def test_an_attempt_is_refused_for_its_own_reason():
    """The same rows take what is allowed: a word of the bank in order, and its event."""
    a_month()
    sql("UPDATE payment_instruction SET state = 'accepted' WHERE id = 3")
    sql("UPDATE payment_instruction SET state = 'rejected' WHERE id = 3")
    assert sql("SELECT live FROM payment_allocation WHERE instruction_id = 3").fetchone() == (
        False,
    )
    sql("UPDATE settlement_sheet SET payable_fen = 401, received_fen = 401 WHERE id = 4")
