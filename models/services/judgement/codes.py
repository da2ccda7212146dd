"""Trace codes that stand on more than one receipt, or twice on one: every such line waits."""

from models.records.base import sql
from models.rules.words import Hold
from models.services.judgement.holds import BITS

_HOLD = f"""
UPDATE judged j SET mask = mask + {BITS[Hold.TRACE_CODE_REUSED]}
  FROM reused r WHERE r.line_no = j.line_no AND j.is_coded
"""

#: Each code of few lines looks up the other lines it stands on.
_OF_FEW = f"""
WITH told AS MATERIALIZED (
    SELECT j.line_no, array_remove(string_to_array(p.trace_codes, ' '), '') AS codes
      FROM judged j JOIN purchase_line p USING (line_no) WHERE j.is_coded
),
shared AS MATERIALIZED (
    SELECT t.line_no, other.line_no AS other_no
      FROM (SELECT line_no, unnest(codes) AS code FROM told) t JOIN trace_code other USING (code)
     WHERE other.line_no <> t.line_no
),
reused AS (
    SELECT line_no FROM told
     WHERE cardinality(codes) > 1
       AND cardinality(codes) > (SELECT count(DISTINCT code) FROM unnest(codes) AS code)
    UNION
    SELECT line_no FROM shared
     WHERE (SELECT p.line_kind = 'receipt' FROM purchase_line p WHERE p.line_no = other_no)
       AND (SELECT count(*) = 0 FROM line_void v WHERE v.line_no = other_no)
)
{_HOLD}
"""

#: A whole month reads the codes once in their order; those that stand twice are few, and only
#: their lines are looked at.
_OF_MANY = f"""
WITH twice AS MATERIALIZED (
    SELECT code FROM trace_code GROUP BY code HAVING count(*) > 1
),
placed AS MATERIALIZED (
    SELECT code, t.line_no FROM trace_code t JOIN twice USING (code)
),
standing AS (
    SELECT line_no, count(*) OVER (PARTITION BY code) AS times FROM placed
     WHERE (SELECT p.line_kind = 'receipt' FROM purchase_line p WHERE p.line_no = placed.line_no)
       AND (SELECT count(*) = 0 FROM line_void v WHERE v.line_no = placed.line_no)
),
reused AS (
    SELECT DISTINCT line_no FROM standing WHERE times > 1
)
{_HOLD}
"""


def hold_reused(*, few: bool) -> None:
    """Add the hold to the direct receipts of `judged` whose codes must be their own.

    A code on a return or on a voided line is no second use.
    """
    sql(_OF_FEW if few else _OF_MANY)
