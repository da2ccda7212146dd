"""Good rows become rows of the system: as if taken one by one in the file's order, but over sets.

The first row of a key is taken and later ones are compared with it. Master data is updated, its
history kept by triggers; facts are never changed, only what said nothing may be filled once.
"""

from models.records.base import sql
from models.schemas.table import Nature
from models.services import area_locks
from models.services.imports import account_asks, staging
from models.services.imports.intake import Intake

#: Filling settles in as many rounds as there are fillable columns, plus one that finds no more.
ROUNDS_MAX = 10
#: An account is not taken over but asked for; what a row asked blocks payment until it is decided.
_ASKED = "(SELECT a.wants FROM account_asked a WHERE a.row_no = s.row_no)"
#: What is set beside the file's own columns when a master row is updated.
_ALSO_SET = {"enterprise": f"account_verified = coalesce(NOT {_ASKED}, t.account_verified)"}
#: Columns that another step decides about, with what it leaves to count the row as accepted.
_STAGED = {"enterprise": (account_asks.COLUMNS, f"{_ASKED} IS NOT NULL")}
_SUSPENSION = (
    "suspended_set_at = CASE WHEN t.suspended_on IS DISTINCT FROM s.suspended_on"
    " THEN %(now)s ELSE t.suspended_set_at END"
)


def take(intake: Intake) -> None:
    """Insert, update or compare every staged row that nothing was found in.

    Afterwards `taken` has the accepted rows, `finding` the conflicts; the rest is unchanged.
    """
    staging.mark_bad()
    _rank(intake)
    _insert(intake)
    if intake.schema.about.nature is Nature.MASTER:
        _update(intake)
        _compare_later(intake)
    else:
        _compare_facts(intake)
        _compare_bad(intake)


def _same_key(intake: Intake, one: str = "t") -> str:
    """Return the condition that another row has the key of the staged row s."""
    return " AND ".join(f"{one}.{name} = s.{name}" for name in intake.schema.about.key)


def _compared(intake: Intake) -> list[tuple[str, str]]:
    """Return (staged, kept) names of the content columns the file has."""
    columns = intake.schema.columns()
    return [
        (name, columns[name].target) for name in intake.schema.content() if name in intake.present
    ]


def _rank(intake: Intake) -> None:
    """Count the good rows of each key and tell which keys were known before."""
    about = intake.schema.about
    keys = ", ".join(f"s.{name}" for name in about.key)
    sql("DROP TABLE IF EXISTS pg_temp.ranked")
    sql(
        f"CREATE TEMP TABLE ranked ON COMMIT DROP AS"
        f" SELECT s.row_no, row_number() OVER (PARTITION BY {keys} ORDER BY s.row_no) AS place,"
        f" t.{about.key[0]} IS NOT NULL AS known"
        f" FROM stage s LEFT JOIN {about.table} t ON {_same_key(intake)} WHERE NOT s.bad"
    )
    sql("ANALYZE ranked")


def _insert(intake: Intake) -> None:
    """Take the first row of every new key."""
    about, columns = intake.schema.about, intake.schema.columns()
    targets = [column.target for column in columns.values()]
    values = [f"s.{name}" for name in columns]
    if about.nature is Nature.FACT:
        targets.append("import_id")
        values.append("%(import_id)s")
    if about.table == "enterprise":
        targets.append("suspended_set_at")
        values.append("CASE WHEN s.suspended_on IS NOT NULL THEN %(now)s END")
    sql(
        f"INSERT INTO {about.table} ({', '.join(targets)}) SELECT {', '.join(values)} FROM stage s"
        " JOIN ranked r USING (row_no) WHERE r.place = 1 AND NOT r.known ORDER BY s.row_no",
        intake.told,
    )
    sql("INSERT INTO taken SELECT row_no, true FROM ranked WHERE place = 1 AND NOT known")


def _update(intake: Intake) -> None:
    """Bring known master rows to what the first row of their key says."""
    about = intake.schema.about
    elsewhere, asked = _STAGED.get(about.table, ((), ""))
    compared = [pair for pair in _compared(intake) if pair[0] not in elsewhere]
    if not compared:
        return
    sets = [f"{kept} = s.{name}" for name, kept in compared]
    if about.table in _ALSO_SET:
        sets.append(_ALSO_SET[about.table])
        if "suspended_on" in intake.present:
            sets.append(_SUSPENSION)
    differs = " OR ".join(f"t.{kept} IS DISTINCT FROM s.{name}" for name, kept in compared)
    differs += f" OR {asked}" if asked else ""
    sql(
        f"WITH changed AS (UPDATE {about.table} t SET {', '.join(sets)} FROM stage s"
        f" JOIN ranked r USING (row_no) WHERE r.place = 1 AND r.known AND {_same_key(intake)}"
        f" AND ({differs}) RETURNING s.row_no)"
        " INSERT INTO taken SELECT row_no, false FROM changed",
        intake.told,
    )


def _compare_later(intake: Intake) -> None:
    """Refuse a later row of the same file that says otherwise: the file contradicts itself."""
    arrays = ", ".join(
        f"CASE WHEN s.{name} IS DISTINCT FROM f.{name} THEN '{name}' END"
        for name, _ in _compared(intake)
    )
    if not arrays or not sql("SELECT EXISTS (SELECT FROM ranked WHERE place > 1)").fetchone()[0]:
        return
    sql(
        "INSERT INTO finding SELECT s.row_no, 'conflict', c.name FROM ranked r"
        " JOIN stage s USING (row_no)"
        f" JOIN (SELECT s.* FROM stage s JOIN ranked r USING (row_no) WHERE r.place = 1) f"
        f" ON {_same_key(intake, 'f')}"
        f" CROSS JOIN LATERAL unnest(ARRAY[{arrays}]) AS c(name)"
        " WHERE r.place > 1 AND c.name IS NOT NULL"
    )


