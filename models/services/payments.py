"""Pay approved sheets (付款): what is free, what the sub-ledger covers, one run that sends it."""

from collections.abc import Callable
from datetime import date
from typing import Any

from models.records.base import db, sql
from models.records.lost_files import held
from models.rules.errors.payment import AgencyMissing
from models.rules.money import yuan
from models.rules.offset import PREPAID
from models.rules.postings import Kind
from models.rules.states import SHEET, SheetMove, sources, target
from models.services import (
    access,
    accounts,
    area_locks,
    audit,
    bank_files,
    jobs,
    ledger,
    payment_warnings,
    requests,
    shortfalls,
)
from models.services.access import Actor
from models.services.bank_files import Formats

__all__ = ["pay", "pay_sheets"]

_PREPAID = ", ".join(f"'{one}'" for one in PREPAID)

#: In the written order of locks; enterprises so that no account changes between look and order.
_LOCK_ENTERPRISES = """
SELECT 1 FROM enterprise
 WHERE credit_code IN (SELECT enterprise_code FROM settlement_sheet
                        WHERE area_code = ANY (%(areas)s) AND period <= %(period)s
                          AND state = ANY (%(payable_states)s))
 ORDER BY credit_code FOR SHARE
"""
#: Looked at once, so that what follows is planned for as many sheets as there are.
_CANDIDATES = """
CREATE TEMP TABLE pay_candidate ON COMMIT DROP AS
WITH held AS MATERIALIZED (
    SELECT id, content_hash FROM settlement_sheet
     WHERE area_code = ANY (%(areas)s) AND period <= %(period)s AND state = ANY (%(payable_states)s)
     ORDER BY id FOR UPDATE
)
SELECT * FROM held
"""

#: Approved by as many live reviews of the content as it stands as it needs, two or three, and never
#: in an instruction.
_CHOOSE = f"""
CREATE TEMP TABLE pay_sheet ON COMMIT DROP AS
SELECT s.id AS sheet_id, s.sheet_no, s.period AS sheet_period, %(period)s::text AS pay_period,
       s.hospital_code, s.enterprise_code, s.area_code, s.payable_fen, s.due_on,
       CASE s.payment_per WHEN 'sheet' THEN s.id ELSE 0 END AS order_key,
       s.funding IN ({_PREPAID}) AS is_prepaid, g.agency_code, NULL::bigint AS reissue_of,
       CASE WHEN NOT e.account_verified THEN 'account_unverified'
            WHEN e.suspended_on <= %(on)s AND e.suspended_set_at > s.approved_at
                THEN 'enterprise_suspended' END AS kept_out,
       true AS taken
  FROM (SELECT r.sheet_id, count(*) AS reviews FROM pay_candidate c
          JOIN sheet_review r ON r.sheet_id = c.id AND r.content_hash = c.content_hash
         WHERE r.counts AND r.approved
         GROUP BY r.sheet_id) v
  JOIN settlement_sheet s ON s.id = v.sheet_id AND s.reviews_needed = v.reviews
  JOIN enterprise e ON e.credit_code = s.enterprise_code
  LEFT JOIN paying_agency g ON g.area_code = s.area_code
 WHERE s.payable_fen > 0
   AND NOT EXISTS (SELECT 1 FROM payment_allocation a WHERE a.sheet_id = s.id)
   AND NOT {held("s.hospital_code", "s.enterprise_code")}
"""

_KEEP_OUT = """
WITH kept AS (
    UPDATE settlement_sheet s SET kept_out = p.kept_out, state = %(kept_state)s
      FROM pay_sheet p WHERE p.sheet_id = s.id AND p.kept_out IS NOT NULL
       AND s.state = ANY (%(kept_from)s)
)
UPDATE pay_sheet SET taken = false WHERE kept_out IS NOT NULL
"""

#: A hospital that owes too long gets no advance (欠款暂停垫付): its sheets are short of money.
_SUSPEND = f"""
UPDATE pay_sheet p SET taken = false FROM ({shortfalls.debts_sql()}) d
 WHERE d.hospital_code = p.hospital_code AND d.suspended AND p.taken AND NOT p.is_prepaid
"""

