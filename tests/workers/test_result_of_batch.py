"""A report that names one of our batches is about that batch alone, and pays no more than it."""

from typing import Any

import pytest

from models.records.base import sql
from models.rules.errors.bank import (
    ResultBatchUnknown,
    ResultExceedsBatch,
    ResultLineOutsideBatch,
)
from models.rules.errors.bankfiles import AccountForeign
from models.services import bank_results
from tests.factories import payments as bank
from tests.factories import sheets
from tests.workers.bankfiles.examples import PROFILES
from tests.workers.bankfiles.test_pain002 import transaction
from workers import banking

SPEC = PROFILES["iso_pain001_v09_cn"].spec
#: Accounts of agencies: ours, but only the first one sent these batches.
OTHER = "6217000099998888"

pytestmark = pytest.mark.usefixtures("db")


def two_batches() -> tuple[tuple[str, str], list[str]]:
    """Pay 100 and 200 fen in one batch and 400 in the next; return their numbers, references."""
    bank.profile(bank.PROFILE, **{**SPEC, "code": bank.PROFILE})
    town = sheets.city(1, 2)
    for code, amount in zip(town.enterprises, (100, 200), strict=True):
        sheets.sheet(town.hospitals[0], code, amount)
    bank.approve_all()
    (first,) = bank.pay(formats=banking.order_file)
    sheets.sheet(town.hospitals[0], sheets.enterprise(4), 400, period="2026-04")
    bank.approve_all("2026-04")
    (second,) = bank.pay("2026-04", formats=banking.order_file)
    return (first["batch_no"], second["batch_no"]), [one for one, _, _ in bank.orders()]


def line(reference: str, yuan: str = "", word: str = "ACSC", debtor: str = "") -> str:
    amount = f'<Amt><InstdAmt Ccy="CNY">{yuan}</InstdAmt></Amt>' if yuan else ""
    account = f"<DbtrAcct><Id><Othr><Id>{debtor}</Id></Othr></Id></DbtrAcct>" if debtor else ""
    return transaction(reference, word, f"<OrgnlTxRef>{amount}{account}</OrgnlTxRef>")


def answer(batch_no: str, *transactions: str) -> Any:
    data = (
        '<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:'
        'pain.002.001.10"><CstmrPmtStsRpt><GrpHdr><MsgId>S1</MsgId>'
        "<CreDtTm>2026-04-12T09:30:00+08:00</CreDtTm></GrpHdr><OrgnlGrpInfAndSts>"
        f"<OrgnlMsgId>{batch_no}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>"
        f"</OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><OrgnlPmtInfId>{batch_no}</OrgnlPmtInfId>"
        f"{''.join(transactions)}</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"
    ).encode()
    return bank_results.apply(
        sheets.MAKER, bank.stored(data), bank.PROFILE, sheets.ON, read=banking.result_lines
    )


def states() -> list[str]:
    return [state for _, _, state in bank.orders()]


def untouched() -> bool:
    kept = sql("SELECT count(*) FROM bank_result_file").fetchone()[0]
    return states() == ["sent"] * 3 and kept == 0


def test_a_report_about_a_whole_batch_is_taken() -> None:
    (first, _), (one, two, _) = two_batches()
    assert answer(first, line(one, "1.00"), line(two, "2.00"))["settled"] == 2
    assert states() == ["settled", "settled", "sent"]


@pytest.mark.parametrize("foreign", ["of another batch", "ZJ9999"])
def test_a_report_about_a_batch_with_a_line_of_another_is_refused_whole(foreign: str) -> None:
    (first, _), (one, _, other) = two_batches()
    reference = other if foreign == "of another batch" else foreign
    with pytest.raises(ResultLineOutsideBatch) as refusal:
        answer(first, line(one, "1.00"), line(reference, "1.00"))
    assert f"第 2 行的参考号 {reference} 不在这一批次内" in refusal.value.sentence
    assert untouched()


def test_a_report_that_pays_more_than_its_batch_is_refused_whole() -> None:
    (first, _), (one, two, _) = two_batches()
    with pytest.raises(ResultExceedsBatch) as refusal:
        answer(first, line(one, "1.01"), line(two))
    assert "已付出 3.01 元，超过该批次的 3.00 元" in refusal.value.sentence
    assert untouched()


def test_another_amount_within_the_batch_is_still_a_case() -> None:
    (first, _), (one, _, _) = two_batches()
    assert answer(first, line(one, "1.01"))["exceptions"] == 1
    assert sql("SELECT kind FROM payment_exception").fetchall() == [("amount_differs",)]


def test_several_words_about_one_order_are_the_same_money() -> None:
    (_, second), (_, _, other) = two_batches()
    counts = answer(second, line(other, "4.00", "ACSC"), line(other, "4.00", "ACCC"))
    assert counts["settled"] == 2
    assert states() == ["sent", "sent", "settled"]


def test_a_number_like_ours_that_nobody_sent_is_refused() -> None:
    _, (one, _, _) = two_batches()
    with pytest.raises(ResultBatchUnknown) as refusal:
        answer("PC20260101000001", line(one, "1.00"))
    assert "PC20260101000001" in refusal.value.sentence
    assert untouched()


def test_the_banks_own_name_for_several_batches_is_judged_line_by_line() -> None:
    _, (one, _, other) = two_batches()
    counts = answer("MIXED", line(one, "1.00"), line(other, "4.00"), line("ZJ9999", "1.00"))
    assert (counts["settled"], counts["exceptions"]) == (2, 1)
    assert states() == ["settled", "sent", "settled"]


def test_a_report_about_another_account_of_ours_than_the_batchs_is_refused() -> None:
    (first, _), (one, _, _) = two_batches()
    sql("UPDATE agency SET account_no = %s", (OTHER,))
    with pytest.raises(AccountForeign):
        answer(first, line(one, "1.00", debtor=OTHER))
    assert untouched()
