"""Settlement sheets as the pages show them: the list with its totals, and what is chosen of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.services.views.listing import Counted
from models.services.views.reading import PAGE_ROWS, Rows, Where, fetch, kept, name_parties, one

SCOPE = {"area": "s.area_code", "hospital": "s.hospital_code", "enterprise": "s.enterprise_code"}

#: Who settled for a member in each month: the lead noted last.
LED = """
(SELECT DISTINCT ON (period, hospital_code) period, hospital_code, lead_hospital_code
   FROM led_member ORDER BY period, hospital_code, noted_at DESC)
"""
#: Held lines of a month by pair; few against the lines, and kept until the next settlement.
_HELD_OF_PAIRS = f"""
SELECT coalesce(d.lead_hospital_code, p.hospital_code) AS hospital_code, p.enterprise_code,
       count(*) FILTER (WHERE cardinality(h.reasons) > 0) AS held,
       count(*) AS outside
  FROM held_line h JOIN purchase_line p USING (line_no)
  LEFT JOIN {LED} d ON d.period = h.period AND d.hospital_code = p.hospital_code
 WHERE h.period = %(period)s AND h.lane = 'direct' GROUP BY 1, 2
"""
_PAIR_HELD = """
(s.hospital_code, s.enterprise_code) IN (
    SELECT * FROM unnest(%(held_hospitals)s::text[], %(held_enterprises)s::text[]))
"""
#: Sheets somebody sent back and that have not gone on since.
_RETURNED_BY = """
s.state = 'draft' AND EXISTS (SELECT 1 FROM sheet_review r WHERE r.sheet_id = s.id
       AND NOT r.approved
                  AND r.reviewer = %(returned_by)s)
"""
#: A deadline matters while the sheet is not paid.
OPEN_STATES = ("draft", "in_review", "approved", "short", "rejected", "returned")

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
_TOTALS = """
SELECT count(*) AS sheets, coalesce(sum(lines_count), 0)::bigint AS lines,
       coalesce(sum(received_fen), 0)::bigint AS received_fen,
       coalesce(sum(returned_fen + adjusted_fen + carried_in_fen), 0)::bigint AS change_fen,
       coalesce(sum(payable_fen), 0)::bigint AS payable_fen,
       encode(sha256(convert_to(coalesce(string_agg(s.id || ':' || s.state || ':' || s.content_hash,
           ',' ORDER BY s.id), ''), 'UTF8')), 'hex') AS selection_hash
  FROM settlement_sheet s WHERE {where}
"""
ORDERS = {
    "due": "s.due_on NULLS LAST, s.id",
    "-due": "s.due_on DESC NULLS LAST, s.id",
    "payable": "s.payable_fen, s.id",
    "-payable": "s.payable_fen DESC, s.id",
    "no": "s.id",
    "-no": "s.id DESC",
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
        pairs = [pair for pair, counts in held_pairs(asked.period).items() if counts[0]]
        found.add(
            _PAIR_HELD,
            held_hospitals=[pair[0] for pair in pairs],
            held_enterprises=[pair[1] for pair in pairs],
        )
    if asked.returned_by:
        found.add(_RETURNED_BY, returned_by=asked.returned_by)
    if asked.ids is not None:
        found.add("s.id = ANY (%(ids)s)", ids=list(asked.ids))
    return found


def page(rows: Rows, asked: Asked, *, order: str, number: int, count: int = PAGE_ROWS) -> list[Any]:
    """Return a page of the list with the names of the parties."""
    found = where(rows, asked)
    text = _LIST.format(where=found.text, order=ORDERS.get(order, ORDERS["due"]), names=_NAMES)
    return fetch(text, {**found.told, "rows": count, "skip": number * count})


def totals(rows: Rows, asked: Asked) -> Any:  # noqa: ANN401 - a row by name
    """Return count, sums and the hash of all sheets the conditions find."""
    found = where(rows, asked)
    return one(_TOTALS.format(where=found.text), found.told)


def counted(rows: Rows, asked: Asked) -> Counted:
    """Return what a saved view of the list counts."""
    found = where(rows, asked)
    return Counted(f"SELECT 1 FROM settlement_sheet s WHERE {found.text}", found.told)


def held_pairs(period: str) -> dict[tuple[str, str], tuple[int, int]]:
    """Return (hospital, enterprise) → held lines, and all direct lines outside, of a month."""

    def ask() -> dict[tuple[str, str], tuple[int, int]]:
        rows = fetch(_HELD_OF_PAIRS, {"period": period})
        return {(r.hospital_code, r.enterprise_code): (r.held, r.outside) for r in rows}

    found: dict[tuple[str, str], tuple[int, int]] = kept(period, "held_pairs", ask)
    return found


def held_of(sheets: Sequence[Any]) -> dict[tuple[str, str, str], int]:
    """Return (period, hospital, enterprise) → held lines of the pairs on a page."""
    return {
        (period, *pair): counts[0]
        for period in {sheet.period for sheet in sheets}
        for pair, counts in held_pairs(period).items()
    }


_COUNTS = """
SELECT count(*) FILTER (WHERE s.state = ANY (%(mine)s)) AS mine,
       count(*) FILTER (WHERE s.due_on <= %(soon)s AND s.state = ANY (%(open)s)) AS soon,
       count(*) FILTER (WHERE {returned}) AS sent_back,
       count(*) FILTER (WHERE s.period = %(period)s) AS whole
  FROM settlement_sheet s WHERE s.period >= %(since)s AND {where}
"""


def view_counts(
    rows: Rows, period: str, since: str, *, mine: Sequence[str], soon: date, reader: str
) -> Any:  # noqa: ANN401 - a row by name
    """Return how many sheets since a month stand behind each of the list's views."""
    found = where(rows, Asked())
    told = {
        **found.told,
        "period": period,
        "since": since,
        "mine": list(mine),
        "soon": soon,
        "open": list(OPEN_STATES),
        "returned_by": reader,
    }
    return one(_COUNTS.format(where=found.text, returned=_RETURNED_BY), told)


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
    text = _ORDERED.format(where=found.text, order=ORDERS.get(order, ORDERS["due"]))
    return [row.sheet_no for row in fetch(text, {**found.told, "rows": 2_000})]
