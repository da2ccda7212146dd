"""A result file that names one of our batches is about that batch alone, and no more than it.

A bank's own name for several batches, or none, names no batch of ours: each line is then judged by
its own reference.
"""

import re
from dataclasses import dataclass

from models.records.base import sql
from models.rules.bank_news import Status
from models.rules.errors.bank import (
    ResultBatchUnknown,
    ResultExceedsBatch,
    ResultLineOutsideBatch,
)
from models.rules.money import yuan

#: Numbers of our batches look like this; whatever else a bank writes is a name of its own.
_OUR_NUMBER = re.compile(r"PC[0-9]{14,}")
#: A bank's reference may be anything; so much of it is shown.
SHOWN_MAX = 40

_NAMED = """
SELECT id, debtor_account_no, total_fen FROM payment_batch
 WHERE batch_no = %s AND profile_code = %s
"""
_REFERENCES = "SELECT reference FROM payment_instruction WHERE batch_id = %s ORDER BY id"
_OUTSIDE = """
SELECT r.row, r.reference FROM result_line r
  LEFT JOIN payment_instruction i ON i.reference = r.reference AND i.batch_id = %s
 WHERE r.reference IS NOT NULL AND i.id IS NULL ORDER BY r.row LIMIT 1
"""
_MONEY_LEFT = ", ".join(f"'{one}'" for one in (Status.SETTLED, Status.RETURNED, Status.REVERSED))
#: Words about one order speak of the same money; a line without an amount means its order's.
_PAID = f"""
SELECT coalesce(sum(fen), 0)::bigint FROM (
    SELECT max(coalesce(r.amount_fen, i.amount_fen)) AS fen
      FROM result_line r LEFT JOIN payment_instruction i ON i.reference = r.reference
     WHERE r.status IN ({_MONEY_LEFT})
     GROUP BY coalesce(r.reference, r.row::text || '.')) orders
"""


@dataclass(frozen=True, slots=True)
class Named:
    """One of our batches that a result file names; money in fen."""

    id: int
    batch_no: str
    debtor_account_no: str
    total_fen: int


def named(batch_no: str | None, profile_code: str) -> Named | None:
    """Return the batch a file names, or None when it names none of ours.

    Raises ResultBatchUnknown for a number like ours that was not sent with this profile: the file
    is of another bank or installation, whose references may look like ours.
    """
    if batch_no is None:
        return None
    found = sql(_NAMED, (batch_no, profile_code)).fetchone()
    if found is not None:
        return Named(int(found[0]), batch_no, str(found[1]), int(found[2]))
    if _OUR_NUMBER.fullmatch(batch_no):
        raise ResultBatchUnknown(batch_no=batch_no[:SHOWN_MAX], profile=profile_code)
    return None


def references(batch: Named) -> list[str]:
    """Return the references of the batch's orders."""
    return [str(row[0]) for row in sql(_REFERENCES, (batch.id,))]


def refuse_more(batch: Named) -> None:
    """Refuse the lines in result_line when they are not all of the batch, or pay more than it.

    Raises ResultLineOutsideBatch and ResultExceedsBatch.
    """
    outside = sql(_OUTSIDE, (batch.id,)).fetchone()
    if outside is not None:
        raise ResultLineOutsideBatch(
            batch_no=batch.batch_no, row=outside[0], reference=str(outside[1])[:SHOWN_MAX]
        )
    paid_fen = int(sql(_PAID).fetchone()[0])
    if paid_fen > batch.total_fen:
        raise ResultExceedsBatch(
            batch_no=batch.batch_no, paid_yuan=yuan(paid_fen), total_yuan=yuan(batch.total_fen)
        )
