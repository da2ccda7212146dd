"""Entries of a statement: kept once, matched by our reference and the amount."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from models.records.base import db, sql
from models.rules.states import AWAITED
from models.services.statements import batches


class Entry(Protocol):
    """One entry as the format reads it; a debit is negative, amounts in fen."""

    @property
    def entry_no(self) -> str:
        """The bank's number of the entry on its day."""

    @property
    def booked_on(self) -> date:
        """Day of booking."""

    @property
    def amount_fen(self) -> int:
        """Amount; a debit is negative."""

    @property
    def counter_account(self) -> str | None:
        """Account of the other side."""

    @property
    def counter_name(self) -> str | None:
        """Name of the other side."""

    @property
    def reference(self) -> str | None:
        """Our own reference, if the bank brings it back."""

    @property
    def purpose(self) -> str | None:
        """What the entry says it is for."""

    @property
    def reversal(self) -> bool:
        """Whether the bank corrects its own entry (冲账)."""


class Day(Protocol):
    """One day of one account; amounts in fen."""

    @property
    def account_no(self) -> str:
        """The account."""

    @property
    def day(self) -> date:
        """The day."""

    @property
    def opening_fen(self) -> int:
        """Balance before the first entry."""

    @property
    def closing_fen(self) -> int:
        """Balance after the last entry."""

    @property
    def entries(self) -> Sequence[Entry]:
        """The entries of the day; a day may have none."""


_TABLES = """
CREATE TEMP TABLE said_day (account_no text COLLATE "C", day date, opening_fen bigint, closing_fen
    bigint, statement_id text COLLATE "C", sequence int)
    ON COMMIT DROP;
CREATE TEMP TABLE said_entry (place int, account_no text COLLATE "C", day date, entry_no text
    COLLATE "C",
    booked_on date, amount_fen bigint, counter_account text COLLATE "C", counter_name text,
    reference text COLLATE "C", purpose text, reversal bool, row int, bank_reason text,
    is_new bool DEFAULT false,
    instruction_id bigint, move text, problem text) ON COMMIT DROP;
"""
_COPY_DAYS = (
    "COPY said_day (account_no, day, opening_fen, closing_fen, statement_id, sequence) FROM STDIN"
)
_COPY_ENTRIES = (
    "COPY said_entry (place, account_no, day, entry_no, booked_on, amount_fen, counter_account,"
    " counter_name, reference, purpose, reversal, row, bank_reason) FROM STDIN"
)

_KEEP = """
WITH kept AS (
    INSERT INTO statement_entry (account_no, day, entry_no, booked_on, amount_fen, counter_account,
                                 counter_name, reference, purpose, reversal, file_id, row)
    SELECT DISTINCT ON (account_no, day, entry_no) account_no, day, entry_no, booked_on, amount_fen,
           counter_account, counter_name, reference, purpose, reversal, %(file_id)s::bigint, row
      FROM said_entry ORDER BY account_no, day, entry_no, place
    ON CONFLICT (account_no, day, entry_no) DO NOTHING
    RETURNING account_no, day, entry_no
)
UPDATE said_entry s SET is_new = true FROM kept k
 WHERE (k.account_no, k.day, k.entry_no) = (s.account_no, s.day, s.entry_no)
"""

#: An entry that comes again with another content is a case; what was recorded stays.
_COMPARE = """
UPDATE said_entry s SET is_new = s.is_new AND NOT d.differs,
       problem = CASE WHEN d.differs THEN 'contradiction' END
  FROM (SELECT x.place, (x.booked_on, x.amount_fen, coalesce(x.reference, ''))
               IS DISTINCT FROM (e.booked_on, e.amount_fen, coalesce(e.reference, '')) AS differs
          FROM said_entry x JOIN statement_entry e USING (account_no, day, entry_no)) d
 WHERE d.place = s.place
"""

