"""Each measure as the rows it adds up: from where, which value, which of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from models.records.base import sql
from models.records.planning import linear_joins
from models.rules.measures import ABOUT, Grain, Measure, Unit
from models.services.judgement import leads, scope, spans
from models.services.monitoring import bought, judged, money, ordered
from models.services.monitoring.selection import Selection


class Item(StrEnum):
    """What a row of a source is."""

    LINE = "line"
    CONTRACT = "contract"
    ORDER = "order"
    TOTAL = "total"


@dataclass(frozen=True)
class Source:
    """A table of rows, what each is, and what its rows are told by beside the hospital."""

    table: str
    item: Item
    number: str
    subject: str = "''"


@dataclass(frozen=True)
class Sum:
    """What a measure adds up of a source; money in fen."""

    source: Source
    value: str
    when: str = "true"


_TOTALS = Source("reported_total", Item.TOTAL, "kind", "kind")
_MONTHLY = Source("monthly", Item.LINE, "line_no")
_RIVALS = Source("rivals", Item.LINE, "line_no", "round_code")
_FULFILLED = Source("fulfilled", Item.LINE, "line_no", "round_code")
_AGREED = Source("agreed", Item.CONTRACT, "contract_no", "round_code")
_DUE = Source("due", Item.LINE, "line_no")
_SOON = Source("soon", Item.LINE, "line_no")
_OWED = Source("owed", Item.LINE, "line_no")
_YEAR = Source("bought", Item.LINE, "line_no")
_ORDERED = Source("ordered", Item.ORDER, "order_no || ' ' || nhsa_code")

_M = Measure
_NOT_NEGOTIATED = "is_countable AND category <> 'negotiated'"
_DRUGS = "is_receipt AND kind = 'drug'"
SUMS: dict[Measure, Sum] = {
    _M.ONLINE_AMOUNT: Sum(_TOTALS, "online_fen"),
    _M.TOTAL_AMOUNT: Sum(_TOTALS, "total_fen"),
    _M.VBP_AMOUNT: Sum(_MONTHLY, "amount_fen", "is_countable AND is_vbp"),
    _M.COUNTABLE_AMOUNT: Sum(_MONTHLY, "amount_fen", _NOT_NEGOTIATED),
    _M.VBP_QUANTITY: Sum(_MONTHLY, "quantity", "is_countable AND is_vbp"),
    _M.COUNTABLE_QUANTITY: Sum(_MONTHLY, "quantity", _NOT_NEGOTIATED),
    _M.OFFLINE_AMOUNT: Sum(_MONTHLY, "amount_fen", "is_scoped AND NOT is_online"),
    _M.SCOPED_AMOUNT: Sum(_MONTHLY, "amount_fen", "is_scoped"),
    _M.TRACED_RECEIPTS: Sum(_MONTHLY, "lines", f"{_DRUGS} AND has_codes"),
    _M.DRUG_RECEIPTS: Sum(_MONTHLY, "lines", _DRUGS),
    _M.TRACED_AMOUNT: Sum(_MONTHLY, "amount_fen", f"{_DRUGS} AND has_codes"),
    _M.DRUG_AMOUNT: Sum(_MONTHLY, "amount_fen", _DRUGS),
    _M.BOUGHT_QUANTITY: Sum(_FULFILLED, "quantity", "is_running"),
    _M.COMMITTED_QUANTITY: Sum(_AGREED, "quantity", "is_running"),
    _M.ENDED_BOUGHT_QUANTITY: Sum(_FULFILLED, "quantity", "is_ended"),
    _M.ENDED_COMMITTED_QUANTITY: Sum(_AGREED, "quantity", "is_ended"),
    _M.OTHER_QUANTITY: Sum(_RIVALS, "quantity", "is_other"),
    _M.RIVAL_QUANTITY: Sum(_RIVALS, "quantity"),
    _M.OTHER_AMOUNT: Sum(_RIVALS, "amount_fen", "is_other"),
    _M.RIVAL_AMOUNT: Sum(_RIVALS, "amount_fen"),
    _M.DUE_AMOUNT: Sum(_DUE, "amount_fen"),
    _M.DUE_PAID_AMOUNT: Sum(_DUE, "paid_fen"),
    _M.DUE_PUNCTUAL_AMOUNT: Sum(_DUE, "punctual_fen"),
    _M.DIRECT_DUE_AMOUNT: Sum(_DUE, "amount_fen", "is_direct"),
    _M.DIRECT_PAID_AMOUNT: Sum(_DUE, "paid_fen", "is_direct"),
    _M.RECEIVED_AMOUNT: Sum(_MONTHLY, "amount_fen", "is_receipt"),
    _M.PAID_IN_30_AMOUNT: Sum(_SOON, "in_30_fen"),
    _M.PAID_IN_60_AMOUNT: Sum(_SOON, "in_60_fen"),
    _M.OVERDUE_AMOUNT: Sum(_OWED, "unpaid_fen"),
    _M.YEAR_AMOUNT: Sum(_YEAR, "amount_fen", "from_on >= %(new_year)s"),
    _M.ORDERED_AMOUNT: Sum(_ORDERED, "amount_fen"),
    _M.DELIVERED_AMOUNT: Sum(_ORDERED, "delivered_fen"),
    _M.DELIVERED_IN_7_AMOUNT: Sum(_ORDERED, "in_7_fen"),
    _M.ORDERED_SPECS: Sum(_ORDERED, "specs"),
    _M.DELIVERED_SPECS: Sum(_ORDERED, "delivered"),
    _M.FILLED_SPECS: Sum(_ORDERED, "filled"),
    _M.RESPONDED_SPECS: Sum(_ORDERED, "responded"),
}

_REPORTED = """
CREATE TEMP TABLE reported_total ON COMMIT DROP AS
SELECT t.* FROM procurement_total t JOIN hospital h USING (hospital_code)
 WHERE t.period = %(period)s AND {of}
