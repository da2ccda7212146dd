"""Staging of one import: typed rows and findings in tables that live as long as the transaction."""

from collections.abc import Iterable
from typing import Any

from models.records.base import db, sql
from models.rules.errors.imports import RowCode
from models.schemas.table import TableSchema

#: Hash joins and sorts over a million rows stay in memory.
WORK_MEM = "128MB"


def prepare(schema: type[TableSchema]) -> None:
    """Make empty staging tables; what an earlier import of the transaction left is dropped."""
    columns = ", ".join(f"{name} {column.sql_type}" for name, column in schema.columns().items())
    sql(f"SET LOCAL work_mem = '{WORK_MEM}'")
    sql("SET LOCAL jit = off")
    sql("SET LOCAL client_min_messages = warning")
    sql("DROP TABLE IF EXISTS pg_temp.stage, pg_temp.finding, pg_temp.taken")
    sql(
        f"CREATE TEMP TABLE stage (row_no bigint NOT NULL, bad boolean NOT NULL DEFAULT false,"
        f" {columns}) ON COMMIT DROP"
    )
    sql(
        "CREATE TEMP TABLE finding (row_no bigint NOT NULL, code text NOT NULL,"
        " column_name text NOT NULL) ON COMMIT DROP"
    )
    sql("CREATE TEMP TABLE taken (row_no bigint NOT NULL, new boolean NOT NULL) ON COMMIT DROP")


def found(problems: Iterable[tuple[int, str, RowCode]]) -> int:
    """Keep what is wrong as (row, column, code); returns how many."""
    count = 0
    statement = "COPY finding (row_no, column_name, code) FROM STDIN"
    with db.connection().cursor() as cursor, cursor.copy(statement) as copy:
        for row, column, code in problems:
            copy.write_row((row, column, code.value))
            count += 1
    return count


def stage_rows(schema: type[TableSchema], rows: Iterable[tuple[int, bool, dict[str, Any]]]) -> None:
    """Stage rows that the schema has read one by one: (row, bad, values)."""
    columns = schema.columns()
    statement = f"COPY stage (row_no, bad, {', '.join(columns)}) FROM STDIN"
    with db.connection().cursor() as cursor, cursor.copy(statement) as copy:
        for row_no, bad, values in rows:
            cells = (
                None if values.get(name) is None else column.staged(values[name])
                for name, column in columns.items()
            )
            copy.write_row((row_no, "t" if bad else "f", *cells))


def mark_bad() -> int:
    """Mark every staged row that something was found in; returns how many were marked anew."""
    return int(
        sql(
            "UPDATE stage s SET bad = true FROM (SELECT DISTINCT row_no FROM finding) f"
            " WHERE f.row_no = s.row_no AND NOT s.bad"
        ).rowcount
    )


def analyze() -> None:
    """Tell the planner how much was staged."""
    sql("ANALYZE stage")
