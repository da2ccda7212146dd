"""Reading back a pain.001 order file with an XML parser."""

from collections.abc import Iterable, Iterator
from typing import Any

from models.rules.errors.bankfiles import FieldMissing, NotYuan
from workers.bankfiles.model import ControlTotals, OrderRead
from workers.bankfiles.pain001 import NAMESPACES
from workers.bankfiles.profiles import Profile
from workers.bankfiles.values import iso_amount_fen
from workers.bankfiles.xml import Reader, elements, free


def read(profile: Profile, chunks: Iterable[bytes]) -> Iterator[OrderRead | ControlTotals]:
    """Yield the orders and the totals that GrpHdr and PmtInf state."""
    namespace = NAMESPACES[profile.format]
    xml = Reader(namespace)
    tags = ("NbOfTxs", "CtrlSum", "CdtTrfTxInf")
    row = count = 0
    for event, element in elements(chunks, namespace, tags):
        tag = xml.tag(element)
        if event == "start":
            continue
        if tag == "NbOfTxs":
            count = int(element.text)
        elif tag == "CtrlSum":
            yield ControlTotals(count, iso_amount_fen(element.text, row=0, field="CtrlSum"))
        else:
            row += 1
            yield _order(xml, element, row)
            free(element)


def _order(xml: Reader, element: Any, row: int) -> OrderRead:  # noqa: ANN401
    amount = xml.child(element, "Amt", "InstdAmt")
    reference = xml.text(element, "PmtId", "EndToEndId")
    if amount is None or reference is None:
        raise FieldMissing(row=row, field="InstdAmt" if amount is None else "EndToEndId")
    if amount.get("Ccy") != "CNY":
        raise NotYuan(row=row, field="InstdAmt", value=str(amount.get("Ccy")))
    agent = ("CdtrAgt", "FinInstnId")
    return OrderRead(
        row=row,
        reference=reference,
        amount_fen=iso_amount_fen(amount.text, row=row, field="InstdAmt"),
        payee_account_no=xml.text(element, "CdtrAcct", "Id", "Othr", "Id"),
        payee_account_name=_verbatim(xml, element, "Cdtr", "Nm"),
        payee_bank_name=_verbatim(xml, element, *agent, "Nm"),
        payee_cnaps_code=xml.text(element, *agent, "ClrSysMmbId", "MmbId"),
        purpose=_verbatim(xml, element, "RmtInf", "Ustrd") or "",
        uetr=xml.text(element, "PmtId", "UETR"),
    )


def _verbatim(xml: Reader, element: Any, *path: str) -> str | None:  # noqa: ANN401
    found = xml.child(element, *path)
    return None if found is None else found.text
