"""What indicators of volume procurement add up: measures by name, with grain and unit."""

from dataclasses import dataclass
from enum import StrEnum


class Grain(StrEnum):
    """What a measure is told by beside the hospital: nothing, the kind of product, the round."""

    WHOLE = "whole"
    KIND = "kind"
    ROUND = "round"


class Unit(StrEnum):
    """What a measure counts: yuan, units of a product, or things one by one."""

    MONEY = "money"
    QUANTITY = "quantity"
    COUNT = "count"


class Measure(StrEnum):
    """A sum over a hospital's rows of a month; what it adds up stands in docs/execution.md."""

    ONLINE_AMOUNT = "online_amount"
    TOTAL_AMOUNT = "total_amount"
    VBP_AMOUNT = "vbp_amount"
    COUNTABLE_AMOUNT = "countable_amount"
    VBP_QUANTITY = "vbp_quantity"
    COUNTABLE_QUANTITY = "countable_quantity"
    OFFLINE_AMOUNT = "offline_amount"
    SCOPED_AMOUNT = "scoped_amount"
    TRACED_RECEIPTS = "traced_receipts"
    DRUG_RECEIPTS = "drug_receipts"
    TRACED_AMOUNT = "traced_amount"
    DRUG_AMOUNT = "drug_amount"
    BOUGHT_QUANTITY = "bought_quantity"
    COMMITTED_QUANTITY = "committed_quantity"
    ENDED_BOUGHT_QUANTITY = "ended_bought_quantity"
    ENDED_COMMITTED_QUANTITY = "ended_committed_quantity"
    OTHER_QUANTITY = "other_quantity"
    RIVAL_QUANTITY = "rival_quantity"
    OTHER_AMOUNT = "other_amount"
    RIVAL_AMOUNT = "rival_amount"
    DUE_AMOUNT = "due_amount"
    DUE_PAID_AMOUNT = "due_paid_amount"
    DUE_PUNCTUAL_AMOUNT = "due_punctual_amount"
    DIRECT_DUE_AMOUNT = "direct_due_amount"
    DIRECT_PAID_AMOUNT = "direct_paid_amount"
    RECEIVED_AMOUNT = "received_amount"
    PAID_IN_30_AMOUNT = "paid_in_30_amount"
    PAID_IN_60_AMOUNT = "paid_in_60_amount"
    OVERDUE_AMOUNT = "overdue_amount"
    YEAR_AMOUNT = "year_amount"
    ORDERED_AMOUNT = "ordered_amount"
    DELIVERED_AMOUNT = "delivered_amount"
    DELIVERED_IN_7_AMOUNT = "delivered_in_7_amount"
    ORDERED_SPECS = "ordered_specs"
    DELIVERED_SPECS = "delivered_specs"
    FILLED_SPECS = "filled_specs"
    RESPONDED_SPECS = "responded_specs"


@dataclass(frozen=True)
class About:
    """Grain and unit of a measure: only the same may stand above and below a line."""

    grain: Grain
    unit: Unit


_M = Measure
_GROUPS: dict[tuple[Grain, Unit], tuple[Measure, ...]] = {
    (Grain.KIND, Unit.MONEY): (_M.ONLINE_AMOUNT, _M.TOTAL_AMOUNT),
    (Grain.WHOLE, Unit.MONEY): (
        _M.VBP_AMOUNT,
        _M.COUNTABLE_AMOUNT,
        _M.OFFLINE_AMOUNT,
        _M.SCOPED_AMOUNT,
        _M.TRACED_AMOUNT,
        _M.DRUG_AMOUNT,
        _M.DUE_AMOUNT,
        _M.DUE_PAID_AMOUNT,
        _M.DUE_PUNCTUAL_AMOUNT,
        _M.DIRECT_DUE_AMOUNT,
        _M.DIRECT_PAID_AMOUNT,
        _M.RECEIVED_AMOUNT,
        _M.PAID_IN_30_AMOUNT,
        _M.PAID_IN_60_AMOUNT,
        _M.OVERDUE_AMOUNT,
        _M.YEAR_AMOUNT,
        _M.ORDERED_AMOUNT,
        _M.DELIVERED_AMOUNT,
        _M.DELIVERED_IN_7_AMOUNT,
    ),
    (Grain.WHOLE, Unit.QUANTITY): (_M.VBP_QUANTITY, _M.COUNTABLE_QUANTITY),
    (Grain.WHOLE, Unit.COUNT): (
        _M.TRACED_RECEIPTS,
        _M.DRUG_RECEIPTS,
        _M.ORDERED_SPECS,
        _M.DELIVERED_SPECS,
        _M.FILLED_SPECS,
        _M.RESPONDED_SPECS,
    ),
    (Grain.ROUND, Unit.QUANTITY): (
        _M.BOUGHT_QUANTITY,
        _M.COMMITTED_QUANTITY,
        _M.ENDED_BOUGHT_QUANTITY,
        _M.ENDED_COMMITTED_QUANTITY,
        _M.OTHER_QUANTITY,
        _M.RIVAL_QUANTITY,
    ),
    (Grain.ROUND, Unit.MONEY): (_M.OTHER_AMOUNT, _M.RIVAL_AMOUNT),
}
ABOUT: dict[Measure, About] = {
    measure: About(*group) for group, measures in _GROUPS.items() for measure in measures
}
#: Measure → word of its group, for the check of imported definitions.
GROUP_OF: dict[str, str] = {
    measure.value: f"{about.grain}/{about.unit}" for measure, about in ABOUT.items()
}
