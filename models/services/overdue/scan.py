"""The scan of a day over the register: what the ladder wants, claimed once, told with its whole.

Only lines whose next check has come are looked at; the others are counted. The reminders of an
institution speak of everything it answers for, so its other late lines are added before they are
written.
"""

from collections.abc import Sequence
from datetime import date

from models.records.base import sql
from models.services.overdue import calling, listing, register
from models.services.overdue.register import checks

_TABLES = "DROP TABLE IF EXISTS pg_temp.late, pg_temp.late_part"
_LOOK = "CREATE TEMP TABLE late ON COMMIT DROP AS {rows}"
_COUNT = "SELECT count(*) FROM open_line o WHERE o.due_on < %(on)s AND {areas}"

#: Whoever locks a row whose check is still due has it: a second scan waits, looks again and finds
#: the check moved on. The keys of overdue_step and mail_line say the same once more.
_CLAIM = """
CREATE TEMP TABLE claimed ON COMMIT DROP AS
SELECT o.line_no FROM open_line o
 WHERE o.line_no IN (SELECT line_no FROM calling) AND o.next_check_on <= %(on)s
 ORDER BY o.line_no FOR UPDATE
"""
_LEAVE = "DELETE FROM calling WHERE line_no NOT IN (SELECT line_no FROM claimed)"

#: Everything else that the institutions to be told answer for.
_WIDEN = "INSERT INTO late {rows}"
_OTHERS = """
(o.responsible, o.party_code) IN (SELECT responsible, party_code FROM calling)
AND NOT EXISTS (SELECT FROM looked k WHERE k.line_no = o.line_no)
"""
_PARTS = """
CREATE TEMP TABLE late_part ON COMMIT DROP AS
SELECT line_no, interest_fen FROM late WHERE interest_fen <> 0
"""


def look(areas: Sequence[str], on: date) -> dict[str, int]:
    """Make `late` of the lines to check and `calling` of those the ladder wants something of.

    Returns lines overdue, lines with a new step, institutions to be told. The register must show
    the day.
    """
    told = {"areas": list(areas), "on": on}
    here = register.areas_of(areas)
    listing.collect_rungs(on)
    sql(_TABLES)
    sql(_LOOK.format(rows=register.late_rows(f"o.next_check_on <= %(on)s AND {here}")), told)
    sql("ANALYZE pg_temp.late")
    calling.collect(on)
    return calling.counts() | {"overdue": int(sql(_COUNT.format(areas=here), told).fetchone()[0])}


def claim(on: date) -> dict[str, int]:
    """Keep of `calling` what nobody else tells; return new steps and institutions that are left."""
    sql("DROP TABLE IF EXISTS pg_temp.claimed")
    sql(_CLAIM, {"on": on})
    sql("ANALYZE pg_temp.claimed")
    sql(_LEAVE)
    left = calling.counts()
    return {name: left[name] for name in ("escalated", "mails")}


def widen(areas: Sequence[str], on: date) -> None:
    """Add to `late` everything the institutions in `calling` answer for; make `late_part`."""
    told = {"areas": list(areas), "on": on}
    sql("DROP TABLE IF EXISTS pg_temp.looked")
    sql("CREATE TEMP TABLE looked ON COMMIT DROP AS SELECT line_no FROM late")
    sql("ANALYZE pg_temp.looked")
    others = f"{register.areas_of(areas)} AND {_OTHERS}"
    sql(_WIDEN.format(rows=register.late_rows(others)), told)
    sql("ANALYZE pg_temp.late")
    sql(_PARTS)
    sql("ANALYZE pg_temp.late_part")


def keep(on: date) -> None:
    """Write into the register what was told and when the ladder looks at those lines again."""
    sql("DROP TABLE IF EXISTS pg_temp.told_line")
    sql(
        "CREATE TEMP TABLE told_line ON COMMIT DROP AS SELECT o.line_no, o.scheme_code, o.due_on"
        " FROM open_line o JOIN late USING (line_no) WHERE o.next_check_on <= %s",
        (on,),
    )
    sql("ANALYZE pg_temp.told_line")
    checks.keep("told_line", on)
