"""When the ladder may want something of a line: its next step or the next reminder."""

from datetime import date, timedelta

from models.records.base import sql
from models.rules import overdue as rules
from models.services.overdue.listing import NO_SCHEME, ladders

#: Below every step, for lines without one: so that a join needs no special case.
_NONE = -(2**31)

_WINDOWS = """
CREATE TEMP TABLE ladder_window (scheme_code text COLLATE "C", starts_on date, ends_on date,
    from_days int, to_days int, step int, repeat_days int) ON COMMIT DROP
"""

#: A step wants something on the days on which its version is in force and the line is so late.
#: Windows that are over by the day want nothing any more. Steps above the recorded one want it from
#: their first day on, of lines of one scheme, due day and step alike; steps told of, again when the
#: time since their last mail is over.
_RECKON = f"""
CREATE TEMP TABLE reckoned ON COMMIT DROP AS
WITH recorded AS (
    SELECT s.line_no, max(s.step) AS step FROM overdue_step s JOIN {{lines}} USING (line_no)
     GROUP BY s.line_no
),
mailed AS (
    SELECT m.line_no, m.step, max(m.mailed_on) AS mailed_on
      FROM mail_line m JOIN {{lines}} USING (line_no) GROUP BY m.line_no, m.step
),
line AS (
    SELECT f.line_no, coalesce(f.scheme_code, '{NO_SCHEME}') AS scheme_code, f.due_on,
           coalesce(r.step, {_NONE}) AS step
      FROM {{lines}} f LEFT JOIN recorded r USING (line_no)
),
alike AS (SELECT DISTINCT scheme_code, due_on, step FROM line),
escalating AS (
    SELECT k.scheme_code, k.due_on, k.step, min(d.first_on) AS day
      FROM alike k JOIN ladder_window w USING (scheme_code)
     CROSS JOIN LATERAL (
         SELECT greatest(w.starts_on, k.due_on + greatest(w.from_days, 1)) AS first_on,
                least(w.ends_on, k.due_on + w.to_days - 1) AS last_on
     ) d
     WHERE w.step > k.step AND d.first_on <= d.last_on AND d.last_on >= %(on)s
     GROUP BY k.scheme_code, k.due_on, k.step
),
repeating AS (
    SELECT m.line_no, min(d.first_on) AS day
      FROM mailed m JOIN line l USING (line_no)
      JOIN ladder_window w ON w.scheme_code = l.scheme_code AND w.step = m.step
     CROSS JOIN LATERAL (
         SELECT greatest(w.starts_on, l.due_on + greatest(w.from_days, 1),
                         m.mailed_on + w.repeat_days) AS first_on,
                least(w.ends_on, l.due_on + w.to_days - 1) AS last_on
     ) d
     WHERE w.repeat_days IS NOT NULL AND d.first_on <= d.last_on AND d.last_on >= %(on)s
     GROUP BY m.line_no
)
SELECT l.line_no, nullif(l.step, {_NONE}) AS step, least(e.day, r.day) AS next_check_on
  FROM line l LEFT JOIN escalating e USING (scheme_code, due_on, step)
  LEFT JOIN repeating r ON r.line_no = l.line_no
"""

_KEEP = """
UPDATE open_line o SET step = r.step, next_check_on = r.next_check_on
  FROM reckoned r
 WHERE r.line_no = o.line_no
   AND (o.step, o.next_check_on) IS DISTINCT FROM (r.step, r.next_check_on)
"""


def reckon(lines: str, on: date) -> None:
    """Make `reckoned`: highest step recorded and next check of the rows of a table.

    The table has line_no, scheme_code and due_on. A next check is the first day from `on` on, or
    before it and still open, on which the ladder can want something if nothing else happens: never
    later than the first day on which it does.
    """
    _collect_windows()
    sql("DROP TABLE IF EXISTS pg_temp.reckoned")
    sql(_RECKON.format(lines=lines), {"on": on})
    sql("ANALYZE pg_temp.reckoned")


def keep(lines: str, on: date) -> None:
    """Write step and next check of the rows of a table into the register."""
    reckon(lines, on)
    sql(_KEEP)


def _collect_windows() -> None:
    """Make `ladder_window`: each step of each version with the days it is in force."""
    sql("DROP TABLE IF EXISTS pg_temp.ladder_window")
    sql(_WINDOWS)
    versions_of = ladders()
    with sql("SELECT 1").copy("COPY pg_temp.ladder_window FROM STDIN") as copy:
        for scheme_code, versions in versions_of.items():
            starts = sorted({valid_from for valid_from, _ in versions})
            for place, starts_on in enumerate(starts or [date.min]):
                later = starts[place + 1 :]
                days = (starts_on, later[0] - timedelta(days=1) if later else "infinity")
                for span in rules.spans(rules.rungs_in_force(versions, starts_on)):
                    rung = (span.rung.step, span.rung.repeat_days)
                    copy.write_row((scheme_code, *days, span.from_days, span.to_days, *rung))
