"""The overdue contracts of a year with small and medium enterprises, by debtor.

保障中小企业款项支付条例 (国务院令第802号), art. 18; the reading taken is docs/decisions/0013.
"""

from collections.abc import Sequence
from datetime import date

from models.records.base import sql
from models.rules import publication as rules
from models.services.overdue import listing, watched

#: Who must act on what is open, before everything paid is gathered as well.
_OPEN = """
CREATE TEMP TABLE debtor ON COMMIT DROP AS
SELECT line_no, responsible, party_code FROM late
"""

#: `late_part` holds parts that bear interest: of small and medium enterprises alone. What was paid
#: late was paid by the hospital itself in its lane, else by the agency.
_PARTS = """
CREATE TEMP TABLE owing_part ON COMMIT DROP AS
WITH payer AS (
    SELECT DISTINCT ON (u.area_code) u.area_code, a.agency_code
      FROM area_above u JOIN agency a ON a.area_code = u.above_code
     ORDER BY u.area_code, u.distance, a.agency_code
)
SELECT t.line_no, t.amount_fen, t.paid_on IS NULL AS is_open,
       coalesce(w.contract_no, p.order_no || '|' || w.hospital_code || '|' || w.enterprise_code)
           AS contract,
       CASE WHEN t.paid_on IS NULL THEN d.responsible
            WHEN w.lane = 'self' THEN 'hospital' ELSE 'agency' END AS kind,
       w.hospital_code, coalesce(d.party_code, y.agency_code) AS agency_code
  FROM late_part t JOIN watched w USING (line_no) JOIN purchase_line p USING (line_no)
  LEFT JOIN debtor d USING (line_no) LEFT JOIN payer y ON y.area_code = w.area_code
 WHERE t.paid_on IS NULL OR t.paid_on >= %(first)s
"""

#: Public institutions alone; a private hospital is an enterprise itself.
_ROWS = """
CREATE TEMP TABLE published_row ON COMMIT DROP AS
WITH owing AS (
    SELECT o.*, CASE o.kind WHEN 'hospital' THEN o.hospital_code ELSE o.agency_code END AS code
      FROM owing_part o WHERE o.kind <> 'enterprise'
)
SELECT o.kind AS debtor_kind, o.code AS debtor_code, coalesce(h.name, a.name) AS debtor_name,
       coalesce(h.area_code, a.area_code) AS area_code,
       count(DISTINCT contract) FILTER (WHERE is_open) AS contracts,
       count(DISTINCT line_no) FILTER (WHERE is_open) AS lines,
       coalesce(sum(amount_fen) FILTER (WHERE is_open), 0)::bigint AS unpaid_fen,
       count(DISTINCT contract) AS year_contracts, count(DISTINCT line_no) AS year_lines,
       sum(amount_fen)::bigint AS year_fen
  FROM owing o
  LEFT JOIN hospital h ON o.kind = 'hospital' AND h.hospital_code = o.code
  LEFT JOIN agency a ON o.kind = 'agency' AND a.agency_code = o.code
 WHERE o.code IS NOT NULL AND h.ownership IS DISTINCT FROM 'private'
 GROUP BY 1, 2, 3, 4
"""


def collect(areas: Sequence[str], year: int) -> tuple[int, int]:
    """Make `published_row` of a year; return lines and fen that wait for the enterprise itself."""
    on = rules.last_day_of(year)
    sql("DROP TABLE IF EXISTS pg_temp.debtor, pg_temp.owing_part, pg_temp.published_row")
    listing.collect(areas, on)
    sql(_OPEN)
    watched.collect(areas, on)
    watched.collect_interest(on)
    sql(_PARTS, {"first": date(year, 1, 1)})
    sql(_ROWS)
    lines, fen = sql(
        "SELECT count(DISTINCT line_no), coalesce(sum(amount_fen), 0)::bigint FROM owing_part"
        " WHERE kind = 'enterprise'"
    ).fetchone()
    return int(lines), int(fen)
