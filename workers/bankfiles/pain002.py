"""Reading ISO 20022 pain.002, the bank's report on a payment file.

ISO 20022 message definition reports CustomerPaymentStatusReport V10 and V03. Everything about a
single transaction is optional there, so the most specific word wins: transaction, then payment
information, then group. A group's final word that a transaction contradicts goes to a person. Our
messages have one payment information, so its word and counts speak of the whole as the group's do.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from models.rules.errors.bankfiles import CountsDiffer, FileForeign, NotYuan, XmlBroken
from workers.bankfiles.incoming import IncomingLayout
from workers.bankfiles.model import ResultFile, ResultLine, ResultStatus
from workers.bankfiles.values import iso_amount_fen, iso_day
from workers.bankfiles.xml import Reader, elements, free

NAMESPACES = {
    "pain002_v10": "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10",
    "pain002_v03": "urn:iso:std:iso:20022:tech:xsd:pain.002.001.03",
}
_TAGS = (
    "GrpHdr",
    "OrgnlGrpInfAndSts",
    "OrgnlPmtInfAndSts",
    "PmtInfSts",
    "NbOfTxsPerSts",
    "TxInfAndSts",
)
#: A report about anything but our orders is another file.
_ORDERS = "pain.001"
_NO_REFERENCE = "NOTPROVIDED"
#: Words that leave no room for another outcome of a single transaction below them.
_FINAL = (ResultStatus.SETTLED, ResultStatus.REJECTED, ResultStatus.CANCELLED)
#: Words that say something happened on a day; a bank may have words of its own for money back.
_DATED = (*_FINAL, ResultStatus.RETURNED, ResultStatus.REVERSED)


def read(layout: IncomingLayout, chunks: Iterable[bytes]) -> ResultFile:
    """Return the report; XmlBroken, XmlHasDtd or FileForeign refuse it whole."""
    report = _Report(layout)
    for element in elements(chunks, NAMESPACES[layout.format], _TAGS):
        report.take(element)
    return report.finished()


class _Report:
    """What has been read so far, top down."""

    def __init__(self, layout: IncomingLayout) -> None:
        self._layout = layout
        self._xml = Reader(NAMESPACES[layout.format])
        self._created_on: date | None = None
        self._batch_no: str | None = None
        self._group: str | None = None
        self._group_reason: str | None = None
        self._batch_word: str | None = None
        self._batch_words: list[str | None] = []
        self._batch_counts: dict[str, int] = {}
        self._original_count: int | None = None
        self._counts: dict[str, int] = {}
        self._lines: list[ResultLine] = []

    def take(self, element: Any) -> None:  # noqa: ANN401
        """Take one finished element of the document."""
        tag = self._xml.tag(element)
        if tag == "GrpHdr":
            created = self._xml.text(element, "CreDtTm")
            self._created_on = iso_day(created, row=1, field="CreDtTm") if created else None
        elif tag == "OrgnlGrpInfAndSts":
            self._take_group(element)
        elif tag == "PmtInfSts":
            self._batch_word = (element.text or "").strip() or None
        elif tag == "NbOfTxsPerSts":
            if self._xml.tag(element.getparent()) == "OrgnlPmtInfAndSts":
                self._count(element, self._batch_counts)
        elif tag == "OrgnlPmtInfAndSts":
            self._batch_words.append(self._batch_word)
            self._group_reason = self._group_reason or self._reason(element)
            self._batch_word = None
            free(element)
        elif tag == "TxInfAndSts":
            self._lines.append(self._line(element))
            free(element)

    def _take_group(self, element: Any) -> None:  # noqa: ANN401
        self._batch_no = self._xml.text(element, "OrgnlMsgId")
        self._group = self._xml.text(element, "GrpSts")
        self._group_reason = self._reason(element)
        about = self._xml.text(element, "OrgnlMsgNmId") or _ORDERS
        if not about.startswith(_ORDERS):
            raise FileForeign(expected=_ORDERS, found=about[:40])
        count = self._xml.text(element, "OrgnlNbOfTxs")
        self._original_count = int(count) if count and count.isdigit() else None
        for each in self._xml.children(element, "NbOfTxsPerSts"):
            self._count(each, self._counts)

    def _count(self, element: Any, counts: dict[str, int]) -> None:  # noqa: ANN401
        word, number = self._xml.text(element, "DtldSts"), self._xml.text(element, "DtldNbOfTxs")
        if word and number and number.isdigit():
            counts[word] = counts.get(word, 0) + int(number)

    def finished(self) -> ResultFile:
        """Return the whole; a report without an original message is no report."""
        if self._batch_no is None:
            raise XmlBroken(row=1)
        self._refuse_more_than_counted()
        word = self._word_for_all()
        return ResultFile(
            lines=tuple(self._lines) or self._for_a_person(word),
            batch_no=self._batch_no,
            group_status_text=word,
            group_status=self._meaning_for_all(word),
            group_reason=self._group_reason,
            original_count=self._original_count,
            count_by_status=self._counts or self._batch_counts,
            created_on=self._created_on,
        )

    def _for_a_person(self, word: str | None) -> tuple[ResultLine, ...]:
        """Return a line that says what the bank said of the whole file, where no order is listed.

        Without an agreement about silence the word settles or rejects no order by itself, but it
        must not pass unseen. An acknowledgement, and what the agreement explains, is no news.
        """
        if word is None or self._layout.report_scope != "all":
            return ()
        if self._meaning_for_all(word) is ResultStatus.PENDING:
            return ()
        reason = f"{self._batch_no} {self._group_reason or ''}".strip()
        return (
            ResultLine(
                row=1,
                reference=None,
                status_text=word,
                status=None,
                amount_fen=None,
                booked_on=None,
                bank_reason=reason,
                account_no=None,
                account_name=None,
                bank_line_no=None,
            ),
        )

    def _word_for_all(self) -> str | None:
        """Return the most specific word about every order: PmtInfSts of the only one, or GrpSts."""
        only = self._batch_words[0] if len(self._batch_words) == 1 else None
        return only or self._group

    def _meaning_for_all(self, word: str | None) -> ResultStatus | None:
        """Return what it means; two final words that differ mean nothing."""
        meaning, group = self._meaning(word), self._meaning(self._group)
        return None if group in _FINAL and group is not meaning else meaning

    def _refuse_more_than_counted(self) -> None:
        """Refuse a report that lists more orders than it counts; it may list fewer."""
        listed = Counter(line.status_text for line in self._lines)
        for word, stated in (self._counts or self._batch_counts).items():
            if listed[word] > stated:
                raise CountsDiffer(what=word, stated=stated, found=listed[word])
        known = len({line.reference for line in self._lines if line.reference})
        if self._original_count is not None and known > self._original_count:
            raise CountsDiffer(what="OrgnlNbOfTxs", stated=self._original_count, found=known)

    def _meaning(self, word: str | None) -> ResultStatus | None:
        return self._layout.status_map.get(word) if word else None

    def _line(self, element: Any) -> ResultLine:  # noqa: ANN401
        row = len(self._lines) + 1
        texts = {path: text.strip() for path, text in self._xml.flat(element).items()}
        own = texts.get("TxSts")
        word = own or self._batch_word or self._group or ""
        status = self._meaning(word)
        names = (texts.get("OrgnlEndToEndId"), texts.get("OrgnlInstrId"))
        known = [name for name in names if name and name != _NO_REFERENCE]
        contradiction = self._contradiction(own, status)
        if len(set(known)) > 1:
            contradiction = f"EndToEndId {known[0]} ≠ InstrId {known[1]}"
        return ResultLine(
            row=row,
            reference=known[0] if known else None,
            status_text=word,
            status=status,
            amount_fen=self._amount(element, texts, row),
            booked_on=self._booked_on(texts, row, status),
            bank_reason=self._reason(element),
            account_no=texts.get("OrgnlTxRef/CdtrAcct/Id/Othr/Id"),
            account_name=texts.get("OrgnlTxRef/Cdtr/Pty/Nm") or texts.get("OrgnlTxRef/Cdtr/Nm"),
            bank_line_no=None,
            contradiction=contradiction,
            debtor_account_no=texts.get("OrgnlTxRef/DbtrAcct/Id/Othr/Id"),
        )

    def _contradiction(self, own: str | None, status: ResultStatus | None) -> str | None:
        for level, word in (("PmtInfSts", self._batch_word), ("GrpSts", self._group)):
            above = self._meaning(word)
            if own and above in _FINAL and above != status:
                return f"{level} {word} ≠ TxSts {own}"
        return None

    def _amount(self, element: Any, texts: dict[str, str], row: int) -> int | None:  # noqa: ANN401
        amount = texts.get("OrgnlTxRef/Amt/InstdAmt")
        if amount is None:
            return None
        currency = self._xml.child(element, "OrgnlTxRef", "Amt", "InstdAmt").get("Ccy")
        if currency != "CNY":
            raise NotYuan(row=row, field="InstdAmt", value=str(currency)[:10])
        return iso_amount_fen(amount, row=row, field="InstdAmt")

    def _booked_on(
        self, texts: dict[str, str], row: int, status: ResultStatus | None
    ) -> date | None:
        """Return the day the bank accepted a final transaction, else the day of the report.

        pain.002 has no booking date; the statement has the last word on the day.
        """
        if status not in _DATED:
            return None
        accepted = texts.get("AccptncDtTm")
        return iso_day(accepted, row=row, field="AccptncDtTm") if accepted else self._created_on

    def _reason(self, element: Any) -> str | None:  # noqa: ANN401
        parts: list[str] = []
        for each in self._xml.children(element, "StsRsnInf"):
            code = self._xml.text(each, "Rsn", "Cd") or self._xml.text(each, "Rsn", "Prtry")
            more = [(e.text or "").strip() for e in self._xml.children(each, "AddtlInf")]
            parts += [part for part in (code, *more) if part]
        return " ".join(parts) or None