#: Sub-ledger = all vouchers less sheets covered; whole sheets in their order, nobody overtakes.
_COVER = f"""
WITH vouchers AS (
    SELECT hospital_code, sum(CASE kind WHEN 'refund' THEN -amount_fen ELSE amount_fen END) AS
        paid_in_fen
      FROM prepayment_voucher GROUP BY hospital_code
),
covered AS (
    SELECT s.hospital_code, sum(s.payable_fen) AS covered_fen
      FROM settlement_sheet s
     WHERE s.funding IN ({_PREPAID}) AND s.hospital_code IN (SELECT hospital_code FROM pay_sheet)
       AND EXISTS (SELECT 1 FROM payment_allocation a WHERE a.sheet_id = s.id)
     GROUP BY s.hospital_code
),
queue AS (
    SELECT p.sheet_id, sum(p.payable_fen) OVER (PARTITION BY p.hospital_code
               ORDER BY p.due_on, p.enterprise_code, p.sheet_period, p.sheet_id
               ROWS UNBOUNDED PRECEDING)
           <= coalesce(v.paid_in_fen, 0) - coalesce(c.covered_fen, 0) AS fits
      FROM pay_sheet p LEFT JOIN vouchers v USING (hospital_code) LEFT JOIN covered c USING
          (hospital_code)
     WHERE p.is_prepaid AND p.taken
)
UPDATE pay_sheet p SET taken = q.fits FROM queue q WHERE q.sheet_id = p.sheet_id AND NOT q.fits
"""

_SHORT = """
UPDATE settlement_sheet s SET state = %(short)s, kept_out = NULL
  FROM pay_sheet p
 WHERE p.sheet_id = s.id AND NOT p.taken AND p.kept_out IS NULL AND s.state = ANY (%(short_from)s)
"""

#: What each hospital must top up: its uncovered sheets less what is left in its sub-ledger.
_SHORTFALLS = f"""
WITH vouchers AS (
    SELECT hospital_code,
           sum(CASE kind WHEN 'refund' THEN -amount_fen ELSE amount_fen END) AS paid_in_fen
      FROM prepayment_voucher GROUP BY hospital_code
),
covered AS (
    SELECT s.hospital_code, sum(s.payable_fen) AS covered_fen
      FROM settlement_sheet s
     WHERE s.funding IN ({_PREPAID})
       AND EXISTS (SELECT 1 FROM payment_allocation a WHERE a.sheet_id = s.id)
     GROUP BY s.hospital_code
)
SELECT p.hospital_code,
       (sum(p.payable_fen) FILTER (WHERE NOT p.taken)
        + coalesce(sum(p.payable_fen) FILTER (WHERE p.taken), 0)
        - coalesce(max(v.paid_in_fen), 0) + coalesce(max(c.covered_fen), 0))::bigint
           AS shortfall_fen
  FROM pay_sheet p LEFT JOIN vouchers v USING (hospital_code)
  LEFT JOIN covered c USING (hospital_code)
 WHERE p.is_prepaid AND p.kept_out IS NULL
 GROUP BY p.hospital_code HAVING bool_or(NOT p.taken)
 ORDER BY p.hospital_code
"""

_NO_AGENCY = """
SELECT area_code FROM pay_sheet WHERE taken AND agency_code IS NULL ORDER BY area_code LIMIT 1
"""

_DRAWS = """
SELECT hospital_code, payable_fen AS amount_fen, 'sheet:' || sheet_no AS source
  FROM pay_sheet WHERE taken AND is_prepaid
"""


