"""A bank's own file, as it comes, moves the money of our orders: format and services together."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from models.records.base import sql
from models.rules.errors.bankfiles import AccountForeign
from models.services import bank_results, statements
from tests.factories import payments as bank
from tests.factories import sheets
from tests.factories.sheets import MAKER, ON
from tests.workers.bankfiles import iso
from tests.workers.bankfiles import sheets as books
from workers import banking
from workers.bankfiles import SEEDS

pytestmark = pytest.mark.usefixtures("db")

BY_CODE = {spec["code"]: spec for spec in SEEDS}


def paid(code: str, *amounts_fen: int, **changes: object) -> list[tuple[str, int, str, str]]:
    """Send orders with a seed's format; return reference, fen, account and name of each."""
    spec: Mapping[str, Any] = {**BY_CODE[code], **changes, "code": bank.PROFILE}
    bank.profile(bank.PROFILE, **spec)
    town = sheets.city(1, len(amounts_fen))
    for enterprise, fen in zip(town.enterprises, amounts_fen, strict=True):
        sheets.sheet(town.hospitals[0], enterprise, fen)
    bank.approve_all()
    bank.pay(formats=banking.order_file)
    return sql(
        "SELECT reference, amount_fen, payee_account_no, payee_account_name"
        " FROM payment_instruction ORDER BY id"
    ).fetchall()


def answer(data: bytes) -> tuple[object, ...]:
    """Apply a result; return how many lines settled, rejected, returned, unknown, are cases."""
    file_id = bank.stored(data)
    told = bank_results.apply(MAKER, file_id, bank.PROFILE, ON, read=banking.result_lines)
    return tuple(
        told[name] for name in ("settled", "rejected", "returned", "unknown", "exceptions")
    )


def states() -> list[str]:
    return [state for _, _, state in bank.orders()]


def debtor() -> str:
    return str(sql("SELECT debtor_account_no FROM payment_batch").fetchone()[0])


def test_a_result_and_a_file_of_returned_payments_of_one_bank():
    (one, fen, account, name), two = paid("cmbc_like", 100, 20)
    result = (
        f"PO|2|120|1|100\r\n{one}|B1|{account}|{name}|{fen}|S||成功|20260411|101500\r\n"
        f"{two[0]}|B2|{two[2]}|{two[3]}|{two[1]}|F|E01|户名不符|20260411|101500\r\n########\r\n"
    )
    returned = (
        f"20260411|001|{one}|B1|{account}|{name}|{fen}|F|E09|账户已销户|20260413\r\n########\r\n"
    )

    assert answer(result.encode("gbk")) == (1, 1, 0, 0, 0)
    assert states() == ["settled", "rejected"]
    assert answer(returned.encode("gbk")) == (0, 0, 1, 0, 0)
    assert states() == ["returned", "rejected"]
    facts = "SELECT returned_on, bank_reason FROM payment_instruction WHERE reference = %s"
    assert sql(facts, (one,)).fetchone() == (date(2026, 4, 13), "账户已销户")


def iso_details(order: tuple[str, int, str, str], **more: str) -> str:
    reference, fen, account, name = order
    inside = iso.details(reference, f"{fen / 100:.2f}", **more)
    return inside.replace("5200", account).replace("贵州黔岭", name)


def test_an_advice_settles_returns_and_reverses_and_must_be_about_our_account():
    orders = paid("iso_pain001_v09_cn", 150, 200, 300)
    inside = iso.batch_of(3) + "".join(map(iso_details, orders))
    settled = iso.advices(iso.ntfctn(iso.entry("6.50", inside), account=debtor()))
    back = iso.advices(
        iso.ntfctn(
            iso.entry(
                "2.00",
                iso_details(orders[1], side="CRDT", returned="AC04"),
                side="CRDT",
                day="2026-04-03",
            ),
            iso.entry("3.00", iso_details(orders[2], side="CRDT"), side="CRDT", reversal=True),
            account=debtor(),
        )
    )

    assert answer(settled) == (3, 0, 0, 0, 0)
    assert answer(back) == (0, 0, 2, 0, 0)
    assert states() == ["settled", "returned", "reversed"]
    with pytest.raises(AccountForeign):
        answer(settled.replace(debtor().encode(), b"99999999"))


def test_a_workbook_settles():
    (order,) = paid("xlsx_generic", 123_450)
    reference, _, account, name = order
    titles = ("客户方流水号", "收款方客户账号", "收款方账户名称", "金额", "交易状态", "交易日期")
    row = (reference, account, name, 1234.5, "交易成功", "2026-04-11")

    assert answer(books.book(titles, row)) == (1, 0, 0, 0, 0)
    assert states() == ["settled"]


def test_a_success_without_a_day_is_settled_by_the_statement_on_its_day():
    (order,) = paid("icbc_bpt_like", 15_000, statement={"format": "camt053_v08"})
    reference, _, account, name = order
    result = (
        "[BatchPayDetail]\r\n查询时间: 20260413 15:20:02\r\n批次号: HQF1\r\n"
        "序号|收款账号|收款名称|付款账号|金额|网上银行状态|用户备注\r\n"
        f"HQF1-1|{account}|{name}|{debtor()}|150.00元|处理成功|{reference}\r\n"
    )
    entry = iso.entry("150.00", iso_details(order), day="2026-04-11")
    day = iso.statements(iso.stmt(entry, account=debtor(), day="2026-04-11"))

    assert answer(result.encode("gbk")) == (0, 0, 0, 1, 0)
    assert states() == ["accepted"]
    statements.record(MAKER, bank.stored(day), bank.PROFILE, ON, read=banking.statement_days)
    assert states() == ["settled"]
    assert sql("SELECT booked_on FROM payment_instruction").fetchone() == (date(2026, 4, 11),)


def test_a_word_about_the_whole_file_opens_one_case():
    paid("iso_pain001_v09_cn", 100)
    (batch_no,) = sql("SELECT batch_no FROM payment_batch").fetchone()
    report = (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>'
        "<GrpHdr><MsgId>S1</MsgId><CreDtTm>2026-04-11T10:00:00Z</CreDtTm></GrpHdr>"
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{batch_no}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09"
        "</OrgnlMsgNmId><GrpSts>RJCT</GrpSts></OrgnlGrpInfAndSts></CstmrPmtStsRpt></Document>"
    )

    assert answer(report.encode()) == (0, 0, 0, 0, 1)
    assert states() == ["sent"]
