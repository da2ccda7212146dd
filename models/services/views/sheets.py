"""Settlement sheets as the pages show them: the list with its totals, and what is chosen of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.services.views.listing import Counted, turned
from models.services.views.reading import PAGE_ROWS, Rows, Where, fetch, name_parties, one
from models.services.views.turning import Key, Order, Place, Turned, day, whole

SCOPE = {"area": "s.area_code", "hospital": "s.hospital_code", "enterprise": "s.enterprise_code"}

#: What is held of the pairs on a page, each found by its month and pair.
_HELD_OF_PAIRS = """
SELECT h.period, h.settler_code, h.enterprise_code, sum(h.reasoned_count)::bigint AS held
  FROM held_pair h
  JOIN unnest(%(periods)s::text[], %(hospitals)s::text[], %(enterprises)s::text[])
       AS s (period, settler_code, enterprise_code) USING (period, settler_code, enterprise_code)
 WHERE h.lane = 'direct' AND h.reasoned_count > 0 GROUP BY 1, 2, 3
"""
_PAIR_HELD = """
(s.period, s.hospital_code, s.enterprise_code) IN (
    SELECT h.period, h.settler_code, h.enterprise_code FROM held_pair h
     WHERE h.lane = 'direct' AND h.reasoned_count > 0)
"""
#: Sheets somebody sent back and that have not gone on since.
_RETURNED_BY = """
s.state = 'draft' AND EXISTS (SELECT 1 FROM sheet_review r WHERE r.sheet_id = s.id
       AND NOT r.approved
                  AND r.reviewer = %(returned_by)s)
"""
#: A deadline matters while the sheet is not paid.
OPEN_STATES = ("draft", "in_review", "approved", "short", "rejected", "returned")

#: Sheets are counted and added up to here; beyond, the page says so and the export has all.
SHEETS_MAX = 50_000

_NAMES = """
  JOIN hospital h USING (hospital_code) JOIN enterprise e ON e.credit_code = s.enterprise_code
"""
_LIST = """
SELECT s.id, s.sheet_no, s.period, s.hospital_code, s.enterprise_code, h.name AS hospital_name,
       e.name AS enterprise_name, s.lines_count, s.received_fen,
       s.returned_fen + s.adjusted_fen + s.carried_in_fen AS change_fen, s.payable_fen, s.due_on,
       s.state, s.kept_out
  FROM (SELECT * FROM settlement_sheet s WHERE {where}
         ORDER BY {order} LIMIT %(rows)s OFFSET %(skip)s) s {names}
 ORDER BY {order}
"""
#: Beyond the limit adding up stops and the page says so; a month of a province lies within.
_TOTALS = f"""
SELECT count(*) AS sheets, coalesce(sum(lines_count), 0)::bigint AS lines,
       coalesce(sum(received_fen), 0)::bigint AS received_fen,
       coalesce(sum(returned_fen + adjusted_fen + carried_in_fen), 0)::bigint AS change_fen,
       coalesce(sum(payable_fen), 0)::bigint AS payable_fen
  FROM (SELECT * FROM settlement_sheet s WHERE {{where}} LIMIT {SHEETS_MAX + 1}) s
"""
_ID = Key("s.id", "id", whole)
_KEYS = {
    "due": (Key("s.due_on", "due_on", day, can_be_null=True), _ID),
    "payable": (Key("s.payable_fen", "payable_fen", whole), _ID),
    "no": (_ID,),
}
ORDERS = {name: Order(keys) for name, keys in _KEYS.items()} | {
    f"-{name}": Order(keys, is_down=True) for name, keys in _KEYS.items()
}


@dataclass(frozen=True)
class Asked:
    """The conditions of the list; empty ones ask nothing."""

    period: str = ""
    areas: tuple[str, ...] = ()
    hospital: str = ""
    enterprise: str = ""
    states: tuple[str, ...] = ()
    least_fen: int | None = None
    most_fen: int | None = None
    due_until: date | None = None
    has_held: bool = False
    returned_by: str = ""
    ids: tuple[int, ...] | None = None


def where(rows: Rows, asked: Asked) -> Where:
    """Return the condition of the list within the reader's rows."""
    found = Where.of(rows, **SCOPE)
    found.add_if(asked.period, "s.period = %(period)s", "period")
    found.add_if(list(asked.areas) or None, "s.area_code = ANY (%(areas)s)", "areas")
    name_parties(found, asked.hospital, asked.enterprise, "s.hospital_code", "s.enterprise_code")
    found.add_if(list(asked.states) or None, "s.state = ANY (%(states)s)", "states")
    found.add_if(asked.least_fen, "s.payable_fen >= %(least)s", "least")
    found.add_if(asked.most_fen, "s.payable_fen <= %(most)s", "most")
    if asked.due_until is not None:
        found.add(
            "s.due_on <= %(due_until)s AND s.state = ANY (%(open)s)",
            due_until=asked.due_until,
            open=list(OPEN_STATES),
        )
    if asked.has_held:
        found.add(_PAIR_HELD)
    if asked.returned_by:
        found.add(_RETURNED_BY, returned_by=asked.returned_by)
    if asked.ids is not None:
        found.add("s.id = ANY (%(ids)s)", ids=list(asked.ids))
    return found


