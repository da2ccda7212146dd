"""关账: what must be true before a month closes, who proposed, who closed, and what came after."""

from typing import Any, ClassVar

from flask import Response, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext, pgettext

from models import clock
from models.rules.closing import CloseState
from models.rules.errors import SettlementError
from models.services import access, period_close
from models.services.exports import listed
from models.services.views import closes, late
from web import downloads
from web.admin import asked, close_words, screen
from web.admin.screen import Screen
from web.errors import sentence_of
from web.permissions import Page


class CloseView(Screen):
    """The months of the reader's areas, the checklist of one, and its closes."""

    page: ClassVar[Page] = Page.CLOSE

    @expose("/")
    def index(self) -> str:
        """Show what is open of a month; of many payments the list comes in a second request."""
        areas = asked.all_areas()
        period = asked.period(default=closes.next_to_close(areas))
        area = asked.area_field()
        part = request.args.get("part") == "list"
        months = [] if part else closes.months(areas)
        periods = [row.period for row in months]
        if period and period not in periods:
            periods.insert(0, period)
        return self.render(
            "zhijie/work/close_list.html" if part else "zhijie/work/close.html",
            period=period,
            months=months,
            found=self._found(period),
            waits=bool(period) and not self._at_once(),
            proposals=[] if part else closes.closes(areas),
            shown=close_words.points,
            area=asked.text("area"),
            fields=[asked.period_field(periods, period), *([area] if area else [])],
            may_propose="close_propose" in access.MAY[g.actor.role],
            S=CloseState,
        )

    def _at_once(self) -> bool:
        return any(request.args.get(name) for name in ("part", "now")) or not late.is_large()

    def _found(self, period: str) -> Any:
        """Return the checklist, or None when the month is closed, or comes later."""
        if not period or not self._at_once():
            return None
        return closes.checklist(g.actor, period, asked.text("area") or None, clock.today())

    @expose("/propose", methods=("GET", "POST"))
    def propose(self) -> ResponseReturnValue:
        """Repeat the checklist; the second request proposes to close the month."""
        self.require_act()
        access.require(g.actor, "close_propose")
        period, area = asked.period(), asked.text("area")
        asked.areas()
        found = closes.checklist(g.actor, period, area or None, clock.today()) if period else None
        back = url_for("close.index", period=period, area=area or None)
        if found is None:
            screen.refused(_("所选统筹区的 %(p)s 都已关账。", p=period))
            return redirect(back, 303)
        check, refusal = close_words.proposal(found, back), ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "关账核对清单")
                made = period_close.propose(
                    g.actor,
                    period,
                    area or None,
                    request.form.get("reason", ""),
                    seen=found.seal,
                    on=clock.today(),
                )
                screen.done(
                    _("已提出 %(p)s 关账（%(no)s），由另一人决定。", p=period, no=made.close_no)
                )
                return redirect(url_for("close.one", close_no=made.close_no), 303)
            except SettlementError as error:
                refusal = sentence_of(error)
        return self._checked(check, close_words.points(found.findings, period, area), refusal)

    @expose("/<close_no>")
    def one(self, close_no: str) -> str:
        """Show a proposal or close with its points, sums and later corrections."""
        close = self._close(close_no)
        mine = close.proposed_by == g.actor.name
        decides = close.state == CloseState.PROPOSED and self.may_act()
        template = "close_print" if request.args.get("print") else "close_one"
        return self.render(
            f"zhijie/work/{template}.html",
            close=close,
            points=close_words.kept_points(close.points, close.period, ""),
            later=closes.corrections(close) if close.state == CloseState.CLOSED else None,
            mine=mine,
            may_decide=decides and not mine and "close_decide" in access.MAY[g.actor.role],
            may_withdraw=decides and mine,
            S=CloseState,
            now=clock.now(),
        )

    @expose("/file/<close_no>.<kind>")
    def file(self, close_no: str, kind: str) -> Response:
        """Send the checklist of a close as a file."""
        close = self._close(close_no)
        if kind not in listed.KINDS:
            abort(404)
        access.require(g.actor, "export")
        titles = [_("核对事项"), _("要求"), _("结果"), pgettext("points", "数量"), _("金额（元）")]
        points = close_words.kept_points(close.points, close.period, "")
        content = listed.written(
            g.actor, f"close:{close_no}", kind, titles, close_words.exported(points)
        )
        return downloads.made(f"{_('关账')}_{close.period}_{close_no}.{kind}", content)

    @expose("/<close_no>/<move>", methods=("GET", "POST"))
    def move(self, close_no: str, move: str) -> ResponseReturnValue:
        """Repeat what is decided; the second request closes, refuses or withdraws."""
        self.require_act()
        close = self._close(close_no)
        if move not in close_words.MOVES:
            abort(404)
        access.require(g.actor, "close_propose" if move == "withdraw" else "close_decide")
        found = None
        if move == "close" and close.state == CloseState.PROPOSED:
            found = period_close.look(close.area_codes, close.period, clock.today())
        check, refusal = close_words.decision(close, move, found), ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "关账申请")
                screen.done(_do(close, move))
                return redirect(url_for("close.one", close_no=close_no), 303)
            except SettlementError as error:
                refusal = sentence_of(error)
        points = (
            close_words.points(found.findings, close.period, "")
            if found
            else close_words.kept_points(close.points, close.period, "")
        )
        return self._checked(check, points, refusal)

    def _checked(self, check: Any, points: Any, refusal: str) -> ResponseReturnValue:
        page = self.check_page(
            check, template="zhijie/work/close_check.html", refusal=refusal, points=points
        )
        return page, 422 if refusal else 200

    def _close(self, close_no: str) -> Any:
        return closes.find(access.areas(g.actor, None), close_no) or abort(404)


def _do(close: Any, move: str) -> str:
    today, reason = clock.today(), request.form.get("reason", "")
    if move == "close":
        period_close.close(g.actor, close.id, seen=close.content_hash, on=today)
        return _("%(p)s 已关账（%(no)s）。", p=close.period, no=close.close_no)
    if move == "refuse":
        period_close.refuse(g.actor, close.id, reason, on=today)
        return _("已驳回 %(p)s 的关账申请，月份仍然开放。", p=close.period)
    period_close.withdraw(g.actor, close.id, reason, on=today)
    return _("已撤回 %(p)s 的关账申请。", p=close.period)


def views() -> list[Screen]:
    """Return the page."""
    return [CloseView(lazy_gettext("关账"), endpoint="close", url="/close")]
