"""Writing ISO 20022 pain.001 for domestic payments in CNY, streaming and byte-reproducible.

ISO 20022 message definition reports CustomerCreditTransferInitiation V09 and V03; domestic Chinese
clearing: ISO external code set, clearing system CNAPS with 12 digits of 联行号, accounts without
IBAN as Othr/Id.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from xml.sax.saxutils import escape

from models.rules.money import yuan
from workers.bankfiles.cells import SHANGHAI, Line
from workers.bankfiles.layout import detail_cells, header_cells
from workers.bankfiles.model import Batch, Order
from workers.bankfiles.profiles import Profile
from workers.bankfiles.record import DetailRecord, refuse_problems

NAMESPACES = {
    "pain001_v09": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09",
    "pain001_v03": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.03",
}


def pieces(profile: Profile, batch: Batch, orders: Iterator[Order]) -> Iterator[bytes]:
    """Yield head, transactions and tail of a pain.001 message with one PmtInf."""
    first = next(orders)
    heads = header_cells(profile)
    line = Line(batch, first, 0)
    refuse_problems(profile, heads, line, order=False)
    yield _head(profile, batch, [escape(cell.text(line)) for cell in heads]).encode()
    detail = DetailRecord(profile, detail_cells(profile), batch, first)
    transaction = _Transaction(profile)
    for _, columns in detail.blocks(chain((first,), orders)):
        yield transaction.texts(columns).encode()
    yield b"</PmtInf>\n</CstmrCdtTrfInitn>\n</Document>\n"


def transaction(profile: Profile, values: list[str]) -> str:
    """Return the element of one order for the texts of its cells."""
    return _Transaction(profile).text(values)


def _agent(clearing_system: str, cnaps_code: str, bank_name: str) -> str:
    return (
        f"<FinInstnId><ClrSysMmbId><ClrSysId><Cd>{clearing_system}</Cd></ClrSysId>"
        f"<MmbId>{cnaps_code}</MmbId></ClrSysMmbId><Nm>{bank_name}</Nm></FinInstnId>"
    )


def _head(profile: Profile, batch: Batch, debtor: list[str]) -> str:
    """Return everything before the first transaction; CreDtTm is the batch's, in Beijing time."""
    batch_no, name, account, cnaps_code, bank_name = debtor
    created = batch.created_at.astimezone(SHANGHAI).replace(microsecond=0).isoformat()
    totals = f"<NbOfTxs>{batch.count}</NbOfTxs><CtrlSum>{yuan(batch.total_fen)}</CtrlSum>"
    day = batch.execution_on.isoformat()
    if profile.format == "pain001_v09":
        day = f"<Dt>{day}</Dt>"
    booking = "true" if profile.xml.batch_booking else "false"
    bearer = profile.xml.charge_bearer
    clearing = escape(profile.xml.clearing_system)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="{NAMESPACES[profile.format]}">\n<CstmrCdtTrfInitn>\n'
        f"<GrpHdr><MsgId>{batch_no}</MsgId><CreDtTm>{created}</CreDtTm>{totals}"
        f"<InitgPty><Nm>{name}</Nm></InitgPty></GrpHdr>\n"
        f"<PmtInf><PmtInfId>{batch_no}</PmtInfId><PmtMtd>TRF</PmtMtd>"
        f"<BtchBookg>{booking}</BtchBookg>{totals}{_payment_type(profile, batch.rail)}"
        f"<ReqdExctnDt>{day}</ReqdExctnDt><Dbtr><Nm>{name}</Nm></Dbtr>"
        f"<DbtrAcct><Id><Othr><Id>{account}</Id></Othr></Id><Ccy>{profile.xml.currency}</Ccy>"
        f"</DbtrAcct><DbtrAgt>{_agent(clearing, cnaps_code, bank_name)}</DbtrAgt>"
        + (f"<ChrgBr>{bearer}</ChrgBr>" if bearer else "")
        + "\n"
    )


