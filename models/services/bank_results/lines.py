"""Lines of a result file: matched by our reference, judged by the life cycle."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Protocol

from models.records.base import db, sql
from models.rules.bank_news import plan_name, table
from models.rules.states import AWAITED
from models.services.bank_results import suggestions


class ResultLine(Protocol):
    """One line as the format reads it; amounts in fen."""

    @property
    def row(self) -> int:
        """Number of the record in the file."""

    @property
    def reference(self) -> str | None:
        """Our own reference, if the bank brings it back."""

    @property
    def status_text(self) -> str:
        """The bank's word."""

    @property
    def status(self) -> str | None:
        """What it means; None when nobody mapped the word."""

    @property
    def amount_fen(self) -> int | None:
        """Amount, if the layout has one."""

    @property
    def booked_on(self) -> date | None:
        """Day of booking."""

    @property
    def bank_reason(self) -> str | None:
        """Why the bank did not pay."""

    @property
    def account_no(self) -> str | None:
        """Account of the payee."""

    @property
    def account_name(self) -> str | None:
        """Name of the payee."""

    @property
    def bank_line_no(self) -> str | None:
        """The bank's own number of the line, if the layout has one."""

    @property
    def contradiction(self) -> str | None:
        """Why the file contradicts itself about the line."""


_TABLE = """
CREATE TEMP TABLE result_line (
    row int, reference text COLLATE "C", status_text text, status text, amount_fen bigint,
    booked_on date, bank_reason text, account_no text COLLATE "C", account_name text, said_twice
        text, bank_line_no text COLLATE "C", inferred boolean NOT NULL DEFAULT false
) ON COMMIT DROP
"""
_COPY = (
    "COPY result_line (row, reference, status_text, status, amount_fen, booked_on, bank_reason,"
    " account_no, account_name, said_twice, bank_line_no, inferred) FROM STDIN"
)
#: What the bank's silence means comes after its lines, with numbers of its own.
_LAST_ROW = "SELECT coalesce(max(row), 0) FROM result_line"

#: Names are compared without the difference of full-width and half-width brackets and blanks.
_NAME = "translate({}, '（）　 ', '()')"

_NEWS = ", ".join(
    f"('{state}', '{status}', '{plan_name(one.moves)}', '{one.outcome}', '{one.day}')"
    for state, status, one in table()
)
_AWAITED = ", ".join(f"'{state}'" for state in AWAITED)

#: Line x about instruction i with the news n. A rejection of what the statement shows as debited
#: is no rejection until a person says so.
_CONTRADICTS = f"""
coalesce((n.day = 'as_booked' AND x.booked_on <> i.booked_on)
    OR (n.day = 'before_return' AND x.booked_on > i.returned_on)
    OR (n.day = 'as_returned' AND x.booked_on <> i.returned_on)
    OR (n.status IN ('rejected', 'cancelled') AND i.state IN ({_AWAITED}) AND 0 > (
        SELECT coalesce(sum(e.amount_fen), 0) FROM statement_entry e
         WHERE e.instruction_id = i.id)), false)
"""

