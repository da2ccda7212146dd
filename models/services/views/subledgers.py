"""Sub-ledgers as the pages show them: the list, and a statement of every movement (分簿对账单)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from models.services.prepaid.balances import BALANCES, FUNDINGS
from models.services.views.reading import PAGE_ROWS, Rows, Where, fetch, name_hospital, one

EXPORT_MAX = 10_000
#: Movements on one page of a statement, the latest first; print and file have all of them.
SHOWN_MAX = 100

VIEWS = {
    "missing": "b.missing_fen > 0",
    "held": "b.held_fen > 0",
    "asked": "q.open_fen > 0",
    "overdue": "q.due_on < %(on)s",
    "closing": "k.state IN ('asked', 'running')",
    "closed": "k.state = 'closed'",
}
_FROM = f"""
  FROM ({BALANCES}) b JOIN hospital h USING (hospital_code)
  LEFT JOIN (SELECT hospital_code, sum(amount_fen - received_fen)::bigint AS open_fen,
                    min(due_on) AS due_on, count(*) AS requests
               FROM money_request WHERE kind = 'top_up' AND state = 'asked'
              GROUP BY hospital_code) q USING (hospital_code)
  LEFT JOIN (SELECT DISTINCT ON (hospital_code) hospital_code, state, closing_no
               FROM subledger_closing ORDER BY hospital_code, id DESC) k USING (hospital_code)
 WHERE {{where}}
"""
_LIST = f"""
SELECT h.hospital_code, h.name AS hospital_name, h.area_code, b.in_fen, b.booked_fen, b.held_fen,
       b.available_fen, b.missing_fen, b.short_sheets, b.interest_fen, q.open_fen, q.due_on,
       q.requests, k.state AS closing, k.closing_no
  {_FROM} ORDER BY b.missing_fen DESC, h.name, h.hospital_code LIMIT %(rows)s OFFSET %(skip)s
"""
#: Sums of what is asked for and counts of every view: the balances are computed once for both.
_OVERVIEW = f"""
SELECT count(*) FILTER (WHERE {{viewed}}) AS hospitals,
       coalesce(sum(b.booked_fen) FILTER (WHERE {{viewed}}), 0)::bigint AS booked_fen,
       coalesce(sum(b.held_fen) FILTER (WHERE {{viewed}}), 0)::bigint AS held_fen,
       coalesce(sum(b.available_fen) FILTER (WHERE {{viewed}}), 0)::bigint AS available_fen,
       coalesce(sum(b.missing_fen) FILTER (WHERE {{viewed}}), 0)::bigint AS missing_fen,
       coalesce(sum(q.open_fen) FILTER (WHERE {{viewed}}), 0)::bigint AS open_fen,
       count(*) AS "all",
       {", ".join(f'count(*) FILTER (WHERE {v}) AS "of_{k}"' for k, v in VIEWS.items())}
  {_FROM}
"""
#: The accounts the sub-ledgers lie in, with the closing balance of the last closed statement day.
_ACCOUNTS = """
SELECT g.agency_code, g.name, right(g.account_no, 4) AS tail, d.day, d.closing_fen
  FROM agency g
  LEFT JOIN LATERAL (SELECT day, closing_fen FROM statement_day s
                      WHERE s.account_no = g.account_no AND s.closed
                      ORDER BY day DESC LIMIT 1) d ON true
 WHERE {where} AND g.area_code IN (
       SELECT area_code FROM scheme WHERE funding IN ('prepaid_subledger', 'turnover'))
 ORDER BY g.agency_code