def _payment_type(profile: Profile, rail: str) -> str:
    priority, local = profile.xml.instruction_priority, profile.xml.local_instrument
    if priority == "by_rail":
        priority = "HIGH" if rail == "hvps" else "NORM"
    inside = (f"<InstrPrty>{priority}</InstrPrty>" if priority else "") + (
        f"<LclInstrm><Prtry>{escape(local)}</Prtry></LclInstrm>" if local else ""
    )
    return f"<PmtTpInf>{inside}</PmtTpInf>" if inside else ""


#: What may not stand in XML text as it is.
_MARKUP = re.compile("[&<>]")


class _Transaction:
    """The text of one CdtTrfTxInf."""

    def __init__(self, profile: Profile) -> None:
        self._with_uetr = profile.format == "pain001_v09"
        self._clearing = escape(profile.xml.clearing_system)
        self._currency = profile.xml.currency

    def text(self, values: Sequence[str]) -> str:
        """Return the element for the texts of `layout.detail_cells`, in that order."""
        reference, amount, cnaps_code, bank_name, name, account, purpose, *rest = values
        if not (name.isalnum() and bank_name.isalnum() and purpose.isalnum()):
            bank_name, name, purpose = escape(bank_name), escape(name), escape(purpose)
        uetr = f"<UETR>{rest[0]}</UETR>" if self._with_uetr else ""
        remittance = f"<RmtInf><Ustrd>{purpose}</Ustrd></RmtInf>" if purpose else ""
        return (
            f"<CdtTrfTxInf><PmtId><InstrId>{reference}</InstrId>"
            f"<EndToEndId>{reference}</EndToEndId>{uetr}</PmtId>"
            f'<Amt><InstdAmt Ccy="{self._currency}">{amount}</InstdAmt></Amt>'
            f"<CdtrAgt>{_agent(self._clearing, cnaps_code, bank_name)}</CdtrAgt>"
            f"<Cdtr><Nm>{name}</Nm></Cdtr>"
            f"<CdtrAcct><Id><Othr><Id>{account}</Id></Othr></Id></CdtrAcct>"
            f"{remittance}</CdtTrfTxInf>\n"
        )

    def texts(self, columns: list[Sequence[str]]) -> str:
        """Return the elements of many orders; written at once where nothing needs escaping."""
        _, _, _, bank_names, names, _, purposes, *_ = columns
        free = "".join(chain(bank_names, names, purposes))
        if not all(purposes) or _MARKUP.search(free):
            return "".join(map(self.text, zip(*columns, strict=True)))
        uetrs = columns[7] if self._with_uetr else [""] * len(names)
        currency, clearing = self._currency, self._clearing
        head, tail = ("<UETR>", "</UETR>") if self._with_uetr else ("", "")
        return "".join(
            [
                f"<CdtTrfTxInf><PmtId><InstrId>{reference}</InstrId>"
                f"<EndToEndId>{reference}</EndToEndId>{head}{uetr}{tail}</PmtId>"
                f'<Amt><InstdAmt Ccy="{currency}">{amount}</InstdAmt></Amt>'
                f"<CdtrAgt><FinInstnId><ClrSysMmbId><ClrSysId><Cd>{clearing}</Cd></ClrSysId>"
                f"<MmbId>{cnaps_code}</MmbId></ClrSysMmbId><Nm>{bank_name}</Nm></FinInstnId>"
                f"</CdtrAgt><Cdtr><Nm>{name}</Nm></Cdtr>"
                f"<CdtrAcct><Id><Othr><Id>{account}</Id></Othr></Id></CdtrAcct>"
                f"<RmtInf><Ustrd>{purpose}</Ustrd></RmtInf></CdtTrfTxInf>\n"
                for reference, amount, cnaps_code, bank_name, name, account, purpose, uetr in zip(
                    *columns[:7], uetrs, strict=True
                )
            ]
        )