#: Instructions are locked by key first, then looked at: amount, account and name must be those of
#: the snapshot wherever the bank gives them. Several lines about one instruction are taken one
#: after the other, as they stand; the first ones are judged here.
_MATCH = f"""
CREATE TEMP TABLE result_line ON COMMIT DROP AS
WITH held AS MATERIALIZED (
    SELECT id, reference, state, booked_on, returned_on, amount_fen, payee_account_no,
           payee_account_name, written_name, batch_id
      FROM payment_instruction WHERE reference IN (SELECT reference FROM result_said)
     ORDER BY id FOR UPDATE
),
matched AS (
    SELECT r.*, i.id AS instruction_id,
           CASE WHEN i.id IS NULL THEN 'unmatched'
                WHEN b.id IS NULL OR b.profile_code <> %(profile)s
                     OR i.state IN ('approved', 'batched') THEN 'foreign'
                WHEN r.amount_fen <> i.amount_fen THEN 'amount_differs'
                WHEN r.account_no <> i.payee_account_no THEN 'account_differs'
                WHEN {_NAME.format("r.account_name")} <> {_NAME.format("i.payee_account_name")}
                     AND {_NAME.format("r.account_name")}
                         IS DISTINCT FROM {_NAME.format("i.written_name")}
                    THEN 'name_differs'
                WHEN r.said_twice IS NOT NULL THEN 'contradiction'
                WHEN r.status IS NULL THEN 'status_unknown'
                WHEN r.booked_on IS NULL AND r.status IN ('settled', 'returned', 'reversed')
                    THEN 'status_unknown'
           END AS misfit
      FROM result_said r LEFT JOIN held i ON i.reference = r.reference
      LEFT JOIN payment_batch b ON b.id = i.batch_id
),
turned AS (
    SELECT m.*, CASE WHEN misfit IS NULL THEN row_number() OVER (
               PARTITION BY instruction_id, misfit IS NULL ORDER BY row) END AS turn
      FROM matched m
),
judged AS (
    SELECT x.*, n.plan, n.outcome AS meant, n.plan IS NOT NULL AND {_CONTRADICTS} AS contradicts
      FROM turned x LEFT JOIN held i ON i.id = x.instruction_id
      LEFT JOIN (VALUES {_NEWS}) AS n (state, status, plan, outcome, day)
        ON x.turn = 1 AND n.state = i.state AND n.status = x.status
)
SELECT row, reference, status_text, status, amount_fen, booked_on, bank_reason, account_no,
       account_name, said_twice, bank_line_no, inferred, instruction_id, turn::int AS turn, plan,
       CASE WHEN contradicts THEN 'exception' ELSE meant END AS outcome,
       coalesce(misfit, CASE WHEN contradicts OR meant = 'exception' THEN 'contradiction' END)
           AS problem
  FROM judged ORDER BY row
"""

_JUDGE = f"""
UPDATE result_line r
   SET plan = j.plan,
       outcome = CASE WHEN j.contradicts THEN 'exception' ELSE j.outcome END,
       problem = CASE WHEN j.contradicts OR j.outcome = 'exception' THEN 'contradiction' END
  FROM (
    SELECT x.row, n.plan, n.outcome, {_CONTRADICTS} AS contradicts
      FROM result_line x JOIN payment_instruction i ON i.id = x.instruction_id
      JOIN (VALUES {_NEWS}) AS n (state, status, plan, outcome, day)
        ON n.state = i.state AND n.status = x.status
     WHERE x.turn = %(turn)s AND x.problem IS NULL
  ) j
 WHERE j.row = r.row
"""


def read_in(lines: Iterable[ResultLine]) -> int:
    """Copy the lines into result_line and return how many there are."""
    sql("DROP TABLE IF EXISTS pg_temp.result_line, pg_temp.result_said")
    sql(_TABLE)
    return _copy((one.row, one, False) for one in lines)


def read_silence(lines: Iterable[ResultLine]) -> int:
    """Add what follows from the bank's silence, numbered after its own lines; return how many."""
    last = int(sql(_LAST_ROW).fetchone()[0])
    return _copy((row, one, True) for row, one in enumerate(lines, start=last + 1))


def _copy(numbered: Iterable[tuple[int, ResultLine, bool]]) -> int:
    count = 0
    with db.connection().cursor() as cursor, cursor.copy(_COPY) as copy:
        for row, one, inferred in numbered:
            copy.write_row(
                (
                    row, one.reference, one.status_text, one.status, one.amount_fen,
                    one.booked_on, one.bank_reason, one.account_no, one.account_name,
                    one.contradiction, one.bank_line_no, inferred,
                )
            )  # fmt: skip
            count += 1
    return count


def match(profile_code: str) -> int:
    """Find each line's instruction and what speaks against it, and judge the first about each.

    Returns how many lines there are at most about one instruction.
    """
    sql("ANALYZE pg_temp.result_line")
    suggestions.name_by_bank_line(profile_code)
    sql("ALTER TABLE pg_temp.result_line RENAME TO result_said")
    sql(_MATCH, {"profile": profile_code})
    sql("ANALYZE pg_temp.result_line")
    turns = sql("SELECT coalesce(max(turn), 0) FROM result_line").fetchone()
    return int(turns[0])


def judge(turn: int) -> None:
    """Say for the lines of a later turn which moves follow and how they count."""
    told: dict[str, Any] = {"turn": turn}
    sql(_JUDGE, told)
