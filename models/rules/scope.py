"""Words of who and what the fund pays directly: the reasons that leave a line to the hospital."""

from enum import StrEnum


class ListRule(StrEnum):
    """What a list of a scheme says of a product or round (名单规则)."""

    IN = "in"
    OUT = "out"


class Outside(StrEnum):
    """Why a line is not paid by the fund (范围外原因), in the order in which reasons are told."""

    OFFLINE = "offline"
    NO_SCHEME = "no_scheme"
    NOT_JOINED = "not_joined"
    JOINED_LATER = "joined_later"
    OWNERSHIP = "ownership"
    LEVEL = "level"
    DRUGS_LATER = "drugs_later"
    CONSUMABLES_LATER = "consumables_later"
    PRODUCT_OUT = "product_out"
    ROUND_OUT = "round_out"
    ABOVE_SELECTED = "above_selected"
    CATEGORY = "category"
