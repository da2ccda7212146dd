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


def stream(query: str, params: Sequence[object]) -> Iterator[OrderRow]:
    """Yield rows through a cursor of the server, so that a large batch needs no memory here."""
    with db.connection().cursor(name="orders") as cursor:
        cursor.itersize = FETCH_ROWS
        cursor.execute(query, params)
        yield from cursor
