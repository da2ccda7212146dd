"""方案产品名单 and 方案批次名单: what a scheme puts in or out beside its categories."""

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _

from models.records.catalogue import Product, VbpRound
from models.records.scope import SchemeProduct, SchemeRound
from web.admin.base import MasterView
from web.admin.rows import Ask, Bound
from web.permissions import Page

_END = _("不再适用时填写“失效日期”，不删除；改变规则请新增一个生效日期更晚的行。")


class SchemeProductsView(MasterView):
    """方案产品名单."""

    page: ClassVar[Page] = Page.RULES
    kind = "scheme_products"
    bound = Bound()
    title_column = "nhsa_code"
    column_list = ("scheme_code", "nhsa_code", "rule", "valid_from", "valid_to", "note")
    column_default_sort = ("valid_from", True)
    retire_hint = _END
    names: ClassVar = {"nhsa_code": (Product, Product.nhsa_code, Product.name)}
    asks = (Ask("scheme_code"), Ask("nhsa_code"), Ask("rule"))


class SchemeRoundsView(MasterView):
    """方案批次名单."""

    page: ClassVar[Page] = Page.RULES
    kind = "scheme_rounds"
    bound = Bound()
    title_column = "round_code"
    column_list = ("scheme_code", "round_code", "rule", "valid_from", "valid_to", "note")
    column_default_sort = ("valid_from", True)
    retire_hint = _END
    names: ClassVar = {"round_code": (VbpRound, VbpRound.round_code, VbpRound.name)}
    asks = (Ask("scheme_code"), Ask("round_code"), Ask("rule"))


def views() -> list[Any]:
    """Return the lists."""
    return [
        SchemeProductsView(SchemeProduct, _("方案产品名单"), "scheme_products"),
        SchemeRoundsView(SchemeRound, _("方案批次名单"), "scheme_rounds"),
    ]
