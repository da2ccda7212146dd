"""Makes a large database of a small one: a settled month is copied into the months before it."""

from collections.abc import Iterator

from models.records.base import db, sql
from models.rules import calendar

#: Ids of a copy lie this far from those of the month they were copied from.
APART = 100_000_000
#: What a copy changes, by table, in an order that a reader can follow; all else stays as it was.
#: %(mark)s tells the copies' texts apart, %(apart)s their ids, %(months)s their days.
TABLES: dict[str, str] = {
    "purchase_line": "line_no original_line_no order_no delivered_on accepted_on",
    "line_fact": "line_no invoiced_on",
    "confirmation": "line_no decided_at",
    "invoice_line": "invoice_no line_no issued_on",
    "settlement_sheet": "id sheet_no period due_on settled_at approved_on approved_at",
    "sheet_line": "line_no sheet_id due_on",
    "sheet_review": "id sheet_id reviewed_at reviewed_on",
    "held_line": "period line_no",
    "held_pair": "period",
    "settled_period": "period",
    "open_line": "line_no sheet_id accepted_on due_on next_check_on",
    "overdue_step": "line_no recorded_on recorded_at",
    "payment_batch": "id batch_no period execution_on made_at sent_at file_id",
    "payment_instruction": (
        "id reference uetr batch_id period booked_on returned_on sent_on made_at reissue_of"
    ),
    "payment_allocation": "instruction_id sheet_id",
    "bank_result_line": "id instruction_id reference booked_on",
    "hospital_offset": "period fund_period",
    "monthly_fund": "period",
    "offset_sheet": "period sheet_id",
    "ledger_entry": "entry_no posted_at posted_on source reverses",
    "confirm_window": "id line_no period opened_on due_on closed_on answered_on",
}
_IDS = frozenset(
    {"id", "sheet_id", "instruction_id", "batch_id", "entry_no", "reverses", "reissue_of"}
)
_PERIODS = frozenset({"period", "fund_period"})
_COLUMNS = """
SELECT column_name FROM information_schema.columns
 WHERE table_name = %(table)s AND table_schema = 'public' AND is_generated = 'NEVER'
 ORDER BY ordinal_position
"""


def copy(period: str, months: int) -> Iterator[str]:
    """Copy a settled month into so many months before it; yield each month when it is there.

    Guards and references are not asked: the copies repeat what was true of the original.
    """
    with db.atomic():
        sql("SET LOCAL session_replication_role = replica")
        for table in TABLES:
            sql(f"CREATE TEMP TABLE original_{table} AS SELECT * FROM {table}")
    at = period
    for number in range(1, months + 1):
        at = calendar.previous_period(at)
        with db.atomic():
            sql("SET LOCAL session_replication_role = replica")
            sql("SET LOCAL synchronous_commit = off")
            for table in TABLES:
                _copy(table, at, number)
        yield at
    for table in TABLES:
        sql(f"DROP TABLE original_{table}")
    db.connection().commit()


def _copy(table: str, at: str, number: int) -> None:
    columns = [row[0] for row in sql(_COLUMNS, {"table": table})]
    changed = set(TABLES[table].split())
    told = {
        "at": at,
        "mark": chr(ord("A") + number),
        "apart": number * APART,
        "months": f"{number} months",
    }
    values = ", ".join(_changed(name) if name in changed else f'"{name}"' for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    # Of some tables the original has earlier months already; they stay.
    sql(
        f"INSERT INTO {table} ({names}) SELECT {values} FROM original_{table}"
        " ON CONFLICT DO NOTHING",
        told,
    )


def _changed(name: str) -> str:
    """Return SQL of a column in the copy, by what its name says it is."""
    if name in _PERIODS:
        return "%(at)s"
    if name == "uetr":
        return "gen_random_uuid()::text"
    if name == "file_id":
        return "NULL"
    if name in _IDS:
        return f'"{name}" + %(apart)s'
    if name.endswith(("_on", "_at")):
        return f'"{name}" - %(months)s::interval'
    return f'"{name}" || %(mark)s'
