"""Drafts that a party's later word has overtaken: what is disputed now is not reviewed (争议).

The undisputed part is paid on time (《保障中小企业款项支付条例》 art. 15), so the sheet is not
refused for good: settling again leaves the line in doubt waiting and keeps the rest.
"""

from collections.abc import Sequence
from contextlib import nullcontext

from models.records.base import db, sql
from models.records.planning import linear_joins
from models.services.judgement import facts

#: A word in doubt counts unless the platform's file names a later day for the party, as in the
#: judgement of lines.
_DOUBTS = " OR ".join(
    f"({facts.says(f'f.{party}_word')} < {facts.CONFIRMED}"
    f" AND ({facts.day_of(f'f.{party}_word')} < p.{party}_confirmed_on) IS NOT TRUE)"
    for party in ("hospital", "enterprise")
)
#: Fewer sheets are looked up by index, whole months joined in one pass.
_FEW = 50
_OVERTAKEN = f"""
SELECT l.sheet_id, count(*), min(l.line_no)
  FROM sheet_line l JOIN line_fact f USING (line_no) JOIN purchase_line p USING (line_no)
 WHERE l.sheet_id = ANY (%s) AND ({_DOUBTS})
 GROUP BY l.sheet_id
"""


def overtaken(sheet_ids: Sequence[int]) -> dict[int, tuple[int, str]]:
    """Return sheets with lines that a party no longer confirms: how many, and the first of them."""
    if not sheet_ids:
        return {}
    with db.atomic(), nullcontext() if len(sheet_ids) <= _FEW else linear_joins():
        rows = sql(_OVERTAKEN, (list(sheet_ids),)).fetchall()
    return {int(sheet): (int(lines), str(first)) for sheet, lines, first in rows}
