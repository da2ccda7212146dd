"""Reading back a pain.001 order file with an XML parser."""

from collections.abc import Iterable, Iterator
from typing import Any

from lxml import etree

from models.rules.errors.bankfiles import FieldMissing, NotYuan
from workers.bankfiles.model import ControlTotals, OrderRead
from workers.bankfiles.pain001 import NAMESPACES
from workers.bankfiles.profiles import Profile
from workers.bankfiles.values import iso_amount_fen
from workers.bankfiles.xml import Reader, elements, free


def read(
    profile: Profile, chunks: Iterable[bytes], schema: etree.XMLSchema | None = None
) -> Iterator[OrderRead | ControlTotals]:
    """Yield the orders and the totals that GrpHdr and PmtInf state."""
    namespace = NAMESPACES[profile.format]
    xml = Reader(namespace)
    tags = ("NbOfTxs", "CtrlSum", "CdtTrfTxInf")
    row = count = 0
    for element in elements(chunks, namespace, tags, schema):
        tag = xml.tag(element)
        if tag == "NbOfTxs":
            count = int(element.text)
        elif tag == "CtrlSum":
            yield ControlTotals(count, iso_amount_fen(element.text, row=0, field="CtrlSum"))
        else:
            row += 1
            yield _order(xml, element, row)
            free(element)


def _order(xml: Reader, element: Any, row: int) -> OrderRead:  # noqa: ANN401
    found = xml.leaves(element)
    texts = {path: node.text for path, node in found.items()}
    reference, amount = texts.get("PmtId/EndToEndId"), texts.get("Amt/InstdAmt")
    if amount is None or reference is None:
        raise FieldMissing(row=row, field="InstdAmt" if amount is None else "EndToEndId")
    currency = found["Amt/InstdAmt"].get("Ccy")
    if currency != "CNY":
        raise NotYuan(row=row, field="InstdAmt", value=str(currency))
    return OrderRead(
        row,
        reference,
        iso_amount_fen(amount, row=row, field="InstdAmt"),
        payee_account_no=texts.get("CdtrAcct/Id/Othr/Id"),
        payee_account_name=texts.get("Cdtr/Nm"),
        payee_bank_name=texts.get("CdtrAgt/FinInstnId/Nm"),
        payee_cnaps_code=texts.get("CdtrAgt/FinInstnId/ClrSysMmbId/MmbId"),
        purpose=texts.get("RmtInf/Ustrd", ""),
        uetr=texts.get("PmtId/UETR"),
    )