"""

#: (hospital, subject) → the measures of its grain.
Summed = dict[tuple[str, str], dict[Measure, Decimal]]


def collect(chosen: Selection, wanted: Iterable[Measure]) -> None:
    """Make the tables that the measures read, no others."""
    tables = {SUMS[measure].source.table for measure in wanted}
    of = chosen.of("h")
    if "reported_total" in tables:
        sql("DROP TABLE IF EXISTS pg_temp.reported_total")
        sql(_REPORTED.format(of=of), chosen.told)
    if tables - {"reported_total", "ordered"}:
        _collect_lines(chosen, tables)
    if "ordered" in tables:
        ordered.collect(chosen)


def _collect_lines(chosen: Selection, tables: set[str]) -> None:
    contracts, year = bool(tables & {"agreed", "fulfilled"}), bool(tables & {"bought", "owed"})
    paid = bool(tables & {"due", "soon", "owed"})
    with linear_joins():
        spans.build(chosen.areas)
        rules = scope.switched()
        leads.build(rules)
        if contracts or paid:
            spans.build_contracts(chosen.areas, lent=scope.Rule.LEADS in rules)
        bought.collect(chosen, contracts=contracts, year=year)
        if tables & {"monthly", "rivals"}:
            judged.monthly(chosen)
        if "rivals" in tables:
            judged.rivals(chosen)
        if contracts:
            judged.contracts(chosen)
    if paid:
        money.collect(chosen)


def add_up(chosen: Selection, wanted: Iterable[Measure]) -> dict[Grain, Summed]:
    """Return the sums of the measures by hospital and subject, one statement for a table."""
    found: dict[Grain, Summed] = {grain: {} for grain in Grain}
    by_source: dict[Source, list[Measure]] = {}
    for measure in wanted:
        by_source.setdefault(SUMS[measure].source, []).append(measure)
    for source, measures in by_source.items():
        parts = ", ".join(f"sum({SUMS[m].value}) FILTER (WHERE {SUMS[m].when})" for m in measures)
        text = (
            f"SELECT hospital_code, {source.subject} AS subject, {parts} FROM {source.table}"
            " GROUP BY 1, 2"
        )
        for hospital_code, subject, *values in sql(text, chosen.told):
            for measure, value in zip(measures, values, strict=True):
                if value is not None:
                    about = ABOUT[measure]
                    told = Decimal(value) / 100 if about.unit is Unit.MONEY else Decimal(value)
                    key = (hospital_code, subject)
                    found[about.grain].setdefault(key, {})[measure] = told
    return found


def rows(chosen: Selection, measure: Measure, subject: str) -> tuple[str, dict[str, Any]]:
    """Return the statement of a measure's rows of a hospital: item and value; needs `collect`."""
    one = SUMS[measure]
    divided = "/ 100.0" if ABOUT[measure].unit is Unit.MONEY else "* 1.0"
    text = (
        f"SELECT {one.source.number} AS item, ({one.value}) {divided} AS value"
        f" FROM {one.source.table} WHERE hospital_code = %(hospital)s"
        f" AND {one.source.subject} = %(subject)s AND ({one.when}) AND ({one.value}) <> 0"
    )
    return text, {**chosen.told, "hospital": chosen.hospital, "subject": subject}
