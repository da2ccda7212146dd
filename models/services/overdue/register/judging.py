"""The rows of the register as they are now: judged, compared with what stands there, written."""

from datetime import date

from models.records.base import sql
from models.rules import calendar
from models.services import access
from models.services.judgement import judge
from models.services.overdue import watched
from models.services.overdue.interest import PART_FEN, TERMS
from models.services.overdue.listing import BY_LEAD, HOSPITAL, PAYERS, RESPONSIBLE
from models.services.overdue.register import checks

#: So many lines are looked up one by one in the indexes; of more, whole tables are read.
FEW_LINES = 30_000

#: The lines of `stale`, by their key where they are few: so that nothing else is read.
_CHOSEN = "   AND p.line_no = ANY (%(lines)s)"
_JOINED = "   AND p.line_no IN (SELECT line_no FROM pg_temp.stale)"
_THEIR_SHEETS = "SELECT x.sheet_id FROM pg_temp.stale JOIN sheet_line x USING (line_no)"
_THEIR_AREAS = """
SELECT DISTINCT h.area_code FROM stale JOIN purchase_line p USING (line_no)
  JOIN hospital h USING (hospital_code)
"""

_FRESH = f"""
CREATE TEMP TABLE fresh ON COMMIT DROP AS
WITH {TERMS},
paid_late AS (
    SELECT line_no, sum({PART_FEN})::bigint AS fen
      FROM (SELECT t.line_no, t.rate_bp, p.amount_fen, p.paid_on - t.due_on AS days
              FROM term t JOIN paid_part p USING (line_no) WHERE p.paid_on > t.due_on) lasting
     GROUP BY line_no
),
payer AS ({PAYERS}),
owing AS (
    SELECT w.*, o.unpaid_fen, {RESPONSIBLE} AS responsible
      FROM watched w JOIN open_receipt o USING (line_no) WHERE o.unpaid_fen > 0
)
SELECT o.line_no, o.lane, o.hospital_code, o.enterprise_code, o.area_code, c.nhsa_code,
       o.scheme_code, o.contract_no, o.sheet_id, o.accepted_on, o.due_on, o.amount_fen,
       o.unpaid_fen, o.mask, o.short, o.responsible,
       CASE o.responsible WHEN 'hospital' THEN coalesce({HOSPITAL}, o.hospital_code)
            WHEN 'enterprise' THEN o.enterprise_code ELSE p.agency_code END AS party_code,
       t.line_no IS NOT NULL AS bears_interest, t.rate_bp,
       coalesce(l.fen, 0) AS paid_interest_fen
  FROM owing o JOIN candidate c USING (line_no)
  LEFT JOIN payer p ON p.area_code = o.area_code
  {BY_LEAD}
  LEFT JOIN term t ON t.line_no = o.line_no
  LEFT JOIN paid_late l ON l.line_no = o.line_no
"""

#: Columns beside the key, in the order of `fresh` and `reckoned`.
_COLUMNS = (
    "lane", "hospital_code", "enterprise_code", "area_code", "nhsa_code", "scheme_code",
    "contract_no", "sheet_id", "accepted_on", "due_on", "amount_fen", "unpaid_fen", "mask",
    "short", "responsible", "party_code", "bears_interest", "rate_bp", "paid_interest_fen",
    "step", "next_check_on",
)  # fmt: skip

_GONE = (
    "DELETE FROM open_line o {which} NOT EXISTS (SELECT FROM fresh f WHERE f.line_no = o.line_no)"
)
_PUT = f"""
INSERT INTO open_line AS o (line_no, {", ".join(_COLUMNS)})
SELECT line_no, {", ".join(_COLUMNS)} FROM fresh JOIN reckoned USING (line_no)
"""
_OR_CHANGE = f"""
ON CONFLICT (line_no) DO UPDATE
   SET {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS)}
 WHERE ({", ".join(f"o.{name}" for name in _COLUMNS)})
       IS DISTINCT FROM ({", ".join(f"excluded.{name}" for name in _COLUMNS)})
"""

#: Lines of `stale` of which the register says something else; checks may be earlier than need be.
_COMPARED = tuple(name for name in _COLUMNS if name != "next_check_on")
DIFFERS = f"""
SELECT line_no FROM stale
  LEFT JOIN (SELECT * FROM fresh JOIN reckoned USING (line_no)) f USING (line_no)
  LEFT JOIN open_line o USING (line_no)
 WHERE ({", ".join(f"o.{name}" for name in _COMPARED)})
       IS DISTINCT FROM ({", ".join(f"f.{name}" for name in _COMPARED)})
 ORDER BY line_no LIMIT 20
"""

