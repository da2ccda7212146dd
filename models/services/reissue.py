"""Pay again what was rejected or came back: on two proofs, linked to the old payment."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from models.records.base import db, sql
from models.rules.errors.payment import AlreadyReissued, NotReissuable, UnknownPayment
from models.rules.states import CAME_TO_NOTHING
from models.services import access, area_locks, audit, bank_files
from models.services.access import Actor
from models.services.bank_files import Formats

_NOTHING = ", ".join(f"'{state}'" for state in CAME_TO_NOTHING)

_LOCK = """
SELECT 1 FROM payment_instruction WHERE reference = ANY (%(references)s) ORDER BY id FOR UPDATE
"""
_AREAS = (
    "SELECT reference, area_code FROM payment_instruction WHERE reference = ANY (%(references)s)"
)

#: The bank's word and the account's statement are two sources; one alone proves nothing (I8).
_JUDGE = f"""
SELECT i.reference, i.state, i.state IN ({_NOTHING}) AS came_to_nothing,
       EXISTS (SELECT 1 FROM payment_instruction n WHERE n.reissue_of = i.id) AS has_successor,
       EXISTS (SELECT 1 FROM bank_result_line r WHERE r.instruction_id = i.id
                  AND r.outcome IN ('rejected', 'returned')) AS bank_said_so,
       CASE WHEN i.state IN ('rejected', 'cancelled')
            THEN EXISTS (SELECT 1 FROM statement_day d WHERE d.account_no = b.debtor_account_no
                            AND d.day = i.sent_on AND d.closed) AND x.booked_fen >= 0
            ELSE x.came_back END AS statement_shows,
       e.account_verified AND NOT EXISTS (SELECT 1 FROM account_change c
                   WHERE c.credit_code = e.credit_code AND c.decided_by IS NULL) AS verified,
       coalesce(e.suspended_on <= %(on)s, false) AS suspended
  FROM payment_instruction i
  JOIN payment_batch b ON b.id = i.batch_id
  JOIN enterprise e ON e.credit_code = i.enterprise_code
 CROSS JOIN LATERAL (SELECT coalesce(sum(s.amount_fen), 0) AS booked_fen,
                            coalesce(bool_or(s.amount_fen > 0), false) AS came_back
                       FROM statement_entry s WHERE s.instruction_id = i.id) x
 WHERE i.reference = ANY (%(references)s)
 ORDER BY i.id
"""

#: The same sheets whole, the same payer; the payee as it stands verified now.
_CHOOSE = """
CREATE TEMP TABLE pay_sheet ON COMMIT DROP AS
SELECT s.id AS sheet_id, s.period AS sheet_period, i.period AS pay_period, i.enterprise_code,
       i.area_code, i.agency_code, a.amount_fen AS payable_fen, i.id AS order_key, i.id AS
           reissue_of,
       true AS taken
  FROM payment_instruction i JOIN payment_allocation a ON a.instruction_id = i.id
  JOIN settlement_sheet s ON s.id = a.sheet_id
 WHERE i.reference = ANY (%(references)s)
"""


def reissue(
    actor: Actor, references: Sequence[str], profile_code: str, on: date, *, formats: Formats
) -> dict[str, object]:
    """Make the payments again, all or none, and return the batches as `pay` does.

    Each needs two independent proofs: the bank's word (rejected, returned) and our account's
    statement (the day it was sent is closed without its debit, or the returning credit is booked).
    The payee's account must stand verified by two people. A payment has at most one successor.
    Raises NotReissuable, AlreadyReissued, UnknownPayment, OutOfScope, NotAllowed.
    """
    access.require(actor, "pay")
    told: dict[str, Any] = {"references": sorted(set(references)), "on": on}
    with db.atomic():
        _enter(actor, told)
        for row in sql(_JUDGE, told).fetchall():
            _refuse(*row)
        sql("DROP TABLE IF EXISTS pg_temp.pay_sheet")
        sql(_CHOOSE, told)
        profile = bank_files.profile(profile_code)
        period = sql("SELECT max(pay_period) FROM pay_sheet").fetchone()[0]
        run = bank_files.Run(
            actor=actor.name,
            period=period,
            area=None,
            on=on,
            job_id=None,
            profile=profile,
            format=formats(profile.spec),
        )
        batches = bank_files.send(run, lambda _done, _total, _stage: None) if period else []
        audit.wrote(
            "payment.reissued",
            actor=actor.name,
            subject="payment_instruction",
            references=told["references"],
            batches=[(one["batch_no"], one["sha256"], one["total_yuan"]) for one in batches],
        )
    return {"batches": batches}


def _enter(actor: Actor, told: dict[str, Any]) -> None:
    """Check the rows and take the locks in the written order."""
    found = dict(sql(_AREAS, told).fetchall())
    for reference in told["references"]:
        if reference not in found:
            raise UnknownPayment(reference=reference)
    areas = sorted(set(found.values()))
    access.require_rows(actor, areas, "付款")
    area_locks.lock(areas)
    sql(
        "SELECT 1 FROM enterprise WHERE credit_code IN (SELECT enterprise_code FROM"
        " payment_instruction"
        " WHERE reference = ANY (%(references)s)) ORDER BY credit_code FOR SHARE",
        told,
    )
    sql(_LOCK, told)


def _refuse(
    reference: str,
    state: str,
    came_to_nothing: bool,  # noqa: FBT001
    has_successor: bool,  # noqa: FBT001
    bank_said_so: bool,  # noqa: FBT001
    statement_shows: bool,  # noqa: FBT001
    verified: bool,  # noqa: FBT001
    suspended: bool,  # noqa: FBT001
) -> None:
    if has_successor:
        raise AlreadyReissued(reference=reference)
    reasons = (
        (not came_to_nothing, f"状态为 {state}，款项可能已付或在途。", f"its state is {state}"),
        (
            not bank_said_so,
            "没有银行的拒绝或退票回盘。",
            "the bank did not say it was refused or returned",
        ),
        (
            not statement_shows,
            "对账单尚未证实：发送日须已结平且无该笔扣款，或退回款项已入账。",
            "the statement does not prove it: send day closed without a debit, or the credit"
            " booked",
        ),
        (not verified, "收款账户未经第二人核实。", "the payee's account is not verified"),
        (suspended, "企业已停用。", "the enterprise is suspended"),
    )
    for applies, reason, reason_en in reasons:
        if applies:
            raise NotReissuable(reference=reference, reason=reason, reason_en=reason_en)
