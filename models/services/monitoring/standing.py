"""When receipts on no sheet are due, and whether the fund pays them: from the register, or judged.

Neither depends on the day one asks, only on the facts. So the register of open lines, where no
change waits to be taken in, knows both of every open line, whatever day it shows; only what it does
not keep is judged: paid by the hospital, returned whole, or accepted after its day.
"""

from models.records.base import sql
from models.services.judgement import judge
from models.services.monitoring.selection import Selection
from models.services.overdue import register

_TABLE = """
CREATE TEMP TABLE standing (line_no text COLLATE "C", hospital_code text COLLATE "C",
    amount_fen bigint, accepted_on date, is_direct boolean, due_on date) ON COMMIT DROP
"""

_REGISTERED = """
INSERT INTO standing
SELECT o.line_no, o.hospital_code, o.amount_fen, o.accepted_on, o.lane = 'direct', o.due_on
  FROM open_line o
 WHERE o.sheet_id IS NULL AND o.area_code = ANY (%(areas)s) AND {when}
"""
_DUE = "o.due_on < %(after)s AND (o.due_on >= %(first)s OR o.accepted_on >= %(new_year)s)"
#: What is due after the month counts only where something was paid of it already.
_PAID_EARLY = """
o.due_on >= %(after)s AND o.accepted_on BETWEEN %(first)s AND %(last)s
AND o.line_no IN (SELECT line_no FROM hospital_payment)
"""

#: A receipt that is not paid, not returned and not of a coming day is open. Few are left to look
#: for: each looks itself up.
_NOT_KEPT = """
CREATE TEMP TABLE not_kept ON COMMIT DROP AS
SELECT line_no FROM (
    SELECT line_no FROM hospital_payment
    UNION
    SELECT original_line_no FROM purchase_line WHERE original_line_no IS NOT NULL
    UNION
    SELECT line_no FROM purchase_line WHERE accepted_on > %(as_of)s
) maybe
 WHERE (SELECT count(*) = 0 FROM open_line o WHERE o.line_no = maybe.line_no)
   AND (SELECT count(*) = 0 FROM sheet_line l WHERE l.line_no = maybe.line_no)
"""
_AMONG = "p.line_no IN (SELECT line_no FROM pg_temp.not_kept)"
_NAMED = "p.line_no = ANY (%(lines)s)"
#: So many are named one by one, so that nothing else is read.
NAMED_MAX = 10_000

_OFF_SHEET = "NOT EXISTS (SELECT FROM sheet_line l WHERE l.line_no = p.line_no)"
_RECEIPTS = """
 WHERE p.line_kind = 'receipt' AND {of} AND {among}
   AND NOT EXISTS (SELECT FROM line_void v WHERE v.line_no = p.line_no)
"""
_JUDGED = """
INSERT INTO standing
SELECT j.line_no, j.hospital_code, j.amount_fen, j.accepted_on, j.is_direct, d.due_on
  FROM judged j JOIN shifted d USING (due_raw, due_shift)
"""


def collect(chosen: Selection) -> None:
    """Make `standing`: receipts on no sheet with lane and due day; needs the spans."""
    sql("DROP TABLE IF EXISTS pg_temp.standing, pg_temp.not_kept")
    sql(_TABLE)
    known = None if chosen.one_by_one else register.state()
    if known is None or not known.is_current:
        _judge(chosen, _OFF_SHEET, {})
        return
    for when in (_DUE, _PAID_EARLY):
        sql(_REGISTERED.format(when=when), chosen.told)
    count = sql(_NOT_KEPT, {"as_of": known.as_of}).rowcount
    if count > NAMED_MAX:
        _judge(chosen, _AMONG, {})
    elif count:
        _judge(chosen, _NAMED, {"lines": [row[0] for row in sql("SELECT line_no FROM not_kept")]})


def _judge(chosen: Selection, among: str, more: dict[str, object]) -> None:
    candidates = _RECEIPTS.format(of=chosen.of("h"), among=among)
    judge(
        chosen.areas, candidates, {**chosen.told, **more}, chosen.last, also=("accepted_on",),
        holds=False, spanned=True,
    )  # fmt: skip
    sql(_JUDGED)
