"""Reading ISO 20022 camt.054, the bank's advice of debits and credits, as news about our orders.

ISO 20022 message definition reports BankToCustomerDebitCreditNotification V08 and V02. A booked
debit that names our reference settles the order; a credit with RtrInf (退票) returns it; a credit
with RvslInd (冲账) reverses it. Entries that name no order and return nothing are not about us.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from models.rules.errors.bankfiles import FieldMissing
from workers.bankfiles.camt import Entry, EntryReader, Part
from workers.bankfiles.incoming import IncomingLayout
from workers.bankfiles.model import ResultFile, ResultLine, ResultStatus
from workers.bankfiles.values import iso_day
from workers.bankfiles.xml import Reader, elements, free

NAMESPACES = {
    "camt054_v08": "urn:iso:std:iso:20022:tech:xsd:camt.054.001.08",
    "camt054_v02": "urn:iso:std:iso:20022:tech:xsd:camt.054.001.02",
}
_TAGS = ("GrpHdr", "Acct", "Ntry", "Ntfctn")
_BOOKED, _PENDING = "BOOK", "PDNG"


def read(layout: IncomingLayout, chunks: Iterable[bytes]) -> ResultFile:
    """Return a line for each order the advice names; its pages may come in several files."""
    advice = _Advice(Reader(NAMESPACES[layout.format]))
    for element in elements(chunks, NAMESPACES[layout.format], _TAGS):
        advice.take(element)
    return advice.finished()


class _Advice:
    """What has been read so far."""

    def __init__(self, xml: Reader) -> None:
        self._xml = xml
        self._entries = EntryReader(xml)
        self._account_no: str | None = None
        self._created: str | None = None
        self._lines: list[ResultLine] = []

    def take(self, element: Any) -> None:  # noqa: ANN401 - lxml has no types
        """Take one finished element of the document."""
        tag = self._xml.tag(element)
        if tag == "GrpHdr":
            self._created = self._xml.text(element, "CreDtTm")
        elif tag == "Ntfctn":
            if self._account_no is None:
                raise FieldMissing(row=len(self._lines) + 1, field="Acct")
            self._account_no = None
            free(element)
        elif self._xml.tag(element.getparent()) != "Ntfctn":
            return
        elif tag == "Acct":
            self._account_no = self._entries.account(element) or None
        else:
            self._lines += self._news(self._entries.entry(element, len(self._lines) + 1))
            free(element)

    def finished(self) -> ResultFile:
        """Return the whole."""
        created = iso_day(self._created, row=1, field="CreDtTm") if self._created else None
        return ResultFile(lines=tuple(self._lines), created_on=created)

    def _news(self, entry: Entry) -> Iterator[ResultLine]:
        if entry.status not in (_BOOKED, _PENDING):
            return
        for row, part in enumerate(entry.parts, start=len(self._lines) + 1):
            comes_back = part.amount_fen > 0 and (part.returned or entry.reversal)
            if part.references or comes_back or entry.batch_no:
                yield self._line(entry, part, row)

    def _line(self, entry: Entry, part: Part, row: int) -> ResultLine:
        status = _meaning(entry, part)
        final = entry.status == _BOOKED
        if status is ResultStatus.SETTLED and entry.booked_on is None:
            status = ResultStatus.PENDING
        # Who stands on the other side of a return differs from bank to bank: not compared.
        is_debit = part.amount_fen < 0
        contradiction = None
        if len(part.references) > 1:
            contradiction = f"EndToEndId {part.references[0]} ≠ InstrId {part.references[1]}"
        return ResultLine(
            row=row,
            reference=part.references[0] if part.references else None,
            status_text=_word(entry, part),
            status=status,
            amount_fen=abs(part.amount_fen),
            booked_on=entry.booked_on if final else None,
            bank_reason=part.bank_reason or _batch(entry, part),
            account_no=part.counter_account if is_debit else None,
            account_name=part.counter_name if is_debit else None,
            bank_line_no=None,
            contradiction=contradiction,
            debtor_account_no=self._account_no,
        )


def _meaning(entry: Entry, part: Part) -> ResultStatus | None:
    """Return what an entry means for the order it names; None is for a person.

    A credit with RvslInd undoes a debit; a debit with it undoes a credit, which is no payment.
    """
    if entry.status == _PENDING:
        return ResultStatus.PENDING if part.amount_fen < 0 and not entry.reversal else None
    if part.amount_fen < 0:
        named = bool(part.references) and not entry.reversal and not part.returned
        return ResultStatus.SETTLED if named else None
    if entry.reversal:
        return ResultStatus.REVERSED
    return ResultStatus.RETURNED if part.returned else None


def _word(entry: Entry, part: Part) -> str:
    """Return what the bank said, in its own words."""
    words = [entry.status, "DBIT" if part.amount_fen < 0 else "CRDT"]
    words += ["RvslInd"] if entry.reversal else []
    words += ["RtrInf"] if part.returned else []
    return " ".join(words)


def _batch(entry: Entry, part: Part) -> str | None:
    """Return which batch an entry stands for that could not be taken apart."""
    if part.references or entry.batch_no is None:
        return None
    return f"PmtInfId {entry.batch_no}, NbOfTxs {entry.batch_count}"
