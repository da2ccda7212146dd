"""A month settled as one would first write it: a loop over peewee rows, a look-up for each rule.

It asks a part of the rules: lane, category, words, contract, award, invoice, account, due day. It
leaves out returns' originals, trace codes, mandates, leads, lists and everything schemes switch on.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import islice
from typing import Any

import peewee as pw

from models.records.base import db, sql
from models.records.catalogue import CalendarDay, Contract, Product
from models.records.intake import PurchaseLine
from models.records.line_facts import CONFIRMED, LineFact
from models.records.parties import Enterprise, Hospital
from models.records.schemes import Scheme
from models.rules import calendar
from models.rules.words import Platform, ProductKind

ROWS = 1_000
_AWARDS = """
SELECT u.area_code, a.nhsa_code, a.price_yuan, r.level || '_vbp',
       coalesce(a.term_start, r.term_start), coalesce(a.term_end, r.term_end)
  FROM area_chain u JOIN award a ON a.area_code = u.above_code JOIN vbp_round r USING (round_code)
 ORDER BY array_position(ARRAY['national', 'alliance', 'province', 'city'], r.level::text),
          u.distance
"""
_SCHEMES = "SELECT area_code, above_code FROM area_chain ORDER BY area_code, distance"
_SHEETS = """
CREATE TEMP TABLE peer_sheet (id serial PRIMARY KEY, hospital_code text, enterprise_code text,
    lines_count int, payable_fen bigint, due_on date)
"""
_LINES = """
CREATE TEMP TABLE peer_sheet_line (line_no text PRIMARY KEY, sheet_id int, category text,
    amount_fen bigint, due_on date, contract_no text)
"""


class _Terms:
    """Everything but the lines, in dictionaries."""

    def __init__(self) -> None:
        self.kinds = {row.day: row.kind for row in CalendarDay.select()}
        self.hospitals = {row.hospital_code: row for row in Hospital.select()}
        self.enterprises = {row.credit_code: row for row in Enterprise.select()}
        self.products = {row.nhsa_code: row for row in Product.select()}
        self.awards = defaultdict(list)
        for area, code, *award in sql(_AWARDS):
            self.awards[area, code].append(award)
        self.contracts = defaultdict(list)
        for row in Contract.select().order_by(Contract.term_start.desc()):
            key = (row.hospital_code, row.nhsa_code, row.enterprise_code)
            self.contracts[key].append(row)
        schemes: dict[str, list[Any]] = defaultdict(list)
        for scheme in Scheme.select().order_by(Scheme.valid_from.desc()):
            schemes[scheme.area_code].append(scheme)
        self.schemes: dict[str, list[Any]] = defaultdict(list)
        for area, above in sql(_SCHEMES):
            self.schemes[area] += schemes[above]

    def scheme(self, area: str, day: date) -> Any:  # noqa: ANN401 - a row
        """Return the scheme of an area on a day."""
        for one in self.schemes[area]:
            if one.valid_from <= day and (one.valid_to is None or day <= one.valid_to):
                return one
        return None


def settle(period: str) -> int:
    """Judge every line up to the end of the month and write sheets; return the lines on them."""
    terms, last = _Terms(), calendar.last_day(period)
    sheets: dict[tuple[str, str], list[tuple[Any, ...]]] = defaultdict(list)
    lines = (
        PurchaseLine.select(PurchaseLine, LineFact)
        .join(
            LineFact,
            pw.JOIN.LEFT_OUTER,
            on=(LineFact.line_no == PurchaseLine.line_no),
            attr="linefact",
        )
        .where(PurchaseLine.accepted_on <= last)
    )
    with db.atomic():
        for line in lines.iterator():
            told = _judged(terms, line)
            if told is not None:
                sheets[line.hospital_code, line.enterprise_code].append(told)
        _write(sheets)
    return sum(len(found) for found in sheets.values())


def _judged(terms: _Terms, line: Any) -> tuple[Any, ...] | None:  # noqa: ANN401 - a row
    """Return the line as it stands on a sheet, or None: held or not the fund's."""
    hospital, product = terms.hospitals[line.hospital_code], terms.products[line.nhsa_code]
    scheme = terms.scheme(hospital.area_code, line.accepted_on)
    award = _award(terms, hospital.area_code, line)
    category = award[1] if award else "listed"
    if award is None and product.kind is ProductKind.CLOUD_FILM:
        category = "cloud_film"
    elif award is None and product.negotiated:
        category = "negotiated"
    contract = _contract(terms, line)
    is_direct = (
        line.platform is Platform.ONLINE
        and scheme is not None
        and category in scheme.scope
        and hospital.joined_on is not None
        and hospital.joined_on <= line.accepted_on
    )
    is_priced = award is None or (contract is not None and line.unit_price_yuan <= award[0])
    is_known = terms.enterprises[line.enterprise_code].account_verified
    if not (is_direct and is_priced and is_known and _is_agreed(line)):
        return None
    due_on = _due_on(terms, line, scheme, contract)
    return line.line_no, category, line.amount_fen, due_on, contract and contract.contract_no