def page(
    rows: Rows, asked: Asked, order: Order, place: Place | None = None, *, size: int = PAGE_ROWS
) -> Turned:
    """Return the page at a place of the list with the names of the parties."""
    return turned(_LIST, where(rows, asked), order, place, size, names=_NAMES)


def statement(rows: Rows, asked: Asked, *, order: str = "") -> tuple[str, dict[str, Any]]:
    """Return the statement of the list and its parameters, but for how many and from where."""
    found = where(rows, asked)
    by = ORDERS.get(order, ORDERS["no"])
    return _LIST.format(where=found.text, order=by.sql, names=_NAMES), found.told


def totals(rows: Rows, asked: Asked) -> Any:  # noqa: ANN401 - a row by name
    """Return count and sums of the sheets the conditions find, of SHEETS_MAX + 1 at most."""
    found = where(rows, asked)
    return one(_TOTALS.format(where=found.text), found.told)


def counted(rows: Rows, asked: Asked) -> Counted:
    """Return what a saved view of the list counts."""
    found = where(rows, asked)
    return Counted(f"SELECT 1 FROM settlement_sheet s WHERE {found.text}", found.told)


def held_of(sheets: Sequence[Any]) -> dict[tuple[str, str, str], int]:
    """Return (period, hospital, enterprise) → held lines of the pairs on a page."""
    told = {
        "periods": [sheet.period for sheet in sheets],
        "hospitals": [sheet.hospital_code for sheet in sheets],
        "enterprises": [sheet.enterprise_code for sheet in sheets],
    }
    return {
        (row.period, row.settler_code, row.enterprise_code): row.held
        for row in fetch(_HELD_OF_PAIRS, told)
    }


#: Each view by an index of its own: most sheets are paid and belong to none but the month.
_COUNTS = """
SELECT (SELECT count(*) FROM settlement_sheet s
         WHERE s.state = ANY (%(mine)s) AND {open} AND {where}) AS mine,
       (SELECT count(*) FROM settlement_sheet s
         WHERE s.due_on <= %(soon)s AND s.state = ANY (%(open)s) AND {open} AND {where}) AS soon,
       (SELECT count(*) FROM settlement_sheet s WHERE {returned} AND {open} AND {where})
           AS sent_back,
       (SELECT count(*) FROM settlement_sheet s WHERE s.period = %(period)s AND {where}) AS whole
"""
#: As the index of what is not done says it.
_OPEN = "s.state NOT IN ('paid', 'nothing_payable')"


def view_counts(rows: Rows, period: str, *, mine: Sequence[str], soon: date, reader: str) -> Any:  # noqa: ANN401 - a row by name
    """Return how many sheets stand behind each of the list's views."""
    found = where(rows, Asked())
    told = {
        **found.told,
        "period": period,
        "mine": list(mine),
        "soon": soon,
        "open": list(OPEN_STATES),
        "returned_by": reader,
    }
    text = _COUNTS.format(where=found.text, returned=_RETURNED_BY, open=_OPEN)
    return one(text, told)


#: More sheets are not reviewed in one step: nobody could have looked at them.
CHOICE_MAX = 20_000

_CHOICE = """
SELECT s.id, s.sheet_no, s.period, s.payable_fen, s.state, s.lines_count, s.due_on,
       h.name AS hospital_name, e.name AS enterprise_name, %(reader)s = ANY (s.makers) AS is_maker,
       EXISTS (SELECT 1 FROM sheet_review r WHERE r.sheet_id = s.id AND r.counts AND r.approved
                  AND r.reviewer = %(reader)s) AS is_reviewer,
       EXISTS (SELECT 1 FROM payment_allocation a WHERE a.sheet_id = s.id) AS in_payment,
       EXISTS (SELECT 1 FROM settled_period p WHERE p.area_code = s.area_code
                  AND p.period > s.period) AS is_closed
  FROM settlement_sheet s JOIN hospital h USING (hospital_code)
  JOIN enterprise e ON e.credit_code = s.enterprise_code
 WHERE {where} ORDER BY s.payable_fen DESC, s.id LIMIT %(rows)s
"""


def choice(rows: Rows, asked: Asked, reader: str) -> list[Any]:
    """Return the sheets of a choice, the largest first, with what bars the reader from each."""
    found = where(rows, asked)
    told = {**found.told, "reader": reader, "rows": CHOICE_MAX}
    return fetch(_CHOICE.format(where=found.text), told)


_ORDERED = """
SELECT s.sheet_no FROM settlement_sheet s WHERE {where} ORDER BY {order} LIMIT %(rows)s
"""


def numbers(rows: Rows, asked: Asked, order: str) -> list[str]:
    """Return the numbers of the sheets in the order of the list, for the way to the next one."""
    found = where(rows, asked)
    text = _ORDERED.format(where=found.text, order=ORDERS.get(order, ORDERS["due"]).sql)
    return [row.sheet_no for row in fetch(text, {**found.told, "rows": 2_000})]
