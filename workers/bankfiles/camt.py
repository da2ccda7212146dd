"""What an account entry of ISO 20022 says, alike in statements (camt.053) and advices (camt.054).

A batch-booked debit is one entry over many orders: its amount is the batch's total and never any
order's. It is taken apart only when its transactions are all there and add up to it.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from models.rules.errors.bankfiles import FieldMissing, NotYuan
from workers.bankfiles.values import iso_amount_fen, iso_day
from workers.bankfiles.xml import Reader

_NOT_PROVIDED = "NOTPROVIDED"
#: ISO external code set, bank transaction sub-family: a payment comes back.
_RETURN_CODES = ("RRTN",)
_TRUE = ("true", "1")


@dataclass(frozen=True, slots=True)
class Part:
    """One order's share of an entry, or an entry that cannot be taken apart."""

    #: A debit is negative.
    amount_fen: int
    references: tuple[str, ...] = ()
    counter_account: str | None = None
    counter_name: str | None = None
    purpose: str | None = None
    returned: bool = False
    bank_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry with its parts, in the order of the file."""

    amount_fen: int
    status: str
    booked_on: date | None
    reversal: bool
    #: The bank's number, not unique.
    number: str | None
    #: The batch the entry stands for, and how many orders it says it holds.
    batch_no: str | None
    batch_count: int | None
    parts: tuple[Part, ...]


class EntryReader:
    """Reads Ntry elements of one namespace."""

    def __init__(self, xml: Reader) -> None:
        self._xml = xml

    def account(self, element: Any) -> str:  # noqa: ANN401 - lxml has no types
        """Return the number of an Acct element, or an empty text."""
        text = self._xml.text
        return text(element, "Id", "Othr", "Id") or text(element, "Id", "IBAN") or ""

    def day(self, element: Any, tag: str, row: int) -> date | None:  # noqa: ANN401
        """Return the day of a date choice, or None."""
        text = self._xml.text(element, tag, "Dt") or self._xml.text(element, tag, "DtTm")
        return iso_day(text, row=row, field=tag) if text else None

    def signed(self, element: Any, row: int) -> int:  # noqa: ANN401
        """Return the fen of Amt, negative for a debit; only CNY is taken."""
        amount = self._xml.child(element, "Amt")
        if amount is None:
            raise FieldMissing(row=row, field="Amt")
        if amount.get("Ccy") != "CNY":
            raise NotYuan(row=row, field="Amt", value=str(amount.get("Ccy"))[:10])
        fen = iso_amount_fen((amount.text or "").strip(), row=row, field="Amt")
        return fen * self._sign(element)

    def entry(self, element: Any, row: int) -> Entry:  # noqa: ANN401
        """Return the entry of a Ntry element."""
        xml = self._xml
        groups = xml.children(element, "NtryDtls")
        counts = [xml.text(group, "Btch", "NbOfTxs") or "" for group in groups]
        numbers = [xml.text(group, "Btch", "PmtInfId") for group in groups]
        count = sum(int(each) for each in counts) if all(map(str.isdecimal, counts)) else None
        total = self.signed(element, row)
        return Entry(
            amount_fen=total,
            status=xml.text(element, "Sts", "Cd") or xml.text(element, "Sts") or "",
            booked_on=self.day(element, "BookgDt", row),
            reversal=xml.text(element, "RvslInd") in _TRUE,
            number=xml.text(element, "AcctSvcrRef") or xml.text(element, "NtryRef"),
            batch_no=next((number for number in numbers if number), None),
            batch_count=count if groups else None,
            parts=self._parts(element, total, count if groups else None, row),
        )

    def _parts(self, element: Any, total: int, count: int | None, row: int) -> tuple[Part, ...]:  # noqa: ANN401
        """Return the transactions when they are the whole entry, else the entry undivided."""
        details = [
            each
            for group in self._xml.children(element, "NtryDtls")
            for each in self._xml.children(group, "TxDtls")
        ]
        signed = [self._own_amount(each, row) for each in details]
        if len(details) == 1 and signed == [None] and count in (None, 1):
            signed = [total]
        amounts = _adding_up([each for each in signed if each is not None], total)
        if not details or len(amounts) != len(details) or count not in (None, len(details)):
            return (Part(total),)
        return tuple(
            self._part(element, each, amount) for each, amount in zip(details, amounts, strict=True)
        )

    def _own_amount(self, details: Any, row: int) -> int | None:  # noqa: ANN401
        """Return what a transaction says of its own amount in CNY, or None."""
        for way in (("Amt",), ("AmtDtls", "TxAmt", "Amt"), ("AmtDtls", "InstdAmt", "Amt")):
            own = self._xml.child(details, *way)
            if own is not None and own.get("Ccy") == "CNY":
                fen = iso_amount_fen((own.text or "").strip(), row=row, field="Amt")
                return fen * self._sign(details)
        return None

    def _sign(self, element: Any) -> int:  # noqa: ANN401
        return -1 if self._xml.text(element, "CdtDbtInd") == "DBIT" else 1

    def _part(self, entry: Any, details: Any, amount: int) -> Part:  # noqa: ANN401
        """Return who stands on the other side and which of our references it names."""
        xml = self._xml
        side = "Cdtr" if amount < 0 else "Dbtr"
        named = (xml.text(details, "Refs", tag) for tag in ("EndToEndId", "InstrId"))
        returned = xml.child(details, "RtrInf")
        return Part(
            amount_fen=amount,
            references=tuple(dict.fromkeys(n for n in named if n and n != _NOT_PROVIDED)),
            counter_account=self.account(xml.child(details, "RltdPties", f"{side}Acct")) or None,
            counter_name=xml.text(details, "RltdPties", side, "Pty", "Nm")
            or xml.text(details, "RltdPties", side, "Nm"),
            purpose=xml.text(details, "RmtInf", "Ustrd"),
            returned=returned is not None
            or self._sub_family(details) in _RETURN_CODES
            or self._sub_family(entry) in _RETURN_CODES,
            bank_reason=self._reason(returned),
        )

    def _sub_family(self, element: Any) -> str | None:  # noqa: ANN401
        return self._xml.text(element, "BkTxCd", "Domn", "Fmly", "SubFmlyCd")

    def _reason(self, returned: Any) -> str | None:  # noqa: ANN401
        if returned is None:
            return None
        xml = self._xml
        code = xml.text(returned, "Rsn", "Cd") or xml.text(returned, "Rsn", "Prtry")
        more = [(each.text or "").strip() for each in xml.children(returned, "AddtlInf")]
        return " ".join(part for part in (code, *more) if part) or None


def _adding_up(amounts: list[int], total: int) -> list[int]:
    """Return the amounts as they add up to the entry, or nothing.

    Some banks leave out the sign of a transaction, or state that of the original payment: then all
    have the entry's sign.
    """
    if sum(amounts) == total:
        return amounts
    sign = -1 if total < 0 else 1
    same = [sign * abs(amount) for amount in amounts]
    return same if sum(same) == total else []
