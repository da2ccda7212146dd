"""Money orders: batches, instructions, which sheets they pay, and every move they made."""

import peewee as pw

from models.records.base import (
    CodeField,
    FenField,
    JsonField,
    Record,
    StateField,
    UtcDateTimeField,
    one_of,
    promise,
)
from models.rules.words import BatchState, InquiryAnswer, InstructionState, Rail

#: SQL of an event's hash over its own columns: sha256 of a JSON array, the instant in microseconds
#: since 1970, so that anybody can make it again (json.dumps of the same list is the same text).
EVENT_HASH = (
    "encode(sha256(convert_to(json_build_array(prev_hash, instruction_id, from_state, to_state,"
    " (extract(epoch FROM happened_at) * 1000000)::bigint, business_on, actor, cause,"
    " evidence)::text, 'UTF8')), 'hex')"
)


def last_event(columns: str, instruction: str) -> str:
    """Return SQL that selects columns of an instruction's last event, from `instruction_event v`.

    By `id` alone the planner, knowing nothing of a table just filled, reads all events backwards
    for each instruction; `id + 0` has no index, so it looks the instruction's own up.
    """
    return (
        f"SELECT {columns} FROM instruction_event v WHERE v.instruction_id = {instruction}"
        " ORDER BY v.id + 0 DESC LIMIT 1"
    )


class BankProfile(Record):
    """A version of a bank's file format as data; frozen once a batch used it."""

    profile_code = CodeField()
    version = pw.IntegerField()
    name = pw.TextField()
    #: pain001_v09, pain001_v03, delimited, csv, xlsx
    format = CodeField()
    spec = JsonField()
    created_at = UtcDateTimeField()
    created_by = CodeField()
    #: The second person who put it in force; none for what came with the program.
    activated_by = CodeField(null=True)
    #: No batch is made with it any more; what the bank still says about old files is read.
    retired_at = UtcDateTimeField(null=True)
    retired_by = CodeField(null=True)

    class Meta:
        """One row for a version."""

        primary_key = pw.CompositeKey("profile_code", "version")
        constraints = [promise("bank_profile_by_two_persons", "activated_by <> created_by")]


class PaymentBatch(Record):
    """Orders of one debtor account sent to the bank in one file (付款批次)."""

    id = pw.AutoField()
    batch_no = CodeField(unique=True)
    period = CodeField()
    #: The pay run (its job) that made the batch; the area it was asked for, empty for all.
    job_id = pw.BigIntegerField(null=True)
    area_code = CodeField(null=True)
    agency_code = CodeField()
    debtor_account_no = CodeField()
    debtor_account_name = pw.TextField()
    debtor_bank_name = pw.TextField()
    debtor_cnaps_code = CodeField()
    profile_code = CodeField()
    profile_version = pw.IntegerField()
    #: Where the profile wants a file for each payment system: the one of this batch.
    rail = StateField(Rail, null=True)
    execution_on = pw.DateField()
    lines_count = pw.IntegerField()
    total_fen = FenField()
    #: sha256 over the sorted content hashes of the instructions.
    content_hash = CodeField()
    state = StateField(BatchState)
    made_by = CodeField()
    made_at = UtcDateTimeField()
    #: Why orders with the account, amount and purpose of recent ones were right (V14).
    explanation = pw.TextField(null=True)
    sent_at = UtcDateTimeField(null=True)
    file_name = pw.TextField(null=True)
    file_id = pw.BigIntegerField(null=True, unique=True)
    file_sha256 = CodeField(null=True)

    class Meta:
        """Promises of a batch."""

        constraints = [
            one_of("state", BatchState, name="payment_batch_state_known"),
            one_of("rail", Rail, name="payment_batch_rail_known"),
            promise("payment_batch_above_zero", "lines_count > 0 AND total_fen > 0"),
        ]


class PaymentInstruction(Record):
    """An order to pay one payee: an unchangeable economic snapshot with its own reference."""

    id = pw.AutoField()
    reference = CodeField(unique=True)
    uetr = CodeField(unique=True)
    batch_id = pw.BigIntegerField(null=True, index=True)
    line_in_batch = pw.IntegerField(null=True)
    period = CodeField(index=True)
    #: Whom it pays: an enterprise for sheets, or a hospital what it may keep (结余留用).
    enterprise_code = CodeField(index=True, null=True)
    hospital_code = CodeField(null=True)
    #: Area of the hospitals paid for (payment_per enterprise: one per enterprise and area).
    area_code = CodeField()
    agency_code = CodeField()
    payee_account_no = CodeField()
    payee_account_name = pw.TextField()
    payee_bank_name = pw.TextField()
    payee_cnaps_code = CodeField()
    #: As the bank's file has them, where the profile's character map changed them.
    written_name = pw.TextField(null=True)
    written_bank_name = pw.TextField(null=True)
    rail = StateField(Rail, null=True)
    amount_fen = FenField()
    purpose = pw.TextField()
    content_hash = CodeField()
    state = StateField(InstructionState)
    reissue_of = pw.BigIntegerField(null=True, unique=True)
    booked_on = pw.DateField(null=True)
    #: Day of the return (退票) or reversal (冲账).
    returned_on = pw.DateField(null=True)
    bank_reason = pw.TextField(null=True)
    sent_on = pw.DateField(null=True)
    made_at = UtcDateTimeField()

    class Meta:
        """Promises of an instruction."""

        constraints = [
            one_of("state", InstructionState, name="payment_instruction_state_known"),
            one_of("rail", Rail, name="payment_instruction_rail_known"),
            promise("payment_instruction_above_zero", "amount_fen > 0"),
            promise(
                "payment_instruction_one_payee", "num_nonnulls(enterprise_code, hospital_code) = 1"
            ),
            promise("payment_reference_form", "reference ~ '^[A-Z0-9]{1,30}$'"),
            promise("settled_has_a_booking_day", "state <> 'settled' OR booked_on IS NOT NULL"),
        ]


