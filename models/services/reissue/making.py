"""The linked payments of a released request: the same claims, the payee as verified now."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from models.records.base import db, sql
from models.rules.errors.payment import (
    AlreadyReissued,
    NotReissuable,
    RequestNotReleased,
    UnknownPayment,
)
from models.services import access, accounts, area_locks, audit, bank_files, jobs, payment_proofs
from models.services.access import Actor
from models.services.bank_files import Formats
from models.services.payment_proofs import Proofs

_AREAS = (
    "SELECT reference, area_code FROM payment_instruction WHERE reference = ANY (%(references)s)"
)

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

#: The same for retention: the amount whole, to its hospital.
_CHOOSE_GRANTS = """
CREATE TEMP TABLE pay_grant ON COMMIT DROP AS
SELECT g.id AS grant_id, g.period, i.period AS pay_period, i.hospital_code, i.area_code,
       i.agency_code, a.amount_fen, i.id AS reissue_of, NULL::text AS kept_out
  FROM payment_instruction i JOIN retention_allocation a ON a.instruction_id = i.id
  JOIN retention_grant g ON g.id = a.grant_id
 WHERE i.reference = ANY (%(references)s)
"""

_RELEASED = """
SELECT i.reference, r.profile_code, r.asked_by, r.decided_by, r.released
  FROM payment_reissue r JOIN payment_instruction i ON i.id = r.instruction_id
 WHERE r.request_no = %s ORDER BY i.id
"""


def run(claim: jobs.Claim, formats: Formats) -> dict[str, object]:
    """Do the job `reissue`: make the payments of the released request args.request_no again.

    The batch's maker is who asked; the job was queued by who released it.
    Raises RequestNotReleased and what `reissue` refuses.
    """
    request_no = str(claim.args["request_no"])
    accounts.bring_into_force(claim.on)
    with db.atomic():
        rows = sql(_RELEASED, (request_no,)).fetchall()
        if not rows or not all(row[4] for row in rows):
            raise RequestNotReleased(request_no=request_no)
        _, profile_code, asked_by, decided_by, _ = rows[0]
        if decided_by != claim.requested_by:
            raise RequestNotReleased(request_no=request_no)
        result = reissue(
            access.load(asked_by),
            [row[0] for row in rows],
            profile_code,
            claim.on,
            formats=formats,
            job_id=claim.job_id,
        )
        jobs.finish(claim, result)
    return result


def reissue(
    actor: Actor,
    references: Sequence[str],
    profile_code: str,
    on: date,
    *,
    formats: Formats,
    job_id: int | None = None,
) -> dict[str, object]:
    """Make the payments again, all or none, and return the batches as `pay` does.

    Each needs two independent proofs: the bank's word (rejected, returned, or an inquiry confirmed
    by a second person) and our account's statement. The payee's account must stand verified by two
    people. A payment has at most one successor. People come here through `run` only.
    Raises NotReissuable, AlreadyReissued, UnknownPayment, OutOfScope, NotAllowed.
    """
    access.require(actor, "pay")
    told: dict[str, Any] = {"references": sorted(set(references)), "on": on}
    with db.atomic():
        enter(actor, told["references"])
        for proofs in payment_proofs.judge(told["references"], on):
            require_proofs(proofs)
        sql("DROP TABLE IF EXISTS pg_temp.pay_sheet, pg_temp.pay_grant")
        sql(_CHOOSE, told)
        sql(_CHOOSE_GRANTS, told)
        profile = bank_files.profile(profile_code)
        batches: list[dict[str, object]] = []
        for table, claims in (("pay_sheet", bank_files.SHEETS), ("pay_grant", bank_files.GRANTS)):
            period = sql(f"SELECT max(pay_period) FROM {table}").fetchone()[0]
            if period is None:
                continue
            sending = bank_files.Run(
                actor=actor.name,
                period=period,
                area=None,
                on=on,
                job_id=job_id,
                profile=profile,
                format=formats(profile.spec),
            )
            batches += bank_files.send(sending, lambda _done, _total, _stage: None, claims)
        audit.wrote(
            "payment.reissued",
            actor=actor.name,
            subject="payment_instruction",
            references=told["references"],
            batches=[(one["batch_no"], one["sha256"], one["total_yuan"]) for one in batches],
        )
    return {"batches": batches}


def enter(actor: Actor, references: list[str]) -> None:
    """Check the rows and take the locks in the written order. Raises UnknownPayment, OutOfScope."""
    found = dict(sql(_AREAS, {"references": references}).fetchall())
    for reference in references:
        if reference not in found:
            raise UnknownPayment(reference=reference)
    areas = sorted(set(found.values()))
    access.require_rows(actor, areas, "付款")
    area_locks.lock(areas)
    payment_proofs.lock(references)


def require_proofs(proofs: Proofs) -> None:
    """Refuse a payment that may not be made again. Raises AlreadyReissued, NotReissuable."""
    if proofs.has_successor:
        raise AlreadyReissued(reference=proofs.reference)
    reasons = (
        (
            not proofs.came_to_nothing,
            f"状态为 {proofs.state}，款项可能已付或在途。",
            f"its state is {proofs.state}",
        ),
        (
            not proofs.bank_said_so,
            "没有银行的拒绝或退票回盘。",
            "the bank did not say it was refused or returned",
        ),
        (
            not proofs.statement_shows,
            f"对账单尚未证实：{_wanted(proofs)}。",
            f"the statement does not prove it: {_wanted_en(proofs)}",
        ),
        (
            not proofs.verified,
            "收款账户未经第二人核实，或有账户变更尚未生效。",
            "the payee's account is not verified, or a change of it is open",
        ),
        (proofs.suspended, "企业已停用。", "the enterprise is suspended"),
    )
    for applies, reason, reason_en in reasons:
        if applies:
            raise NotReissuable(reference=proofs.reference, reason=reason, reason_en=reason_en)


def _wanted(proofs: Proofs) -> str:
    """Return what the statement must show, with the days still to be brought in."""
    if proofs.came_back:
        return "退回款项须已入账"
    if not proofs.no_debit:
        return "对账单上有这笔扣款，款项可能已付"
    days = "、".join(map(str, proofs.days_open))
    return f"发送日和之后的完整银行工作日须已结平且无该笔扣款，尚未结平 {days}"


def _wanted_en(proofs: Proofs) -> str:
    if proofs.came_back:
        return "the credit must be booked"
    if not proofs.no_debit:
        return "it shows the debit"
    days = ", ".join(map(str, proofs.days_open))
    return (
        "the send day and the full banking day after it must be closed without the debit,"
        f" still open: {days}"
    )
