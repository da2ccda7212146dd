"""From what changed to the lines to judge again: marks, coming days and what hangs together."""

from dataclasses import dataclass
from datetime import date

from models.records.base import sql
from models.rules import calendar

#: Marks of these concern no verdict, only what the ladder wants next.
_LADDER = frozenset({"ladder_step", "overdue_step", "mail_line"})

_TABLES = """
DROP TABLE IF EXISTS pg_temp.mark, pg_temp.changed_line, pg_temp.marked_sheet, pg_temp.stale;
CREATE TEMP TABLE mark (what text COLLATE "C", key text COLLATE "C") ON COMMIT DROP;
CREATE TEMP TABLE changed_line (line_no text COLLATE "C") ON COMMIT DROP;
CREATE TEMP TABLE marked_sheet (sheet_id int) ON COMMIT DROP;
CREATE TEMP TABLE stale (line_no text COLLATE "C" PRIMARY KEY) ON COMMIT DROP;
"""

#: What is deleted here was committed before, so every later statement sees what it speaks of; a
#: mark committed after this statement stays and is taken the next time.
_TAKE = """
WITH taken AS (DELETE FROM open_line_change RETURNING what, key)
INSERT INTO mark SELECT DISTINCT what, key FROM taken
"""

#: Lines that came, were filled or were taken out.
_CHANGED = {
    "line": "SELECT key FROM mark WHERE what = 'line'",
    "purchase_line": "SELECT line_no FROM purchase_line WHERE import_id = ANY (%(purchase_line)s)",
    "line_void": "SELECT line_no FROM line_void WHERE import_id = ANY (%(line_void)s)",
}

_SHEETS = """
INSERT INTO marked_sheet
SELECT key::int FROM mark WHERE what = 'sheet'
UNION
SELECT a.sheet_id FROM mark m JOIN payment_allocation a ON a.instruction_id = m.key::bigint
 WHERE m.what = 'instruction'
"""

#: A changed line changes its original's open sum and, by its codes, other lines' holds.
_HANGS_TOGETHER = """
SELECT line_no FROM changed_line
UNION ALL
SELECT p.original_line_no FROM changed_line JOIN purchase_line p USING (line_no)
 WHERE p.original_line_no IS NOT NULL
"""
_SAME_CODES = """
SELECT t.line_no FROM changed_line JOIN purchase_line p USING (line_no)
 CROSS JOIN LATERAL unnest(string_to_array(p.trace_codes, ' ')) AS c(code)
  JOIN trace_code t ON t.code = c.code
"""

#: What a change of a term cannot do is to open a paid line again, so the register has all lines
#: concerned: neither parties nor contracts nor rates decide what is open (awards, schemes and
#: products do, by the lane: then everything is judged again).
_OF_TERMS = {
    "enterprise": """
SELECT o.line_no FROM mark m JOIN open_line o ON o.enterprise_code = m.key
 WHERE m.what = 'enterprise'
""",
    "contract": """
SELECT o.line_no FROM open_line o JOIN hospital h USING (hospital_code)
 WHERE o.hospital_code || '|' || o.nhsa_code || '|' || o.enterprise_code
       IN (SELECT key FROM mark WHERE what = 'contract')
    OR h.lead_hospital_code || '|' || o.nhsa_code || '|' || o.enterprise_code
       IN (SELECT key FROM mark WHERE what = 'contract')
""",
    "mandate": """
SELECT o.line_no FROM mark m
  JOIN hospital h ON m.key IN (h.hospital_code, h.lead_hospital_code)
  JOIN open_line o ON o.hospital_code = h.hospital_code
 WHERE m.what = 'mandate'
""",
    "lpr_rate": """
SELECT o.line_no FROM open_line o JOIN contract k USING (contract_no)
 WHERE k.signed_on >= (SELECT min(key::date) FROM mark WHERE what = 'lpr_rate')
""",
}

_SHEET_LINES = """
SELECT l.line_no FROM marked_sheet m JOIN sheet_line l USING (sheet_id)
UNION ALL
SELECT o.line_no FROM marked_sheet m JOIN open_line o USING (sheet_id)
"""

