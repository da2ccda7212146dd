"""账户变更: old and new account side by side; a second person decides."""

from typing import Any, ClassVar

import peewee as pw
from flask import abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models.records.base import db
from models.records.parties import AccountChange, Enterprise
from models.services import access, accounts
from web import counts, scope
from web.admin.columns import of as columns_of
from web.admin.pages import WorkView
from web.permissions import Page

ROWS = 50
REASON_CHARS_MAX = 500
_FIELDS = ("account_no", "account_name", "bank_name", "cnaps_code")

#: Sheets not paid yet, by enterprise: what waits for the decision.
_WAITING = """
SELECT enterprise_code, count(*), sum(payable_fen)::bigint FROM settlement_sheet
 WHERE enterprise_code = ANY(%(codes)s) AND payable_fen > 0
   AND state IN ('draft', 'in_review', 'approved', 'short', 'rejected', 'returned')
 GROUP BY enterprise_code
"""


def _visible() -> Any:
    """Return the changes the reader may see: an enterprise its own, an agency all."""
    query = AccountChange.select()
    own = scope.current().enterprise_code
    return query.where(AccountChange.credit_code == own) if own is not None else query


class AccountsView(WorkView):
    """The queue of changes with the decision beside each."""

    page: ClassVar[Page] = Page.ACCOUNTS

    @expose("/")
    def index(self) -> str:
        """List open changes first, then what was decided."""
        decided = request.args.get("view") == "decided"
        page = max(request.args.get("page", 0, type=int), 0)
        query = (
            _visible()
            .select_extend(Enterprise.name.alias("enterprise_name"))
            .join_from(
                AccountChange,
                Enterprise,
                pw.JOIN.LEFT_OUTER,
                on=(Enterprise.credit_code == AccountChange.credit_code),
            )
            .where(AccountChange.decided_by.is_null(not decided))
            .order_by(AccountChange.id.desc() if decided else AccountChange.id)
            .limit(ROWS + 1)
            .offset(page * ROWS)
        )
        found = list(query.objects())
        return self.render(
            "zhijie/accounts.html",
            changes=found[:ROWS],
            more=len(found) > ROWS,
            page=page,
            decided=decided,
            open_count=_visible().where(AccountChange.decided_by.is_null()).count(),
            waiting=self._waiting([c.credit_code for c in found]),
            labels={c.name: c.label for c in columns_of("enterprises")},
            fields=_FIELDS,
            may_decide="accounts_approve" in access.MAY[g.actor.role],
        )

    def _waiting(self, codes: list[str]) -> dict[str, tuple[int, int]]:
        rows = db.execute_sql(_WAITING, {"codes": codes}).fetchall() if codes else []
        return {code: (count, total) for code, count, total in rows}

    @expose("/<int:change_id>/approve", methods=("POST",))
    def approve(self, change_id: int) -> ResponseReturnValue:
        """Let money go to the new account."""
        change = self._open(change_id)
        accounts.approve(g.actor, [change.id])
        counts.forget()
        flash(
            _("已核验 %(code)s 的收款账户，相关结算单可以付款。", code=change.credit_code),
            "success",
        )
        return redirect(url_for("accounts.index"), 303)

    @expose("/<int:change_id>/reject", methods=("POST",))
    def reject(self, change_id: int) -> ResponseReturnValue:
        """Refuse the new account with a reason."""
        change = self._open(change_id)
        reason = request.form.get("reason", "").strip()[:REASON_CHARS_MAX]
        if not reason:
            flash(_("驳回须说明原因。"), "error")
            return redirect(url_for("accounts.index"), 303)
        accounts.reject(g.actor, change.id, reason)
        counts.forget()
        flash(
            _("已驳回 %(code)s 的账户变更，该企业在更正前不付款。", code=change.credit_code),
            "success",
        )
        return redirect(url_for("accounts.index"), 303)

    def _open(self, change_id: int) -> AccountChange:
        self.require_act()
        change = _visible().where(AccountChange.id == change_id).first()
        if change is None:
            abort(404)
        return change


def views() -> list[WorkView]:
    """Return the page."""
    return [AccountsView(lazy_gettext("账户变更"), endpoint="accounts", url="/accounts")]
