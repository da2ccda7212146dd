"""The seal of a sheet: a sha256 over all that a review approves."""

from collections.abc import Sequence

from models.records.base import db, sql
from models.records.planning import linear_joins

#: Everything that decides the money of sheet s and each of its lines, in a written order. The lines
#: of all sheets are read in one pass: time grows with them, whatever the planner knows of the
#: tables. (Sheet by sheet, after a settlement that was rolled back, each read the whole table.)
_HASHES = """
WITH chosen AS MATERIALIZED (
    SELECT * FROM settlement_sheet WHERE id = ANY (%(ids)s)
),
listed AS (
    SELECT l.sheet_id, string_agg(l.line_no || ':' || l.amount_fen || ':' || l.due_on, ','
                                  ORDER BY l.line_no) AS lines
      FROM sheet_line l WHERE l.sheet_id = ANY (%(ids)s) GROUP BY l.sheet_id
),
hashed AS (
    SELECT s.id, s.content_hash AS kept_hash, encode(sha256(convert_to(concat_ws('|', s.period,
               s.hospital_code, s.enterprise_code, s.area_code, s.funding, s.payment_per,
               s.deduct_month, s.lines_count, s.received_fen, s.returned_fen, s.adjusted_fen,
               s.carried_in_fen, s.payable_fen, s.carried_out_fen, coalesce(s.due_on::text, ''),
               coalesce(l.lines, '')), 'UTF8')), 'hex') AS content_hash
      FROM chosen s LEFT JOIN listed l ON l.sheet_id = s.id
)
"""

_DRAFTS = """
SELECT id FROM settlement_sheet
 WHERE period = %(period)s AND area_code = ANY (%(areas)s) AND state = 'draft'
"""

_SEAL = f"""
{_HASHES}
UPDATE settlement_sheet s SET content_hash = h.content_hash FROM hashed h WHERE h.id = s.id
"""

_CHANGED = f"{_HASHES} SELECT id FROM hashed WHERE content_hash <> kept_hash ORDER BY id"

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
    drafts = [row[0] for row in sql(_DRAFTS, {"period": period, "areas": list(areas)})]
    with linear_joins():
        sql(_SEAL, {"ids": drafts})


def changed(sheet_ids: Sequence[int]) -> list[int]:
    """Return those of the sheets whose content no longer fits their seal."""
    with db.atomic(), linear_joins():
        return [row[0] for row in sql(_CHANGED, {"ids": list(sheet_ids)})]