#: What only the calendar brings: facts dated ahead, and suspensions of a month that has come.
_COMING = """
SELECT line_no FROM open_line_later WHERE look_on <= %(on)s
UNION ALL
SELECT o.line_no FROM enterprise e JOIN open_line o ON o.enterprise_code = e.credit_code
 WHERE e.suspended_on > %(month_before)s AND e.suspended_on <= %(month)s
"""

#: Facts about a line that carry the number of the import that brought them.
_BY_IMPORT = ("confirmation", "invoice_line", "hospital_payment")

#: Puts lines into `stale`, each once.
PUT = "INSERT INTO stale SELECT line_no FROM ({lines}) found ON CONFLICT DO NOTHING"


@dataclass(frozen=True)
class Work:
    """What the changes ask for."""

    #: The table for whose sake everything is judged again; None: the lines of `stale`.
    everything: str | None
    #: Lines in `stale`.
    stale: int
    #: The next checks of all lines are reckoned again.
    ladder: bool


def prepare() -> None:
    """Make the empty tables of a refresh."""
    for statement in _TABLES.strip().split("\n"):
        sql(statement)


def take(on: date, as_of: date | None) -> Work:
    """Take the marks that are there and make `stale`, the lines to judge again for the day."""
    prepare()
    if sql(_TAKE).rowcount:
        sql("ANALYZE pg_temp.mark")
    told = {what: (unnamed, keys) for what, unnamed, keys in sql(
        "SELECT what, bool_or(key IS NULL), count(*) FROM mark GROUP BY what"
    )}  # fmt: skip
    ladder = not _LADDER.isdisjoint(told)
    unnamed = sorted(what for what, (all_, _) in told.items() if all_ and what not in _LADDER)
    if as_of is None or unnamed:
        return Work(unnamed[0] if as_of and unnamed else "first", 0, ladder)
    _collect(set(told), on, as_of)
    stale = int(sql("SELECT count(*) FROM stale").fetchone()[0])
    if stale:
        sql("ANALYZE pg_temp.stale")
    return Work(None, stale, ladder)


def _collect(told: set[str], on: date, as_of: date) -> None:
    """Make `stale` of the marks: `told` are the tables and things they name."""
    imports = _imports()
    _collect_changed(told, imports)
    for what in _BY_IMPORT:
        if imports[what]:
            lines = f"SELECT line_no FROM {what} WHERE import_id = ANY (%(imports)s)"
            sql(PUT.format(lines=lines), {"imports": imports[what]})
    for what in told & _OF_TERMS.keys():
        sql(PUT.format(lines=_OF_TERMS[what]))
    if told & {"sheet", "instruction"}:
        sql(_SHEETS)
        sql("ANALYZE pg_temp.marked_sheet")
        sql(PUT.format(lines=_SHEET_LINES))
    if on > as_of:
        months = {
            "month_before": calendar.last_day(calendar.period_of(as_of)),
            "month": calendar.last_day(calendar.period_of(on)),
        }
        sql(PUT.format(lines=_COMING), {"on": on, **months})


def _imports() -> dict[str, list[int]]:
    """Return the numbers of the imports that marked each table; codes come with their lines."""
    numbers: dict[str, list[int]] = {what: [] for what in ("purchase_line", "line_void")}
    numbers |= {what: [] for what in _BY_IMPORT}
    for what, key in sql(
        "SELECT what, key::int FROM mark WHERE what = ANY (%s)", ([*numbers, "trace_code"],)
    ):
        numbers["purchase_line" if what == "trace_code" else what].append(key)
    return numbers


def _collect_changed(told: set[str], imports: dict[str, list[int]]) -> None:
    """Put the lines that changed themselves, and what hangs together with them."""
    wanted = [what for what in _CHANGED if what in told or imports.get(what)]
    for what in wanted:
        sql(f"INSERT INTO changed_line {_CHANGED[what]}", imports)
    if wanted:
        sql("ANALYZE pg_temp.changed_line")
        sql(PUT.format(lines=_HANGS_TOGETHER))
        if sql("SELECT EXISTS (SELECT FROM scheme WHERE trace_codes = 'require')").fetchone()[0]:
            sql(PUT.format(lines=_SAME_CODES))
