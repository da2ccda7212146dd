"""Reading back a pain.001 order file with an XML parser."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from lxml import etree

from models.rules.errors.bankfiles import FieldMissing, NotYuan
from workers.bankfiles.model import ControlTotals, OrderRead
from workers.bankfiles.pain001 import NAMESPACES
from workers.bankfiles.profiles import Profile
from workers.bankfiles.values import iso_amount_fen
from workers.bankfiles.xml import Reader, elements, free

#: What an ordinary transaction looks like once the parser has read it and written it out again;
#: a text with anything escaped in it is no match.
_ORDINARY = (
    '<CdtTrfTxInf xmlns="{namespace}"><PmtId><InstrId>{text}</InstrId><EndToEndId>{text}'
    "</EndToEndId>{uetr}</PmtId>"
    '<Amt><InstdAmt Ccy="CNY">([0-9]{{1,15}})\\.([0-9]{{2}})</InstdAmt></Amt>'
    "<CdtrAgt><FinInstnId><ClrSysMmbId><ClrSysId><Cd>[^<&]+</Cd></ClrSysId><MmbId>{text}</MmbId>"
    "</ClrSysMmbId><Nm>{text}</Nm></FinInstnId></CdtrAgt><Cdtr><Nm>{text}</Nm></Cdtr>"
    "<CdtrAcct><Id><Othr><Id>{text}</Id></Othr></Id></CdtrAcct>"
    "<RmtInf><Ustrd>{text}</Ustrd></RmtInf></CdtTrfTxInf>"
)


def read(
    profile: Profile, chunks: Iterable[bytes], schema: etree.XMLSchema | None = None
) -> Iterator[OrderRead | ControlTotals]:
    """Yield the orders and the totals that GrpHdr and PmtInf state.

    Nearly every transaction has the ordinary shape and is taken apart in one go; any other is
    looked at leaf by leaf.
    """
    namespace = NAMESPACES[profile.format]
    xml, with_uetr = Reader(namespace), profile.format == "pain001_v09"
    ordinary = _ordinary(namespace, with_uetr=with_uetr)
    tags = ("NbOfTxs", "CtrlSum", "CdtTrfTxInf")
    row = count = 0
    for element in elements(chunks, namespace, tags, schema):
        tag = xml.tag(element)
        if tag == "CdtTrfTxInf":
            row += 1
            found = ordinary(etree.tostring(element, encoding="unicode", with_tail=False))
            if found and found[1] == found[2]:
                _, reference, uetr, yuan, cents, cnaps_code, bank, name, account, purpose = (
                    found.groups()
                )
                yield OrderRead(
                    row, reference, int(yuan + cents), account, name, bank, cnaps_code, purpose,
                    uetr if with_uetr else None,
                )  # fmt: skip
            else:
                yield _order(xml, element, row, with_uetr=with_uetr)
            free(element)
        elif tag == "NbOfTxs":
            count = int(element.text)
        else:
            yield ControlTotals(count, iso_amount_fen(element.text, row=0, field="CtrlSum"))


def _ordinary(namespace: str, *, with_uetr: bool) -> Any:  # noqa: ANN401
    """Return what matches the text of an ordinary transaction, its leaves as groups."""
    text = "([^<&]+)"
    uetr = f"<UETR>{text}</UETR>" if with_uetr else "()"
    return re.compile(
        _ORDINARY.format(namespace=re.escape(namespace), text=text, uetr=uetr)
    ).fullmatch


def _order(xml: Reader, element: Any, row: int, *, with_uetr: bool) -> OrderRead:  # noqa: ANN401
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
        payee_account_no=texts.get("CdtrAcct/Id/Othr/Id", ""),
        payee_account_name=texts.get("Cdtr/Nm", ""),
        payee_bank_name=texts.get("CdtrAgt/FinInstnId/Nm", ""),
        payee_cnaps_code=texts.get("CdtrAgt/FinInstnId/ClrSysMmbId/MmbId", ""),
        purpose=texts.get("RmtInf/Ustrd", ""),
        uetr=texts.get("PmtId/UETR", "") if with_uetr else None,
    )
