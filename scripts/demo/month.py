"""One month of purchases in the demo city: orders, returns, adjustments, late and held lines."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from models.rules import calendar
from models.rules.words import Hold
from scripts.demo import cases, codes, story
from scripts.demo.cases import Cases
from scripts.demo.companies import Enterprise
from scripts.demo.lines import Line, amount_fen
from scripts.demo.story import Story
from scripts.demo.trade import Roles, Trade

#: Receipts that a return may still point at; older ones are forgotten, so memory stays flat.
REMEMBERED = 500
RETURN_SHARE = 0.022
ADJUSTMENT_SHARE = 0.006
LATE_SHARE = 0.015
#: Value of a line in fen by level of the hospital: the middle of a wide spread.
_MIDDLE_FEN = {3: 620_000, 2: 280_000, 1: 90_000, 0: 110_000}
_RETURN_CASES = (Hold.ORIGINAL_MISSING, Hold.ORIGINAL_WAITING, Hold.RETURN_EXCEEDS_ORIGINAL)


@dataclass
class Market:
    """What stays the same over the months, and what one line leaves for the next."""

    trades: dict[str, Trade]
    roles: Roles
    kinds: calendar.Kinds
    months: Sequence[str]
    random: Random
    cases: Cases
    story: Story
    settled: deque[Line] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    waiting: deque[Line] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    trace_serial: int = 0
    order_serial: int = 0
    #: Of the month being written.
    last_day: date = date.max

    def __post_init__(self) -> None:
        """Prepare the draw of hospitals by their weight."""
        self.hospitals = list(self.trades.values())
        self.weights = list(accumulate(trade.hospital.weight for trade in self.hospitals))


def lines(market: Market, month: str, count: int) -> Iterator[Line]:
    """Yield the month's lines in the order of their days."""
    market.cases.begin_month()
    market.last_day = calendar.last_day(month)
    # What waited a month ago may be mended by now: its returns would not wait.
    market.waiting.clear()
    days = [day for day in _days(month) if calendar.is_working(day, market.kinds)]
    numbers = (f"CG{month[2:4]}{month[5:]}{serial:07d}" for serial in range(1, count + 1))
    made = 0
    due: list[str] = list(_RETURN_CASES)
    for line in story.carrying_pairs(market.story, market.months.index(month), days[0], days[-1]):
        line.line_no = next(numbers)
        made += 1
        _finish(market, line)
        yield line
    while made < count:
        day = days[made * len(days) // count]
        for line in _some(market, day, due, month):
            if made == count:
                return
            line.line_no = next(numbers)
            made += 1
            _finish(market, line)
            yield line


def _days(month: str) -> Iterator[date]:
    day, last = calendar.first_day(month), calendar.last_day(month)
    while day <= last:
        yield day
        day += calendar.ONE_DAY


def _some(market: Market, day: date, due: list[str], month: str) -> Iterator[Line]:
    """Yield the next lines: mostly an order, sometimes a return or an adjustment."""
    chance = market.random.random()
    if chance < RETURN_SHARE * 3.5 and market.settled:  # an order has three and a half lines
        yield _return(market, day, due)
    elif chance < (RETURN_SHARE + ADJUSTMENT_SHARE) * 3.5 and market.settled:
        yield _adjustment(market, day)
    else:
        late = month != market.months[0] and market.random.random() < LATE_SHARE
        yield from _order(market, day, late_month=calendar.previous_period(month) if late else None)


def _order(market: Market, day: date, late_month: str | None) -> Iterator[Line]:
    random = market.random
    trade = random.choices(market.hospitals, cum_weights=market.weights)[0]
    enterprise, products = trade.draw(random)
    market.order_serial += 1
    order_no = f"DD{day:%y%m}{market.order_serial:08d}"
    if late_month:
        day = calendar.last_day(late_month) - timedelta(days=random.randrange(6))
    online = random.random() > 0.03
    size = min(len(products), random.choice((1, 2, 3, 4, 5, 6)))
    for product in random.sample(products, size) if size < len(products) else products:
        quantity = _quantity(random, trade.hospital.level, product.price_e4)
        line = Line(
            "", order_no, trade.hospital, enterprise, product, quantity, product.price_e4,
            amount_fen(quantity, product.price_e4),
            delivered_on=day - timedelta(days=random.randrange(3)), accepted_on=day, online=online,
        )  # fmt: skip
        line.is_direct = online and product.market != "listed" and joined(trade, market.months, day)
        if line.is_direct and market.roles.is_plain(enterprise):
            line.case = market.cases.deal(line)
        if line.case == Hold.CONTRACT_MISSING:
            line.enterprise = _other_than(enterprise, market)
        cases.spoil(line)
        yield line


def _other_than(enterprise: Enterprise, market: Market) -> Enterprise:
    """Return the next enterprise, with which the hospital has no contract for the product."""
    others = market.roles.others
    return others[(others.index(enterprise) + 1) % len(others)]


def joined(trade: Trade, months: Sequence[str], day: date) -> bool:
    """Say whether the hospital had joined by that day."""
    joins = trade.hospital.joins
    if joins is None:
        return False
    return joins < 0 or (joins < len(months) and day.isoformat() >= f"{months[joins]}-16")


def _quantity(random: Random, level: int, price_e4: int) -> int:
    """Return a quantity whose value lies around what such a hospital spends on a line."""
    value_fen = int(_MIDDLE_FEN[level] * 2 ** random.gauss(0, 1.4))
    quantity = max(1, value_fen * 100 // price_e4)
    return quantity if quantity < 50 else quantity // 10 * 10


def _return(market: Market, day: date, due: list[str]) -> Line:
    """Return goods that went back: mostly a part of a receipt that is paid."""
    random = market.random
    case = _return_case(market, due)
    source = market.waiting if case == Hold.ORIGINAL_WAITING else market.settled
    place = random.randrange(len(source))
    original = source[place]
    del source[place]
    quantity = random.randint(1, max(1, original.quantity))
    if case == Hold.RETURN_EXCEEDS_ORIGINAL:
        quantity = original.quantity + random.randint(1, 5)
    return replace(
        original, kind="goods_return", case=case, quantity=-quantity,
        original="" if case == Hold.ORIGINAL_MISSING else original.line_no,
        amount_fen=amount_fen(-quantity, original.price_e4), delivered_on=day, accepted_on=day,
        trace_codes="", hospital_confirmed_on=None, enterprise_confirmed_on=None, confirmations=[],
    )  # fmt: skip


def _return_case(market: Market, due: list[str]) -> str:
    """Return why a return waits: each reason once a month, then seldom."""
    for case in due:
        if case != Hold.ORIGINAL_WAITING or market.waiting:
            due.remove(case)
            return case
    if market.random.random() < 0.88:
        return ""
    case = market.random.choice(_RETURN_CASES)
    return case if case != Hold.ORIGINAL_WAITING or market.waiting else ""


def _adjustment(market: Market, day: date) -> Line:
    """Return a price adjustment of some percent of a paid receipt, mostly downwards."""
    random = market.random
    original = market.settled[random.randrange(len(market.settled))]
    share = random.randint(1, 6) * (1 if random.random() < 0.25 else -1)
    amount = original.amount_fen * share // 100 or share
    return replace(
        original, kind="price_adjustment", case="", quantity=0, price_e4=0,
        original=original.line_no, amount_fen=amount, delivered_on=day, accepted_on=day,
        trace_codes="", hospital_confirmed_on=None, enterprise_confirmed_on=None, confirmations=[],
    )  # fmt: skip


def _finish(market: Market, line: Line) -> None:
    """Give a numbered line its trace codes and confirmations, and remember it for returns."""
    if line.kind == "receipt":
        market.trace_serial += 1
        line.trace_codes = market.cases.trace_codes(line, market.trace_serial)
    cases.confirm(line, market.random, market.last_day)
    if line.kind != "receipt" or not line.is_direct:
        return
    if line.case == Hold.WAITING_HOSPITAL:
        market.waiting.append(line)
    elif not line.case and market.roles.is_plain(line.enterprise):
        market.settled.append(line)


def invoices(market: Market, order: Sequence[Line], serial: int) -> Iterator[tuple[str, ...]]:
    """Yield the invoice rows of lines of one pair: one invoice, for some lines a second one."""
    random, last = market.random, market.last_day
    day = min(order[0].accepted_on + timedelta(days=random.randrange(6)), last)
    number, second = (codes.invoice_no(day.year, serial * 10 + part) for part in (0, 1))
    for line in order:
        amount = line.amount_fen - cases.missing_fen(line)
        if not amount:
            continue
        if abs(amount) > 100 and random.random() < 0.02:
            part = amount // 3
            yield line.invoice(second, day, part)
            amount -= part
        yield line.invoice(number, day, amount)
