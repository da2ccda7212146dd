"""Orders, batches and profiles the tests of the bank formats share."""

import dataclasses
from collections.abc import Sequence
from datetime import UTC, date, datetime

from workers.bankfiles import SEEDS, Batch, Order, Profile

PROFILES = {spec["code"]: Profile.from_spec(spec) for spec in SEEDS}
#: With ICBC as the debtor's bank, 102… is in-bank and 105… cross-bank.
ORDERS = (
    Order(
        reference="ZJ20260401000001",
        uetr="0d5e7f3a-1111-4111-8111-000000000001",
        payee_account_no="52001234567890123456",
        payee_account_name="贵州黔岭医药有限公司",
        payee_bank_name="中国建设银行股份有限公司贵阳城北支行",
        payee_cnaps_code="105701000018",
        amount_fen=123_456_789,
        purpose="2026-03 药品货款",
    ),
    Order(
        reference="ZJ20260401000002",
        uetr="0d5e7f3a-1111-4111-8111-000000000002",
        payee_account_no="6222021234567890123",
        payee_account_name="A&B（中国）医疗器械 <贸易> 有限公司",
        payee_bank_name="中国建设银行遵义分行",
        payee_cnaps_code="105703000017",
        amount_fen=1,
        purpose="2026-03 耗材货款",
    ),
)


def batch(orders: Sequence[Order], **changes: object) -> Batch:
    """Return a batch whose totals are those of the orders."""
    made = Batch(
        batch_no="B20260401001",
        created_at=datetime(2026, 4, 1, 2, 3, 4, 567, tzinfo=UTC),
        execution_on=date(2026, 4, 2),
        debtor_account_no="2402011009200012345",
        debtor_account_name="某某市医疗保障事务中心",
        debtor_bank_name="中国工商银行某某分行",
        debtor_cnaps_code="102701000014",
        count=len(orders),
        total_fen=sum(order.amount_fen for order in orders),
    )
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]


def order(**changes: object) -> Order:
    """Return the first order with changes."""
    return ORDERS[0]._replace(**changes)  # type: ignore[arg-type]
