"""The demo city's bank, the only part of the main job that is played: it answers order files."""

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from models.rules.money import fen, yuan
from scripts.demo import places
from workers.bankfiles.seeds_delimited import ICBC

#: The city's own bank: like the GBK example, and it tells the booking day and returns.
LOCAL_BANK: Mapping[str, Any] = {
    **ICBC,
    "code": "lanjiang_bank_gbk",
    "name": "澜江银行批量支付（演示）",
    "note": "演示用的本地银行，版式仿照常见的 GBK 批量文件。",
    "results": {
        **ICBC["results"],
        "columns": [
            *ICBC["results"]["columns"],
            {"field": "booked_on", "title": "记账日期"},
        ],
        "status_map": {**ICBC["results"]["status_map"], "已退汇": "returned"},
    },
}

#: Which format each paying area's bank takes; the city's own comes last and takes all others.
PROFILES = {
    "590921": "generic_csv",
    "590922": LOCAL_BANK["code"],
    places.CITY: "iso_pain001_v09_cn",
}

#: Fewer orders than this in a file are all settled.
ORDERS_WITH_TROUBLE = 8
_REASONS = {"rejected": "账号户名不符", "returned": "收款账户状态异常", "pending": ""}
_ISO_WORDS = {"settled": "ACSC", "rejected": "RJCT", "pending": "PDNG"}
_GBK_WORDS = {
    "settled": "处理成功", "rejected": "指令被拒绝授权",
    "returned": "已退汇", "pending": "等待授权",
}  # fmt: skip


@dataclass(frozen=True)
class Order:
    """An order as the bank reads it from the file."""

    reference: str
    account_no: str
    account_name: str
    amount_fen: int

    @property
    def lot(self) -> str:
        """Return what decides its luck: the same payment has the same luck in every run."""
        return hashlib.sha256(f"{self.account_no}:{self.amount_fen}".encode()).hexdigest()


@dataclass(frozen=True)
class Answer:
    """What the bank says about an order."""

    order: Order
    status: str

    @property
    def reason(self) -> str:
        """Return why, where it is not settled."""
        return _REASONS.get(self.status, "")


def decide(profile: str, content: bytes) -> list[Answer]:
    """Return what becomes of an order file: most settled, a few rejected, returned, pending."""
    read, _write = _BANKS[profile]
    return _decide(read(content), returns=profile in _CAN_RETURN)


def answer(profile: str, content: bytes, answers: Sequence[Answer], on: date) -> bytes:
    """Return the result file of an order file, booked on that day."""
    _read, write = _BANKS[profile]
    return write(content, answers, on)


def _decide(orders: Sequence[Order], *, returns: bool) -> list[Answer]:
    """Give the orders their fates, by lot."""
    fates = ["rejected", "pending", *(["returned"] if returns else [])]
    fates *= max(1, len(orders) // 60)
    if len(orders) < ORDERS_WITH_TROUBLE:
        fates = []
    drawn = sorted(orders, key=lambda order: order.lot)
    unlucky = dict(zip((order.reference for order in drawn), fates, strict=False))
    return [Answer(order, unlucky.get(order.reference, "settled")) for order in orders]


def _read_csv(content: bytes) -> list[Order]:
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return [
        Order(row["reference"], row["account_no"], row["account_name"], fen(row["amount_yuan"]))
        for row in rows
    ]


def _write_csv(content: bytes, answers: Sequence[Answer], on: date) -> bytes:
    del content
    out = io.StringIO(newline="")
    write = csv.writer(out)
    write.writerow(("reference", "status", "amount_yuan", "booked_on", "bank_reason"))
    for one in answers:
        booked_on = "" if one.status == "pending" else on.isoformat()
        amount = yuan(one.order.amount_fen)
        write.writerow((one.order.reference, one.status, amount, booked_on, one.reason))
    return out.getvalue().encode()


def _read_gbk(content: bytes) -> list[Order]:
    records = (line.split("|") for line in content.decode("gbk").splitlines())
    return [
        Order(cells[18], cells[11], cells[12], int(cells[13]))
        for cells in records
        if len(cells) > 18 and cells[2] == "2"
    ]


def _write_gbk(content: bytes, answers: Sequence[Answer], on: date) -> bytes:
    first = content.decode("gbk").splitlines()[0]
    lines = [
        "[BatchPayDetail]",
        f"查询时间：{on:%Y-%m-%d}",
        first.replace("#批次 ", "批次号："),
        "序号|收款账号|收款名称|金额|网上银行状态|用户备注|银行反馈信息|记账日期",
    ]
    for number, one in enumerate(answers, start=1):
        booked_on = "" if one.status == "pending" else f"{on:%Y%m%d}"
        amount = f"{one.order.amount_fen // 100:,}.{one.order.amount_fen % 100:02d}元"
        cells = (str(number), one.order.account_no, one.order.account_name, amount)
        word = _GBK_WORDS[one.status]
        lines.append("|".join((*cells, word, one.order.reference, one.reason, booked_on)))
    return ("\r\n".join(lines) + "\r\n").encode("gb18030")


_PAIN001 = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}"


def _text(element: ET.Element, path: str) -> str:
    tags = "/".join(_PAIN001 + tag for tag in path.split("/"))
    return element.findtext(tags) or ""


def _read_iso(content: bytes) -> list[Order]:
    root = ET.fromstring(content)  # nosec B314  # noqa: S314 - our own file, just written
    return [
        Order(
            _text(order, "PmtId/EndToEndId"),
            _text(order, "CdtrAcct/Id/Othr/Id"),
            _text(order, "Cdtr/Nm"),
            fen(_text(order, "Amt/InstdAmt")),
        )
        for order in root.iter(f"{_PAIN001}CdtTrfTxInf")
    ]


def _write_iso(content: bytes, answers: Sequence[Answer], on: date) -> bytes:
    root = ET.fromstring(content)  # nosec B314  # noqa: S314
    batch_no = _text(root, "CstmrCdtTrfInitn/GrpHdr/MsgId")
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>',
        f"<GrpHdr><MsgId>R{batch_no}</MsgId><CreDtTm>{on}T17:05:00+08:00</CreDtTm></GrpHdr>",
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{batch_no}</OrgnlMsgId>"
        "<OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId></OrgnlGrpInfAndSts>",
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{batch_no}</OrgnlPmtInfId>",
    ]
    for one in answers:
        why = f"<StsRsnInf><AddtlInf>{escape(one.reason)}</AddtlInf></StsRsnInf>"
        lines.append(
            f"<TxInfAndSts><OrgnlEndToEndId>{one.order.reference}</OrgnlEndToEndId>"
            f"<TxSts>{_ISO_WORDS[one.status]}</TxSts>{why if one.reason else ''}"
            f"<AccptncDtTm>{on}T16:00:00+08:00</AccptncDtTm>"
            f'<OrgnlTxRef><Amt><InstdAmt Ccy="CNY">{yuan(one.order.amount_fen)}</InstdAmt></Amt>'
            "</OrgnlTxRef></TxInfAndSts>"
        )
    lines.append("</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>")
    return "\n".join(lines).encode()


_BANKS = {
    "generic_csv": (_read_csv, _write_csv),
    LOCAL_BANK["code"]: (_read_gbk, _write_gbk),
    "iso_pain001_v09_cn": (_read_iso, _write_iso),
}
_CAN_RETURN = ("generic_csv", LOCAL_BANK["code"])
