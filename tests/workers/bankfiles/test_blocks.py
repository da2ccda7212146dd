"""Orders looked at together are written, or refused, as if each were looked at alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.errors.bankfiles import OrderNotWritable
from tests.workers.bankfiles.examples import ORDERS, PROFILES, batch, order
from tests.workers.bankfiles.test_round_trip import orders as any_order
from workers.bankfiles import Order
from workers.bankfiles.layout import detail_cells
from workers.bankfiles.record import DetailRecord

plain_orders = st.builds(
    order,
    payee_account_name=st.sampled_from(["黔岭医药", "A B 医药", "A&B 医药", "瑞禾医药有限公司"]),
    payee_account_no=st.from_regex(r"[0-9]{8,20}", fullmatch=True),
    amount_fen=st.integers(1, 10**10),
    reference=st.from_regex(r"[A-Z0-9]{1,16}", fullmatch=True),
)


def record(code: str) -> DetailRecord:
    profile = PROFILES[code]
    return DetailRecord(profile, detail_cells(profile, in_bank=False), batch(ORDERS), order())


def one_by_one(detail: DetailRecord, orders: list[Order]) -> list[list[str]] | dict[str, object]:
    try:
        return [detail.values(each, row) for row, each in enumerate(orders, start=1)]
    except OrderNotWritable as refused:
        return refused.facts


def together(detail: DetailRecord, orders: list[Order]) -> list[list[str]] | dict[str, object]:
    try:
        return [
            list(texts)
            for _, columns in detail.blocks(orders)
            for texts in zip(*columns, strict=True)
        ]
    except OrderNotWritable as refused:
        return refused.facts


#: Drawing an order takes longer than writing it: each is written for every bank.
RECORDS = {code: record(code) for code in PROFILES if not code.startswith("xlsx")}


@given(made=st.lists(st.one_of(plain_orders, any_order), min_size=1, max_size=5))
def test_a_block_is_written_as_its_orders_one_by_one(made: list[Order]) -> None:
    for code, detail in RECORDS.items():
        assert together(detail, made) == one_by_one(detail, made), code


@pytest.mark.parametrize("code", ["iso_pain001_v09_cn", "generic_csv"])
def test_a_bad_order_after_many_blocks_is_named_by_its_row(code: str) -> None:
    made = [order()] * 700 + [order(payee_account_name="a\u200bb")]

    with pytest.raises(OrderNotWritable) as refused:
        list(record(code).blocks(made))

    assert refused.value.facts["row"] == 701
