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
_SUB_FAMILY = "BkTxCd/Domn/Fmly/SubFmlyCd"
#: Where a transaction says its own amount, the first that is in CNY counts.
_AMOUNTS = ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt")
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
        batches = [batch for group in groups for batch in xml.children(group, "Btch")]
        count = self._count(batches) if len(batches) == len(groups) else None
        total = self.signed(element, row)
        return Entry(
            amount_fen=total,
            status=xml.text(element, "Sts", "Cd") or xml.text(element, "Sts") or "",
            booked_on=self.day(element, "BookgDt", row),
            reversal=xml.text(element, "RvslInd") in _TRUE,
            number=xml.text(element, "AcctSvcrRef") or xml.text(element, "NtryRef"),
            batch_no=next(filter(None, (xml.text(each, "PmtInfId") for each in batches)), None),
            batch_count=count,
            parts=self._parts(element, groups, total, count, row),
        )

    def _count(self, batches: list[Any]) -> int | None:
        """Return how many orders the batches of an entry say they hold, if all of them say so."""
        counts = [self._xml.text(each, "NbOfTxs") or "" for each in batches]
        return sum(map(int, counts)) if counts and all(map(str.isdecimal, counts)) else None

    def _parts(
        self,
        element: Any,  # noqa: ANN401
        groups: list[Any],
        total: int,
        count: int | None,
        row: int,
    ) -> tuple[Part, ...]:
        """Return the transactions when they are the whole entry, else the entry undivided."""
        details = [each for group in groups for each in self._xml.children(group, "TxDtls")]
        if not details or count not in (None, len(details)):
            return (Part(total),)
        texts = [self._xml.flat(each) for each in details]
        signed = [self._own_amount(*each, row=row) for each in zip(details, texts, strict=True)]
        if signed == [None]:
            signed = [total]
        amounts = _adding_up([each for each in signed if each is not None], total)
        if len(amounts) != len(details):
            return (Part(total),)
        return tuple(
            self._part(element, *each) for each in zip(details, texts, amounts, strict=True)
        )

    def _own_amount(self, details: Any, texts: dict[str, str], *, row: int) -> int | None:  # noqa: ANN401
        """Return what a transaction says of its own amount in CNY, or None."""
        for way in _AMOUNTS:
            if way not in texts:
                continue
            own = self._xml.child(details, *way.split("/"))
            if own.get("Ccy") == "CNY":
                fen = iso_amount_fen(texts[way].strip(), row=row, field="Amt")
                return -fen if texts.get("CdtDbtInd") == "DBIT" else fen
        return None

    def _sign(self, element: Any) -> int:  # noqa: ANN401
        return -1 if self._xml.text(element, "CdtDbtInd") == "DBIT" else 1

    def _part(self, entry: Any, details: Any, texts: dict[str, str], amount: int) -> Part:  # noqa: ANN401
        """Return who stands on the other side and which of our references it names."""

        def told(*paths: str) -> str | None:
            found = (texts.get(path, "").strip() for path in paths)
            return next(filter(None, found), None)

        side = "RltdPties/Cdtr" if amount < 0 else "RltdPties/Dbtr"
        named = (told("Refs/EndToEndId"), told("Refs/InstrId"))
        returned = self._xml.child(details, "RtrInf")
        return Part(
            amount_fen=amount,
            references=tuple(dict.fromkeys(n for n in named if n and n != _NOT_PROVIDED)),
            counter_account=told(f"{side}Acct/Id/Othr/Id", f"{side}Acct/Id/IBAN"),
            counter_name=told(f"{side}/Pty/Nm", f"{side}/Nm"),
            purpose=told("RmtInf/Ustrd"),
            returned=returned is not None
            or told(_SUB_FAMILY) in _RETURN_CODES
            or (amount > 0 and self._xml.text(entry, *_SUB_FAMILY.split("/")) in _RETURN_CODES),
            bank_reason=self._reason(returned),
        )

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
