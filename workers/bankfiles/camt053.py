"""Reading ISO 20022 camt.053, the bank's statement of an account.

ISO 20022 message definition reports BankToCustomerStatement V08 and V02. One day of one account may
come in several statements that continue one another; a page of a statement is refused.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from models.rules.errors.bankfiles import DayContradicts, FieldMissing, FilePartial, LineRepeated
from workers.bankfiles.camt import Entry, EntryReader
from workers.bankfiles.incoming import IncomingLayout
from workers.bankfiles.model import StatementDay, StatementEntry, StatementFile
from workers.bankfiles.statement_days import by_day
from workers.bankfiles.xml import Reader, elements, free

NAMESPACES = {
    "camt053_v08": "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08",
    "camt053_v02": "urn:iso:std:iso:20022:tech:xsd:camt.053.001.02",
}
_OPENING = ("OPBD", "PRCD")
_CLOSING = "CLBD"
_BOOKED = "BOOK"
_TAGS = ("Stmt", "Acct", "Bal", "Ntry", "MsgPgntn", "StmtPgntn")


def read(layout: IncomingLayout, chunks: Iterable[bytes]) -> StatementFile:
    """Return the days: for each Stmt the day of its closing balance (CLBD)."""
    reading = _Reading(Reader(NAMESPACES[layout.format]))
    for element in elements(chunks, NAMESPACES[layout.format], _TAGS):
        reading.take(element)
    days = (day for each in reading.days.values() for day in each.finished())
    return StatementFile(days=tuple(days))


@dataclass
class _Statement:
    """The Stmt being read."""

    statement_id: str | None = None
    sequence: int | None = None
    account_no: str = ""
    opening_fen: int | None = None
    closing_fen: int | None = None
    day: date | None = None
    first: date | None = None
    entries: list[tuple[int, Entry]] = field(default_factory=list)


@dataclass
class _Day:
    """One day of one account, from one or more statements."""

    account_no: str
    day: date
    opening_fen: int
    closing_fen: int
    statement_id: str | None
    sequence: int | None
    entries: list[StatementEntry] = field(default_factory=list)
    #: The first day the statements cover.
    first: date | None = None

    def continued(self, opening_fen: int, closing_fen: int, row: int) -> None:
        """Take balances that continue the day, before or after; else the statements contradict."""
        if opening_fen == self.closing_fen:
            self.closing_fen = closing_fen
        elif closing_fen == self.opening_fen:
            self.opening_fen = opening_fen
        else:
            raise DayContradicts(row=row, day=self.day.isoformat(), field="Bal OPBD/CLBD")

    def finished(self) -> Iterator[StatementDay]:
        """Yield the day as read, or the days it covers."""
        whole = StatementDay(
            self.account_no,
            self.day,
            self.opening_fen,
            self.closing_fen,
            tuple(self.entries),
            self.statement_id,
            self.sequence,
        )
        return by_day(whole, self.first)


class _Reading:
    """The file being read, statement by statement."""

    def __init__(self, xml: Reader) -> None:
        self.days: dict[tuple[str, date], _Day] = {}
        self._xml = xml
        self._entries = EntryReader(xml)
        self._now = _Statement()
        self._row = 0
        self._known: dict[tuple[str, str], int] = {}

    def take(self, element: Any) -> None:  # noqa: ANN401 - lxml has no types
        """Take one finished element; balances and entries come before the end of their Stmt."""
        tag = self._xml.tag(element)
        if tag == "Stmt":
            self._finish()
            free(element)
        elif tag in ("MsgPgntn", "StmtPgntn"):
            self._refuse_page(element)
        elif self._xml.tag(element.getparent()) == "Stmt":
            self._part(tag, element)

    def _refuse_page(self, element: Any) -> None:  # noqa: ANN401
        """Refuse a page: its entries cannot lead from the opening to the closing balance."""
        page = self._xml.text(element, "PgNb") or "1"
        if page != "1" or self._xml.text(element, "LastPgInd") in ("false", "0"):
            raise FilePartial(what="camt.053", page=page)

    def _part(self, tag: str, element: Any) -> None:  # noqa: ANN401
        if tag == "Acct":
            self._begin(element)
        elif tag == "Bal":
            self._balance(element)
        else:
            self._row += 1
            entry = self._entries.entry(element, self._row)
            if entry.status == _BOOKED:
                self._now.entries.append((self._row, entry))
            free(element)

    def _begin(self, element: Any) -> None:  # noqa: ANN401
        """Take account and numbers, before the first entry frees what stands above it."""
        now, statement = self._now, element.getparent()
        now.account_no = self._entries.account(element)
        now.statement_id = self._xml.text(statement, "Id")
        for tag in ("ElctrncSeqNb", "LglSeqNb"):
            text = self._xml.text(statement, tag) or ""
            if now.sequence is None and text.isdecimal():
                now.sequence = int(text)

    def _balance(self, element: Any) -> None:  # noqa: ANN401
        code = self._xml.text(element, "Tp", "CdOrPrtry", "Cd")
        if code in _OPENING:
            self._now.opening_fen = self._entries.signed(element, self._row)
            # The balance before (PRCD) is of another day than the first one covered.
            if code == _OPENING[0]:
                self._now.first = self._entries.day(element, "Dt", self._row)
        elif code == _CLOSING:
            self._now.closing_fen = self._entries.signed(element, self._row)
            self._now.day = self._entries.day(element, "Dt", self._row)

    def _finish(self) -> None:
        now, self._now = self._now, _Statement()
        if not now.account_no:
            raise FieldMissing(row=self._row, field="Acct")
        if now.opening_fen is None or now.closing_fen is None or now.day is None:
            raise FieldMissing(row=self._row, field="Bal OPBD/CLBD")
        self._refuse_again(now)
        key = (now.account_no, now.day)
        if key in self.days:
            self.days[key].continued(now.opening_fen, now.closing_fen, self._row)
            self.days[key].first = None
        else:
            self.days[key] = _Day(
                now.account_no,
                now.day,
                now.opening_fen,
                now.closing_fen,
                now.statement_id,
                now.sequence,
                first=now.first,
            )
        for row, entry in now.entries:
            self._keep(self.days[key], row, entry)

    def _refuse_again(self, now: _Statement) -> None:
        if now.statement_id is None:
            return
        key = (now.account_no, now.statement_id)
        if key in self._known:
            raise LineRepeated(
                row=self._row, first_row=self._known[key], field="Stmt/Id", value=now.statement_id
            )
        self._known[key] = self._row

    def _keep(self, day: _Day, row: int, entry: Entry) -> None:
        for part in entry.parts:
            # An entry that is not taken apart names its batch: ours is split where totals agree.
            whole = entry.batch_no if len(entry.parts) == 1 and entry.batch_count != 1 else None
            reference = part.references[0] if part.references else whole
            number = entry.number or (f"R:{reference}" if reference else "N")
            day.entries.append(
                StatementEntry(
                    row=row,
                    entry_no=number,
                    booked_on=entry.booked_on or day.day,
                    amount_fen=part.amount_fen,
                    counter_account=part.counter_account,
                    counter_name=part.counter_name,
                    reference=reference,
                    purpose=part.purpose,
                    reversal=entry.reversal,
                    returned=part.returned,
                    bank_reason=part.bank_reason,
                )
            )
