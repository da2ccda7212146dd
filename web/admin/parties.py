"""Who takes part: areas, agencies, hospitals and enterprises."""

from typing import Any, ClassVar

import peewee as pw
from flask_babel import lazy_gettext as _

from models.records.branches import BankBranch
from models.records.parties import Agency, Area, Enterprise, Hospital
from models.rules.words import Role
from models.services.imports import account_asks
from web import account_sight, scope
from web.admin.base import MasterView
from web.admin.rows import Ask, Bound
from web.permissions import Page


class AreaView(MasterView):
    """统筹区."""

    page: ClassVar[Page] = Page.MASTER
    kind = "areas"
    bound = Bound(area="area_code")
    column_list = ("area_code", "name", "level", "parent_code")
    column_default_sort = "area_code"
    names: ClassVar = {"parent_code": (Area, Area.area_code, Area.name)}
    asks = (
        Ask("q", "contains", ("name", "area_code"), wide=True, label=_("名称或代码")),
        Ask("level"),
        Ask("parent_code"),
    )


class AgencyView(MasterView):
    """经办机构."""

    page: ClassVar[Page] = Page.MASTER
    kind = "agencies"
    bound = Bound(area="area_code")
    column_list = ("agency_code", "name", "area_code", "bank_name", "email")
    column_default_sort = "agency_code"
    names: ClassVar = {"area_code": (Area, Area.area_code, Area.name)}
    asks = (
        Ask("q", "contains", ("name", "agency_code"), wide=True, label=_("名称或代码")),
        Ask("area_code"),
    )


class HospitalView(MasterView):
    """医疗机构."""

    page: ClassVar[Page] = Page.MASTER
    kind = "hospitals"
    bound = Bound(area="area_code", hospital="hospital_code")
    column_list = (
        "hospital_code",
        "name",
        "area_code",
        "ownership",
        "level",
        "joined_on",
        "lead_hospital_code",
    )
    column_default_sort = "hospital_code"
    names: ClassVar = {
        "area_code": (Area, Area.area_code, Area.name),
        "lead_hospital_code": (Hospital, Hospital.hospital_code, Hospital.name),
    }
    asks = (
        Ask("q", "contains", ("name", "hospital_code"), wide=True, label=_("名称或编码")),
        Ask("area_code"),
        Ask("ownership"),
        Ask("level"),
        Ask("joined_from", "from", ("joined_on",), label=_("纳入日期起")),
    )


class EnterpriseView(MasterView):
    """医药企业."""

    page: ClassVar[Page] = Page.MASTER
    kind = "enterprises"
    #: An enterprise serves many areas: whoever works in an agency sees all of them.
    bound = Bound(enterprise="credit_code")
    column_list = (
        "credit_code",
        "name",
        "role",
        "size",
        "bank_name",
        "account_verified",
        "suspended_on",
    )
    column_default_sort = "credit_code"
    retire_hint = _("企业不再合作时填写“停用日期”，不删除。收款账户在“账户变更”中申请变更。")
    asks = (
        Ask("q", "contains", ("name", "credit_code"), wide=True, label=_("名称或信用代码")),
        Ask("role"),
        Ask("size"),
        Ask("account_verified", label=_("账户已核验")),
    )

    def scope(self) -> pw.Expression | None:
        """Bind a seat to its own row; an agency of any area sees all."""
        own = scope.current().enterprise_code
        return None if own is None and self.actor.role != Role.HOSPITAL else super().scope()

    def get_column_name(self, field: str) -> Any:
        """Name the one column that is no column of the file."""
        return _("账户已核验") if field == "account_verified" else super().get_column_name(field)

    def edit_form(self, obj: Any = None) -> Any:
        """Show the account without letting it be typed over: it changes by a request of its own."""
        form = super().edit_form(obj)
        for name in account_asks.COLUMNS:
            value = getattr(obj, name)
            form[name].data = value
            form[name].render_kw = {"readonly": True, "value": account_sight.told(name, value)}
        return form


class BranchView(MasterView):
    """联行号目录."""

    page: ClassVar[Page] = Page.MASTER
    kind = "bank_branches"
    bound = Bound()
    title_column = "bank_name"
    column_list = ("cnaps_code", "bank_name", "valid_from", "valid_to")
    column_default_sort = "cnaps_code"
    retire_hint = _("银行网点停办时填写“失效日期”，不删除。")
    asks = (Ask("q", "contains", ("bank_name", "cnaps_code"), wide=True, label=_("行名或行号")),)


def views() -> list[MasterView]:
    """Return the lists of this module in the order of the menu."""
    return [
        AreaView(Area, _("统筹区"), "areas"),
        AgencyView(Agency, _("经办机构"), "agencies"),
        HospitalView(Hospital, _("医疗机构"), "hospitals"),
        EnterpriseView(Enterprise, _("医药企业"), "enterprises"),
        BranchView(BankBranch, _("联行号目录"), "bank_branches"),
    ]
