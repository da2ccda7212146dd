"""Write all files of the demo city: the same seed, size and day give the same bytes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from random import Random

from models.rules import calendar
from models.rules.money import yuan
from scripts.demo import (
    companies,
    counties,
    month,
    places,
    products,
    reporting,
    risks,
    story,
    terms,
    trade,
)
from scripts.demo.cases import MENDED, MENDED_PERCENT, VOIDED, Cases, mend, missing_fen
from scripts.demo.lines import Line
from scripts.demo.month import Market
from scripts.demo.orders import Paperwork
from scripts.demo.sink import CityFile, Sink, write_table

SEED = 2026
LINES = 20_000
MONTHS = 3
#: Above this size hospitals and enterprises grow with the lines, as from a city to a province.
LINES_OF_A_CITY = 100_000
MASTER = "master"
#: What changes in the last month, after the accounts were approved.
CHANGES = "changes"


@dataclass(frozen=True)
class Size:
    """How large the city is."""

    lines: int = LINES
    months: int = MONTHS
    products: int = 300

    @property
    def hospitals(self) -> int:
        """Return the number of hospitals."""
        return 40 * max(1, self.lines // LINES_OF_A_CITY)

    @property
    def enterprises(self) -> int:
        """Return the number of enterprises."""
        return min(60 * max(1, self.lines // LINES_OF_A_CITY), 300)


@dataclass(frozen=True)
class City:
    """The files in the order in which they are imported, and the months they tell of."""

    months: Sequence[str]
    files: Sequence[CityFile]
    #: The largest hospital and an enterprise that delivers, for those who sign in for them.
    hospital_code: str
    enterprise_code: str
    #: Hospitals that pay with turnover money of the year.
    turnover_codes: Sequence[str] = ()

    def of(self, stage: str) -> list[CityFile]:
        """Return the files of a stage."""
        return [file for file in self.files if file.stage == stage]


def months_before(on: date, count: int) -> list[str]:
    """Return the last full months before a business date, the latest last."""
    found: list[str] = []
    period = calendar.period_of(on)
    for _ in range(count):
        period = calendar.previous_period(period)
        found.insert(0, period)
    return found


def write(out: Path, on: date, *, seed: int = SEED, size: Size | None = None) -> City:
    """Write the files of the months before `on` under a folder and say what they are."""
    size = size or Size()
    months = months_before(on, size.months)
    random = Random(f"{seed}:people")  # noqa: S311 - invented data, told by a seed
    hospitals = places.hospitals(size.hospitals, random)
    enterprises = companies.enterprises(size.enterprises, random)
    goods = products.products(size.products, enterprises, random)
    roles = trade.roles(enterprises)
    trades = trade.trades(hospitals, goods, roles, random)
    first = calendar.first_day(months[0])
    kinds = terms.kinds({first.year, on.year})
    master = out / MASTER
    schemes = counties.scheme_rows(terms.scheme_row(first))
    contracts = list(terms.contract_rows(trades, first.year))
    tables = {
        "areas": places.areas(),
        "agencies": places.agencies(),
        "hospitals": places.hospital_rows(hospitals, months),
        "enterprises": companies.rows(enterprises),
        "products": products.product_rows(goods),
        "rounds": products.round_rows(first.year),
        "awards": products.award_rows(goods),
        "prescriptions": risks.prescription_rows(hospitals, goods, months[-1]),
        "short_supply": risks.short_supply_rows(goods, first),
        "calendar": terms.calendar_rows(kinds),
        "schemes": schemes,
        "ladder": terms.ladder_rows(schemes),
        "mandates": counties.mandate_rows(hospitals, months),
        "fund_reserves": counties.reserve_rows(first),
        "lpr": terms.lpr_rows(first.year),
        "cadence_rules": terms.cadence_rows(first),
        "indicator_definitions": terms.indicator_rows(first),
        "contracts": contracts,
        "round_terms": reporting.term_rows(months, on),
        "round_products": reporting.catalogue_rows(goods),
        "reported_quantities": reporting.reported_rows(contracts),
        "grade_items": [row for one in schemes for row in reporting.item_rows(one)],
        "grade_tiers": [row for one in schemes for row in reporting.tier_rows(one)],
    }
    files = [
        write_table(master / f"{place:02d}_{kind}.csv", MASTER, kind, rows)
        for place, (kind, rows) in enumerate(tables.items(), start=1)
    ]
    files.append(_changes(out, roles, months[-1]))
    lines_random = Random(f"{seed}:lines")  # noqa: S311
    market = Market(
        trades, roles, kinds, months, lines_random, Cases(lines_random),
        story.cast(hospitals, roles.carrying, goods),
    )  # fmt: skip
    files += _write_months(out, market, size)
    seats = (hospitals[0].code, enterprises[0].code)
    turnover = [one.code for one in counties.turnover_hospitals(hospitals)]
    return City(months, files, *seats, turnover)


def _changes(out: Path, roles: trade.Roles, last_month: str) -> CityFile:
    """Write the enterprises that change in the last month: a new account, a suspension."""
    rows = [
        companies.row(roles.changed, account_version=1),
        companies.row(roles.suspended, suspended_on=f"{last_month}-05"),
    ]
    return write_table(out / CHANGES / "enterprises.csv", CHANGES, "enterprises", rows)


def _write_months(out: Path, market: Market, size: Size) -> list[CityFile]:
    """Write the facts of every month, line by line, and the funds that follow from them."""
    files: list[CityFile] = []
    papers = Paperwork() if size.lines <= LINES_OF_A_CITY else None
    hospitals = [trade.hospital for trade in market.trades.values()]
    goods: dict[str, dict[str, int]] = {}
    with Sink(out, market.months, papers=papers is not None) as sink:
        for number, name in enumerate(market.months):
            count = size.lines * (number + 1) // size.months - size.lines * number // size.months
            goods[name] = _write_month(sink, market, name, count, papers)
            told = market.months[: number + 1]
            tables = {
                "monthly_funds": _fund_rows(name, _settled_fen(goods[name], hospitals)),
                "procurement_totals": _total_rows(name, goods[name]),
                "prepayments": counties.voucher_rows(hospitals, told, goods),
            }
            files += [
                write_table(out / name / f"{kind}.csv", name, kind, rows)
                for kind, rows in tables.items()
            ]
        first = market.months[0]
        base = counties.base_rows(hospitals, calendar.first_day(first), goods[first])
        path = out / MASTER / "base_monthly_funds.csv"
        files.append(write_table(path, MASTER, "monthly_funds", base))
        return sink.files + files


def _settled_fen(goods_fen: dict[str, int], hospitals: Sequence[places.Hospital]) -> dict[str, int]:
    """Return the goods of each hospital that settles, with those of whom it settles for."""
    settled = dict.fromkeys(goods_fen, 0)
    for hospital in hospitals:
        settled[counties.settling_code(hospital, hospitals)] += goods_fen.get(hospital.code, 0)
    return settled


def _write_month(
    sink: Sink, market: Market, name: str, count: int, papers: Paperwork | None
) -> dict[str, int]:
    """Write the lines of a month; return the direct goods of each hospital in fen."""
    goods_fen = dict.fromkeys(market.trades, 0)
    later = market.months[market.months.index(name) + 1 :][:1]
    orders = groupby(month.lines(market, name, count), _invoice_key)
    for serial, (_, together) in enumerate(orders, start=1):
        order = list(together)
        sink.write(name, "purchases", [line.row() for line in order])
        sink.write(name, "confirmations", [row for line in order for row in line.confirmations])
        invoice_serial = int(name[5:]) * 10**11 + serial
        sink.write(name, "invoices", month.invoices(market, order, invoice_serial))
        for kind, row in papers.of(order) if papers else ():
            sink.write(name, kind, [row])
        for line in order:
            if line.is_direct:
                goods_fen[line.hospital.code] += line.amount_fen
            elif line.kind == "receipt":
                _pay_by_hospital(sink, market, line, (name, *later))
            if later and line.case and market.random.random() * 100 < MENDED_PERCENT:
                _mend(sink, market, line, later[0])
    return goods_fen


def _invoice_key(line: Line) -> tuple[str, str, str]:
    return (
        line.order_no,
        line.enterprise.code,
        line.kind if line.kind == "receipt" else line.line_no,
    )


def _mend(sink: Sink, market: Market, line: Line, month_after: str) -> None:
    """Write in the files of the month after what makes a waiting line free, or voids it."""
    if line.case in VOIDED:
        sink.write(month_after, "voids", [(line.line_no, "重复上报，作废")])
    if line.case not in MENDED:
        return
    day = calendar.first_day(month_after).replace(day=market.random.randint(2, 22))
    sink.write(month_after, "confirmations", mend(line, day))
    missing = missing_fen(line)
    if missing:
        number = f"{day:%y}593{int(line.line_no[2:]):015d}"
        sink.write(month_after, "invoices", [line.invoice(number, day, missing)])


def _pay_by_hospital(sink: Sink, market: Market, line: Line, months: Sequence[str]) -> None:
    """Let hospitals pay most lines of the self lane themselves, some late, some not yet."""
    random = market.random
    name = months[-1] if random.random() < 0.75 else months[0]
    if random.random() > (0.8 if len(months) > 1 else 0.4):
        return
    day = max(calendar.first_day(name).replace(day=random.randint(3, 28)), line.accepted_on)
    row = (f"ZF{line.line_no[2:]}", line.line_no, day.isoformat(), yuan(line.amount_fen))
    sink.write(name, "hospital_payments", [row])


def _fund_rows(name: str, goods_fen: dict[str, int]) -> Iterator[dict[str, str]]:
    """Yield each hospital's fund of a month: mostly enough for its goods, for some not."""
    for place, (code, goods) in enumerate(goods_fen.items()):
        factor = (240, 310, 190, 420, 260, 330, 90, 55)[place % 8]
        audited = max(goods, 2_000_000) * factor // 100 // 100 * 100
        yield {
            "period": name,
            "hospital_code": code,
            "audited_yuan": yuan(audited),
            "advanced_yuan": yuan(audited * 35 // 100),
            "clawback_yuan": yuan(audited // 50),
            "deposit_yuan": yuan(audited // 20),
        }


def _total_rows(name: str, goods_fen: dict[str, int]) -> Iterator[dict[str, str]]:
    """Yield each hospital's purchases of a month by kind, for the indicators."""
    for place, (code, goods) in enumerate(goods_fen.items()):
        for kind, share in (("drug", 70), ("consumable", 30)):
            total = max(goods, 100_000) * share // 85
            yield {
                "period": name,
                "hospital_code": code,
                "kind": kind,
                "total_yuan": yuan(total),
                "online_yuan": yuan(total * (86 + place * 7 % 14) // 100),
            }
