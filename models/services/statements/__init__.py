"""Statements of our accounts: days are recorded facts, closed when they add up (对账单)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from models import clock
from models.records.base import db, sql
from models.rules.errors.bank import ForeignStatement, StatementConflict, UnknownFile
from models.rules.states import InstructionMove
from models.services import access, audit, bank_files, files, instructions, jobs
from models.services.access import Actor
from models.services.statements import entries
from models.services.statements.entries import Day

__all__ = ["record", "take"]

#: Namespace of the advisory locks: one statement of an account at a time.
STATEMENT_LOCK = 7_466_003
#: Digits of an account number that may be shown.
TAIL = 4

#: Reads a statement by the data of a profile (handed in by the workers).
ReadStatement = Callable[[Mapping[str, Any], Iterator[bytes]], Iterable[Day]]

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
_KEEP_DAYS = """
INSERT INTO statement_day (account_no, day, opening_fen, closing_fen, entries_fen, entries_count,
                           closed, file_id, recorded_at, recorded_by)
SELECT DISTINCT account_no, day, opening_fen, closing_fen, 0, 0, false, %(file_id)s::bigint,
    %(now)s::timestamptz,
       %(actor)s
  FROM said_day
ON CONFLICT (account_no, day) DO NOTHING
"""
#: A day is closed when it adds up and begins where the day before it ended.
_CLOSE_DAYS = """
WITH summed AS (
    SELECT d.account_no, d.day, coalesce(sum(e.amount_fen), 0)::bigint AS entries_fen,
        count(e.entry_no) AS n,
           lag(d.closing_fen) OVER (PARTITION BY d.account_no ORDER BY d.day) AS closing_before_fen
      FROM statement_day d LEFT JOIN statement_entry e USING (account_no, day)
     WHERE d.account_no IN (SELECT account_no FROM said_day)
     GROUP BY d.account_no, d.day, d.closing_fen
)
UPDATE statement_day d
   SET entries_fen = s.entries_fen, entries_count = s.n,
       closed = d.opening_fen + s.entries_fen = d.closing_fen
                AND d.opening_fen = coalesce(s.closing_before_fen, d.opening_fen)
  FROM summed s WHERE (s.account_no, s.day) = (d.account_no, d.day)
"""

_MOVED = {
    InstructionMove.SETTLE: "s.booked_on, NULL::date AS returned_on",
    InstructionMove.RETURN: "NULL::date AS booked_on, s.booked_on AS returned_on",
    InstructionMove.REVERSE: "NULL::date AS booked_on, s.booked_on AS returned_on",
}
_EVIDENCE = "'statement:' || s.account_no || ':' || s.day || ':' || s.entry_no"
_CHOSEN = (
    "SELECT s.instruction_id, NULL::date AS sent_on, {columns}, NULL::text AS bank_reason,"
    f" {_EVIDENCE} AS evidence FROM said_entry s WHERE s.move = %(move)s AND s.problem IS NULL"
)
_OPEN_CASES = f"""
INSERT INTO payment_exception
       (kind, instruction_id, amount_fen, evidence, facts, opened_at, opened_on, dedupe_key)
SELECT s.problem, i.id, s.amount_fen, {_EVIDENCE},
       jsonb_build_object('reference', s.reference, 'booked_on', s.booked_on, 'purpose', s.purpose,
           'counter_account', s.counter_account, 'counter_name', s.counter_name, 'state', i.state),
       %(now)s, %(on)s, 'statement|' || {_EVIDENCE} || '|' || s.problem || '|' || s.amount_fen
  FROM said_entry s LEFT JOIN payment_instruction i ON i.reference = s.reference
 WHERE s.problem IS NOT NULL ORDER BY s.place
ON CONFLICT (dedupe_key) DO NOTHING
"""
_COUNTS = f"""
SELECT count(*), count(*) FILTER (WHERE s.problem IS NOT NULL OR EXISTS (
           SELECT 1 FROM payment_exception x WHERE x.evidence = {_EVIDENCE})),
       count(*) FILTER (WHERE s.is_new)
  FROM said_entry s
"""


def take(claim: jobs.Claim, read: ReadStatement) -> dict[str, object]:
    """Record the stored statement args.file_id of the profile args.profile."""
    args = claim.args
    actor = access.load(claim.requested_by)
    with db.atomic():
        result = record(actor, int(args["file_id"]), str(args["profile"]), claim.on, read=read)
        jobs.finish(claim, result)
    return result


def record(
    actor: Actor, file_id: int, profile_code: str, on: date, *, read: ReadStatement
) -> dict[str, object]:
    """Record a statement once and return how many entries it has, matched or left as cases.

    A debit with our reference and amount settles what the bank had not answered yet; a credit
    brings settled money back; what contradicts the bank's earlier word opens a case and moves
    nothing. The same statement again gives the same counts and `unchanged`.
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
        }
        entries.read_in(read(profile.spec, files.read(file_id)))
        _refuse_foreign_and_changed()
        sql(_KEEP_DAYS, told)
        entries.keep_and_match()
        entries.judge_debits()
        _move(InstructionMove.SETTLE, actor, on)
        entries.judge_credits()
        _move(InstructionMove.RETURN, actor, on)
        _move(InstructionMove.REVERSE, actor, on)
        sql(_CLOSE_DAYS)
        sql(_OPEN_CASES, told)
        return _counted(told, actor)


def _refuse_foreign_and_changed() -> None:
    for account_no, ours in sql(_ACCOUNTS).fetchall():
        if not ours:
            raise ForeignStatement(account_tail=account_no[-TAIL:])
        sql("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (STATEMENT_LOCK, account_no))
    changed = sql(_CONFLICT).fetchone()
    if changed:
        raise StatementConflict(account_tail=changed[0][-TAIL:], day=changed[1])


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


def _counted(told: Mapping[str, Any], actor: Actor) -> dict[str, object]:
    total, exceptions, fresh = (int(value) for value in sql(_COUNTS).fetchone())
    result: dict[str, object] = {
        "entries": total,
        "matched": total - exceptions,
        "exceptions": exceptions,
    }
    audit.wrote("statement.recorded", actor=actor.name, subject=f"file:{told['file_id']}", **result)
    return result if fresh or not total else {**result, "unchanged": True}
