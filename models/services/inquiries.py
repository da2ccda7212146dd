"""Payments of unknown fate: asked about at the bank, never given up on silence (查询查复)."""

from collections.abc import Iterable, Sequence
from datetime import date

from models import clock
from models.records.base import db, sql
from models.rules.errors.access import SecondPersonNeeded
from models.rules.errors.payment import (
    InquiryNotProof,
    InquiryRefused,
    NotSent,
    ReasonNeeded,
    UnknownInquiry,
    UnknownPayment,
)
from models.rules.states import AWAITED, InstructionMove
from models.rules.words import InquiryAnswer, InstructionState
from models.services import access, area_locks, audit, files, instructions, payment_proofs
from models.services.access import Actor
from models.services.payment_proofs import Proofs

WORDS_CHARS_MAX = 2_000

_AREAS = (
    "SELECT reference, area_code, state FROM payment_instruction"
    " WHERE reference = ANY (%(references)s)"
)
_CHOSEN = (
    f"SELECT i.id AS instruction_id, {instructions.NOTHING_NEW} FROM payment_instruction i"
    " WHERE i.reference = ANY (%(references)s)"
)
_RECORD = """
INSERT INTO bank_inquiry (instruction_id, asked_on, answered_on, answer, words, file_id,
                          recorded_by, recorded_at)
SELECT i.id, %(asked_on)s, %(answered_on)s, %(answer)s, %(words)s, %(file)s, %(actor)s, %(now)s
  FROM payment_instruction i WHERE i.reference = %(reference)s
RETURNING id
"""
_INQUIRY = """
SELECT i.reference, i.area_code, y.recorded_by, y.answer, y.confirmed_by
  FROM bank_inquiry y JOIN payment_instruction i ON i.id = y.instruction_id
 WHERE y.id = %s
"""
_CONFIRM = """
UPDATE bank_inquiry SET confirmed_by = %(actor)s, confirmed_at = %(now)s
 WHERE id = %(id)s AND confirmed_by IS NULL AND recorded_by <> %(actor)s
   AND answer = 'not_received'
"""
_CANCEL = (
    "SELECT i.id AS instruction_id, NULL::date AS sent_on, NULL::date AS booked_on,"
    " NULL::date AS returned_on, NULL::text AS bank_reason,"
    " 'inquiry:' || %(inquiry)s::text AS evidence"
    " FROM payment_instruction i WHERE i.reference = ANY (%(references)s)"
)


def lose_sight(actor: Actor, references: Sequence[str], reason: str, on: date) -> int:
    """Mark sent payments the bank has not answered as unknown; return how many.

    Unknown is not failed: such money is asked for, never paid again on silence (I7).
    Raises NotSent, ReasonNeeded, UnknownPayment, OutOfScope, NotAllowed.
    """
    access.require(actor, "bank_result")
    told = sorted(set(references))
    if not reason.strip():
        raise ReasonNeeded(what="状态不明标记")
    with db.atomic():
        states = _enter(actor, told)
        for reference in told:
            if states[reference] != InstructionState.SENT:
                raise NotSent(reference=reference)
        count = instructions.move(
            InstructionMove.LOSE_SIGHT,
            _CHOSEN,
            {"references": told},
            expected=len(told),
            cause=reason.strip(),
            actor=actor.name,
            on=on,
        )
        audit.wrote(
            "payment.unknown",
            actor=actor.name,
            subject="payment_instruction",
            references=told,
            count=count,
            reason=reason.strip(),
        )
    return count


