"""What the bank answered (回盘): a word moves money once, what does not fit goes to a person."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from models import clock
from models.records.base import JsonField, db, sql
from models.rules.bank_news import Outcome, plan_name, plans
from models.rules.errors.bank import UnknownFile
from models.rules.errors.payment import ReasonNeeded, UnknownPayment
from models.rules.states import InstructionMove
from models.services import access, audit, bank_files, files, instructions, jobs
from models.services.access import Actor
from models.services.bank_results import lines, of_batch
from models.services.bank_results.lines import ResultLine
from models.services.bank_results.report import Report

__all__ = ["apply", "lose_sight", "take"]

#: More lines about one instruction in one file are not an answer but a broken file.
TURNS_MAX = 20

#: Reads a result file by the data of a profile (handed in by the workers).
ReadResults = Callable[[Mapping[str, Any], Iterator[bytes]], Iterable[ResultLine]]

_FIRST = """
INSERT INTO bank_result_file
       (file_id, sha256, profile_code, profile_version, counts, imported_by, imported_at)
VALUES (%(file_id)s, %(sha256)s, %(profile)s, %(version)s, '{}', %(actor)s, %(now)s)
ON CONFLICT (profile_code, sha256) DO NOTHING
RETURNING id
"""
_BEFORE = (
    "SELECT counts FROM bank_result_file WHERE profile_code = %(profile)s AND sha256 = %(sha256)s"
)

_EVIDENCE = "'bank_result:' || %(result_id)s || ':' || r.row AS evidence"
#: What a move writes: a settlement its day, a return its day and reason.
_COLUMNS: Mapping[InstructionMove, str] = {
    InstructionMove.ACCEPT: "NULL::date AS booked_on, NULL::date AS returned_on, r.bank_reason",
    InstructionMove.SETTLE: "r.booked_on, NULL::date AS returned_on, NULL::text AS bank_reason",
    InstructionMove.REJECT: "NULL::date AS booked_on, NULL::date AS returned_on, r.bank_reason",
    InstructionMove.CANCEL: "NULL::date AS booked_on, NULL::date AS returned_on, r.bank_reason",
    InstructionMove.RETURN: "NULL::date AS booked_on, r.booked_on AS returned_on, r.bank_reason",
    InstructionMove.REVERSE: "NULL::date AS booked_on, r.booked_on AS returned_on, r.bank_reason",
}
_PLANNED = (
    "SELECT r.instruction_id, NULL::date AS sent_on, {columns}, {evidence} FROM result_line r"
    " WHERE r.turn = %(turn)s AND r.plan = %(plan)s AND r.inferred = %(inferred)s"
    " AND r.problem IS NULL"
)
_PLANNED_COUNTS = """
SELECT plan, inferred, count(*) FROM result_line WHERE turn = %s AND plan <> '' AND problem IS NULL
 GROUP BY plan, inferred ORDER BY inferred, plan
"""
#: Why an instruction moved: a line of the bank, or its silence by an agreement with the profile.
CAUSES = {False: "bank_result", True: "bank_silence"}

_TOO_MANY = "UPDATE result_line SET problem = 'duplicate' WHERE turn > %s"
_KEEP_LINES = """
INSERT INTO bank_result_line (result_file_id, row, reference, status_text, status, amount_fen,
    booked_on,
       bank_reason, account_no, account_name, bank_line_no, problem, instruction_id, outcome)
SELECT %(result_id)s, row, reference, status_text, status, amount_fen, booked_on, bank_reason,
    account_no, account_name, bank_line_no, problem,
       instruction_id, CASE WHEN problem IS NULL THEN outcome ELSE 'exception' END
  FROM result_line ORDER BY row
"""
#: The same evidence opens one case only, however often it is sent.
_OPEN_CASES = """
INSERT INTO payment_exception
       (kind, instruction_id, amount_fen, evidence, facts, opened_at, opened_on, dedupe_key)
SELECT r.problem, r.instruction_id, r.amount_fen, 'bank_result:' || %(result_id)s || ':' || r.row,
       jsonb_build_object('profile', %(profile)s::text, 'row', r.row, 'reference', r.reference,
           'status', r.status, 'status_text', r.status_text, 'booked_on', r.booked_on,
           'bank_reason', r.bank_reason, 'account_no', r.account_no, 'account_name', r.account_name,
           'file_says', r.said_twice, 'state', i.state),
       %(now)s, %(on)s,
       concat_ws('|', 'result', %(profile)s::text, coalesce(r.reference, %(sha256)s || ':' ||
           r.row), r.problem,
           r.status_text, r.amount_fen, r.booked_on, r.account_no, r.account_name)
  FROM result_line r LEFT JOIN payment_instruction i ON i.id = r.instruction_id
 WHERE r.problem IS NOT NULL ORDER BY r.row
