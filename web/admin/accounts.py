"""账户变更: old and new account side by side, what speaks against it, and who decides."""

from collections.abc import Callable
from typing import Any, ClassVar

import peewee as pw
from flask import Response, abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.records.access import User
from models.records.base import db
from models.records.parties import AccountChange, Enterprise
from models.rules.words import AccountChangeState, Role
from models.services import access, accounts, audit
from web import account_sight, counts, downloads, scope
from web.admin import account_request
from web.admin.columns import of as columns_of
from web.admin.pages import WorkView
from web.permissions import Page

ROWS = 50
REASON_CHARS_MAX = 500
_FIELDS = ("account_no", "account_name", "bank_name", "cnaps_code")

_S = AccountChangeState
_UNDECIDED = (_S.REQUESTED, _S.CHECKED)
#: Each view of the queue and the states it shows.
_VIEWS: dict[str, tuple[AccountChangeState, ...]] = {
    "": _UNDECIDED,
    "cooling": (_S.APPROVED,),
    "decided": (_S.IN_FORCE, _S.REJECTED, _S.WITHDRAWN, _S.STOPPED),
}

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


class AccountsView(account_request.Requests, WorkView):
    """The queue of changes with the decision beside each."""

    page: ClassVar[Page] = Page.ACCOUNTS

    @expose("/")
    def index(self) -> str:
        """List the changes of a view: undecided, cooling off, or ended."""
        view = request.args.get("view", "")
        view = view if view in _VIEWS else ""
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
            .where(AccountChange.state.in_(_VIEWS[view]))
            .order_by(AccountChange.id.desc() if view == "decided" else AccountChange.id)
            .limit(ROWS + 1)
            .offset(page * ROWS)
        )
        found = list(query.objects())
        today = clock.today()
        return self.render(
            "zhijie/accounts.html",
            changes=found[:ROWS],
            more=len(found) > ROWS,
            page=page,
            view=view,
            open_count=_visible().where(AccountChange.state.in_(_UNDECIDED)).count(),
            cooling_count=_visible().where(AccountChange.state == _S.APPROVED).count(),
            findings=accounts.judged([c.id for c in found], today) if view != "decided" else {},
            waiting=self._waiting([c.credit_code for c in found]),
            labels={c.name: c.label for c in columns_of("enterprises")},
            fields=_FIELDS,
            may_decide="accounts_approve" in access.MAY[g.actor.role],
            may_ask=self.may_act() and "account_request" in access.MAY[g.actor.role],
            my_turn=_my_turn,
            told=account_sight.told,
            may_see=account_sight.whole(),
            who=_names(found),
        )

    def _waiting(self, codes: list[str]) -> dict[str, tuple[int, int]]:
        rows = db.execute_sql(_WAITING, {"codes": codes}).fetchall() if codes else []
        return {code: (count, total) for code, count, total in rows}

    @expose("/<int:change_id>/approve", methods=("POST",))
    def approve(self, change_id: int) -> ResponseReturnValue:
        """Verify the new account, or let money go there."""
        change = self._open(change_id)
        done = accounts.approve(g.actor, [change.id])
        counts.forget()
        code = change.credit_code
        if done["checked"]:
            flash(_("已核验 %(code)s 的账户变更，等待审批人批准。", code=code), "success")
            return self._back()
        change = AccountChange.get_by_id(change.id)
        flash(
            _("已批准 %(code)s 的收款账户，相关结算单可以付款。", code=code)
            if change.state == _S.IN_FORCE
            else _(
                "已批准 %(code)s 的收款账户，%(day)s 生效；此前不付款。",
                code=code,
                day=change.effective_on,
            ),
            "success",
        )
        return self._back()

    @expose("/<int:change_id>/reject", methods=("POST",))
    def reject(self, change_id: int) -> ResponseReturnValue:
        """Refuse the new account with a reason."""
        change = self._open(change_id)
        accounts.reject(g.actor, change.id, self._reason())
        return self._ended(change, _("已驳回"))

    @expose("/<int:change_id>/stop", methods=("POST",))
    def stop(self, change_id: int) -> ResponseReturnValue:
        """Stop an approved change before it is in force."""
        change = self._open(change_id)
        accounts.stop(g.actor, change.id, self._reason())
        return self._ended(change, _("已叫停"))

    @expose("/<int:change_id>/withdraw", methods=("POST",))
    def withdraw(self, change_id: int) -> ResponseReturnValue:
        """Take back what the reader asked for."""
        change = self._open(change_id)
        accounts.withdraw(g.actor, change.id, self._reason())
        return self._ended(change, _("已撤回"))

    @expose("/<int:change_id>/evidence", methods=("POST",))
    def evidence(self, change_id: int) -> Response:
        """Send the document that came with a change, and keep who looked at it."""
        change = self._find(change_id)
        if change.evidence_file_id is None or not account_sight.whole():
            abort(404)
        with db.atomic():
            audit.wrote(
                "accounts.evidence_read", actor=g.actor.name, subject=f"account_change:{change.id}"
            )
        return downloads.send(change.evidence_file_id)

    def _reason(self) -> str:
        return request.form.get("reason", "").strip()[:REASON_CHARS_MAX]

    def _ended(self, change: AccountChange, what: str) -> ResponseReturnValue:
        counts.forget()
        words = (
            _("%(what)s %(code)s 的账户变更，仍向原账户付款。", what=what, code=change.credit_code)
            if change.before
            else _(
                "%(what)s %(code)s 的账户，更正并核验前不付款。",
                what=what,
                code=change.credit_code,
            )
        )
        flash(words, "success")
        return self._back()

    def _back(self) -> ResponseReturnValue:
        return redirect(url_for("accounts.index"), 303)

    def _find(self, change_id: int) -> AccountChange:
        change = _visible().where(AccountChange.id == change_id).first()
        return change if change is not None else abort(404)

    def _open(self, change_id: int) -> AccountChange:
        self.require_act()
        return self._find(change_id)


def _names(changes: list[AccountChange]) -> Callable[[str | None], str]:
    """Return how the people of the changes are called, looked up at once."""
    names = {getattr(c, by) for c in changes for by in ("requested_by", "checked_by")}
    names |= {getattr(c, by) for c in changes for by in ("decided_by", "stopped_by")}
    found = User.select(User.name, User.full_name).where(User.name.in_(sorted(names - {None})))
    called = {user.name: user.full_name or user.name for user in found}
    return lambda name: "" if name is None else called.get(name, name)


def _my_turn(change: AccountChange) -> bool:
    """Return whether the reader is the one a change waits for."""
    actor = g.actor
    if "accounts_approve" not in access.MAY[actor.role]:
        return False
    if actor.name in {change.requested_by, change.checked_by}:
        return False
    first = change.state == _S.REQUESTED
    return change.reviews_needed == 1 or actor.role == (Role.CHECKER if first else Role.APPROVER)


def views() -> list[WorkView]:
    """Return the page."""
    return [AccountsView(lazy_gettext("账户变更"), endpoint="accounts", url="/accounts")]
