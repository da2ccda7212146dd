"""Many at once: what a file or statement day plainly suggests, counted first, then asked for.

A large file takes longer than a page may: the job `admit_together` does both.
"""

from datetime import date
from typing import Any

from models import clock
from models.records.base import db, sql
from models.rules.errors.cases import NothingSuggested
from models.rules.errors.payment import SelectionChanged
from models.services import access, audit, jobs
from models.services.access import Actor
from models.services.bank_results import suggestions
from models.services.exceptions import asking

#: The cases of one file or statement day that may be asked for together.
_OF_SOURCE = (
    "x.closed_at IS NULL AND x.evidence LIKE %(source_like)s"
    " AND NOT EXISTS (SELECT 1 FROM case_decision d WHERE d.case_id = x.id"
    " AND d.act = 'admit' AND d.decided_by IS NULL)"
)
#: Lines that name their order and lack nothing but the day of booking, or whose word the profile
#: has learnt since, belong to them.
_TOGETHER = f"""
CREATE TEMP TABLE together ON COMMIT DROP AS
SELECT s.case_id, s.order_id AS instruction_id, s.area_code, s.status, s.booked_on, s.amount_fen,
       i.sent_on
  FROM suggestion s JOIN payment_instruction i ON i.id = s.order_id
 WHERE s.level = 'only' AND s.status IS NOT NULL
 UNION ALL
SELECT v.case_id, v.named_id, i.area_code, v.status, v.booked_on, v.amount_fen, i.sent_on
  FROM ({suggestions.evidence(_OF_SOURCE)}) v JOIN payment_instruction i ON i.id = v.named_id
 WHERE v.kind = 'status_unknown' AND v.status IS NOT NULL
   AND v.amount_fen = i.amount_fen AND i.state IN ('sent', 'unknown', 'accepted')
"""
_TAKEN = """
DELETE FROM together t WHERE EXISTS (
    SELECT 1 FROM case_decision d WHERE d.instruction_id = t.instruction_id
       AND d.status = t.status AND d.act = 'admit' AND d.decided_by IS NULL)
"""
_SUMS = """
SELECT count(*), coalesce(sum(amount_fen), 0)::bigint,
       count(*) FILTER (WHERE booked_on IS NULL AND status IN ('settled', 'returned', 'reversed')),
       max(sent_on), array_agg(DISTINCT area_code)
  FROM together
"""
_ASK_TOGETHER = """
INSERT INTO case_decision (case_id, act, instruction_id, status, booked_on, reason, bundle,
                           asked_by, asked_at)
SELECT case_id, 'admit', instruction_id, status, coalesce(booked_on, %(booked_on)s::date),
       %(reason)s, %(bundle)s, %(actor)s, %(now)s
  FROM together ORDER BY case_id
ON CONFLICT DO NOTHING
"""


def collect(source: str) -> tuple[int, int, int, date | None, list[str]]:
    """Make the table `together` of what may be asked for at once; return its control figures.

    `source` is bank_result:<file> or statement:<account>:<day>. Returns count, sum in fen, lines
    without a day, the last sending day and the areas. Reads only.
    """
    told = {"source_like": _like(source)}
    suggestions.suggest(_OF_SOURCE, told)
    sql("DROP TABLE IF EXISTS pg_temp.together")
    sql(_TOGETHER, told)
    sql(_TAKEN)
    count, sum_fen, dayless, sent_on, areas = sql(_SUMS).fetchone()
    return int(count), int(sum_fen), int(dayless), sent_on, sorted(areas or [])


def look(source: str) -> tuple[int, int, int, date | None, list[str]]:
    """Return the control figures of `together` and leave nothing behind."""
    with db.atomic() as look:
        found = collect(source)
        look.rollback()
    return found


def _like(source: str) -> str:
    escaped = source.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"{escaped}:%"


def ask_together(
    actor: Actor,
    source: str,
    *,
    seen: tuple[int, int],
    reason: str,
    on: date,
    booked_on: date | None = None,
) -> str:
    """Ask for all unambiguous suggestions of a file or statement day; return the bundle's name.

    `seen` is the count and sum in fen the person looked at; another one is refused. Lines without
    a day take `booked_on`. Raises NotAllowed, OutOfScope, ReasonNeeded, NothingSuggested,
    SelectionChanged, DayMissing.
    """
    access.require(actor, "close_exception")
    told_reason = asking.reasoned(reason, "成批认定")
    with db.atomic():
        sql("SELECT pg_advisory_xact_lock(hashtext(%s))", (f"bundle|{source}",))
        count, sum_fen, dayless, sent_on, areas = collect(source)
        if not count:
            raise NothingSuggested
        access.require_rows(actor, areas, "异常")
        if (count, sum_fen) != seen:
            raise SelectionChanged(what="候选")
        if dayless:
            asking.require_day(booked_on, sent_on, on)
        number = sql(
            "SELECT count(DISTINCT bundle) FROM case_decision WHERE starts_with(bundle, %s)",
            (f"{source}#",),
        ).fetchone()[0]
        told: dict[str, Any] = {
            "bundle": f"{source}#{int(number) + 1}",
            "reason": told_reason,
            "booked_on": booked_on,
            "actor": actor.name,
            "now": clock.now(),
        }
        if sql(_ASK_TOGETHER, told).rowcount != count:
            raise SelectionChanged(what="候选")
        audit.wrote(
            "exception.asked_together",
            actor=actor.name,
            subject=told["bundle"],
            count=count,
            sum_fen=sum_fen,
            booked_on=booked_on,
            reason=told_reason,
        )
    return str(told["bundle"])


_WAITING = f"""
SELECT count(*) FROM (SELECT 1 FROM payment_exception x WHERE {_OF_SOURCE} LIMIT %(most)s) w
"""


def waiting(source: str, most: int) -> int:
    """Return how many cases of a file or day may have to be looked through, `most` at most."""
    return int(sql(_WAITING, {"source_like": _like(source), "most": most}).fetchone()[0])


def run(claim: jobs.Claim) -> dict[str, object]:
    """Do the job `admit_together`: count what is suggested (args.dry), or ask for all of it.

    The result of a count are its control figures; asking needs the figures a person looked at.
    Raises what `ask_together` refuses.
    """
    args, actor = claim.args, access.load(claim.requested_by)
    source = str(args["source"])
    claim.progress(0, 2, "查找候选")
    with db.atomic():
        result: dict[str, object] = {"dry": bool(args["dry"]), "source": source}
        if args["dry"]:
            access.require(actor, "close_exception")
            count, sum_fen, dayless, sent_on, areas = look(source)
            result |= {"count": count, "sum_fen": sum_fen, "dayless": dayless, "areas": areas}
            result["sent_on"] = str(sent_on) if sent_on else None
        else:
            result["bundle"] = ask_together(
                actor,
                source,
                seen=(int(args["count"]), int(args["sum_fen"])),
                reason=str(args["reason"]),
                on=claim.on,
                booked_on=args["booked_on"],
            )
            result["count"], result["sum_fen"] = args["count"], args["sum_fen"]
        claim.progress(1, 2, "登记结果")
        jobs.finish(claim, result)
    return result
