"""The register of open lines: brought up to date by what changed, read by the scan and the pages.

`models/services/overdue/listing.py` judges every open receipt anew and stays the reference: the
register never says anything else (tests/properties/test_register_equals_listing.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from models import clock
from models.records.base import db, sql
from models.services.overdue.register import checks, judging, marks

__all__ = [
    "State",
    "areas_of",
    "catch_up",
    "follow",
    "late_rows",
    "rebuild",
    "refresh",
    "state",
    "usable",
]

#: So many lines are judged while a page is waited for; it takes a moment.
AT_ONCE_LINES = 2_000
#: So many are judged by the way, before a job that only reads the register.
FOLLOWED_LINES = 50_000

#: Waits for a refresh under way, or takes its absence for an answer.
_LOCK = "SELECT as_of FROM open_line_state WHERE id = 1 FOR UPDATE{unless_taken}"
_KEEP_STATE = """
UPDATE open_line_state
   SET as_of = %(on)s, refreshed_at = %(now)s, judged_count = %(judged)s,
       rebuilt_at = CASE WHEN %(because)s::text IS NULL THEN rebuilt_at ELSE %(now)s END,
       rebuilt_because = coalesce(%(because)s, rebuilt_because)
 WHERE id = 1
"""

#: Interest of a row `o` of open_line up to the day %(on)s, in fen: of the parts paid late and of
#: what is open (保障中小企业款项支付条例, art. 17). Whole numbers, half up, as rules.interest does
#: it; beyond what a bigint can multiply, numeric.
INTEREST_FEN = """
(o.paid_interest_fen + CASE
    WHEN NOT o.bears_interest OR o.due_on >= %(on)s OR o.unpaid_fen <= 0 THEN 0
    WHEN o.unpaid_fen > 100000000000 OR %(on)s - o.due_on > 4000 OR o.rate_bp > 10000 THEN
         CASE WHEN o.rate_bp IS NULL
              THEN div(10 * o.unpaid_fen::numeric * (%(on)s - o.due_on) + 10000, 20000)
              ELSE div(2 * o.unpaid_fen::numeric * o.rate_bp * (%(on)s - o.due_on) + 3650000,
                       7300000) END::bigint
    WHEN o.rate_bp IS NULL THEN (10 * o.unpaid_fen * (%(on)s - o.due_on) + 10000) / 20000
    ELSE (2 * o.unpaid_fen * o.rate_bp * (%(on)s - o.due_on) + 3650000) / 7300000 END)
"""

#: The late rows of the register as the temporary table `late` has them, with their interest.
#: Needs the temporary table `rung` (listing.collect_rungs). {where} speaks of `o`.
LATE_ROWS = f"""
SELECT o.line_no, o.lane, o.hospital_code, o.enterprise_code, o.area_code, o.accepted_on, o.due_on,
       %(on)s - o.due_on AS days_late, o.amount_fen, o.unpaid_fen, r.step, r.name AS step_name,
       r.action, r.repeat_days, r.copy_to, o.scheme_code, o.mask, o.short, o.responsible,
       o.party_code, {INTEREST_FEN} AS interest_fen
  FROM open_line o
  LEFT JOIN rung r ON r.scheme_code = coalesce(o.scheme_code, '')
       AND %(on)s - o.due_on >= r.from_days AND %(on)s - o.due_on < r.to_days
 WHERE o.due_on < %(on)s AND o.unpaid_fen > 0 AND {{where}}
