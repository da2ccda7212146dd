"""The register of open lines: brought up to date by what changed, read by the scan and the pages.

`models/services/overdue/listing.py` judges every open receipt anew and stays the reference: the
register never says anything else (tests/properties/test_register_equals_listing.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from models.records.base import sql

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


def state() -> State:
    """Return how far the register is and how many changes wait for the next refresh."""
    row = sql(
        "SELECT as_of, refreshed_at, judged_count, rebuilt_at, rebuilt_because FROM open_line_state"
    ).fetchone()
    waiting = sql("SELECT count(*) FROM open_line_change").fetchone()[0]
    return State(*(row or (None, None, 0, None, None)), waiting=int(waiting))


def usable(on: date) -> bool:
    """Say whether the register shows this day."""
    return state().as_of == on


def refresh(on: date) -> int:
    """Bring the register to this day in the caller's transaction; return the lines judged again."""
    raise NotImplementedError


def rebuild(on: date, because: str) -> int:
    """Judge everything anew for this day; return the lines judged."""
    raise NotImplementedError


def late_rows(where: str = "true") -> str:
    """Return SQL of the late rows of %(on)s (LATE_ROWS); `where` speaks of open_line as `o`."""
    return LATE_ROWS.format(where=where)


def areas_of(areas: Sequence[str]) -> str:
    """Return a condition on `o` for the areas %(areas)s; none when they are all there are."""
    return "true" if _are_all(areas) else "o.area_code = ANY (%(areas)s)"


def _are_all(areas: Sequence[str]) -> bool:
    count = sql("SELECT count(*) FROM area WHERE area_code <> ALL (%s)", (list(areas),))
    return not count.fetchone()[0]