def _award(terms: _Terms, area_code: str, line: Any) -> Any:  # noqa: ANN401 - rows
    for one in terms.awards[area_code, line.nhsa_code]:
        if one[2] <= line.accepted_on <= one[3]:
            return one
    return None


def _contract(terms: _Terms, line: Any) -> Any:  # noqa: ANN401 - rows
    for one in terms.contracts[line.hospital_code, line.nhsa_code, line.enterprise_code]:
        if one.term_start <= line.accepted_on <= one.term_end:
            return one
    return None


def _is_agreed(line: Any) -> bool:  # noqa: ANN401 - a row
    """Return whether both parties confirmed the line and its invoices are its amount."""
    fact = getattr(line, "linefact", None)
    words = (fact.hospital_word, fact.enterprise_word) if fact else (None, None)
    own = (line.hospital_confirmed_on, line.enterprise_confirmed_on)
    confirmed = all(
        day is not None if word is None else word & 3 == CONFIRMED
        for word, day in zip(words, own, strict=True)
    )
    return confirmed and fact is not None and fact.invoiced_fen == line.amount_fen


def _due_on(terms: _Terms, line: Any, scheme: Any, contract: Any) -> date:  # noqa: ANN401 - rows
    days = [line.accepted_on + timedelta(scheme.due_days)] if scheme.due_days else []
    if contract is not None and contract.payment_days:
        days.append(line.accepted_on + timedelta(contract.payment_days))
    raw = min(days, default=line.accepted_on + timedelta(30))
    return calendar.shift(raw, scheme.holiday_shift, terms.kinds)


def _write(sheets: dict[tuple[str, str], list[tuple[Any, ...]]]) -> None:
    """Write sheets one by one and their lines a thousand at a time."""
    sql(_SHEETS)
    sql(_LINES)
    rows: list[tuple[Any, ...]] = []
    for (hospital, enterprise), found in sheets.items():
        sheet_id = sql(
            "INSERT INTO peer_sheet (hospital_code, enterprise_code, lines_count, payable_fen,"
            " due_on) VALUES (%s, %s, %s, %s, %s) RETURNING id",
            (hospital, enterprise, len(found), sum(one[2] for one in found),
             min(one[3] for one in found)),
        ).fetchone()[0]  # fmt: skip
        rows += [(number, sheet_id, *more) for number, *more in found]
    for many in _many(rows):
        with db.connection().cursor() as cursor:
            cursor.executemany("INSERT INTO peer_sheet_line VALUES (%s, %s, %s, %s, %s, %s)", many)


def _many(rows: list[tuple[Any, ...]]) -> Iterable[list[tuple[Any, ...]]]:
    left = iter(rows)
    while many := list(islice(left, ROWS)):
        yield many
