"""What differs between a month as it is and as it would be: sheets, lines, totals by everything."""

from dataclasses import dataclass
from typing import Any

from models.records.base import sql
from models.records.planning import linear_joins
from models.services.judgement.holds import words
from models.services.views.reading import fetch, one

#: The month under the schemes as they are, and under the draft.
WAS, WOULD = "was", "would"

_LINES = """
CREATE TEMP TABLE {side}_line ON COMMIT DROP AS
SELECT j.line_no, j.hospital_code, j.enterprise_code, j.category, j.lane, j.mask, j.amount_fen,
       d.due_on
  FROM judged j JOIN shifted d USING (due_raw, due_shift)
"""
_SHEETS = """
CREATE TEMP TABLE {side}_sheet ON COMMIT DROP AS
SELECT t.hospital_code, t.enterprise_code, t.lines_count, greatest(t.net_fen, 0) AS payable_fen,
       least(t.net_fen, 0) AS carried_out_fen, t.due_on,
       coalesce(x.funding, 'offset') AS funding, coalesce(x.payment_per, 'enterprise')
           AS payment_per, coalesce(x.deduct_month, 'next') AS deduct_month
  FROM sheet_total t LEFT JOIN sheet_scheme x USING (area_code)
"""

_TOTALS = """
SELECT count(*) AS lines,
       count(*) FILTER (WHERE lane = 'direct' AND mask = 0) AS free_lines,
       count(*) FILTER (WHERE mask <> 0) AS held_lines,
       count(*) FILTER (WHERE lane = 'self') AS self_lines,
       coalesce(sum(amount_fen) FILTER (WHERE lane = 'direct' AND mask = 0), 0)::bigint AS free_fen,
       coalesce(sum(amount_fen) FILTER (WHERE mask <> 0), 0)::bigint AS held_fen,
       coalesce(sum(amount_fen) FILTER (WHERE lane = 'self'), 0)::bigint AS self_fen,
       (SELECT count(*) FROM {side}_sheet) AS sheets,
       (SELECT coalesce(sum(payable_fen), 0)::bigint FROM {side}_sheet) AS payable_fen,
       (SELECT coalesce(sum(carried_out_fen), 0)::bigint FROM {side}_sheet) AS carried_out_fen
  FROM {side}_line
"""

#: Every sheet of either side that is not the same on both.
CHANGED_SHEETS = """
SELECT hospital_code, h.name AS hospital_name, enterprise_code, e.name AS enterprise_name,
       CASE WHEN a.hospital_code IS NULL THEN 'new' WHEN b.hospital_code IS NULL THEN 'gone'
            ELSE 'changed' END AS change,
       coalesce(a.lines_count, 0) AS was_lines, coalesce(b.lines_count, 0) AS would_lines,
       coalesce(a.payable_fen, 0)::bigint AS was_fen,
       coalesce(b.payable_fen, 0)::bigint AS would_fen,
       a.due_on AS was_due_on, b.due_on AS would_due_on,
       a.funding AS was_funding, b.funding AS would_funding
  FROM was_sheet a FULL JOIN would_sheet b USING (hospital_code, enterprise_code)
  JOIN hospital h USING (hospital_code) JOIN enterprise e ON e.credit_code = enterprise_code
 WHERE (a.lines_count, a.payable_fen, a.carried_out_fen, a.due_on, a.funding, a.payment_per,
        a.deduct_month) IS DISTINCT FROM (b.lines_count, b.payable_fen, b.carried_out_fen, b.due_on,
        b.funding, b.payment_per, b.deduct_month)
 ORDER BY abs(coalesce(b.payable_fen, 0) - coalesce(a.payable_fen, 0)) DESC, hospital_code,
       enterprise_code
"""

