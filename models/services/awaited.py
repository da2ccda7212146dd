"""A party's own word reaches its window in the transaction that takes it in.

Asked by imports; windows themselves are opened and closed by models/services/windows.
"""

from collections.abc import Mapping
from typing import Any

from models.records.base import sql
from models.rules.job_names import JobName
from models.services import jobs

_ANY = "SELECT EXISTS (SELECT FROM scheme WHERE windows) OR EXISTS (SELECT FROM confirm_window)"

#: A word said before an automatic confirmation and told after it is stated again behind it: the
#: latest instant counts, and nobody's own word may count less than silence.
_STATE_AGAIN = """
INSERT INTO confirmation (line_no, party, decided_at, decision, amount_fen, reason, import_id)
SELECT DISTINCT ON (w.line_no, w.party) w.line_no, w.party,
       w.automatic_at + interval '1 microsecond', s.decision, s.amount_yuan,
       left(coalesce(s.reason || '；', '') || '本人 '
            || to_char(s.decided_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS')
            || ' 的表态在自动确认之后送达，予以重申', 500), %(import_id)s
  FROM taken k JOIN stage s USING (row_no)
  JOIN confirm_window w ON w.line_no = s.line_no AND w.party = s.party
       AND w.state = 'auto_confirmed' AND s.decided_at < w.automatic_at
 WHERE s.decision <> 'confirm' OR s.amount_yuan <> w.amount_fen
 ORDER BY w.line_no, w.party, s.decided_at DESC
ON CONFLICT DO NOTHING
"""
_OVERRULE = """
UPDATE confirm_window w SET state = 'overruled', closed_on = %(on)s
 WHERE w.state = 'auto_confirmed'
   AND (w.line_no, w.party) IN (SELECT s.line_no, s.party FROM taken k JOIN stage s USING (row_no))
   AND EXISTS (SELECT FROM confirmation f WHERE f.line_no = w.line_no AND f.party = w.party
                  AND f.decided_at > w.automatic_at)
"""
_ANSWER = """
UPDATE confirm_window w SET state = 'answered', closed_on = %(on)s,
       answered_on = (s.decided_at AT TIME ZONE 'Asia/Shanghai')::date
  FROM (SELECT DISTINCT ON (s.line_no, s.party) s.line_no, s.party, s.decided_at, s.decision
          FROM taken k JOIN stage s USING (row_no)
         ORDER BY s.line_no, s.party, s.decided_at DESC) s
 WHERE s.line_no = w.line_no AND s.party = w.party AND s.decision <> 'withdraw'
   AND w.state IN ('open', 'escalated')
   AND NOT EXISTS (SELECT FROM confirmation f WHERE f.line_no = w.line_no AND f.party = w.party
                      AND f.decided_at > s.decided_at)
"""
#: What needs the judgement: a dispute to record, a window to suspend or to open again.
_ASKS_MORE = """
SELECT EXISTS (SELECT FROM taken k JOIN stage s USING (row_no)
                 LEFT JOIN purchase_line p USING (line_no)
                WHERE s.decision <> 'confirm' OR s.amount_yuan <> p.amount_fen)
    OR EXISTS (SELECT FROM taken k JOIN stage s USING (row_no)
                 JOIN line_dispute d USING (line_no, party) WHERE d.state <> 'closed')
"""


def hear(told: Mapping[str, Any]) -> None:
    """Let the confirmations just taken end their windows; disputes are left to a job.

    `told` names import_id, on and actor; the rows lie in `taken` and `stage`. Where no scheme has
    windows this is one look.
    """
    if not sql(_ANY).fetchone()[0]:
        return
    sql(_STATE_AGAIN, told)
    sql(_OVERRULE, told)
    sql(_ANSWER, told)
    if sql(_ASKS_MORE).fetchone()[0]:
        jobs.enqueue(
            JobName.WINDOWS,
            {"on": told["on"], "import_id": told["import_id"]},
            by=str(told["actor"]),
            dedupe_key=f"windows:{told['import_id']}",
        )