#: Facts dated after the day that will change a line: its first such day. {stale} limits each part.
_LATER = """
INSERT INTO open_line_later (line_no, look_on)
SELECT line_no, min(day) FROM (
    SELECT p.line_no, p.accepted_on AS day FROM purchase_line p {of_p}
     WHERE p.accepted_on > %(on)s AND p.line_kind = 'receipt'
    UNION ALL
    SELECT p.original_line_no, p.accepted_on FROM purchase_line p {of_original}
     WHERE p.accepted_on > %(on)s AND p.original_line_no IS NOT NULL
    UNION ALL
    SELECT h.line_no, h.paid_on FROM hospital_payment h {of_h} WHERE h.paid_on > %(on)s
    UNION ALL
    SELECT l.line_no, moved.day FROM payment_instruction i
     CROSS JOIN LATERAL (VALUES (i.booked_on), (i.returned_on)) moved (day)
      JOIN payment_allocation a ON a.instruction_id = i.id
      JOIN sheet_line l USING (sheet_id) {of_l}
     WHERE moved.day > %(on)s
    UNION ALL
    SELECT l.line_no, z.approved_on FROM settlement_sheet z JOIN sheet_line l ON l.sheet_id = z.id
      {of_l}
     WHERE z.payable_fen = 0 AND z.approved_on > %(on)s
) coming GROUP BY line_no
"""
_OF = {
    "of_p": "JOIN stale t ON t.line_no = p.line_no",
    "of_original": "JOIN stale t ON t.line_no = p.original_line_no",
    "of_h": "JOIN stale t ON t.line_no = h.line_no",
    "of_l": "JOIN stale t ON t.line_no = l.line_no",
}


def everything(on: date) -> int:
    """Judge every open receipt for the day and write what differs; return the lines judged."""
    areas = access.areas(access.SYSTEM, None)
    watched.find_paid_sheets(on)
    judge(areas, watched.OPEN_RECEIPTS, {"areas": areas, "on": on}, _month_end(on), also=_ALSO)
    _fresh(on)
    sql("DELETE FROM open_line_later")
    sql(_LATER.format(**dict.fromkeys(_OF, "")), {"on": on})
    _write("WHERE")
    sql("ANALYZE open_line")
    return _judged()


def stale(on: date, count: int) -> int:
    """Judge the lines of `stale` for the day and write what differs; return the lines judged."""
    make_fresh(on, count)
    sql("DELETE FROM open_line_later l USING stale s WHERE s.line_no = l.line_no")
    sql(_LATER.format(**_OF), {"on": on})
    _write("USING stale s WHERE s.line_no = o.line_no AND")
    return _judged()


def make_fresh(on: date, count: int) -> None:
    """Make `fresh` and `reckoned`: what the register should say of the lines of `stale`."""
    areas = [row[0] for row in sql(_THEIR_AREAS)]
    told: dict[str, object] = {"areas": areas, "on": on}
    watched.find_paid_sheets(on, _THEIR_SHEETS)
    few = count <= FEW_LINES
    if few:
        told["lines"] = [row[0] for row in sql("SELECT line_no FROM stale")]
    candidates = watched.OPEN_RECEIPTS + (_CHOSEN if few else _JOINED)
    judge(areas, candidates, told, _month_end(on), also=_ALSO, few=FEW_LINES)
    _fresh(on)


#: What is read of `judged` beyond the verdict.
_ALSO = watched.COLUMNS


def _month_end(on: date) -> date:
    return calendar.last_day(calendar.period_of(on))


def _judged() -> int:
    return int(sql("SELECT count(*) FROM candidate").fetchone()[0])


def _fresh(on: date) -> None:
    watched.gather(on)
    sql("DROP TABLE IF EXISTS pg_temp.fresh")
    sql(_FRESH, {"on": on})
    sql("ANALYZE pg_temp.fresh")
    checks.reckon("fresh", on)


def _write(which: str) -> None:
    is_first = not sql("SELECT EXISTS (SELECT FROM open_line)").fetchone()[0]
    if not is_first:
        sql(_GONE.format(which=which))
    sql(_PUT if is_first else _PUT + _OR_CHANGE)
