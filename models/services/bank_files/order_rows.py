"""Orders as a format takes them, fetched a few at a time so that a large batch stays small here."""

from collections.abc import Iterator, Sequence

from models.records.base import db

#: Orders fetched at a time while a file is written: memory stays flat.
FETCH_ROWS = 2_000

#: One order as given to `BankFormat.write`.
OrderRow = tuple[str, str, str, str, str, str, int, str]
ORDER_COLUMNS = (
    "reference, uetr, payee_account_no, payee_account_name, payee_bank_name, payee_cnaps_code,"
    " amount_fen, purpose"
)
#: The orders of a batch in their places, as approved and as they stand in the file.
OF_BATCH = (
    f"SELECT {ORDER_COLUMNS} FROM payment_instruction WHERE batch_id = %s ORDER BY line_in_batch"
)
_AS_WRITTEN = (
    "SELECT reference, uetr, payee_account_no, coalesce(written_name, payee_account_name),"
    " coalesce(written_bank_name, payee_bank_name), payee_cnaps_code, amount_fen, purpose"
    " FROM payment_instruction WHERE batch_id = %s ORDER BY line_in_batch"
)


def stream(query: str, params: Sequence[object]) -> Iterator[OrderRow]:
    """Yield rows through a cursor of the server, so that a large batch needs no memory here."""
    with db.connection().cursor(name="orders") as cursor:
        cursor.itersize = FETCH_ROWS
        cursor.execute(query, params)
        yield from cursor


def as_written(batch_id: int) -> Iterator[OrderRow]:
    """Yield the orders of a batch as its file must show them: names as the bank gets them."""
    return stream(_AS_WRITTEN, (batch_id,))
