"""Statements of our accounts: days are recorded facts, closed when they add up (对账单)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from models import clock
from models.records.base import db, sql
from models.rules.errors.bank import ForeignStatement, StatementConflict, UnknownFile
from models.rules.errors.payment import SelectionChanged
from models.rules.states import InstructionMove
from models.services import access, audit, bank_files, files, instructions, jobs
from models.services.access import Actor
from models.services.statements import days, entries, outcome
from models.services.statements.days import close_day, open_days
from models.services.statements.entries import Day
from models.services.statements.outcome import EVIDENCE

__all__ = ["NO_BOUNDS", "Bounds", "close_day", "open_days", "plan", "plan_digest", "record", "take"]

#: Digits of an account number that may be shown.
TAIL = 4

#: Reads a statement by the data of a profile (handed in by the workers).
ReadStatement = Callable[[Mapping[str, Any], Iterator[bytes]], Iterable[Day]]

#: Says how far the work is: done, of, stage.
Progress = Callable[[int, int, str], None]
STEPS = 4
#: What a statement's answer always begins with.
COUNTS = ("entries", "matched", "exceptions", "unchanged")


@dataclass(frozen=True, slots=True)
class Bounds:
    """Within what we match by ourselves; None: no such bound."""

    #: Days between sending and booking of a debit.
    days_max: int | None = None
    amount_max_fen: int | None = None


NO_BOUNDS = Bounds()

_ACCOUNTS = """
SELECT DISTINCT d.account_no,
       EXISTS (SELECT 1 FROM agency g WHERE g.account_no = d.account_no)
       OR EXISTS (SELECT 1 FROM payment_batch b WHERE b.debtor_account_no = d.account_no) AS ours
  FROM said_day d ORDER BY d.account_no
"""
_CONFLICT = """
SELECT s.account_no, s.day FROM said_day s
 WHERE EXISTS (SELECT 1 FROM statement_day d WHERE (d.account_no, d.day) = (s.account_no, s.day)
                  AND (d.opening_fen, d.closing_fen) <> (s.opening_fen, s.closing_fen))
    OR EXISTS (SELECT 1 FROM said_day o WHERE (o.account_no, o.day) = (s.account_no, s.day)
                  AND (o.opening_fen, o.closing_fen) <> (s.opening_fen, s.closing_fen))
 ORDER BY 1, 2 LIMIT 1
"""
_MOVED = {
    InstructionMove.SETTLE: "s.booked_on, NULL::date AS returned_on, NULL::text AS bank_reason",
    InstructionMove.RETURN: "NULL::date AS booked_on, s.booked_on AS returned_on, s.bank_reason",
    InstructionMove.REVERSE: "NULL::date AS booked_on, s.booked_on AS returned_on, s.bank_reason",
}
_CHOSEN = (
    "SELECT s.instruction_id, NULL::date AS sent_on, {columns},"
    f" {EVIDENCE} AS evidence FROM said_entry s WHERE s.move = %(move)s AND s.problem IS NULL"
)
_OPEN_CASES = f"""
INSERT INTO payment_exception
       (kind, instruction_id, amount_fen, evidence, facts, opened_at, opened_on, dedupe_key)
SELECT s.problem, i.id, s.amount_fen, {EVIDENCE},
       jsonb_build_object('reference', s.reference, 'booked_on', s.booked_on, 'purpose', s.purpose,
           'counter_account', s.counter_account, 'counter_name', s.counter_name, 'state', i.state),
       %(now)s, %(on)s, 'statement|' || {EVIDENCE} || '|' || s.problem || '|' || s.amount_fen
  FROM said_entry s LEFT JOIN payment_instruction i ON i.reference = s.reference
 WHERE s.problem IS NOT NULL ORDER BY s.place