def pay(claim: jobs.Claim, formats: Formats) -> dict[str, object]:
    """Pay the approved sheets up to args.period in args.area with the profile args.profile."""
    args = claim.args
    actor = access.load(claim.requested_by)
    accounts.bring_into_force(claim.on)
    with db.atomic():
        result = pay_sheets(
            actor,
            str(args["period"]),
            args.get("area"),
            str(args["profile"]),
            claim.on,
            formats=formats,
            job_id=claim.job_id,
            progress=claim.progress,
            explanation=args.get("explanation"),
        )
        if result["shortfalls"]:
            requests.look_where_asked(actor.name, claim.on)
        jobs.finish(claim, result)
    return result


def pay_sheets(
    actor: Actor,
    period: str,
    area: str | None,
    profile_code: str,
    on: date,
    *,
    formats: Formats,
    job_id: int | None = None,
    progress: Callable[[int, int, str], None] = lambda _done, _total, _stage: None,
    explanation: str | None = None,
) -> dict[str, object]:
    """Send one payment run and return its batches, and what hospitals must top up, in yuan.

    Takes every approved sheet up to the period that never had an instruction; keeps out sheets
    whose enterprise is unverified or was suspended after the last approval; marks `short` what
    the prepaid sub-ledger does not cover. Everything is one transaction: recorded as sent with
    the bytes stored, or not at all. With an explanation given, be it empty, orders like recent ones
    (V14) need one, and it stays on the batches. Raises UnknownProfile, AgencyMissing,
    RepeatUnexplained, FileTotalsDiffer, NotAllowed, UnknownArea, OutOfScope.
    """
    access.require(actor, "pay")
    areas = access.areas(actor, area)
    with db.atomic():
        profile = bank_files.profile(profile_code)
        area_locks.lock(areas)
        told = payment_warnings.explained(explanation, areas, period, profile.spec, on)
        shortfalls = _choose(areas, period, on)
        run = bank_files.Run(
            actor=actor.name,
            period=period,
            area=area,
            on=on,
            job_id=job_id,
            profile=profile,
            format=formats(profile.spec),
            explanation=told,
        )
        batches = _send(run, progress)
        if batches or shortfalls:
            audit.wrote(
                "payment.sent",
                actor=actor.name,
                subject=f"period:{period}",
                area=area,
                batches=[(one["batch_no"], one["sha256"], one["total_yuan"]) for one in batches],
                shortfalls=shortfalls,
                **({"explanation": told} if told else {}),
            )
    return {"batches": batches, "shortfalls": shortfalls}


def _choose(areas: list[str], period: str, on: date) -> dict[str, str]:
    """Fill pay_sheet, mark what is kept out or short; return what each hospital must top up."""
    told: dict[str, Any] = {
        "areas": areas,
        "period": period,
        "on": on,
        "payable_states": sources(SHEET, SheetMove.PAY),
        "kept_state": target(SHEET, SheetMove.KEEP_OUT),
        "kept_from": sources(SHEET, SheetMove.KEEP_OUT),
        "short": target(SHEET, SheetMove.LACK),
        "short_from": sources(SHEET, SheetMove.LACK),
    }
    sql("DROP TABLE IF EXISTS pg_temp.pay_sheet, pg_temp.pay_candidate")
    sql(_LOCK_ENTERPRISES, told)
    sql(_CANDIDATES, told)
    sql("ANALYZE pg_temp.pay_candidate")
    sql(_CHOOSE, told)
    sql("ANALYZE pg_temp.pay_sheet")
    sql(_KEEP_OUT, told)
    if shortfalls.suspends_anywhere():
        sql(_SUSPEND, told)
    sql(_COVER)
    sql(_SHORT, told)
    return {code: yuan(int(fen)) for code, fen in sql(_SHORTFALLS)}


def _send(
    run: bank_files.Run, progress: Callable[[int, int, str], None]
) -> list[dict[str, object]]:
    if not sql("SELECT EXISTS (SELECT 1 FROM pay_sheet WHERE taken)").fetchone()[0]:
        return []
    lacking = sql(_NO_AGENCY).fetchone()
    if lacking:
        raise AgencyMissing(area=lacking[0])
    ledger.book_vouchers(on=run.on)
    ledger.post(Kind.DRAW, _DRAWS, {}, on=run.on)
    return bank_files.send(run, progress)
