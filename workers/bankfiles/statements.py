"""Reading an account's statement: days with balances and entries, the evidence of last resort."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from models.rules.errors.bankfiles import (
    DayContradicts,
    FieldMissing,
    FormatCannot,
    LineRepeated,
    WordUnknown,
)
from workers.bankfiles import camt053
from workers.bankfiles.incoming import IncomingLayout
from workers.bankfiles.model import StatementDay, StatementEntry, StatementFile
from workers.bankfiles.profiles import Profile
from workers.bankfiles.table import Row, needed, read
from workers.bankfiles.values import amount_fen, day


def read_statement(profile: Profile, chunks: Iterable[bytes]) -> StatementFile:
    """Return the days of a statement file; a FileRefused names the row and the field.

    A day whose entries do not lead from opening to closing is returned too: it is simply not
    closed (`StatementDay.adds_up`).
    """
    layout = profile.statement
    if layout is None:
        raise FormatCannot(profile=profile.code, what="对账单", what_en="statements")
    if layout.format in camt053.NAMESPACES:
        return camt053.read(layout, chunks)
    days: dict[tuple[str, date], _Day] = {}
    for row in read(layout, chunks).rows:
        _take(layout, days, row)
    return StatementFile(days=tuple(days[key].finished() for key in sorted(days)))


@dataclass
class _Day:
    """A day being read."""

    account_no: str
    day: date
    opening_fen: int
    closing_fen: int
    entries: list[StatementEntry] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)

    def finished(self) -> StatementDay:
        entries = tuple(self.entries)
        return StatementDay(self.account_no, self.day, self.opening_fen, self.closing_fen, entries)


def _take(layout: IncomingLayout, days: dict[tuple[str, date], _Day], row: Row) -> None:
    account_no = needed(row, layout, "account_no")
    on = day(needed(row, layout, "day"), row=row.row, field=_title(layout, "day"))
    opening = _amount(layout, row, "opening")
    closing = _amount(layout, row, "closing")
    known = days.setdefault((account_no, on), _Day(account_no, on, opening, closing))
    for name, value, before in (
        ("opening", opening, known.opening_fen),
        ("closing", closing, known.closing_fen),
    ):
        if value != before:
            raise DayContradicts(row=row.row, day=on.isoformat(), field=_title(layout, name))
    entry = _entry(layout, row)
    if entry is None:
        return
    if entry.entry_no in known.rows:
        raise LineRepeated(
            row=row.row,
            first_row=known.rows[entry.entry_no],
            field=_title(layout, "entry_no"),
            value=entry.entry_no,
        )
    known.rows[entry.entry_no] = row.row
    known.entries.append(entry)


def _entry(layout: IncomingLayout, row: Row) -> StatementEntry | None:
    """Return the entry of a row; a row without entry, day and amount is a day without entries."""
    if not any(row.values.get(name) for name in ("entry_no", "booked_on", "amount")):
        return None
    for name in ("entry_no", "booked_on"):
        if not row.values.get(name):
            raise FieldMissing(row=row.row, field=_title(layout, name))
    return StatementEntry(
        row=row.row,
        entry_no=row.values["entry_no"],
        booked_on=day(row.values["booked_on"], row=row.row, field=_title(layout, "booked_on")),
        amount_fen=_amount(layout, row, "amount"),
        counter_account=row.values.get("counter_account") or None,
        counter_name=row.values.get("counter_name") or None,
        reference=row.values.get("reference") or None,
        purpose=row.values.get("purpose") or None,
        reversal=_reversal(layout, row),
    )


def _reversal(layout: IncomingLayout, row: Row) -> bool:
    """Say whether the bank calls the entry a correction of its own (冲账)."""
    word = row.values.get("reversal", "")
    if word and word not in layout.reversal_words:
        raise WordUnknown(row=row.row, field=_title(layout, "reversal"), value=word[:40])
    return bool(word)


def _amount(layout: IncomingLayout, row: Row, name: str) -> int:
    return amount_fen(
        needed(row, layout, name),
        row=row.row,
        field=_title(layout, name),
        unit=layout.amount_unit,
        suffix=layout.amount_suffix,
        thousands=layout.amount_thousands,
    )


def _title(layout: IncomingLayout, name: str) -> str:
    column = layout.column(name)
    return column.title if column else name
