"""The database handle, the base record and the fields that keep money, codes and time exact."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

import peewee as pw

from models.rules.errors.services import NoService
from models.settings import Settings

#: Waits longer than this for a lock end with an error instead of a queue of silent workers.
LOCK_TIMEOUT_MS = 30_000
#: A settlement works in temporary tables; what fits here is not written out. Taken when needed.
TEMP_BUFFERS = "128MB"
#: A command says within ten seconds that nothing runs.
CONNECT_TIMEOUT_S = 5

db = pw.PostgresqlDatabase(None, prefer_psycopg3=True)

E = TypeVar("E", bound=StrEnum)


def connect(settings: Settings, database_url: str | None = None) -> None:
    """Point the handle at the database of this installation; connections open per thread."""
    if not db.is_closed():
        db.close()
    db.init(
        database_url or settings.database_url,
        prefer_psycopg3=True,
        options=f"-c lock_timeout={LOCK_TIMEOUT_MS} -c timezone=UTC -c temp_buffers={TEMP_BUFFERS}",
        application_name="zhijie",
        connect_timeout=CONNECT_TIMEOUT_S,
    )


def reach(settings: Settings) -> None:
    """Connect and ask once; refuse with NoService when no database answers within seconds."""
    if not settings.database_url:
        raise NoService(what="数据库")
    connect(settings)
    try:
        db.connect(reuse_if_open=True)
    except pw.OperationalError as error:
        raise NoService(what="数据库") from error


class CodeField(pw.TextField):
    """A code, number or name of a state: compared by code point, whatever the collation."""

    field_type = 'TEXT COLLATE "C"'


class FenField(pw.BigIntegerField):
    """Money in whole fen; forms and pages show yuan."""


class QuantityField(pw.DecimalField):
    """Quantities and unit prices in yuan: NUMERIC(18,4); the scale is checked before saving."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, max_digits=18, decimal_places=4, **kwargs)

    def python_value(self, value: Any) -> Decimal | None:
        """Return the stored number without a detour over text."""
        return None if value is None else Decimal(value)


class UtcDateTimeField(pw.DateTimeField):
    """An instant: aware, kept in UTC."""

    field_type = "TIMESTAMPTZ"

    def db_value(self, value: Any) -> Any:
        """Refuse naive instants: they would mean another moment on another host."""
        if isinstance(value, datetime) and value.tzinfo is None:
            raise ValueError(f"naive instant: {value}")
        return value

    def python_value(self, value: Any) -> Any:
        """Return the instant in UTC."""
        return value.astimezone(UTC) if isinstance(value, datetime) else value


class JsonField(pw.TextField):
    """A JSON document kept as jsonb."""

    field_type = "JSONB"

    def db_value(self, value: Any) -> Any:
        """Hand the document to the driver as jsonb."""
        from psycopg.types.json import Jsonb  # noqa: PLC0415 - the driver only where it is needed

        return None if value is None else Jsonb(value)

    def python_value(self, value: Any) -> Any:
        """Return the document as the driver parsed it."""
        return value


class TextArrayField(pw.TextField):
    """A list of short texts kept as text[]."""

    field_type = 'TEXT[] COLLATE "C"'

    def db_value(self, value: Any) -> Any:
        """Hand the list to the driver."""
        return None if value is None else list(value)

    def python_value(self, value: Any) -> Any:
        """Return the list."""
        return value


if TYPE_CHECKING:
    _StateBase = pw.TextField
else:
    _StateBase = CodeField


class StateField(_StateBase):
    """A state or choice: text in the database with a CHECK made from the enumeration."""

    def __init__(self, choices_of: type[E], *args: Any, **kwargs: Any) -> None:
        self.enumeration = choices_of
        super().__init__(*args, **kwargs)

    def db_value(self, value: Any) -> Any:
        """Refuse words that are not in the enumeration before the CHECK does."""
        return None if value is None else self.enumeration(value).value

    def python_value(self, value: Any) -> Any:
        """Return the member of the enumeration."""
        return None if value is None else self.enumeration(value)


def one_of(column: str, words: Iterable[str], *, name: str | None = None) -> pw.SQL:
    """Return the named CHECK that a text column holds one of the words."""
    listed = ", ".join(f"'{word}'" for word in words)
    return pw.SQL(f"CONSTRAINT {name or column + '_known'} CHECK ({column} IN ({listed}))")


def promise(name: str, condition: str) -> pw.SQL:
    """Return a named CHECK; the name says what it prevents."""
    return pw.SQL(f"CONSTRAINT {name} CHECK ({condition})")


def moves_of(table: Mapping[Any, StrEnum]) -> str:
    """Return the steps of a life, (state, move) → state, as a guard's SQL lists them: 'a>b'."""
    return ", ".join(sorted({f"'{start}>{end}'" for (start, _), end in table.items()}))


class Record(pw.Model):
    """Base of all tables: saves only what changed, so states move by guarded updates alone."""

    class Meta:
        """Common options."""

        database = db
        only_save_dirty = True
        legacy_table_names = False


def run_sql_text(text: str) -> None:
    """Run several statements of our own as they stand: no parameters, so % needs no doubling."""
    with db.connection().cursor() as cursor:
        cursor.execute(text)


def sql(text: str, params: Sequence[Any] | Mapping[str, Any] | None = None) -> Any:
    """Run one statement of our own and return its cursor: rows by iteration, count by rowcount.

    Without parameters a % in the text stands for itself. Runs in the caller's transaction.
    """
    cursor = db.connection().cursor()
    cursor.execute(text, params)
    return cursor