"""

#: Every movement in the order it took effect, with the balances after it. A voucher counts when
#: it was booked, a cover when `pay` made it, a payment when the bank's word was taken.
_MOVES = f"""
WITH move AS (
    SELECT coalesce(e.posted_at, r.imported_at, v.booked_on::timestamptz) AS at,
           coalesce(e.entry_no, 0)::bigint AS place,
           coalesce(e.posted_on, r.business_on, v.booked_on) AS day, v.booked_on AS value_on,
           v.kind AS what, v.voucher_no AS evidence, NULL::text AS sheet_no,
           NULL::text AS enterprise_name, NULL::text AS note,
           CASE v.kind WHEN 'refund' THEN -v.amount_fen ELSE v.amount_fen END AS booked_by,
           0::bigint AS held_by, v.amount_fen
      FROM prepayment_voucher v
      LEFT JOIN ledger_entry e ON e.source = 'voucher:' || v.voucher_no
           AND e.kind IN ('prepayment', 'prepayment_refund') AND e.reverses IS NULL
      LEFT JOIN import_run r ON r.id = v.import_id
     WHERE v.hospital_code = %(hospital)s
    UNION ALL
    SELECT e.posted_at, e.entry_no, e.posted_on, e.posted_on, 'hold', i.reference, s.sheet_no,
           n.name, NULL, 0, s.payable_fen, s.payable_fen
      FROM settlement_sheet s
      JOIN ledger_entry e ON e.kind = 'draw' AND e.source = 'sheet:' || s.sheet_no
      JOIN enterprise n ON n.credit_code = s.enterprise_code
      JOIN LATERAL (SELECT i.reference FROM payment_allocation a
                      JOIN payment_instruction i ON i.id = a.instruction_id
                     WHERE a.sheet_id = s.id ORDER BY i.id LIMIT 1) i ON true
     WHERE s.hospital_code = %(hospital)s
    UNION ALL
    SELECT v.happened_at, {10**15} + v.id, v.business_on,
           CASE WHEN v.to_state = 'settled' THEN i.booked_on
                WHEN v.to_state IN ('returned', 'reversed') THEN i.returned_on
                ELSE v.business_on END,
           CASE WHEN v.to_state = 'settled' THEN 'post'
                WHEN v.from_state = 'settled' THEN 'void'
                WHEN v.to_state = 'sent' THEN 'again' ELSE 'kept' END,
           i.reference, s.sheet_no, n.name, v.to_state,
           CASE WHEN v.to_state = 'settled' THEN -a.amount_fen
                WHEN v.from_state = 'settled' THEN a.amount_fen ELSE 0 END,
           CASE WHEN v.to_state = 'settled' THEN -a.amount_fen
                WHEN v.from_state = 'settled' THEN a.amount_fen ELSE 0 END, a.amount_fen
      FROM settlement_sheet s JOIN payment_allocation a ON a.sheet_id = s.id
      JOIN payment_instruction i ON i.id = a.instruction_id
      JOIN instruction_event v ON v.instruction_id = i.id
      JOIN enterprise n ON n.credit_code = s.enterprise_code
     WHERE s.hospital_code = %(hospital)s AND s.funding IN ({FUNDINGS})
       AND (v.to_state IN ('settled', 'returned', 'reversed', 'rejected', 'cancelled')
            OR (v.to_state = 'sent' AND i.reissue_of IS NOT NULL))
),
placed AS (
    SELECT m.*, row_number() OVER w AS n,
           (sum(booked_by) OVER w)::bigint AS booked_fen, (sum(held_by) OVER w)::bigint AS held_fen
      FROM move m
    WINDOW w AS (ORDER BY at, place, sheet_no ROWS UNBOUNDED PRECEDING)
),
bound AS (
    SELECT coalesce(min(n) FILTER (WHERE %(since)s::date IS NULL OR day >= %(since)s),
                    max(n) + 1, 1) AS first,
           coalesce(max(n) FILTER (WHERE %(until)s::date IS NULL OR day <= %(until)s), 0) AS last
      FROM placed
)
"""
_STATEMENT = f"""
{_MOVES}
SELECT p.*, p.booked_fen - p.held_fen AS available_fen FROM placed p, bound b
 WHERE p.n BETWEEN b.first AND b.last ORDER BY p.n
"""
_OPENING = f"""
{_MOVES}
SELECT p.booked_fen, p.held_fen FROM placed p, bound b WHERE p.n = least(b.first - 1,
       (SELECT max(n) FROM placed))
