"""医院账户一并核验: what was handed in from a file together is looked at and verified together."""

from typing import Any, ClassVar

from flask import g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _

from models import clock
from models.rules.account_states import OPEN
from models.rules.errors import SettlementError
from models.services import access, accounts
from models.services.views import hospital_accounts
from web import account_sight, scope
from web.admin import screen
from web.admin.accounts import my_turn
from web.admin.screen import Check, Screen
from web.errors import sentence_of
from web.permissions import Page

#: More are verified by the command `accounts approve --all --hospitals`.
ROWS_MAX = 500


class TogetherView(Screen):
    """The changes that wait for the reader and that no check refuses, on one check page."""

    page: ClassVar[Page] = Page.HOSPITAL_ACCOUNTS
    in_menu = False

    @expose("/", methods=("GET", "POST"))
    def index(self) -> ResponseReturnValue:
        """Repeat the accounts; the second request verifies exactly those."""
        self.require_act()
        access.require(g.actor, "accounts_approve")
        rows, doubtful = waiting()
        check, refusal = _check(rows, doubtful), ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "医院账户")
                done = accounts.approve(g.actor, [row.id for row in rows], side=accounts.HOSPITALS)
                screen.done(_("已办理 %(n)s 个医院账户。", n=done["approved"] + done["checked"]))
                return redirect(url_for("hospital_accounts.index"), 303)
            except SettlementError as error:
                refusal = sentence_of(error)
        page = self.check_page(
            check,
            template="zhijie/work/hospital_accounts_check.html",
            refusal=refusal,
            changes=rows,
            told=account_sight.told,
        )
        return page, 422 if refusal else 200


def waiting() -> tuple[list[Any], int]:
    """Return the changes that wait for the reader and pass the checks, and how many do not."""
    found = [
        row
        for row in hospital_accounts.open_changes(scope.current(), list(OPEN), ROWS_MAX)
        if my_turn(row)
    ]
    judged = accounts.judged([row.id for row in found], clock.today(), accounts.HOSPITALS)
    passing = [row for row in found if not any(one.refuses for one in judged[row.id])]
    return passing, len(found) - len(passing)


def _check(rows: list[Any], doubtful: int) -> Check:
    return Check(
        title=_("核对：一并核验医院账户"),
        sentence=_("逐户对照开户资料；有疑点的不在其中，须单独办理。"),
        button=_("核验通过 %(n)s 户", n=len(rows)),
        seen={"changes": [(row.id, row.state, row.after) for row in rows]},
        figures=[(_("户数"), _("%(n)s 户", n=len(rows)))],
        notes=[("wait", _("另有 %(n)s 户有疑点，不能一并核验。", n=doubtful))] if doubtful else [],
        after=[_("核验批准后，退款、周转金和结余留用可以付到这些账户")],
        possible=bool(rows),
        back=url_for("hospital_accounts.index"),
        crumbs=[
            (_("基础数据"), ""),
            (_("医院账户"), url_for("hospital_accounts.index")),
            (_("核对"), ""),
        ],
    )