def _clash(intake: Intake, name: str, kept: str) -> str:
    """Return the condition that a staged value contradicts the kept one."""
    if name == "trace_codes":
        return (
            "(s.trace_codes IS NOT NULL AND (t.trace_codes IS NULL AND NOT fill.free OR"
            " t.trace_codes IS NOT NULL AND s.trace_codes <> t.trace_codes AND"
            " (SELECT array_agg(x ORDER BY x) FROM unnest(string_to_array(s.trace_codes, ' ')) x)"
            " <> (SELECT array_agg(x ORDER BY x)"
            " FROM unnest(string_to_array(t.trace_codes, ' ')) x)))"
        )
    if name in intake.schema.about.fillable_off_sheet:
        free = "fill.free"
    elif name in intake.schema.about.fillable:
        free = "NOT fill.voided"
    else:
        return f"t.{kept} IS DISTINCT FROM s.{name}"
    return f"(s.{name} IS NOT NULL AND (t.{kept} <> s.{name} OR t.{kept} IS NULL AND NOT ({free})))"


#: May what is empty still be filled? Not on a voided line, some columns only off every sheet.
_FILL = """
CROSS JOIN LATERAL (SELECT v.voided, NOT v.voided AND NOT EXISTS (
    SELECT FROM sheet_line x WHERE x.line_no = t.line_no) AS free
  FROM (SELECT EXISTS (SELECT FROM line_void y WHERE y.line_no = t.line_no) AS voided) v) AS fill
"""


def _compare_facts(intake: Intake) -> None:
    """Compare the rows of known keys: unchanged, filled, or a conflict that names the column."""
    sql("DROP TABLE IF EXISTS pg_temp.pending")
    sql(
        "CREATE TEMP TABLE pending ON COMMIT DROP AS"
        " SELECT row_no FROM ranked WHERE known OR place > 1"
    )
    if intake.schema.about.fillable:
        _lock_areas()
    for _ in range(ROUNDS_MAX):
        sql("ANALYZE pending")
        if not sql("SELECT EXISTS (SELECT FROM pending)").fetchone()[0]:
            return
        _find_conflicts(intake, "pending p JOIN stage s USING (row_no)")
        sql("DELETE FROM pending p USING finding f WHERE f.row_no = p.row_no")
        if not intake.schema.about.fillable or not _fill(intake):
            return
    raise RuntimeError(f"filling did not settle in {ROUNDS_MAX} rounds")


def _lock_areas() -> None:
    """Keep settle away from the lines in question: what is filled depends on being on no sheet."""
    codes = sql(
        "SELECT DISTINCT h.area_code FROM pending p JOIN stage s USING (row_no)"
        " JOIN purchase_line l USING (line_no) JOIN hospital h ON h.hospital_code = l.hospital_code"
    )
    area_locks.lock([code for (code,) in codes])


def _find_conflicts(intake: Intake, rows: str, *, known_cells_only: bool = False) -> None:
    about = intake.schema.about
    cases = []
    for name, kept in _compared(intake):
        clash = _clash(intake, name, kept)
        if known_cells_only:
            clash = f"s.{name} IS NOT NULL AND {clash}"
        cases.append((name, clash))
    if not cases:
        return
    names = ", ".join(f"CASE WHEN {clash} THEN '{name}' END" for name, clash in cases)
    anything = " OR ".join(clash for _, clash in cases)
    before = " AND t.import_id IS DISTINCT FROM %(import_id)s" if known_cells_only else ""
    sql(
        "INSERT INTO finding SELECT s.row_no, 'conflict', c.name"
        f" FROM {rows} JOIN {about.table} t ON {_same_key(intake)}"
        f" {_FILL if about.fillable else ''}"
        f" CROSS JOIN LATERAL unnest(ARRAY[{names}]) AS c(name)"
        f" WHERE ({anything}) AND c.name IS NOT NULL{before}",
        intake.told,
    )


def _fill(intake: Intake) -> bool:
    """Fill what was empty from the first pending row of each key; returns whether rows remain."""
    about, columns = intake.schema.about, intake.schema.columns()
    fillable = [name for name in about.fillable if name in intake.present]
    if not fillable:
        return False
    adds = " OR ".join(
        f"(s.{name} IS NOT NULL AND t.{columns[name].target} IS NULL)" for name in fillable
    )
    keys = ", ".join(f"s.{name}" for name in about.key)
    sql(
        f"DELETE FROM pending p USING stage s, {about.table} t"
        f" WHERE s.row_no = p.row_no AND {_same_key(intake)} AND NOT ({adds})"
    )
    sets = ", ".join(
        f"{columns[name].target} = coalesce(t.{columns[name].target}, s.{name})"
        for name in fillable
    )
    filled = sql(
        f"WITH firsts AS (SELECT DISTINCT ON ({keys}) s.* FROM pending JOIN stage s USING (row_no)"
        f" ORDER BY {keys}, s.row_no), filled AS (UPDATE {about.table} t SET {sets} FROM firsts s"
        f" WHERE {_same_key(intake)} RETURNING s.row_no), gone AS (DELETE FROM pending p"
        " USING filled f WHERE f.row_no = p.row_no)"
        " INSERT INTO taken SELECT row_no, false FROM filled"
    ).rowcount
    return bool(filled)


def _compare_bad(intake: Intake) -> None:
    """All problems of a row at once: a refused row is also compared with what was known before."""
    if sql("SELECT EXISTS (SELECT FROM stage WHERE bad)").fetchone()[0]:
        _find_conflicts(
            intake,
            "(SELECT * FROM stage WHERE bad) s",
            known_cells_only=True,
        )