"""


@dataclass(frozen=True)
class Asked:
    """The conditions of the list; empty ones ask nothing."""

    view: str = ""
    hospital: str = ""
    areas: tuple[str, ...] = ()


@dataclass(frozen=True)
class Statement:
    """A sub-ledger between two days, in fen: opening and movements give the closing."""

    moves: list[Any]
    opening_booked_fen: int
    opening_held_fen: int

    @property
    def closing_booked_fen(self) -> int:
        """Return what is booked after the last movement."""
        return int(self.moves[-1].booked_fen) if self.moves else self.opening_booked_fen

    @property
    def closing_held_fen(self) -> int:
        """Return what is held after the last movement."""
        return int(self.moves[-1].held_fen) if self.moves else self.opening_held_fen

    @property
    def closing_available_fen(self) -> int:
        """Return what may be covered from after the last movement."""
        return self.closing_booked_fen - self.closing_held_fen

    @property
    def opening_available_fen(self) -> int:
        """Return what might be covered from before the first movement."""
        return self.opening_booked_fen - self.opening_held_fen

    @property
    def booked_change_fen(self) -> int:
        """Return by how much the booked balance changed."""
        return self.closing_booked_fen - self.opening_booked_fen

    @property
    def held_change_fen(self) -> int:
        """Return by how much the held amount changed."""
        return self.closing_held_fen - self.opening_held_fen

    def part(self, number: int, size: int = SHOWN_MAX) -> "Statement":
        """Return one page with the balances before it; page 0 has the latest movements."""
        end = max(len(self.moves) - number * size, 0)
        moves = self.moves[max(end - size, 0) : end]
        if not moves:
            return Statement([], self.opening_booked_fen, self.opening_held_fen)
        first = moves[0]
        return Statement(moves, first.booked_fen - first.booked_by, first.held_fen - first.held_by)

    def sum_fen(self, *kinds: str) -> int:
        """Return what movements of these kinds add up to, each without its sign."""
        return sum(int(move.amount_fen) for move in self.moves if move.what in kinds)


def _where(rows: Rows, asked: Asked, on: date) -> Where:
    found = Where.of(rows, area="h.area_code", hospital="h.hospital_code").add("true", on=on)
    name_hospital(found, asked.hospital, "h.hospital_code")
    found.add_if(list(asked.areas) or None, "h.area_code = ANY (%(areas)s)", "areas")
    return found


def page(
    rows: Rows, asked: Asked, on: date, *, number: int = 0, size: int = PAGE_ROWS
) -> list[Any]:
    """Return the sub-ledgers that are asked for, the largest gap first, one more than a page."""
    found = _where(rows, asked, on)
    if asked.view in VIEWS:
        found.add(VIEWS[asked.view])
    told = {**found.told, "rows": size + 1, "skip": number * size}
    return fetch(_LIST.format(where=found.text), told)


def overview(rows: Rows, asked: Asked, on: date) -> Any:  # noqa: ANN401 - a row by name
    """Return count and sums of what is asked for, and how many sub-ledgers each view has."""
    found = _where(rows, asked, on)
    viewed = VIEWS.get(asked.view, "true")
    return one(_OVERVIEW.format(where=found.text, viewed=viewed), found.told)


def accounts(rows: Rows) -> list[Any]:
    """Return the dedicated accounts of the reader's areas with their last closed statement day."""
    found = Where.of(rows, area="g.area_code")
    return fetch(_ACCOUNTS.format(where=found.text), found.told)


def find(rows: Rows, hospital_code: str, on: date) -> Any:  # noqa: ANN401 - a row by name
    """Return one hospital's sub-ledger, or None."""
    found = _where(rows, Asked(), on).add("h.hospital_code = %(code)s", code=hospital_code)
    return one(_LIST.format(where=found.text), {**found.told, "rows": 1, "skip": 0})


def statement(hospital_code: str, since: date | None, until: date | None) -> Statement:
    """Return every movement between two days with the balances after it; the caller has looked.

    Days are those on which a movement was booked. In between nothing is left out, even where a
    business date went back.
    """
    told = {"hospital": hospital_code, "since": since, "until": until}
    moves = fetch(_STATEMENT, told)
    if moves:
        first = moves[0]
        return Statement(moves, first.booked_fen - first.booked_by, first.held_fen - first.held_by)
    opening = one(_OPENING, told)
    return Statement([], *(map(int, opening) if opening else (0, 0)))
