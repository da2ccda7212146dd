"""What is bought and on what terms: products, rounds, awards, contracts, orders."""

from typing import ClassVar

from flask_babel import lazy_gettext as _

from models.records.catalogue import Award, Contract, Product, PurchaseOrder, VbpRound
from models.records.deliveries import DeliveryNote
from models.records.parties import Area, Enterprise, Hospital
from web.admin.base import MasterView
from web.admin.rows import Ask, Bound
from web.permissions import Page

_PRODUCT = (Product, Product.nhsa_code, Product.name)
_HOSPITAL = (Hospital, Hospital.hospital_code, Hospital.name)
_ENTERPRISE = (Enterprise, Enterprise.credit_code, Enterprise.name)
_ROUND = (VbpRound, VbpRound.round_code, VbpRound.name)


class ProductView(MasterView):
    """产品."""

    page: ClassVar[Page] = Page.MASTER
    kind = "products"
    bound = Bound()
    column_list = (
        "nhsa_code",
        "name",
        "kind",
        "specification",
        "unit",
        "listed_price_yuan",
        "negotiated",
    )
    column_default_sort = "nhsa_code"
    asks = (
        Ask(
            "q",
            "contains",
            ("name", "nhsa_code", "specification"),
            wide=True,
            label=_("名称、编码或规格"),
        ),
        Ask("kind"),
        Ask("negotiated"),
        Ask("manufacturer_code"),
        Ask("price_from", "from", ("listed_price_yuan",), label=_("挂网价不低于")),
        Ask("price_to", "to", ("listed_price_yuan",), label=_("挂网价不高于")),
    )


class RoundView(MasterView):
    """集采批次."""

    page: ClassVar[Page] = Page.MASTER
    kind = "rounds"
    bound = Bound()
    column_list = ("round_code", "name", "level", "term_start", "term_end", "non_selected_limit_bp")
    column_default_sort = ("term_start", True)
    retire_hint = _("批次不删除：协议期止之后自然不再适用。")
    asks = (
        Ask("q", "contains", ("name", "round_code"), wide=True, label=_("名称或代码")),
        Ask("level"),
        Ask("term_from", "from", ("term_end",), label=_("协议期止不早于")),
    )


class AwardView(MasterView):
    """中选产品."""

    page: ClassVar[Page] = Page.MASTER
    kind = "awards"
    bound = Bound()
    title_column = ""
    column_list = ("nhsa_code", "round_code", "area_code", "price_yuan", "term_start", "term_end")
    column_default_sort = "nhsa_code"
    retire_hint = _("中选结果不删除：供应期止之后不再适用。")
    names: ClassVar = {
        "nhsa_code": _PRODUCT,
        "round_code": _ROUND,
        "area_code": (Area, Area.area_code, Area.name),
    }
    asks = (Ask("nhsa_code"), Ask("round_code"), Ask("area_code"))


class ContractView(MasterView):
    """购销协议."""

    page: ClassVar[Page] = Page.MASTER
    kind = "contracts"
    bound = Bound(hospital="hospital_code", enterprise="enterprise_code", area_of_hospital=True)
    title_column = "contract_no"
    column_list = (
        "contract_no",
        "hospital_code",
        "enterprise_code",
        "nhsa_code",
        "price_yuan",
        "committed_quantity",
        "term_start",
        "term_end",
    )
    column_default_sort = "contract_no"
    retire_hint = _("协议不删除：协议止之后不再适用；提前终止请改“协议止”。")
    names: ClassVar = {
        "hospital_code": _HOSPITAL,
        "enterprise_code": _ENTERPRISE,
        "nhsa_code": _PRODUCT,
    }
    asks = (
        Ask("contract_no"),
        Ask("hospital_code"),
        Ask("enterprise_code"),
        Ask("nhsa_code"),
        Ask("round_code"),
        Ask("in_term", "from", ("term_end",), label=_("协议止不早于")),
    )


class OrderView(MasterView):
    """订单."""

    page: ClassVar[Page] = Page.MASTER
    kind = "orders"
    bound = Bound(hospital="hospital_code", enterprise="enterprise_code", area_of_hospital=True)
    title_column = "order_no"
    column_list = (
        "order_no",
        "nhsa_code",
        "hospital_code",
        "enterprise_code",
        "ordered_on",
        "quantity",
        "amount_fen",
        "responded_on",
    )
    column_default_sort = ("ordered_on", True)
    names: ClassVar = {
        "hospital_code": _HOSPITAL,
        "enterprise_code": _ENTERPRISE,
        "nhsa_code": _PRODUCT,
    }
    asks = (
        Ask("order_no"),
        Ask("hospital_code"),
        Ask("enterprise_code"),
        Ask("ordered_from", "from", ("ordered_on",), label=_("下单日期起")),
        Ask("ordered_to", "to", ("ordered_on",), label=_("下单日期止")),
        Ask("amount_from", "from", ("amount_fen",), label=_("金额不低于（元）")),
    )


class DeliveryNoteView(MasterView):
    """配送单."""

    page: ClassVar[Page] = Page.MASTER
    kind = "deliveries"
    bound = Bound(hospital="hospital_code", enterprise="enterprise_code", area_of_hospital=True)
    title_column = "delivery_no"
    column_list = (
        "delivery_no",
        "order_no",
        "nhsa_code",
        "hospital_code",
        "enterprise_code",
        "delivered_on",
        "quantity",
        "amount_fen",
    )
    column_default_sort = ("delivered_on", True)
    names: ClassVar = {
        "hospital_code": _HOSPITAL,
        "enterprise_code": _ENTERPRISE,
        "nhsa_code": _PRODUCT,
    }
    asks = (
        Ask("delivery_no"),
        Ask("order_no"),
        Ask("hospital_code"),
        Ask("enterprise_code"),
        Ask("delivered_from", "from", ("delivered_on",), label=_("配送日期起")),
        Ask("delivered_to", "to", ("delivered_on",), label=_("配送日期止")),
    )


def views() -> list[MasterView]:
    """Return the lists of this module in the order of the menu."""
    return [
        ProductView(Product, _("产品"), "products"),
        RoundView(VbpRound, _("集采批次"), "rounds"),
        AwardView(Award, _("中选产品"), "awards"),
        ContractView(Contract, _("购销协议"), "contracts"),
        OrderView(PurchaseOrder, _("订单"), "orders"),
        DeliveryNoteView(DeliveryNote, _("配送单"), "delivery_notes"),
    ]
