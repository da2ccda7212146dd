"""How statements over whole months are planned: their time grows with the rows, no faster."""

from collections.abc import Iterator
from contextlib import contextmanager

from models.records.base import sql

#: Sorts and hash tables of a million lines stay in memory.
WORK_MEM = "256MB"
#: A small sample of a temporary table is enough to see how large it is.
SAMPLE = 10


@contextmanager
def linear_joins() -> Iterator[None]:
    """Join by hashing inside the block, which must run in a transaction.

    What a transaction has just written, or what a killed one left behind, is unknown to the
    planner: it takes a table of a million rows for an empty one and compares every row with every
    other. Hash joins are never far from the best plan for whole months, and never that bad.
    """
    sql(f"SET LOCAL work_mem = '{WORK_MEM}'")
    sql(f"SET LOCAL default_statistics_target = {SAMPLE}")
    for join in ("nestloop", "mergejoin"):
        sql(f"SET LOCAL enable_{join} = off")
    yield
    for join in ("nestloop", "mergejoin"):
        sql(f"SET LOCAL enable_{join} = on")
