"""医院账户: accounts money goes back to, asked for, handed in from the file, verified by others."""

from typing import Any, ClassVar

from flask import Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.rules.errors import SettlementError
from models.services import access, accounts
from models.services.accounts import Side
from models.services.exports import listed
from models.services.views import hospital_accounts
from web import counts, downloads, scope
from web.admin import asked, hospital_accounts_together
from web.admin.accounts import AccountsView
from web.admin.pages import WorkView
from web.errors import sentence_of
from web.permissions import Page

#: What is known of a hospital's account.
NAMES = {
    "verified": lazy_gettext("已核验"),
    "asked": lazy_gettext("核验中"),
    "filed": lazy_gettext("仅文件登记"),
    "missing": lazy_gettext("未登记"),
}
EXPORT_MAX = 20_000


class HospitalAccountsView(AccountsView):
    """The queue of hospitals' accounts, and how far their registration is."""

    page: ClassVar[Page] = Page.HOSPITAL_ACCOUNTS
    side: ClassVar[Side] = accounts.HOSPITALS

    def _more(self) -> dict[str, Any]:
        told = {"filed": hospital_accounts.filed(scope.current()), "together": 0}
        if self.may_act() and "accounts_approve" in access.MAY[self.actor.role]:
            told["together"] = len(hospital_accounts_together.waiting()[0])
        return told

    def _waiting(self, codes: list[str]) -> dict[str, tuple[int, int]]:
        """Sheets pay enterprises; none waits for a hospital's account."""
        return {}

    @expose("/registered")
    def registered(self) -> str:
        """List the hospitals with their account and what is known of it."""
        state = request.args.get("state", "")
        state = state if state in hospital_accounts.STATES else ""
        named, page = asked.text("hospital"), asked.page()
        found = hospital_accounts.registered(
            scope.current(), asked.areas(), named, state, page=page
        )
        area = asked.area_field()
        return self.render(
            "zhijie/work/hospital_accounts.html",
            rows_found=found.rows,
            more=found.more,
            counted=found.counted,
            state=state,
            names=NAMES,
            page=page,
            query=request.query_string.decode(),
            told=self._told(),
            fields=[
                asked.field("hospital", _("医疗机构"), placeholder=_("名称或编码")),
                *([area] if area else []),
            ],
        )

    @expose("/registered.<kind>")
    def file(self, kind: str) -> Response:
        """Send the list as it is filtered; account numbers as the reader may see them."""
        if kind not in listed.KINDS:
            abort(404)
        access.require(self.actor, "export")
        state, told = request.args.get("state", ""), self._told()
        found = hospital_accounts.registered(
            scope.current(),
            asked.areas(),
            asked.text("hospital"),
            state if state in hospital_accounts.STATES else "",
            most=EXPORT_MAX,
        )
        titles = [
            _("医疗机构编码"), _("医疗机构"), _("统筹区代码"), _("状态"), _("账号"), _("户名"),
            _("开户行"), _("联行号"),
        ]  # fmt: skip
        rows = (
            (
                one.hospital_code, one.name, one.area_code, str(NAMES[one.state]),
                told("account_no", one.account_no) if one.account_no else "",
                one.account_name, one.bank_name, one.cnaps_code,
            )
            for one in found.rows
        )  # fmt: skip
        content = listed.written(self.actor, "hospital_accounts", kind, titles, rows)
        return downloads.made(f"{_('医院账户')}_{clock.today():%Y%m%d}.{kind}", content)

    @expose("/hand-in", methods=("POST",))
    def hand_in(self) -> ResponseReturnValue:
        """Ask for the verification of every filed account of the reader's areas."""
        self.require_act()
        try:
            number = accounts.hand_in(self.actor, asked.text("area") or None)
        except SettlementError as error:
            flash(sentence_of(error), "error")
            return redirect(url_for(f"{self.endpoint}.index"), 303)
        counts.forget()
        flash(_("已将 %(n)s 个医院账户送核验，由另一人办理。", n=number), "success")
        return redirect(url_for(f"{self.endpoint}.index"), 303)


def views() -> list[WorkView]:
    """Return the page."""
    return [
        HospitalAccountsView(
            lazy_gettext("医院账户"), endpoint="hospital_accounts", url="/hospital-accounts"
        ),
        hospital_accounts_together.TogetherView(
            lazy_gettext("一并核验"),
            endpoint="hospital_accounts_together",
            url="/hospital-accounts/together",
        ),
    ]
