"""Reading ISO 20022 pain.002, the bank's report on a payment file.

ISO 20022 message definition reports CustomerPaymentStatusReport V10 and V03. Everything about a
single transaction is optional there, so the most specific word wins: transaction, then payment
information, then group. A group's final word that a transaction contradicts goes to a person.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from models.rules.errors.bankfiles import NotYuan, XmlBroken
from workers.bankfiles.incoming import IncomingLayout
from workers.bankfiles.model import ResultFile, ResultLine, ResultStatus
from workers.bankfiles.values import iso_amount_fen, iso_day
from workers.bankfiles.xml import Reader, elements, free

NAMESPACES = {
    "pain002_v10": "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10",
    "pain002_v03": "urn:iso:std:iso:20022:tech:xsd:pain.002.001.03",
}
_TAGS = ("GrpHdr", "OrgnlGrpInfAndSts", "OrgnlPmtInfAndSts", "PmtInfSts", "TxInfAndSts")
_NO_REFERENCE = "NOTPROVIDED"
#: Words that leave no room for another outcome of a single transaction below them.
_FINAL = (ResultStatus.SETTLED, ResultStatus.REJECTED, ResultStatus.CANCELLED)


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
        elif tag == "OrgnlPmtInfAndSts":
            self._batch_word = None
            free(element)
        elif tag == "TxInfAndSts":
            self._lines.append(self._line(element))
            free(element)

    def _take_group(self, element: Any) -> None:  # noqa: ANN401
        self._batch_no = self._xml.text(element, "OrgnlMsgId")
        self._group = self._xml.text(element, "GrpSts")
        self._group_reason = self._reason(element)
        count = self._xml.text(element, "OrgnlNbOfTxs")
        self._original_count = int(count) if count and count.isdigit() else None
        for each in self._xml.children(element, "NbOfTxsPerSts"):
            word, number = self._xml.text(each, "DtldSts"), self._xml.text(each, "DtldNbOfTxs")
            if word and number and number.isdigit():
                self._counts[word] = int(number)

    def finished(self) -> ResultFile:
        """Return the whole; a report without an original message is no report."""
        if self._batch_no is None:
            raise XmlBroken(row=1)
        return ResultFile(
            lines=tuple(self._lines),
            batch_no=self._batch_no,
            group_status_text=self._group,
            group_status=self._meaning(self._group),
            group_reason=self._group_reason,
            original_count=self._original_count,
            count_by_status=self._counts,
            created_on=self._created_on,
        )

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
        if status not in _FINAL:
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
