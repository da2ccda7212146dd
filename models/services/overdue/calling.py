"""Which late lines call for a mail today: a step reached for the first time, or one to repeat."""

from datetime import date

from models.records.base import sql
from models.services.excused import EXCUSED

#: A line that is excused on the day is not judged at all: its days go on, its reminders wait.
_CALLING = f"""
CREATE TEMP TABLE calling ON COMMIT DROP AS
WITH recorded AS (
    SELECT line_no, max(s.step) AS step FROM overdue_step s JOIN late USING (line_no) GROUP BY 1
),
mailed AS (
    SELECT line_no, m.step, max(m.mailed_on) AS mailed_on
      FROM mail_line m JOIN late l USING (line_no) WHERE m.step = l.step GROUP BY 1, 2
),
told AS (
    SELECT l.line_no, l.step, l.responsible, l.party_code, l.copy_to,
           r.step IS NULL OR l.step > r.step AS escalates,
           coalesce(%(on)s - m.mailed_on >= l.repeat_days, false) AS repeats
      FROM late l LEFT JOIN recorded r USING (line_no)
      LEFT JOIN mailed m ON m.line_no = l.line_no
     WHERE l.step IS NOT NULL AND NOT {EXCUSED}
)
SELECT * FROM told WHERE escalates OR repeats
"""

_RECORD = """
INSERT INTO overdue_step (line_no, step, recorded_on, recorded_at, facts)
SELECT l.line_no, l.step, %(on)s, %(now)s, jsonb_build_object(
           'name', l.step_name, 'action', l.action, 'lane', l.lane, 'due_on', l.due_on,
           'days_late', l.days_late, 'unpaid_fen', l.unpaid_fen, 'scheme_code', l.scheme_code,
           'responsible', l.responsible, 'party_code', l.party_code, 'short', l.short)
  FROM late l JOIN calling c USING (line_no)
 WHERE c.escalates
ON CONFLICT (line_no, step) DO NOTHING
"""


def collect(on: date) -> None:
    """Make `calling` of `late`: the lines that escalate or whose reminder is due again."""
    sql("DROP TABLE IF EXISTS pg_temp.calling")
    sql(_CALLING, {"on": on})
    sql("ANALYZE pg_temp.calling")


def counts() -> dict[str, int]:
    """Return lines listed, lines whose step is new, and institutions to be told."""
    listed = sql("SELECT count(*) FROM late").fetchone()[0]
    escalated, mails = sql(
        "SELECT count(*) FILTER (WHERE escalates),"
        " count(DISTINCT (responsible, party_code)) FILTER (WHERE party_code IS NOT NULL)"
        " FROM calling"
    ).fetchone()
    return {"overdue": int(listed), "escalated": int(escalated), "mails": int(mails)}


def record_steps(on: date, now: object) -> None:
    """Record each line's new step with what proves it; once for a line and step."""
    sql(_RECORD, {"on": on, "now": now})
