"""Reading ISO 20022 camt.053, the bank's statement of an account.

ISO 20022 message definition reports BankToCustomerStatement V08 and V02. With line-by-line booking
an entry is one order; an entry over several orders is taken apart only when its parts add up.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from models.rules.errors.bankfiles import FieldMissing, NotYuan
from workers.bankfiles.incoming import IncomingLayout
from workers.bankfiles.model import StatementDay, StatementEntry, StatementFile
from workers.bankfiles.values import iso_amount_fen, iso_day
from workers.bankfiles.xml import Reader, elements, free

NAMESPACES = {
    "camt053_v08": "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08",
    "camt053_v02": "urn:iso:std:iso:20022:tech:xsd:camt.053.001.02",
}
_OPENING = ("OPBD", "PRCD")
_CLOSING = "CLBD"


def read(layout: IncomingLayout, chunks: Iterable[bytes]) -> StatementFile:
    """Return one day for each Stmt: the day of its closing balance (CLBD)."""
    reading = _Reading(Reader(NAMESPACES[layout.format]))
    tags = ("Stmt", "Acct", "Bal", "Ntry")
    for element in elements(chunks, NAMESPACES[layout.format], tags):
        reading.take(element)
    return StatementFile(days=tuple(reading.days))


@dataclass
class _Statement:
    """The Stmt being read."""

    account_no: str = ""
    opening_fen: int | None = None
    closing_fen: int | None = None
    day: date | None = None
    entries: list[StatementEntry] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, wanted: str) -> str:
        """Return an entry number no other entry has: banks do repeat their references."""
        count = self.numbers[wanted] = self.numbers.get(wanted, 0) + 1
        return wanted if count == 1 else f"{wanted}#{count}"


class _Reading:
    """The file being read, statement by statement."""

    def __init__(self, xml: Reader) -> None:
        self.days: list[StatementDay] = []
        self._xml = xml
        self._now = _Statement()
        self._row = 0

    def take(self, element: Any) -> None:  # noqa: ANN401
        """Take one finished element; balances and entries come before the end of their Stmt."""
        tag = self._xml.tag(element)
        if tag == "Stmt":
            self._finish()
            free(element)
        elif self._xml.tag(element.getparent()) == "Stmt":
            self._part(tag, element)

    def _part(self, tag: str, element: Any) -> None:  # noqa: ANN401
        if tag == "Acct":
            self._now.account_no = self._xml.text(element, "Id", "Othr", "Id") or ""
        elif tag == "Bal":
            self._balance(element)
        else:
            self._row += 1
            if self._booked(element):
                self._entry(element)
            free(element)

    def _finish(self) -> None:
        now, self._now = self._now, _Statement()
        if not now.account_no:
            raise FieldMissing(row=self._row, field="Acct")
        if now.opening_fen is None or now.closing_fen is None or now.day is None:
            raise FieldMissing(row=self._row, field="Bal OPBD/CLBD")
        self.days.append(
            StatementDay(
                now.account_no, now.day, now.opening_fen, now.closing_fen, tuple(now.entries)
            )
        )

    def _balance(self, element: Any) -> None:  # noqa: ANN401
        code = self._xml.text(element, "Tp", "CdOrPrtry", "Cd")
        if code in _OPENING:
            self._now.opening_fen = self._signed(element)
        elif code == _CLOSING:
            self._now.closing_fen = self._signed(element)
            self._now.day = self._day(element, "Dt")

    def _booked(self, element: Any) -> bool:  # noqa: ANN401
        status = self._xml.text(element, "Sts", "Cd") or self._xml.text(element, "Sts")
        return status == "BOOK"

    def _day(self, element: Any, tag: str) -> date | None:  # noqa: ANN401
        text = self._xml.text(element, tag, "Dt") or self._xml.text(element, tag, "DtTm")
        return iso_day(text, row=self._row, field=tag) if text else None

    def _amount(self, element: Any) -> int:  # noqa: ANN401
        if element is None:
            raise FieldMissing(row=self._row, field="Amt")
        if element.get("Ccy") != "CNY":
            raise NotYuan(row=self._row, field="Amt", value=str(element.get("Ccy"))[:10])
        return iso_amount_fen((element.text or "").strip(), row=self._row, field="Amt")

    def _signed(self, element: Any) -> int:  # noqa: ANN401
        amount = self._amount(self._xml.child(element, "Amt"))
        return -amount if self._xml.text(element, "CdtDbtInd") == "DBIT" else amount

    def _entry(self, element: Any) -> None:  # noqa: ANN401
        total = self._signed(element)
        sign = -1 if total < 0 else 1
        booked_on = self._day(element, "BookgDt") or self._now.day
        if booked_on is None:
            raise FieldMissing(row=self._row, field="BookgDt")
        number = self._xml.text(element, "AcctSvcrRef") or self._xml.text(element, "NtryRef")
        reversal = self._xml.text(element, "RvslInd") in ("true", "1")
        for amount, details in self._parts(element, total, sign):
            self._now.entries.append(
                StatementEntry(
                    row=self._row,
                    entry_no=self._now.number(number or f"N{self._row}"),
                    booked_on=booked_on,
                    amount_fen=amount,
                    reversal=reversal,
                    **self._facts(details, sign),
                )
            )

    def _parts(self, element: Any, total: int, sign: int) -> list[tuple[int, Any]]:  # noqa: ANN401
        """Return the entry's transactions with their amounts, or the entry itself undivided."""
        details = [
            each
            for group in self._xml.children(element, "NtryDtls")
            for each in self._xml.children(group, "TxDtls")
        ]
        if len(details) == 1:
            return [(total, details[0])]
        amounts = [self._own_amount(each) for each in details]
        if details and None not in amounts and sum(a or 0 for a in amounts) == abs(total):
            return [
                (sign * (amount or 0), each) for amount, each in zip(amounts, details, strict=True)
            ]
        return [(total, None)]

    def _own_amount(self, details: Any) -> int | None:  # noqa: ANN401
        own = self._xml.child(details, "Amt")
        if own is None:
            own = self._xml.child(details, "AmtDtls", "TxAmt", "Amt")
        return None if own is None else self._amount(own)

    def _facts(self, details: Any, sign: int) -> dict[str, Any]:  # noqa: ANN401
        """Return who stands on the other side and which of our references it names."""
        if details is None:
            return {}
        xml = self._xml
        side = "Cdtr" if sign < 0 else "Dbtr"
        reference = xml.text(details, "Refs", "EndToEndId") or xml.text(details, "Refs", "InstrId")
        return {
            "counter_account": xml.text(details, "RltdPties", f"{side}Acct", "Id", "Othr", "Id"),
            "counter_name": xml.text(details, "RltdPties", side, "Pty", "Nm")
            or xml.text(details, "RltdPties", side, "Nm"),
            "reference": None if reference == "NOTPROVIDED" else reference,
            "purpose": xml.text(details, "RmtInf", "Ustrd"),
            "returned": xml.child(details, "RtrInf") is not None,
        }
