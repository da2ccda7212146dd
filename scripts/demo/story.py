"""Pairs whose returns exceed their receipts: what they owe is carried into the next months."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from scripts.demo.companies import Enterprise
from scripts.demo.lines import Line, amount_fen
from scripts.demo.places import Hospital
from scripts.demo.products import Product

#: So many hospitals have such a pair.
PAIRS = 6


@dataclass
class Story:
    """The hospitals, the enterprise and the product of the pairs, and their first receipts."""

    hospitals: Sequence[Hospital]
    enterprise: Enterprise
    product: Product
    receipts: dict[str, Line] = field(default_factory=dict)


def cast(
    hospitals: Sequence[Hospital], enterprise: Enterprise, products: Sequence[Product]
) -> Story:
    """Choose hospitals of counties and a negotiated product, which needs no contract."""
    chosen = [one for one in hospitals if one.joins == -1 and one.level == 2][:PAIRS]
    return Story(chosen, enterprise, next(p for p in products if p.market == "negotiated"))


def carrying_pairs(story: Story, month_index: int, first: date, last: date) -> Iterator[Line]:
    """Yield the pairs' lines of a month: bought, sent back for more than bought, bought again."""
    for number, hospital in enumerate(story.hospitals):
        if month_index == 0:
            story.receipts[hospital.code] = line = _receipt(story, hospital, 4_000_000, first)
            yield line
        elif month_index == 1:
            yield _receipt(story, hospital, 600_000, last)
            yield _whole_return(story.receipts[hospital.code], last)
        else:
            # Half of the pairs are above zero again, half carry on into the month after.
            yield _receipt(story, hospital, 1_500_000 if number % 2 else 6_000_000, first)


def _receipt(story: Story, hospital: Hospital, value_fen: int, day: date) -> Line:
    price = story.product.price_e4
    quantity = max(1, value_fen * 100 // price)
    return Line(
        "", f"DDJZ{day:%y%m}{hospital.code[-5:]}", hospital, story.enterprise, story.product,
        quantity, price, amount_fen(quantity, price), delivered_on=day, accepted_on=day,
    )  # fmt: skip


def _whole_return(receipt: Line, day: date) -> Line:
    return replace(
        receipt, kind="goods_return", original=receipt.line_no, quantity=-receipt.quantity,
        amount_fen=-receipt.amount_fen, delivered_on=day, accepted_on=day, trace_codes="",
        hospital_confirmed_on=None, enterprise_confirmed_on=None, confirmations=[],
    )  # fmt: skip
