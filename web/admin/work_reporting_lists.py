"""Data of reporting and grades: terms and catalogue of rounds, the form, its tiers, points."""

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _

from models.records.catalogue import Product, VbpRound
from models.records.grades import GradeItem, GradePoint, GradeTier
from models.records.indicators import ReportedQuantity
from models.records.parties import Area, Hospital
from models.records.reporting import RoundProduct, RoundTerm
from web.admin.base import MasterView
from web.admin.rows import Ask, Bound
from web.permissions import Page

_ROUND = (VbpRound, VbpRound.round_code, VbpRound.name)
_PRODUCT = (Product, Product.nhsa_code, Product.name)
_HOSPITAL = (Hospital, Hospital.hospital_code, Hospital.name)
_VERSION = _("改动从新的生效日期起另列一版，不删除旧的。")


class RoundTermsView(MasterView):
    """批次执行参数."""

    page: ClassVar[Page] = Page.MASTER
    kind = "round_terms"
    bound = Bound()
    title_column = "round_code"
    column_list = (
        "round_code",
        "area_code",
        "report_from",
        "report_by",
        "sign_by",
        "agreed_share_bp",
        "under_report_bp",
        "participants",
    )
    column_default_sort = ("report_by", True)
    retire_hint = _("日期和界限可以更正，改动留有记录；批次不再检查时清空截止日期。")
    names: ClassVar = {"round_code": _ROUND, "area_code": (Area, Area.area_code, Area.name)}
    asks = (Ask("round_code"), Ask("area_code"))


class RoundProductsView(MasterView):
    """报量目录."""

    page: ClassVar[Page] = Page.MASTER
    kind = "round_products"
    bound = Bound()
    title_column = "nhsa_code"
    column_list = ("round_code", "nhsa_code", "note")
    column_default_sort = "nhsa_code"
    retire_hint = _("目录不删除产品。")
    names: ClassVar = {"round_code": _ROUND, "nhsa_code": _PRODUCT}
    asks = (Ask("round_code"), Ask("nhsa_code"))


class ReportedQuantitiesView(MasterView):
    """约定采购量."""

    page: ClassVar[Page] = Page.QUANTITY_REPORTS
    kind = "reported_quantities"
    bound = Bound(hospital="hospital_code", area_of_hospital=True)
    title_column = "nhsa_code"
    column_list = (
        "hospital_code",
        "round_code",
        "nhsa_code",
        "reported_quantity",
        "committed_quantity",
        "letter_signed_on",
    )
    column_default_sort = "hospital_code"
    retire_hint = _("报量审核后写入；更正请退回报量或重新导入。")
    names: ClassVar = {"hospital_code": _HOSPITAL, "round_code": _ROUND, "nhsa_code": _PRODUCT}
    asks = (Ask("hospital_code"), Ask("round_code"), Ask("nhsa_code"))


class GradeItemsView(MasterView):
    """绩效分级项目."""

    page: ClassVar[Page] = Page.RULES
    kind = "grade_items"
    bound = Bound()
    title_column = "name"
    column_list = ("scheme_code", "valid_from", "item_code", "name", "points", "source", "measure")
    column_default_sort = ("valid_from", True)
    retire_hint = _VERSION
    asks = (Ask("scheme_code"), Ask("source"))


class GradeTiersView(MasterView):
    """绩效分级档次."""

    page: ClassVar[Page] = Page.RULES
    kind = "grade_tiers"
    bound = Bound()
    title_column = "grade"
    column_list = ("scheme_code", "valid_from", "min_points", "grade", "factor_bp")
    column_default_sort = ("valid_from", True)
    retire_hint = _VERSION
    asks = (Ask("scheme_code"),)


class GradePointsView(MasterView):
    """绩效分级给分."""

    page: ClassVar[Page] = Page.GRADES
    kind = "grade_points"
    bound = Bound(hospital="hospital_code", area_of_hospital=True)
    title_column = "item_code"
    column_list = ("year", "hospital_code", "item_code", "points", "note")
    column_default_sort = ("year", True)
    retire_hint = _("给分可以更正，改动留有记录；已生成的名单不变。")
    names: ClassVar = {"hospital_code": _HOSPITAL}
    asks = (Ask("hospital_code"), Ask("item_code"))


def views() -> list[Any]:
    """Return the lists."""
    return [
        RoundTermsView(RoundTerm, _("批次执行参数"), "round_terms"),
        RoundProductsView(RoundProduct, _("报量目录"), "round_products"),
        ReportedQuantitiesView(ReportedQuantity, _("约定采购量"), "reported_quantities"),
        GradeItemsView(GradeItem, _("绩效分级项目"), "grade_items"),
        GradeTiersView(GradeTier, _("绩效分级档次"), "grade_tiers"),
        GradePointsView(GradePoint, _("绩效分级给分"), "grade_points"),
    ]
