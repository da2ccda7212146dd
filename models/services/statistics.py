"""Fresh statistics in a bulk transaction: new rows are not planned as if there were none."""

from models.records.base import sql

#: Below so many new rows any plan is quick enough.
ROWS_MIN = 1_000


def learn(rows: int, *tables: str) -> None:
    """Let the planner see what was just written, when it was much.

    A first month of a new city is written and read in one transaction, before the database's own
    statistics run. A table another transaction is analysing is skipped: nobody waits for this.
    """
    if rows >= ROWS_MIN:
        sql(f"ANALYZE (SKIP_LOCKED) {', '.join(tables)}")