#: Lines that would go another way, wait for another reason or fall due another day.
CHANGED_LINES = f"""
SELECT line_no, a.hospital_code, a.enterprise_code, a.amount_fen, a.category AS was_category,
       b.category AS would_category, a.lane AS was_lane, b.lane AS would_lane,
       array_to_string({words("a.mask")}, ';') AS was_reasons,
       array_to_string({words("b.mask")}, ';') AS would_reasons,
       a.due_on AS was_due_on, b.due_on AS would_due_on
  FROM was_line a JOIN would_line b USING (line_no)
 WHERE (a.lane, a.mask, a.category, a.due_on, a.hospital_code)
       IS DISTINCT FROM (b.lane, b.mask, b.category, b.due_on, b.hospital_code)
 ORDER BY line_no
"""
_LINES_CHANGED = f"SELECT count(*) AS n FROM ({CHANGED_LINES}) c"

#: Payable of a party on both sides, where it differs.
_BY_PARTY = """
SELECT code, p.name, coalesce(a.fen, 0)::bigint AS was_fen, coalesce(b.fen, 0)::bigint AS would_fen,
       coalesce(a.sheets, 0) AS was_sheets, coalesce(b.sheets, 0) AS would_sheets
  FROM (SELECT {party}_code AS code, sum(payable_fen) AS fen, count(*) AS sheets
          FROM was_sheet GROUP BY 1) a
  FULL JOIN (SELECT {party}_code AS code, sum(payable_fen) AS fen, count(*) AS sheets
          FROM would_sheet GROUP BY 1) b USING (code)
  JOIN {table} p ON p.{key} = code
 WHERE (a.fen, a.sheets) IS DISTINCT FROM (b.fen, b.sheets)
 ORDER BY abs(coalesce(b.fen, 0) - coalesce(a.fen, 0)) DESC, code
"""
_PARTIES = {"hospital": ("hospital", "hospital_code"), "enterprise": ("enterprise", "credit_code")}

#: Lines and money of each category in the direct lane, of each reason among those that wait.
_BY_CATEGORY = """
SELECT category AS code, count(*) AS lines, sum(amount_fen)::bigint AS fen FROM {side}_line
 WHERE lane = 'direct' GROUP BY 1
"""
_BY_REASON = f"""
SELECT reason AS code, count(*) AS lines, sum(amount_fen)::bigint AS fen
  FROM {{side}}_line, unnest({words("mask")}) AS reason WHERE mask <> 0 GROUP BY 1
"""
_SIDES = """
SELECT code, coalesce(a.lines, 0) AS was_lines, coalesce(b.lines, 0) AS would_lines,
       coalesce(a.fen, 0) AS was_fen, coalesce(b.fen, 0) AS would_fen
  FROM ({was}) a FULL JOIN ({would}) b USING (code) ORDER BY code
"""


@dataclass(frozen=True)
class Outcome:
    """The month on both sides; rows by name."""

    was: Any
    would: Any
    sheets: list[Any]
    lines_changed: int
    hospitals: list[Any]
    enterprises: list[Any]
    categories: list[Any]
    reasons: list[Any]


def keep(side: str) -> None:
    """Keep what `judged` and `sheet_total` say now as one side."""
    with linear_joins():
        for statement in (_LINES, _SHEETS):
            sql(statement.format(side=side))
    sql(f"ANALYZE pg_temp.{side}_line")
    sql(f"ANALYZE pg_temp.{side}_sheet")


def outcome() -> Outcome:
    """Return what differs between both sides."""
    with linear_joins():
        parties = {
            party: fetch(_BY_PARTY.format(party=party, table=table, key=key))
            for party, (table, key) in _PARTIES.items()
        }
        return Outcome(
            was=one(_TOTALS.format(side=WAS)),
            would=one(_TOTALS.format(side=WOULD)),
            sheets=fetch(CHANGED_SHEETS),
            lines_changed=int(one(_LINES_CHANGED).n),
            hospitals=parties["hospital"],
            enterprises=parties["enterprise"],
            categories=_sides(_BY_CATEGORY),
            reasons=_sides(_BY_REASON),
        )


def _sides(text: str) -> list[Any]:
    # Texts of words have braces of their own, so the side is not put in by format.
    was, would = (text.replace("{side}", side) for side in (WAS, WOULD))
    return fetch(_SIDES.format(was=was, would=would))
