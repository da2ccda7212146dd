"""The overdue lines themselves: a page of them, the oldest first, and what sending would do."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from models.records.base import db
from models.services.arrears import cells
from models.services.excused import EXCUSED
from models.services.overdue import calling, listing, register, scan
from models.services.promised import promise_of
from models.services.views.listing import turned
from models.services.views.reading import PAGE_ROWS, Where, fetch, like, one
from models.services.views.turning import Key, Order, Place, Turned, day, whole

#: From so many purchase lines on, figures that are not kept come after their page.
LARGE_LINES = 200_000

#: First which lines, by nothing but their order; then what is told of those few.
_LINES = f"""
WITH page AS MATERIALIZED (
    SELECT l.line_no FROM ({{source}}) l WHERE {{where}}
     ORDER BY {{order}} LIMIT %(rows)s
)
SELECT l.line_no, l.lane, l.hospital_code, l.enterprise_code, l.due_on, l.days_late, l.unpaid_fen,
       -l.unpaid_fen AS owed_less,
       l.step, l.step_name, l.responsible, l.mask, l.interest_fen, {EXCUSED} AS excused,
       h.name AS hospital_name, e.name AS enterprise_name,
       ({promise_of("l.line_no")}) AS promised_on
  FROM ({{source}}) l JOIN hospital h USING (hospital_code)
  JOIN enterprise e ON e.credit_code = l.enterprise_code
 WHERE l.line_no = ANY (ARRAY(SELECT line_no FROM page))
 ORDER BY {{order}}
"""
#: The oldest first, and of a day the largest.
ORDER = Order(
    (
        Key("l.due_on", "due_on", day),
        Key("-l.unpaid_fen", "owed_less", whole),
        Key("l.line_no", "line_no"),
    )
)
_TOLD = """
SELECT c.responsible, c.party_code, count(*) AS lines,
       coalesce(max(h.name), max(e.name), max(a.name)) AS name,
       coalesce(max(h.email), max(e.email), max(a.email)) AS email,
       sum(l.unpaid_fen)::bigint AS unpaid_fen
  FROM calling c JOIN late l USING (line_no)
  LEFT JOIN hospital h ON c.responsible = 'hospital' AND h.hospital_code = c.party_code
  LEFT JOIN enterprise e ON c.responsible = 'enterprise' AND e.credit_code = c.party_code
  LEFT JOIN agency a ON c.responsible = 'agency' AND a.agency_code = c.party_code
 WHERE c.party_code IS NOT NULL GROUP BY 1, 2 ORDER BY 6 DESC
"""


def by_register(on: date, *, as_kept: bool) -> bool:
    """Return whether the register tells a day: as it was kept, or brought up to date in a moment.

    Kept sums and the lines behind them are shown as of the same time.
    """
    return (as_kept and register.usable(on)) or register.catch_up(on)


def rows(
    areas: Sequence[str], on: date, parties: Mapping[str, list[str]], *, use_register: bool
) -> tuple[str, dict[str, Any]]:
    """Return SQL of the late rows of a day with their interest, and its parameters.

    They come from the register where `by_register` says so; else everything open is judged first,
    in the caller's transaction.
    """
    told: dict[str, Any] = {"on": on, "areas": list(areas), **parties}
    if by_register(on, as_kept=use_register):
        listing.collect_rungs(on)
        named = [f"o.{column} = ANY (%({column})s)" for column in parties]
        return register.late_rows(" AND ".join([register.areas_of(areas), *named])), told
    cells.judge(areas, on)
    named = [f"l.{column} = ANY (%({column})s)" for column in parties]
    return cells.LATE.format(where=" AND ".join(["true", *named])), told


def page(
    source: str,
    told: Mapping[str, Any],
    where: Where,
    place: Place | None,
    *,
    size: int = PAGE_ROWS,
) -> Turned:
    """Return the page at a place of the late rows, the oldest first."""
    return turned(_LINES, where, ORDER, place, size, told, source=source)


#: Parties a name may stand for.
NAMED_MAX = 50
_NAMED = {
    "hospital": "SELECT hospital_code AS code FROM hospital WHERE hospital_code = %(text)s"
    " OR name LIKE %(like)s ORDER BY 1 LIMIT %(most)s",
    "enterprise": "SELECT credit_code AS code FROM enterprise WHERE credit_code = %(text)s"
    " OR name LIKE %(like)s ORDER BY 1 LIMIT %(most)s",
}
_NEXT_DUE = {
    True: "SELECT min(due_on) AS due_on FROM open_line WHERE due_on >= %(on)s AND unpaid_fen > 0",
    False: "SELECT min(w.due_on) AS due_on FROM watched w JOIN open_receipt o USING (line_no)"
    " WHERE o.unpaid_fen > 0 AND w.due_on >= %(on)s",
}


def named(kind: str, text: str) -> tuple[str, ...]:
    """Return the codes of the hospitals or enterprises that a code or part of a name stands for.

    A text that names nobody finds nobody: the empty code.
    """
    told = {"text": text, "like": like(text), "most": NAMED_MAX}
    return tuple(row.code for row in fetch(_NAMED[kind], told)) or ("",)


def next_due(on: date, *, use_register: bool) -> date | None:
    """Return the next due day of anything open, in the transaction that looked."""
    told = by_register(on, as_kept=use_register)
    found: date | None = one(_NEXT_DUE[told], {"on": on}).due_on
    return found


def are_ready(on: date) -> bool:
    """Return whether the register can tell the lines of a day at once."""
    return register.usable(on)


def is_large() -> bool:
    """Return whether judging what is open may take longer than a page should (an estimate)."""
    found = one("SELECT reltuples AS lines FROM pg_class WHERE oid = 'purchase_line'::regclass")
    return bool(found.lines >= LARGE_LINES)


def would(areas: Sequence[str], on: date) -> dict[str, int]:
    """Return what sending would do (overdue, escalated, mails), after `rows` in its transaction."""
    if by_register(on, as_kept=False):
        return scan.look(areas, on)
    calling.collect(on)
    return calling.counts()


def would_send(areas: Sequence[str], on: date) -> tuple[dict[str, int], list[Any]]:
    """Return what sending reminders now would do, and to whom."""
    with db.atomic():
        if not by_register(on, as_kept=False):
            listing.collect(areas, on)
        return would(areas, on), fetch(_TOLD)