#: Only an order of the very account, with the very amount, is a match; beyond the bounds the
#: match is for a person to make.
_MATCH = """
UPDATE said_entry s
   SET instruction_id = CASE WHEN m.problem IS NULL THEN m.instruction_id END, problem = m.problem
  FROM (
    SELECT x.place, i.id AS instruction_id,
           CASE WHEN i.id IS NULL AND EXISTS (SELECT 1 FROM payment_batch w
                                               WHERE w.batch_no = x.reference) THEN 'amount_differs'
                WHEN i.id IS NULL OR i.state IN ('approved', 'batched') THEN 'unmatched'
                WHEN b.debtor_account_no IS DISTINCT FROM x.account_no THEN 'foreign'
                WHEN abs(x.amount_fen) <> i.amount_fen THEN 'amount_differs'
                WHEN 1 < count(*) OVER (PARTITION BY i.id, x.amount_fen < 0)
                  OR EXISTS (SELECT 1 FROM statement_entry e
                              WHERE e.instruction_id = i.id AND (e.amount_fen < 0) = (x.amount_fen
                                  < 0))
                    THEN 'duplicate'
                WHEN abs(x.booked_on - i.sent_on) > %(days_max)s::int AND x.amount_fen < 0
                  OR abs(x.amount_fen) > %(amount_max_fen)s::bigint THEN 'outside_bounds'
           END AS problem
      FROM said_entry x LEFT JOIN payment_instruction i ON i.reference = x.reference
      LEFT JOIN payment_batch b ON b.id = i.batch_id
     WHERE x.is_new
  ) m
 WHERE m.place = s.place
"""
_REMEMBER = """
UPDATE statement_entry e SET instruction_id = s.instruction_id
  FROM said_entry s
 WHERE s.is_new AND s.instruction_id IS NOT NULL
   AND (e.account_no, e.day, e.entry_no) = (s.account_no, s.day, s.entry_no)
"""
_LOCK = """
SELECT 1 FROM payment_instruction
 WHERE id IN (SELECT instruction_id FROM said_entry WHERE instruction_id IS NOT NULL)
 ORDER BY id FOR UPDATE
"""

_WAITS = ", ".join(f"'{state}'" for state in AWAITED)

#: A debit settles what was awaited; the debit of a rejected order is a case unless undone at once.
_JUDGE_DEBITS = f"""
UPDATE said_entry s
   SET move = CASE WHEN i.state IN ({_WAITS}) THEN 'settle' END,
       problem = CASE WHEN i.state IN ('rejected', 'cancelled') AND 0 > (
           SELECT sum(e.amount_fen) FROM statement_entry e
            WHERE e.instruction_id = i.id AND e.day = s.day) THEN 'contradiction' END
  FROM payment_instruction i
 WHERE i.id = s.instruction_id AND s.is_new AND s.amount_fen < 0
"""
#: Money that comes back returns what was settled; without a payment before it is a case.
_JUDGE_CREDITS = """
UPDATE said_entry s
   SET move = CASE WHEN i.state = 'settled' THEN CASE WHEN s.reversal THEN 'reverse' ELSE 'return'
       END END,
       problem = CASE WHEN i.state NOT IN ('settled', 'returned', 'reversed') AND 0 < (
           SELECT sum(e.amount_fen) FROM statement_entry e WHERE e.instruction_id = i.id)
           THEN 'contradiction' END
  FROM payment_instruction i
 WHERE i.id = s.instruction_id AND s.is_new AND s.amount_fen > 0
"""


def read_in(days: Iterable[Day]) -> None:
    """Copy days and entries into temporary tables."""
    sql("DROP TABLE IF EXISTS pg_temp.said_day, pg_temp.said_entry")
    db.connection().cursor().execute(_TABLES)
    held = list(days)
    with db.connection().cursor() as cursor, cursor.copy(_COPY_DAYS) as copy:
        for one in held:
            known = getattr(one, "statement_id", None), getattr(one, "sequence", None)
            copy.write_row((one.account_no, one.day, one.opening_fen, one.closing_fen, *known))
    place = 0
    with db.connection().cursor() as cursor, cursor.copy(_COPY_ENTRIES) as copy:
        for one in held:
            for entry in one.entries:
                place += 1
                copy.write_row(_values(place, one, entry))
    sql("ANALYZE pg_temp.said_entry")


def _values(place: int, one: Day, entry: Entry) -> tuple[Any, ...]:
    return (
        place, one.account_no, one.day, entry.entry_no, entry.booked_on, entry.amount_fen,
        entry.counter_account, entry.counter_name, entry.reference, entry.purpose, entry.reversal,
        getattr(entry, "row", None), getattr(entry, "bank_reason", None),
    )  # fmt: skip


def keep_and_match(told: Mapping[str, Any]) -> None:
    """Record what is new, remember which orders it proves, and lock those.

    `told` has the file and the bounds: days_max between sending and booking, amount_max_fen;
    None leaves a bound away.
    """
    batches.take_apart()
    for statement in (_KEEP, _COMPARE, _MATCH, _REMEMBER, _LOCK):
        sql(statement, told)


def judge_debits() -> None:
    """Say which debits settle an order and which contradict what the bank said."""
    sql(_JUDGE_DEBITS)


def judge_credits() -> None:
    """Say which credits bring an order's money back; to be asked after the debits moved."""
    sql(_JUDGE_CREDITS)