"""


@dataclass(frozen=True)
class State:
    """How far the register is."""

    #: The day it shows; None: never made.
    as_of: date | None
    refreshed_at: datetime | None
    #: Lines judged again by the last refresh.
    judged_count: int
    rebuilt_at: datetime | None
    #: Which table made it necessary to judge everything.
    rebuilt_because: str | None
    #: Changes not yet taken in.
    waiting: int

    @property
    def is_current(self) -> bool:
        """Return whether every fact is taken in: what is due when of an open line is then known."""
        return self.as_of is not None and not self.waiting


def state() -> State:
    """Return how far the register is and how many changes wait for the next refresh."""
    row = sql(
        "SELECT s.as_of, s.refreshed_at, coalesce(s.judged_count, 0), s.rebuilt_at,"
        " s.rebuilt_because, (SELECT count(*) FROM open_line_change)"
        " FROM (VALUES (1)) one (id) LEFT JOIN open_line_state s USING (id)"
    ).fetchone()
    return State(*row)


def usable(on: date) -> bool:
    """Say whether the register shows this day."""
    return state().as_of == on


def refresh(on: date, *, wait: bool = True) -> bool:
    """Bring the register to a day in the caller's transaction; False where it cannot show the day.

    It only moves on: a day before the one it shows is judged in full by whoever asks. One that ran
    ahead of the clock comes back. With `wait` False a refresh by somebody else is an answer too.
    """
    work = _work(on, wait=wait)
    if work is None:
        return False
    _judge(on, work)
    return True


def catch_up(on: date) -> bool:
    """Bring the register to a day where that is a matter of a moment, for a page; else False.

    Then what changed stays for the next refresh, and what the register shows is as old as `state`
    says.
    """
    if on > clock.today():
        return False
    with db.atomic() as attempt:
        work = _work(on, wait=False)
        if work is None:
            return False
        if _lines(work) > AT_ONCE_LINES:
            attempt.rollback()
            return False
        _judge(on, work)
        return True


def follow(on: date) -> None:
    """Take in what changed, in the caller's transaction, for a job that wants no day of its own.

    It moves on to a later day and never back. A first build, or so much that the night had better
    do it, is left alone.
    """
    day = max(on, state().as_of or on)
    if day > clock.today():
        return
    with db.atomic() as attempt:
        work = _work(day, wait=False)
        if work is None or work.everything is not None or work.stale > FOLLOWED_LINES:
            attempt.rollback()
            return
        _judge(day, work)


def _work(on: date, *, wait: bool) -> marks.Work | None:
    """Lock the register and take the marks; None where it cannot show the day."""
    sql("INSERT INTO open_line_state (id) VALUES (1) ON CONFLICT DO NOTHING")
    row = sql(_LOCK.format(unless_taken="" if wait else " SKIP LOCKED")).fetchone()
    if row is None:
        return None
    as_of: date | None = row[0]
    if as_of is not None and on < as_of:
        if as_of <= clock.today():
            return None
        as_of = None
    return marks.take(on, as_of)


def _lines(work: marks.Work) -> int:
    """Return how many lines the work touches, counted up to where it is too many for a page."""
    if work.everything is None and not work.ladder:
        return work.stale
    table = "open_line" if work.everything is None else "purchase_line"
    some = f"SELECT FROM {table} LIMIT {AT_ONCE_LINES + 1}"
    return int(sql(f"SELECT count(*) FROM ({some}) few").fetchone()[0])


def rebuild(on: date) -> int:
    """Judge everything anew for a day, whatever the register shows; return the lines judged."""
    sql("INSERT INTO open_line_state (id) VALUES (1) ON CONFLICT DO NOTHING")
    sql(_LOCK.format(unless_taken=""))
    marks.take(on, None)
    return _judge(on, marks.Work("asked", 0, ladder=True))


def _judge(on: date, work: marks.Work) -> int:
    judged = 0
    if work.everything is not None:
        judged = judging.everything(on)
    else:
        if work.stale:
            judged = judging.stale(on, work.stale)
        if work.ladder:
            checks.keep("open_line", on)
    told = {"on": on, "now": clock.now(), "judged": judged, "because": work.everything}
    sql(_KEEP_STATE, told)
    return judged


def late_rows(where: str = "true") -> str:
    """Return SQL of the late rows of %(on)s (LATE_ROWS); `where` speaks of open_line as `o`."""
    return LATE_ROWS.format(where=where)


def areas_of(areas: Sequence[str]) -> str:
    """Return a condition on `o` for the areas %(areas)s; none when they are all there are."""
    return "true" if _are_all(areas) else "o.area_code = ANY (%(areas)s)"


def _are_all(areas: Sequence[str]) -> bool:
    count = sql("SELECT count(*) FROM area WHERE area_code <> ALL (%s)", (list(areas),))
    return not count.fetchone()[0]
