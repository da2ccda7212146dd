"""The paper between house and bank: order files read, results and statements written, as banks do.

The readers and writers here are the bank's own: they share no line with the product's.
"""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from tests.simulation.bank import Order, Say, StatementDay
from workers import bankfiles

_SEEDS = {seed["code"]: seed for seed in bankfiles.SEEDS}
_PAIN = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}"


@dataclass(frozen=True)
class Paper:
    """One bank's papers."""

    spec: dict[str, Any]
    read_orders: Callable[[bytes], list[Order]]
    write_results: Callable[[list[Say], int], bytes]
    write_statement: Callable[[StatementDay], bytes]


def yuan(fen: int) -> str:
    return f"{Decimal(fen) / 100:.2f}"


def _fen(text: str) -> int:
    return int(Decimal(text) * 100)


def _csv_orders(content: bytes) -> list[Order]:
    rows = csv.DictReader(io.StringIO(content.decode("utf-8"), newline=""))
    return [
        Order(r["reference"], r["account_no"], r["account_name"], _fen(r["amount_yuan"]))
        for r in rows
    ]


def _csv(titles: list[str], rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([titles, *rows])
    return text.getvalue().encode()


def _csv_results(says: list[Say], _number: int) -> bytes:
    return _csv(
        ["reference", "status", "amount_yuan", "booked_on", "bank_reason"],
        [
            [
                say.order.reference,
                # generic_csv has one word for money that came back.
                "returned" if say.word == "reversed" else say.word,
                yuan(say.shown_fen),
                say.booked_on.isoformat(),
                say.reason,
            ]
            for say in says
        ],
    )


_STATEMENT = [
    "account_no", "day", "opening_yuan", "closing_yuan", "entry_no", "booked_on", "amount_yuan",
    "counter_account", "counter_name", "reference", "purpose",
]  # fmt: skip


def _csv_statement(one: StatementDay) -> bytes:
    head = [one.account_no, one.day.isoformat(), yuan(one.opening_fen), yuan(one.closing_fen)]
    rows = [
        [
            *head, entry.entry_no, entry.booked_on.isoformat(), yuan(entry.amount_fen),
            *((entry.order.account_no, entry.order.account_name, entry.order.reference, "货款")
              if entry.order else ("", "", "", "手续费")),
        ]
        for entry in one.bookings
    ]  # fmt: skip
    return _csv(_STATEMENT, rows or [[*head, *[""] * 7]])


def _bpt_orders(content: bytes) -> list[Order]:
    rows = [line.split("|") for line in content.decode("gbk").split("\r\n")]
    return [
        Order(row[18], row[11], row[12], int(row[13]))
        for row in rows
        if len(row) > 18 and row[2] == "2"
    ]


_CHINESE = {
    "settled": "处理成功", "rejected": "处理失败", "returned": "已退票", "reversed": "已冲账",
    "pending": "等待授权", "timeout": "通讯超时",
}  # fmt: skip
_BPT_TITLES = (
    "序号|币种|收款账号|收款名称|付款账号|付款名称|金额|用途|网上银行状态|用户备注"
    "|汇款方式|短信|银行反馈信息|入账日期"
)


def _bpt_results(says: list[Say], number: int) -> bytes:
    lines = ["[BatchPayDetail]", "查询时间：2026", f"批次号：HQF{number:09d}", _BPT_TITLES]
    for place, say in enumerate(says, start=1):
        amount = f"{Decimal(say.shown_fen) / 100:,.2f}元"
        lines.append(
            f"HQF{number:09d}-{place}|RMB|{say.order.account_no}|{say.order.account_name}|||{amount}"
            f"|货款|{_CHINESE[say.word]}|{say.order.reference}|1||{say.reason}|{say.booked_on}"
        )
    return "".join(f"{line}\r\n" for line in lines).encode("gb18030")


def _bpt_spec() -> dict[str, Any]:
    """The .bpt example with days, 退票 and 冲账 in its results, and statements in CSV."""
    seed = _SEEDS["icbc_bpt_like"]
    results = seed["results"]
    return {
        **seed,
        "code": "sim_bpt",
        "max_rows": 150,
        "results": {
            **results,
            "columns": [*results["columns"], {"field": "booked_on", "title": "入账日期"}],
            "status_map": {
                text: word for word, text in _CHINESE.items() if word not in ("timeout",)
            },
        },
        "statement": _SEEDS["generic_csv"]["statement"],
    }


def _text(one: ElementTree.Element, *tags: str) -> str:
    return one.findtext("/".join(f"{_PAIN}{tag}" for tag in tags)) or ""


def _pain_orders(content: bytes) -> list[Order]:
    message = ElementTree.fromstring(content)  # noqa: S314 - our own file
    return [
        Order(
            _text(one, "PmtId", "EndToEndId"),
            _text(one, "CdtrAcct", "Id", "Othr", "Id"),
            _text(one, "Cdtr", "Nm"),
            _fen(_text(one, "Amt", "InstdAmt")),
        )
        for one in message.iter(f"{_PAIN}CdtTrfTxInf")
    ]


_ISO = {
    "settled": "ACSC", "rejected": "RJCT", "pending": "PDNG", "returned": "RTND",
    "reversed": "RVSD", "timeout": "TMOT",
}  # fmt: skip


def _pain002(says: list[Say], number: int) -> bytes:
    lines = "".join(
        f"<TxInfAndSts><OrgnlEndToEndId>{say.order.reference}</OrgnlEndToEndId>"
        f"<TxSts>{_ISO[say.word]}</TxSts>"
        f"<StsRsnInf><AddtlInf>{escape(say.reason or '-')}</AddtlInf></StsRsnInf>"
        f"<AccptncDtTm>{say.booked_on}T16:00:00+08:00</AccptncDtTm>"
        f'<OrgnlTxRef><Amt><InstdAmt Ccy="CNY">{yuan(say.shown_fen)}</InstdAmt></Amt></OrgnlTxRef>'
        "</TxInfAndSts>"
        for say in says
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>'
        f"<GrpHdr><MsgId>R{number}</MsgId><CreDtTm>{says[0].booked_on}T20:00:00+08:00</CreDtTm>"
        "</GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>MIXED</OrgnlMsgId>"
        "<OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId></OrgnlGrpInfAndSts>"
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>MIXED</OrgnlPmtInfId>{lines}</OrgnlPmtInfAndSts>"
        "</CstmrPmtStsRpt></Document>"
    ).encode()


def _balance(code: str, fen: int, day: object) -> str:
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">{yuan(abs(fen))}</Amt>'
        f"<CdtDbtInd>{'CRDT' if fen >= 0 else 'DBIT'}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def _camt053(one: StatementDay) -> bytes:
    entries = []
    for entry in one.bookings:
        details = ""
        if entry.order:
            back = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"
            details = (
                f"<NtryDtls><TxDtls><Refs><EndToEndId>{entry.order.reference}</EndToEndId></Refs>"
                f"{back if entry.amount_fen > 0 and not entry.reversal else ''}"
                "</TxDtls></NtryDtls>"
            )
        entries.append(
            f"<Ntry><NtryRef>{entry.entry_no}</NtryRef>"
            f'<Amt Ccy="CNY">{yuan(abs(entry.amount_fen))}</Amt>'
            f"<CdtDbtInd>{'CRDT' if entry.amount_fen > 0 else 'DBIT'}</CdtDbtInd>"
            f"{'<RvslInd>true</RvslInd>' if entry.reversal else ''}"
            f"<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{entry.booked_on}</Dt></BookgDt>{details}</Ntry>"
        )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
        f"<GrpHdr><MsgId>S{one.day}</MsgId><CreDtTm>{one.day}T23:59:00+08:00</CreDtTm></GrpHdr>"
        f"<Stmt><Id>{one.day}</Id><Acct><Id><Othr><Id>{one.account_no}</Id></Othr></Id></Acct>"
        f"{_balance('OPBD', one.opening_fen, one.day)}{_balance('CLBD', one.closing_fen, one.day)}"
        f"{''.join(entries)}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def _iso_spec() -> dict[str, Any]:
    """The ISO example of a bank that also reports returns and reversals by words of its own."""
    seed = _SEEDS["iso_pain001_v09_cn"]
    words = {**seed["results"]["status_map"], "RTND": "returned", "RVSD": "reversed"}
    return {**seed, "code": "sim_iso", "results": {**seed["results"], "status_map": words}}


CSV = Paper(dict(_SEEDS["generic_csv"]), _csv_orders, _csv_results, _csv_statement)
BPT = Paper(_bpt_spec(), _bpt_orders, _bpt_results, _csv_statement)
ISO = Paper(_iso_spec(), _pain_orders, _pain002, _camt053)
PAPERS = (CSV, BPT, ISO)