ON CONFLICT (dedupe_key) DO NOTHING
"""
_COUNT = """
SELECT outcome, count(*) FROM bank_result_line WHERE result_file_id = %(result_id)s GROUP BY outcome
"""
_KEEP_COUNTS = "UPDATE bank_result_file SET counts = %(counts)s WHERE id = %(result_id)s"

_OUR_ACCOUNTS = """
SELECT account_no FROM agency UNION SELECT debtor_account_no FROM payment_batch
"""
_SENT_OF_BATCH = (
    f"SELECT i.id AS instruction_id, {instructions.NOTHING_NEW} FROM payment_instruction i"
    " JOIN payment_batch b ON b.id = i.batch_id WHERE b.batch_no = %(batch_no)s AND i.state ="
    " 'sent'"
)


def take(claim: jobs.Claim, read: ReadResults) -> dict[str, object]:
    """Apply the stored result file args.file_id of the profile args.profile."""
    args = claim.args
    actor = access.load(claim.requested_by)
    with db.atomic():
        result = apply(actor, int(args["file_id"]), str(args["profile"]), claim.on, read=read)
        jobs.finish(claim, result)
    return result


def apply(
    actor: Actor, file_id: int, profile_code: str, on: date, *, read: ReadResults
) -> dict[str, object]:
    """Apply a result file once and return its counts; `lines` is the sum of the other five.

    The same bytes again change nothing: the first counts come back with `unchanged`. A line that
    repeats what is known counts as before and books nothing; a line that was never sent, belongs
    to another bank, differs from the snapshot or contradicts money already booked opens a case.
    Raises UnknownProfile, UnknownFile, NotAllowed, what the reader refuses, and what `of_batch`
    refuses of a file that names one of our batches.
    """
    access.require(actor, "bank_result")
    with db.atomic():
        profile = bank_files.profile(profile_code)
        held = sql("SELECT sha256 FROM stored_file WHERE id = %s", (file_id,)).fetchone()
        if held is None:
            raise UnknownFile(file_id=file_id)
        told: dict[str, Any] = {
            "file_id": file_id,
            "sha256": held[0],
            "profile": profile.code,
            "version": profile.version,
            "actor": actor.name,
            "now": clock.now(),
            "on": on,
        }
        first = sql(_FIRST, told).fetchone()
        if first is None:
            before: dict[str, object] = sql(_BEFORE, told).fetchone()[0]
            return {**before, "unchanged": True}
        told["result_id"] = int(first[0])
        _read(read(profile.spec, files.read(file_id)), profile.code)
        _move_all(told, actor, on)
        counts = _keep(told)
        audit.wrote(
            "bank_result.applied",
            actor=actor.name,
            subject=f"file:{file_id}",
            profile=profile.code,
            sha256=held[0],
            **counts,
        )
    return dict(counts)


def lose_sight(actor: Actor, batch_no: str, reason: str, on: date) -> int:
    """Mark what the bank has not answered as unknown; return how many instructions.

    Unknown is not failed: such money is asked for, never paid again on silence (I7).
    """
    access.require(actor, "bank_result")
    if not reason.strip():
        raise ReasonNeeded(what="状态不明标记")
    with db.atomic():
        if sql("SELECT 1 FROM payment_batch WHERE batch_no = %s", (batch_no,)).fetchone() is None:
            raise UnknownPayment(reference=batch_no)
        count = instructions.move(
            InstructionMove.LOSE_SIGHT,
            _SENT_OF_BATCH,
            {"batch_no": batch_no},
            expected=None,
            cause=reason.strip(),
            actor=actor.name,
            on=on,
        )
        audit.wrote(
            "payment.unknown",
            actor=actor.name,
            subject=f"batch:{batch_no}",
            count=count,
            reason=reason.strip(),
        )
    return count


def _read(report: Iterable[ResultLine], profile_code: str) -> None:
    """Take in the bank's lines, and what it means by the orders it leaves out, if it means any."""
    if not isinstance(report, Report):
        lines.read_in(report)
        return
    batch = of_batch.named(report.batch_no, profile_code)
    ours = [row[0] for row in sql(_OUR_ACCOUNTS)] if batch is None else [batch.debtor_account_no]
    report.refuse_foreign(ours)
    lines.read_in(report)
    if batch is not None:
        lines.read_silence(report.silent(of_batch.references(batch)))
        of_batch.refuse_more(batch)


def _move_all(told: dict[str, Any], actor: Actor, on: date) -> None:
    turns = lines.match(told["profile"])
    if turns > TURNS_MAX:
        sql(_TOO_MANY, (TURNS_MAX,))
    moves = {plan_name(plan): plan for plan in plans()}
    for turn in range(1, min(turns, TURNS_MAX) + 1):
        if turn > 1:
            lines.judge(turn)
        for plan, inferred, expected in sql(_PLANNED_COUNTS, (turn,)).fetchall():
            for one in moves[plan]:
                instructions.move(
                    one,
                    _PLANNED.format(columns=_COLUMNS[one], evidence=_EVIDENCE),
                    {**told, "turn": turn, "plan": plan, "inferred": inferred},
                    expected=int(expected),
                    cause=CAUSES[inferred],
                    actor=actor.name,
                    on=on,
                )


def _keep(told: dict[str, Any]) -> dict[str, int]:
    """Keep lines, cases and counts of the file."""
    sql(_KEEP_LINES, told)
    sql(_OPEN_CASES, told)
    found = {str(outcome): int(count) for outcome, count in sql(_COUNT, told)}
    counts = {
        "lines": sum(found.values()),
        "settled": found.get(Outcome.SETTLED, 0),
        "rejected": found.get(Outcome.REJECTED, 0),
        "returned": found.get(Outcome.RETURNED, 0),
        "unknown": found.get(Outcome.UNKNOWN, 0),
        "exceptions": found.get(Outcome.EXCEPTION, 0),
    }
    sql(_KEEP_COUNTS, {**told, "counts": JsonField().db_value(counts)})
    return counts