def record(
    actor: Actor,
    reference: str,
    answer: str,
    words: str,
    *,
    asked_on: date,
    answered_on: date,
    letter: tuple[str, Iterable[bytes]] | None = None,
) -> int:
    """Record what the bank answered about a payment without a last word; return its number.

    `letter` is name and bytes of the bank's written answer. An answer alone moves nothing.
    Raises InquiryRefused, ReasonNeeded, UnknownPayment, OutOfScope, NotAllowed.
    """
    access.require(actor, "bank_result")
    if not words.strip():
        raise ReasonNeeded(what="银行答复")
    with db.atomic():
        state = _enter(actor, [reference])[reference]
        if state not in AWAITED:
            raise InquiryRefused(
                reference=reference,
                reason="银行已经给出结果，不再查询。",
                reason_en="the bank gave its result already",
            )
        if answer not in set(InquiryAnswer) or answered_on < asked_on:
            raise InquiryRefused(
                reference=reference,
                reason="答复的种类或日期不对：答复日不早于查询日。",
                reason_en="its answer or its days are wrong",
            )
        file_id = None
        if letter is not None:
            file_id = int(files.store(*letter, by=actor.name, kind="inquiry").id)
        row = sql(
            _RECORD,
            {
                "reference": reference,
                "asked_on": asked_on,
                "answered_on": answered_on,
                "answer": answer,
                "words": words.strip()[:WORDS_CHARS_MAX],
                "file": file_id,
                "actor": actor.name,
                "now": clock.now(),
            },
        ).fetchone()
        audit.wrote(
            "inquiry.recorded",
            actor=actor.name,
            subject=f"inquiry:{row[0]}",
            reference=reference,
            answer=answer,
            file_id=file_id,
        )
    return int(row[0])


def confirm(actor: Actor, inquiry: int, on: date) -> None:
    """Take the bank's answer as proof that nothing was paid: the payment is cancelled.

    Needs the payment marked as unknown, the answer that the bank never received it, the
    statements of the send day and of two full banking days after it closed without the debit,
    and a second person. The payable is open again and may be paid by a linked re-issue.
    Raises InquiryNotProof, SecondPersonNeeded, UnknownInquiry, OutOfScope, NotAllowed.
    """
    access.require(actor, "inquiry_confirm")
    with db.atomic():
        found = sql(_INQUIRY, (inquiry,)).fetchone()
        if found is None:
            raise UnknownInquiry(inquiry=inquiry)
        reference, _, recorded_by, answer, confirmed_by = found
        _enter(actor, [reference])
        if recorded_by == actor.name:
            raise SecondPersonNeeded(actor=actor.name, what="银行查询登记")
        (proofs,) = payment_proofs.judge([reference], on)
        _require_silence(proofs, answer, confirmed_by)
        told = {"id": inquiry, "actor": actor.name, "now": clock.now()}
        if sql(_CONFIRM, told).rowcount != 1:
            raise UnknownInquiry(inquiry=inquiry)
        instructions.move(
            InstructionMove.CANCEL,
            _CANCEL,
            {"references": [reference], "inquiry": inquiry},
            expected=1,
            cause="bank_inquiry",
            actor=actor.name,
            on=on,
        )
        audit.wrote(
            "inquiry.confirmed",
            actor=actor.name,
            subject=f"inquiry:{inquiry}",
            reference=reference,
        )


def _require_silence(proofs: Proofs, answer: str, confirmed_by: str | None) -> None:
    sending = "、".join(map(str, proofs.send_days_open))
    days = "、".join(map(str, proofs.later_days_open))
    reasons = (
        (confirmed_by is not None, "这份答复已经核定过。", "the answer was confirmed already"),
        (
            answer != InquiryAnswer.NOT_RECEIVED,
            "银行没有说从未收到这笔付款。",
            "the bank did not say that it never received it",
        ),
        (
            proofs.state != InstructionState.UNKNOWN,
            "它不是状态不明。",
            "its state is not unknown",
        ),
        (
            not proofs.no_debit,
            "对账单上有这笔扣款。",
            "the statement shows its debit",
        ),
        (
            bool(proofs.send_days_open),
            f"发送日 {sending} 的对账单尚未结平。",
            f"the statement of its send day {sending} is not closed",
        ),
        (
            bool(proofs.later_days_open),
            f"发送后两个完整银行工作日的对账单尚未结平：{days}。",
            f"the statements of {days} are not closed",
        ),
    )
    for applies, reason, reason_en in reasons:
        if applies:
            raise InquiryNotProof(reference=proofs.reference, reason=reason, reason_en=reason_en)


def _enter(actor: Actor, references: list[str]) -> dict[str, str]:
    """Check the rows, take the locks in the written order, return the states."""
    found = sql(_AREAS, {"references": references}).fetchall()
    areas = {str(reference): str(area) for reference, area, _ in found}
    for reference in references:
        if reference not in areas:
            raise UnknownPayment(reference=reference)
    access.require_rows(actor, set(areas.values()), "付款")
    area_locks.lock(sorted(set(areas.values())))
    payment_proofs.lock(references)
    return {
        str(reference): str(state)
        for reference, _, state in sql(_AREAS, {"references": references}).fetchall()
    }
