"""待第二人: what one person asked to admit, repeated with count and sum before another agrees."""

from dataclasses import dataclass
from typing import Any, ClassVar

from flask import abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.rules.errors import SettlementError
from models.services import access, exceptions
from models.services.views import decisions
from web import formats, scope
from web.admin import asked, case_checks, screen
from web.admin.case_together import Together
from web.admin.case_words import STATUSES
from web.admin.screen import Check, Screen
from web.errors import sentence_of
from web.permissions import Page


@dataclass(frozen=True)
class Bundle:
    """What is decided together, and by whom."""

    ids: list[int]
    count: int
    sum_fen: int
    asked_by: str
    reason: str
    reader: str


class DecisionsView(Together, Screen):
    """What waits for a second person, and asking for many at once."""

    page: ClassVar[Page] = Page.EXCEPTIONS
    counted: ClassVar[bool] = False

    @expose("/")
    def index(self) -> str:
        """List the bundles that wait."""
        found = decisions.waiting(scope.current())
        return self.render(
            "zhijie/work/decisions.html",
            bundles=found,
            count=sum(one.count for one in found),
            sum_fen=sum(one.sum_fen for one in found),
            may_give=_may("decide_exception"),
            may_ask=_may("close_exception"),
        )

    @expose("/one")
    def one(self) -> str:
        """Show the orders of one bundle."""
        bundle, rows = _found()
        return self.render(
            "zhijie/work/decision.html",
            bundle=bundle,
            orders=rows,
            statuses=STATUSES,
            may_give=_may("decide_exception"),
            may_ask=_may("close_exception"),
        )

    @expose("/agree", methods=("POST",))
    def agree(self) -> ResponseReturnValue:
        """Repeat count and sum; the second request books."""
        return self._give(agree=True)

    @expose("/refuse", methods=("POST",))
    def refuse(self) -> ResponseReturnValue:
        """Repeat count and sum; the second request refuses with a reason."""
        return self._give(agree=False)

    @expose("/withdraw", methods=("POST",))
    def withdraw(self) -> ResponseReturnValue:
        """Take back what one asked for oneself."""
        bundle, _rows = _found()
        try:
            taken = exceptions.withdraw(g.actor, bundle.ids, request.form.get("reason", ""))
        except SettlementError as error:
            return self._refused(error)
        screen.done(_("已撤回 %(n)s 笔认定，异常仍待处理。", n=taken))
        return redirect(url_for("exceptions.index"), 303)

    def _give(self, *, agree: bool) -> ResponseReturnValue:
        access.require(g.actor, "decide_exception")
        bundle, rows = _found()
        check, refusal = _check(bundle, rows, agree=agree), ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "认定")
                done = _given(bundle, agree=agree)
            except SettlementError as error:
                refusal = sentence_of(error)
            else:
                screen.done(done)
                return redirect(url_for("decisions.index"), 303)
        return self.check_page(check, refusal=refusal), 422 if refusal else 200

    def _refused(self, error: SettlementError) -> ResponseReturnValue:
        bundle, rows = _found()
        check = _check(bundle, rows, agree=False)
        check.possible = False
        return self.check_page(check, refusal=sentence_of(error)), 422


def _may(action: str) -> bool:
    return action in access.MAY.get(g.actor.role, frozenset())


def _found() -> tuple[Any, list[Any]]:
    rows, key = scope.current(), asked.text("key")
    bundle = decisions.bundle(rows, key)
    if bundle is None:
        abort(404)
    return bundle, decisions.bundle_rows(rows, key)


def _check(bundle: Any, rows: list[Any], *, agree: bool) -> Check:
    own = bundle.asked_by == g.actor.name
    why_not = _("您是提出人，须由另一名复核或审批人员决定。") if own else ""
    told = Bundle(
        list(bundle.ids), bundle.count, bundle.sum_fen, bundle.asked_by, bundle.reason, g.actor.name
    )
    check = case_checks.deciding(told, rows, agree=agree, why_not=why_not)
    check.hidden = [("key", bundle.key)]
    return check


def _given(bundle: Any, *, agree: bool) -> str:
    if agree:
        done = exceptions.agree(g.actor, bundle.ids, clock.today())
        return str(
            _(
                "已同意认定 %(n)s 笔 ¥%(s)s，付款状态和账目已更新，异常已关闭。",
                n=formats.count(done["count"]),
                s=formats.money(done["sum_fen"]),
            )
        )
    count = exceptions.refuse(g.actor, bundle.ids, request.form.get("reason", ""))
    return str(_("已退回 %(n)s 笔认定，没有入账。", n=formats.count(count)))


def views() -> list[Screen]:
    """Return the page."""
    return [DecisionsView(lazy_gettext("待第二人"), endpoint="decisions", url="/decisions")]
