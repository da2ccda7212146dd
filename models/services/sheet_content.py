"""The seal of a sheet: a sha256 over all that a review approves."""

from collections.abc import Sequence

from models.records.base import sql

#: Everything that decides the money of sheet s and each of its lines, in a written order. Lines are
#: looked up sheet by sheet: time grows with them, whatever the planner knows of the tables.
CONTENT_HASH = """
encode(sha256(convert_to(concat_ws('|', s.period, s.hospital_code, s.enterprise_code, s.area_code,
    s.funding, s.payment_per, s.deduct_month, s.lines_count, s.received_fen, s.returned_fen,
    s.adjusted_fen, s.carried_in_fen, s.payable_fen, s.carried_out_fen,
    coalesce(s.due_on::text, ''),
    coalesce((SELECT string_agg(l.line_no || ':' || l.amount_fen || ':' || l.due_on, ','
                                ORDER BY l.line_no)
                FROM sheet_line l WHERE l.sheet_id = s.id), '')), 'UTF8')), 'hex')
"""

_SEAL = f"""
UPDATE settlement_sheet s SET content_hash = {CONTENT_HASH}
 WHERE s.period = %(period)s AND s.area_code = ANY (%(areas)s) AND s.state = 'draft'
"""

_CHANGED = f"""
SELECT s.id FROM settlement_sheet s
 WHERE s.id = ANY (%(ids)s) AND s.content_hash <> {CONTENT_HASH}
 ORDER BY s.id
"""


#: The choice a person looked at: which sheets, in which state, with which content.
_SELECTION = """
SELECT encode(sha256(convert_to(coalesce(string_agg(s.id || ':' || s.state || ':' || s.content_hash,
           ',' ORDER BY s.id), ''), 'UTF8')), 'hex')
  FROM settlement_sheet s WHERE s.id = ANY (%(ids)s)
"""


def selection_hash(sheet_ids: Sequence[int]) -> str:
    """Return a hash that changes when one of the sheets goes, moves or is calculated anew."""
    return str(sql(_SELECTION, {"ids": list(sheet_ids)}).fetchone()[0])


def seal(period: str, areas: Sequence[str]) -> None:
    """Seal the drafts of a period and areas; called by whoever changed their content."""
    sql(_SEAL, {"period": period, "areas": list(areas)})


def changed(sheet_ids: Sequence[int]) -> list[int]:
    """Return those of the sheets whose content no longer fits their seal."""
    return [row[0] for row in sql(_CHANGED, {"ids": list(sheet_ids)})]
