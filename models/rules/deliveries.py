"""Where an order, its delivery notes and its receipts may differ, and who must act."""

from collections.abc import Mapping
from enum import StrEnum


class Difference(StrEnum):
    """A difference of an order position, in the order of the list."""

    ORDER_MISSING = "order_missing"
    PARTY_DIFFERS = "party_differs"
    NOT_DELIVERED = "not_delivered"
    DELIVERED_SHORT = "delivered_short"
    RECEIVED_OVER = "received_over"
    RECEIPT_MISSING = "receipt_missing"
    NOTE_MISSING = "note_missing"
    PRICE_DIFFERS = "price_differs"


class Acts(StrEnum):
    """Who can remove a difference."""

    HOSPITAL = "hospital"
    ENTERPRISE = "enterprise"
    BOTH = "both"


WHO_ACTS: Mapping[Difference, Acts] = {
    Difference.ORDER_MISSING: Acts.BOTH,
    Difference.PARTY_DIFFERS: Acts.BOTH,
    Difference.NOT_DELIVERED: Acts.ENTERPRISE,
    Difference.DELIVERED_SHORT: Acts.ENTERPRISE,
    Difference.RECEIVED_OVER: Acts.BOTH,
    Difference.RECEIPT_MISSING: Acts.HOSPITAL,
    Difference.NOTE_MISSING: Acts.ENTERPRISE,
    Difference.PRICE_DIFFERS: Acts.BOTH,
}