class PaymentAllocation(Record):
    """Which sheet an instruction pays, whole; live while the instruction may still move money."""

    instruction_id = pw.BigIntegerField()
    sheet_id = pw.IntegerField(index=True)
    amount_fen = FenField()
    #: Kept by a trigger on the instruction's state.
    live = pw.BooleanField(default=True, constraints=[pw.SQL("DEFAULT true")])

    class Meta:
        """One row for an instruction and sheet; ddl adds: one live instruction per sheet."""

        primary_key = pw.CompositeKey("instruction_id", "sheet_id")
        constraints = [promise("payment_allocation_above_zero", "amount_fen > 0")]


class InstructionEvent(Record):
    """One move of an instruction: who, why, on what evidence; never edited, chained by hashes."""

    id = pw.AutoField()
    instruction_id = pw.BigIntegerField()
    from_state = CodeField(null=True)
    to_state = CodeField()
    happened_at = UtcDateTimeField()
    business_on = pw.DateField()
    actor = CodeField()
    cause = CodeField()
    #: bank_result_line or statement_entry that proves it.
    evidence = CodeField(null=True)
    #: The hash of the event before it; empty for the first of an instruction.
    prev_hash = CodeField()
    hash = CodeField()

    class Meta:
        """A chain for each instruction: no event has two successors, each is its own hash."""

        indexes = ((("instruction_id", "prev_hash"), True),)
        constraints = [promise("instruction_event_hash_is_its_own", f"hash = {EVENT_HASH}")]


class PaymentReissue(Record):
    """That a person asked to make a payment again, and what a second person decided (重付申请)."""

    id = pw.AutoField()
    #: The same for everything asked for, released and sent together.
    request_no = CodeField(index=True)
    instruction_id = pw.BigIntegerField(index=True)
    amount_fen = FenField()
    profile_code = CodeField()
    reason = pw.TextField()
    asked_by = CodeField()
    asked_at = UtcDateTimeField()
    asked_on = pw.DateField()
    decided_by = CodeField(null=True)
    decided_at = UtcDateTimeField(null=True)
    released = pw.BooleanField(null=True)
    decision_reason = pw.TextField(null=True)
    #: The job that makes the released payments.
    job_id = pw.BigIntegerField(null=True)

    class Meta:
        """Promises of a request; ddl adds: one open request for a payment."""

        constraints = [
            promise("payment_reissue_above_zero", "amount_fen > 0"),
            promise("payment_reissue_needs_a_second_person", "decided_by <> asked_by"),
            promise(
                "payment_reissue_decided_whole",
                "(decided_by IS NULL) = (decided_at IS NULL)"
                " AND (decided_by IS NULL) = (released IS NULL)",
            ),
        ]


class BankInquiry(Record):
    """What the bank answered when a person asked about a payment of unknown fate (查询查复)."""

    id = pw.AutoField()
    instruction_id = pw.BigIntegerField(index=True)
    asked_on = pw.DateField()
    answered_on = pw.DateField()
    answer = StateField(InquiryAnswer)
    #: The bank's words: number of its letter, who said it, what it says.
    words = pw.TextField()
    file_id = pw.BigIntegerField(null=True)
    recorded_by = CodeField()
    recorded_at = UtcDateTimeField()
    #: The second person who took the bank's answer as proof that nothing was paid.
    confirmed_by = CodeField(null=True)
    confirmed_at = UtcDateTimeField(null=True)

    class Meta:
        """Promises of an inquiry."""

        constraints = [
            one_of("answer", InquiryAnswer, name="bank_inquiry_answer_known"),
            promise("bank_inquiry_needs_a_second_person", "confirmed_by <> recorded_by"),
            promise("bank_inquiry_answered_after_asked", "answered_on >= asked_on"),
            promise(
                "bank_inquiry_confirms_what_was_not_received",
                "(confirmed_by IS NULL) = (confirmed_at IS NULL)"
                " AND (confirmed_by IS NULL OR answer = 'not_received')",
            ),
        ]
