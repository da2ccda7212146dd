"""Proof of the books: every invariant of the money, asked of the whole database at once."""

from models.services.books.proving import check_books
from models.services.books.released import NAME as RELEASED
from models.services.books.running import last_run, run

__all__ = ["RELEASED", "check_books", "last_run", "run"]
