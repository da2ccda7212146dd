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
from models.rules.words import AccountChangeState, Role
from models.services import access, accounts, audit
from models.services.accounts import Side
from web import account_sight, counts, downloads, formats, scope
from web.admin import account_request, taken_lists
from web.admin.columns import of as columns_of
from web.admin.pages import WorkView
from web.admin.taking_out import TakenOut, TakesOut
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


def _view() -> str:
    view = request.args.get("view", "")
    return view if view in _VIEWS else ""


class AccountsView(TakesOut, account_request.Requests, WorkView):
    """The queue of changes with the decision beside each."""

    page: ClassVar[Page] = Page.ACCOUNTS
    side: ClassVar[Side] = accounts.ENTERPRISES
    template: ClassVar[str] = "zhijie/accounts.html"

    def _visible(self) -> Any:
        """Return the changes the reader may see: a party its own, an agency those of its areas.

        An enterprise sells in all areas, so every agency sees its changes.
        """
        side = self.side
        code, key = getattr(side.record, side.key), getattr(side.master, side.key)
        query = side.record.select(
            side.record, side.master.name.alias("party_name"), code.alias("party_code")
        ).join_from(side.record, side.master, pw.JOIN.LEFT_OUTER, on=(key == code))
        rows = scope.current()
        if side is accounts.ENTERPRISES:
            own = rows.enterprise_code
            return query.where(code == own) if own is not None else query
        bound = rows.where(area=side.master.area_code, hospital=code)
        return query if bound is None else query.where(bound)

    @expose("/")
    def index(self) -> str:
        """List the changes of a view: undecided, cooling off, or ended."""
        view, of = _view(), self.side.record
        page = max(request.args.get("page", 0, type=int), 0)
        found = list(self._listed().limit(ROWS + 1).offset(page * ROWS).objects())
        return self.render(
            self.template,
            side=self.side,
            endpoint=self.endpoint,
            changes=found[:ROWS],
            more=len(found) > ROWS,
            page=page,
            view=view,
            open_count=self._visible().where(of.state.in_(_UNDECIDED)).count(),
            cooling_count=self._visible().where(of.state == _S.APPROVED).count(),
            findings=self._findings(found) if view != "decided" else {},
            waiting=self._waiting([c.party_code for c in found]),
            labels={c.name: c.label for c in columns_of("enterprises")},
            fields=_FIELDS,
            may_decide="accounts_approve" in access.MAY[g.actor.role],
            may_ask=self.may_act() and "account_request" in access.MAY[g.actor.role],
            my_turn=my_turn,
            told=self._told(),
            may_see=account_sight.whole() or self._is_own(),
            who=_names(found),
            **self._more(),
        )

    def _listed(self) -> Any:
        of, view = self.side.record, _view()
        order = of.id.desc() if view == "decided" else of.id
        return self._visible().where(of.state.in_(_VIEWS[view])).order_by(order)

    def taken_out(self, most: int) -> TakenOut:
        """Return the changes of the view for a file, accounts and persons as on the page."""
        found = list(self._listed().limit(most).objects())
        return taken_lists.account_changes(found, self.endpoint, _names(found), self._told())

    def _more(self) -> dict[str, Any]:
        """Return what else a page of this kind shows."""
        return {}

    def _findings(self, found: list[Any]) -> dict[int, Any]:
        return accounts.judged([c.id for c in found], clock.today(), self.side)

    def _is_own(self) -> bool:
        """Return whether the reader is a seat of this side: it knows its own account."""
        return g.actor.role == self.side.role

    def _told(self) -> Callable[[str, str | None], str]:
        return _in_full if self._is_own() else account_sight.told

    def _waiting(self, codes: list[str]) -> dict[str, tuple[int, int]]:
        rows = db.execute_sql(_WAITING, {"codes": codes}).fetchall() if codes else []
        return {code: (count, total) for code, count, total in rows}

    @expose("/<int:change_id>/approve", methods=("POST",))
    def approve(self, change_id: int) -> ResponseReturnValue:
        """Verify the new account, or let money go there."""
        change = self._open(change_id)
        done = accounts.approve(g.actor, [change.id], side=self.side)
        counts.forget()
        code = change.party_code
        if done["checked"]:
            flash(_("已核验 %(code)s 的账户变更，等待审批人批准。", code=code), "success")
            return self._back()
        change = self.side.record.get_by_id(change.id)
        flash(
            _("已批准 %(code)s 的收款账户，可以向它付款。", code=code)
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
        accounts.reject(g.actor, change.id, self._reason(), side=self.side)
        return self._ended(change, _("已驳回"))

    @expose("/<int:change_id>/stop", methods=("POST",))
    def stop(self, change_id: int) -> ResponseReturnValue:
        """Stop an approved change before it is in force."""
        change = self._open(change_id)
        accounts.stop(g.actor, change.id, self._reason(), side=self.side)
        return self._ended(change, _("已叫停"))

    @expose("/<int:change_id>/withdraw", methods=("POST",))
    def withdraw(self, change_id: int) -> ResponseReturnValue:
        """Take back what the reader asked for."""
        change = self._open(change_id)
        accounts.withdraw(g.actor, change.id, self._reason(), side=self.side)
        return self._ended(change, _("已撤回"))

    @expose("/<int:change_id>/evidence", methods=("POST",))
    def evidence(self, change_id: int) -> Response:
        """Send the document that came with a change, and keep who looked at it."""
        change = self._find(change_id)
        if change.evidence_file_id is None or not (account_sight.whole() or self._is_own()):
            abort(404)
        with db.atomic():
            audit.wrote(
                "accounts.evidence_read",
                actor=g.actor.name,
                subject=f"{self.side.changes}:{change.id}",
            )
        return downloads.send(change.evidence_file_id)

    def _reason(self) -> str:
        return request.form.get("reason", "").strip()[:REASON_CHARS_MAX]

    def _ended(self, change: Any, what: str) -> ResponseReturnValue:
        counts.forget()
        code = change.party_code
        kept = self.side.master.get_by_id(code).account_verified
        words = (
            _("%(what)s %(code)s 的账户变更，仍向原账户付款。", what=what, code=code)
            if kept
            else _("%(what)s %(code)s 的账户，更正并核验前不付款。", what=what, code=code)
        )
        flash(words, "success")
        return self._back()

    def _back(self) -> ResponseReturnValue:
        return redirect(url_for(f"{self.endpoint}.index"), 303)

    def _find(self, change_id: int) -> Any:
        change = self._visible().where(self.side.record.id == change_id).objects().first()
        return change if change is not None else abort(404)

    def _open(self, change_id: int) -> Any:
        self.require_act()
        return self._find(change_id)


def _in_full(_field: str, value: str | None) -> str:
    """Return a cell of an account as it is: the reader's own."""
    return formats.UNKNOWN if value is None else value


def _names(changes: list[Any]) -> Callable[[str | None], str]:
    """Return how the people of the changes are called, looked up at once."""
    names = {getattr(c, by) for c in changes for by in ("requested_by", "checked_by")}
    names |= {getattr(c, by) for c in changes for by in ("decided_by", "stopped_by")}
    found = User.select(User.name, User.full_name).where(User.name.in_(sorted(names - {None})))
    called = {user.name: user.full_name or user.name for user in found}
    return lambda name: "" if name is None else called.get(name, name)


def my_turn(change: Any) -> bool:
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