ON CONFLICT (dedupe_key) DO NOTHING
"""


def take(claim: jobs.Claim, read: ReadStatement) -> dict[str, object]:
    """Record the stored statement args.file_id of the profile args.profile, or plan it (args.dry).

    A plan runs the same code and takes everything back: what it tells is what would happen.
    """
    args = claim.args
    actor = access.load(claim.requested_by)
    bounds = Bounds(args.get("days_max"), args.get("amount_max_fen"))
    work = plan if args.get("dry") else record_and_tell
    with db.atomic():
        result = work(
            actor,
            int(args["file_id"]),
            str(args["profile"]),
            claim.on,
            read=read,
            bounds=bounds,
            progress=claim.progress,
        )
        if args.get("expected") and args["expected"] != outcome.digest(_outcomes(result)):
            raise SelectionChanged(what="对账单试算结果")
        jobs.finish(claim, result)
    return result


def _outcomes(result: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = result["outcomes"]
    return found


def plan_digest(result: Mapping[str, Any]) -> str:
    """Return the mark of a plan that `args.expected` of the applying job must name."""
    return outcome.digest(_outcomes(result))


def plan(
    actor: Actor,
    file_id: int,
    profile_code: str,
    on: date,
    **how: Any,  # noqa: ANN401 - as record
) -> dict[str, object]:
    """Return what `record_and_tell` would, with the rows to look at, and change nothing."""
    with db.atomic() as attempt:
        result = record_and_tell(actor, file_id, profile_code, on, **how)
        result = {**result, "dry": True, "rows": outcome.rows()}
        attempt.rollback()
    return result


def record(
    actor: Actor,
    file_id: int,
    profile_code: str,
    on: date,
    **how: Any,  # noqa: ANN401 - as record_and_tell
) -> dict[str, object]:
    """Record a statement once and return its counts: entries, matched, exceptions, `unchanged`."""
    result = record_and_tell(actor, file_id, profile_code, on, **how)
    return {name: result[name] for name in COUNTS if name in result}


def record_and_tell(
    actor: Actor,
    file_id: int,
    profile_code: str,
    on: date,
    *,
    read: ReadStatement,
    bounds: Bounds = NO_BOUNDS,
    progress: Progress = lambda _done, _total, _stage: None,
) -> dict[str, object]:
    """Record a statement once and return what came of its entries and days.

    A debit with our reference and amount settles what the bank had not answered yet; a credit
    brings settled money back; what contradicts the bank's earlier word opens a case and moves
    nothing. One debit for a whole batch is its orders when the totals agree. Beyond the bounds
    nothing is matched without a person. The same statement again gives the same counts and
    `unchanged`. `open_days` says of each day of the file why it is not closed.
    Raises ForeignStatement, StatementConflict, UnknownProfile, UnknownFile, NotAllowed.
    """
    access.require(actor, "statement")
    with db.atomic():
        profile = bank_files.profile(profile_code)
        if sql("SELECT 1 FROM stored_file WHERE id = %s", (file_id,)).fetchone() is None:
            raise UnknownFile(file_id=file_id)
        told: dict[str, Any] = {
            "file_id": file_id,
            "actor": actor.name,
            "now": clock.now(),
            "on": on,
            "profile": profile.code,
            "version": profile.version,
            "days_max": bounds.days_max,
            "amount_max_fen": bounds.amount_max_fen,
        }
        progress(0, STEPS, "读取对账单")
        entries.read_in(read(profile.spec, files.read(file_id)))
        accounts = _refuse_foreign_and_changed()
        days.keep(told)
        progress(1, STEPS, "匹配付款指令")
        entries.keep_and_match(told)
        entries.judge_debits()
        progress(2, STEPS, "登记到账")
        _move(InstructionMove.SETTLE, actor, on)
        entries.judge_credits()
        progress(3, STEPS, "登记退票与冲账")
        _move(InstructionMove.RETURN, actor, on)
        _move(InstructionMove.REVERSE, actor, on)
        days.settle_up(told, accounts)
        sql(_OPEN_CASES, told)
        progress(STEPS, STEPS, "核对日终")
        return _counted(told, actor, accounts)


def _refuse_foreign_and_changed() -> list[str]:
    """Lock the accounts of the file and return them."""
    accounts = []
    for account_no, ours in sql(_ACCOUNTS).fetchall():
        if not ours:
            raise ForeignStatement(account_tail=account_no[-TAIL:])
        sql("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (days.STATEMENT_LOCK, account_no))
        accounts.append(account_no)
    changed = sql(_CONFLICT).fetchone()
    if changed:
        raise StatementConflict(account_tail=changed[0][-TAIL:], day=changed[1])
    return accounts


def _move(one: InstructionMove, actor: Actor, on: date) -> None:
    instructions.move(
        one,
        _CHOSEN.format(columns=_MOVED[one]),
        {"move": one.value},
        expected=None,
        cause="statement",
        actor=actor.name,
        on=on,
    )


def _counted(told: Mapping[str, Any], actor: Actor, accounts: list[str]) -> dict[str, object]:
    total, exceptions, fresh = outcome.counts()
    result: dict[str, object] = {
        "entries": total,
        "matched": total - exceptions,
        "exceptions": exceptions,
    }
    told_days = outcome.days()
    audit.wrote("statement.recorded", actor=actor.name, subject=f"file:{told['file_id']}", **result)
    left = [one for one in told_days if not one["closed"]]
    spoken = {date.fromisoformat(one["day"]) for one in left}
    result |= {
        "outcomes": outcome.outcomes(),
        "days": told_days,
        "open_days": days.still_open(accounts, sorted(spoken)) if left else [],
    }
    return result if fresh or not total else {**result, "unchanged": True}
