"""结算单: the list with its views, reviews through a check page, one sheet, and its calculation."""

from typing import Any, ClassVar

from flask import abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.records.base import db
from models.rules import approval, calendar
from models.rules.errors import SettlementError
from models.rules.errors.payment import SelectionChanged
from models.rules.job_names import JobName
from models.rules.money import in_words
from models.rules.states import SHEET, SheetMove, sources
from models.rules.words import InstructionState, Role, SheetState
from models.services import access, approvals, audit, sheet_content
from models.services.views import choices, settling, sheet, sheets
from models.services.views.reading import PAGE_ROWS
from models.services.views.sheets import Asked
from web import formats, scope, words, working_days
from web.admin import asked, hold_words, screen
from web.admin.screen import Check, Screen
from web.errors import sentence_of
from web.permissions import Page

SOON_WORKING_DAYS = 3
RETURNABLE = sources(SHEET, SheetMove.RETURN)
#: What waits for a role: the states it moves on.
WAITS_FOR = {
    Role.CHECKER: ("draft",),
    Role.APPROVER: ("in_review",),
    Role.MAKER: ("approved", "short", "rejected", "returned"),
}


def soon() -> Any:
    """Return the last day that counts as near."""
    return calendar.add_working_days(clock.today(), SOON_WORKING_DAYS, working_days._kinds())


def mine() -> tuple[str, ...]:
    """Return the states that wait for the reader."""
    return WAITS_FOR.get(Role(g.actor.role), ())


def view_of(args: Any) -> str:
    """Return which of the views is shown; reviewers begin with what waits for them."""
    view = args.get("view", "")
    if view in {"mine", "soon", "held", "back", "all"}:
        return str(view)
    is_reviewer = g.actor.role in {Role.CHECKER, Role.APPROVER}
    return "mine" if is_reviewer and not args else "all"


def conditions(view: str, period: str) -> Asked:
    """Return the conditions of the address; a view adds its own."""
    states = tuple(asked.text("state").split(",")) if asked.text("state") else ()
    if view == "mine" and not states:
        states = mine()
    return Asked(
        period=period,
        areas=asked.areas(),
        hospital=asked.text("hospital"),
        enterprise=asked.text("enterprise"),
        states=tuple(one for one in states if one in set(SheetState)),
        least_fen=asked.amount("least"),
        most_fen=asked.amount("most"),
        due_until=soon() if view == "soon" else None,
        has_held=view == "held",
        returned_by=g.actor.name if view == "back" else "",
    )


class SheetsView(Screen):
    """The list and everything that is done to sheets."""

    page: ClassVar[Page] = Page.SHEETS

    # -- the list -------------------------------------------------------------------------------

    def _asked(self) -> tuple[str, str, list[str], Asked]:
        periods = choices.periods()
        view = view_of(request.args)
        wanted = asked.period()
        if not wanted and view in {"all", "held"} and not asked.text("state"):
            wanted = periods[0] if periods else ""
        return view, wanted, periods, conditions(view, wanted)

    @expose("/")
    def index(self) -> str:
        """List the sheets that the address asks for."""
        rows, (view, period, periods, wanted) = scope.current(), self._asked()
        order, number = asked.text("sort") or "due", asked.page()
        totals = sheets.totals(rows, wanted)
        found = sheets.page(rows, wanted, order=order, number=number)
        latest = period or (periods[0] if periods else "")
        since = calendar.previous_period(periods[-1] if periods else "2000-02")
        counted = sheets.view_counts(
            rows, latest, since, mine=mine(), soon=soon(), reader=g.actor.name
        )
        today = clock.today()
        return self.render(
            "zhijie/work/sheets.html",
            sheets=found,
            totals=totals,
            page_totals=_sums(found),
            held=sheets.held_of(found),
            fields=self._fields(periods, period),
            views=self._views(view, latest, counted),
            view=view,
            number=number,
            pages=-(-totals.sheets // PAGE_ROWS),
            pager=screen.pager_url,
            order=order,
            period=period,
            latest=latest,
            level=approval.level_of(g.actor.role),
            actionable=self._actionable(),
            next_period=calendar.previous_period(calendar.period_of(today)),
            may_settle=_may("settle"),
            narrowed=screen.narrowed("hospital", "enterprise", "state", "least", "most", "area"),
        )

    def _actionable(self) -> list[str]:
        """Return the states whose rows carry a box for this reader."""
        if approval.level_of(g.actor.role) is None:
            return []
        return sorted({*mine(), *RETURNABLE} - {"nothing_payable"})

    def _fields(self, periods: list[str], period: str) -> list[dict[str, Any]]:
        fields = [asked.period_field(periods, period), *asked.party_fields()]
        fields.append(
            asked.field(
                "state", _("状态"), "select", choices=[(s.value, words.word(s)) for s in SheetState]
            )
        )
        if area := asked.area_field():
            fields.insert(1, area)
        fields.append(asked.field("least", _("应付不低于（元）")))
        return fields

    def _views(self, view: str, period: str, counted: Any) -> list[Any]:
        listed = []
        if mine():
            title = {Role.CHECKER: _("待我复核"), Role.APPROVER: _("待我审批")}.get(
                Role(g.actor.role), _("待付款与待处理")
            )
            listed.append((title, "/sheets/?view=mine", counted.mine, view == "mine"))
        listed.append((_("三日内到期"), "/sheets/?view=soon", counted.soon, view == "soon"))
        at = f"&period={period}" if period else ""
        listed.append((_("有挂起"), f"/sheets/?view=held{at}", None, view == "held"))
        if approval.level_of(g.actor.role):
            listed.append((_("我退回的"), "/sheets/?view=back", counted.sent_back, view == "back"))
        listed.append((_("本月全部"), f"/sheets/?view=all{at}", counted.whole, view == "all"))
        return listed

    @expose("/print")
    def summary(self) -> str:
        """Print the list as a summary with 大写 and boxes to sign."""
        rows, (_view, period, _periods, wanted) = scope.current(), self._asked()
        totals = sheets.totals(rows, wanted)
        return self.render(
            "zhijie/work/sheets_print.html",
            sheets=sheets.page(rows, wanted, order="no", number=0, count=1_000),
            totals=totals,
            period=period,
            now=clock.now(),
        )

    # -- reviews --------------------------------------------------------------------------------

    @expose("/check", methods=("GET", "POST"))
    def check(self) -> ResponseReturnValue:
        """Repeat sum and count of the chosen sheets; the second request reviews or returns them."""
        if request.method == "GET":
            return redirect(_list_url())
        self.require_act()
        action = request.form.get("action", "approve")
        level = approval.level_of(g.actor.role)
        if level is None or action not in {"approve", "return"}:
            abort(403)
        chosen = sheets.choice(scope.current(), self._chosen(action), g.actor.name)
        allowed, barred = _parted(chosen, action, level)
        refusal = ""
        if screen.is_confirmed():
            try:
                return self._decide(action, [row.id for row in allowed], len(barred))
            except SettlementError as error:
                refusal = sentence_of(error)
        return self._review_page(action, level, allowed, barred, refusal), 422 if refusal else 200

    def _chosen(self, action: str) -> Asked:
        if request.form.get("all"):
            view = view_of(request.args)
            base = conditions(view, asked.period())
            states = mine() if action == "approve" else tuple(RETURNABLE)
            kept = tuple(s for s in base.states or states if s in states)
            return Asked(**{**base.__dict__, "states": kept or ("none",)})
        ids = [int(one) for one in request.form.getlist("sheet") if one.isdigit()]
        return Asked(ids=tuple(ids))

    def _review_page(
        self, action: str, level: int, allowed: list[Any], barred: list[Any], refusal: str
    ) -> str:
        total = sum(row.payable_fen for row in allowed)
        ids = [row.id for row in allowed]
        return self.render(
            "zhijie/work/sheets_check.html",
            action=action,
            level=level,
            allowed=allowed,
            barred=barred,
            count=len(allowed),
            total_fen=total,
            lines=sum(row.lines_count for row in allowed),
            parties=(
                len({row.hospital_name for row in allowed}),
                len({row.enterprise_name for row in allowed}),
            ),
            in_words=in_words(total),
            selection_hash=sheet_content.selection_hash(ids),
            all=bool(request.form.get("all")),
            ids=[] if request.form.get("all") else ids,
            query=request.query_string.decode(),
            refusal=refusal,
            reason=request.form.get("reason", ""),
        )

    def _decide(self, action: str, ids: list[int], left: int) -> ResponseReturnValue:
        seen, today = request.form["selection_hash"], clock.today()
        if not ids or sheet_content.selection_hash(ids) != seen:
            raise SelectionChanged(what="结算单")
        if action == "return":
            count = approvals.return_sheets(g.actor, ids, request.form.get("reason", ""), today)
            screen.done(_("已退回 %(n)s 张结算单，经办更正后可重新计算。", n=count))
        else:
            done = approvals.approve_sheets(g.actor, ids, today, selection=seen)
            told = (
                _("复核通过 %(n)s 张，已转审批。", n=done["approved"])
                if done["level"] == 1
                else _("审批通过 %(n)s 张，经办可以生成付款批次。", n=done["approved"])
            )
            screen.done(told + (_("另有 %(n)s 张未办理。", n=left) if left else ""))
        return redirect(_list_url(), 303)

    # -- calculation ----------------------------------------------------------------------------

    @expose("/calculate", methods=("GET", "POST"))
    def calculate(self) -> ResponseReturnValue:
        """Show what a settlement of the month would find; the second request queues it."""
        access.require(g.actor, "settle")
        period = asked.period(default=calendar.previous_period(calendar.period_of(clock.today())))
        area, areas = asked.text("area") or None, asked.all_areas()
        found = settling.preview(areas, period)
        check = self._calculation(period, area, found)
        refusal = ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "明细")
                return self.start(
                    JobName.SETTLE,
                    {"period": period, "area": area},
                    subject=f"period:{period}",
                    message=_("已开始计算 %(p)s 结算单，完成后进入复核。", p=period),
                    area=area,
                )
            except SettlementError as error:
                refusal = sentence_of(error)
        page = self.check_page(
            check,
            refusal=refusal,
            fields=[
                asked.month_field(period),
                *([one] if (one := asked.area_field()) else []),
            ],
        )
        return page, 422 if refusal else 200

    def _calculation(self, period: str, area: str | None, found: Any) -> Check:
        last = calendar.last_day(period)
        notes = []
        if clock.today() <= last:
            notes.append(("bad", _("%(p)s 尚未结束，%(d)s 之后才能计算。", p=period, d=last)))
        if found.later:
            notes.append(("bad", _("已结算后续月份 %(p)s，本月不能再计算。", p=found.later)))
        if found.fixed:
            notes.append(
                ("", _("%(n)s 张已送审或付款，保持不变；它们的新明细进入下期。", n=found.fixed))
            )
        if found.drafts:
            notes.append(
                ("wait", _("%(n)s 张待复核的结算单将按最新资料重新计算。", n=found.drafts))
            )
        possible = not found.later and clock.today() > last
        return Check(
            title=_("计算 %(p)s 结算单", p=period),
            sentence=_("按结算方案判定每一行的通道与挂起，可结算的按医院和企业生成结算单。"),
            button=_("计算 %(p)s 结算单", p=period),
            seen={
                "period": period,
                "area": area,
                "lines": found.lines,
                "sum_fen": found.sum_fen,
                "drafts": found.drafts,
                "fixed": found.fixed,
                "settled_at": found.settled_at,
            },
            figures=[
                (_("本月验收明细"), _("%(n)s 行", n=formats.count(found.lines))),
                (_("明细金额（元）"), formats.money(found.sum_fen)),
                (_("上期挂起，重新判定"), _("%(n)s 行", n=formats.count(found.held_before))),
                (_("重新计算的草稿"), _("%(n)s 张", n=formats.count(found.drafts))),
            ],
            notes=notes,
            after=[
                _("后台计算，可以离开；完成后显示张数、挂起行数和应付合计"),
                _("复核、审批须由另外两人完成，您是制单人"),
                _("挂起的明细列入“挂起明细”，解除后进入下一期"),
            ],
            possible=possible,
            back=url_for("sheets.index"),
            hidden=[("period", period), ("area", area or "")],
            crumbs=[(_("结算"), ""), (_("结算单"), url_for("sheets.index")), (_("计算"), "")],
        )

    # -- one sheet ------------------------------------------------------------------------------

    @expose("/<sheet_no>")
    def one(self, sheet_no: str) -> str:
        """Show one sheet."""
        return self._show(sheet_no)

    @expose("/<sheet_no>/account", methods=("POST",))
    def account(self, sheet_no: str) -> str:
        """Show the receiving account in full, once, and keep who looked."""
        found = self._find(sheet_no)
        with db.atomic():
            audit.wrote(
                "account.shown",
                actor=g.actor.name,
                subject=f"enterprise:{found.enterprise_code}",
                sheet_no=sheet_no,
            )
        return self._show(sheet_no, whole_account=True)

    def _find(self, sheet_no: str) -> Any:
        found = sheet.find(scope.current(), sheet_no)
        return found if found is not None else abort(404)

    def _show(self, sheet_no: str, *, whole_account: bool = False) -> str:
        found = self._find(sheet_no)
        reviews, moves = sheet.reviews(found), sheet.moves(found)
        tab = asked.text("tab") if asked.text("tab") in _TABS else "lines"
        names = sheet.people(list(found.makers))
        facts: dict[str, Any] = {
            "sheet": found,
            "parts": sheet.parts(found),
            "net_fen": found.received_fen
            + found.returned_fen
            + found.adjusted_fen
            + found.carried_in_fen,
            "lines": [],
            "trail": _trail(found, reviews, moves, names),
            "eyes": _eyes(found, reviews, names),
            "why": self._why(found, reviews),
            "may_review": self._may_review(found, reviews),
            "may_return": self._may_return(found),
            "level": approval.level_of(g.actor.role),
            "payments": sheet.payments(found),
            "whole_account": whole_account,
            "hold_words": hold_words,
            "in_words": in_words(found.payable_fen),
            "tab": tab,
            "now": clock.now(),
            "selection_hash": sheet_content.selection_hash([found.id]),
        }
        if request.args.get("print"):
            facts["lines"] = sheet.lines(found, count=5_000)
            return self.render("zhijie/work/sheet_print.html", **facts)
        if tab == "lines":
            facts["lines"] = sheet.lines(found)
        elif tab == "invoices":
            facts["invoices"] = sheet.invoices(found)
        elif tab == "books":
            facts["entries"] = sheet.entries(found)
        facts["held"], facts["held_lines"] = sheet.held(found)
        facts["place"] = self._place(sheet_no)
        return self.render("zhijie/work/sheet.html", **facts)

    def _place(self, sheet_no: str) -> dict[str, Any] | None:
        """Return where the sheet stands in the list it was opened from."""
        if not screen.narrowed("view", "period", "state", "hospital", "enterprise"):
            return None
        _view, _period, _periods, wanted = self._asked()
        numbers = sheets.numbers(scope.current(), wanted, asked.text("sort") or "due")
        if sheet_no not in numbers:
            return None
        at = numbers.index(sheet_no)
        return {
            "number": at + 1,
            "count": len(numbers),
            "before": numbers[at - 1] if at else None,
            "after": numbers[at + 1] if at + 1 < len(numbers) else None,
        }

    def _may_review(self, found: Any, reviews: list[Any]) -> bool:
        level = approval.level_of(g.actor.role)
        if level is None or found.state not in mine():
            return False
        earlier = [r.reviewer for r in reviews if r.counts and r.approved]
        return approval.may_review(g.actor.name, found.makers, earlier)

    def _may_return(self, found: Any) -> bool:
        return (
            approval.level_of(g.actor.role) is not None
            and found.state in RETURNABLE
            and found.state != "nothing_payable"
        )

    def _why(self, found: Any, reviews: list[Any]) -> str:
        """Return why the reader may or may not decide, before anybody presses anything."""
        if found.state not in {"draft", "in_review"}:
            return ""
        level = approval.level_of(g.actor.role)
        if g.actor.name in found.makers:
            return _("您是制单人，不能复核或审批这张结算单。")
        if level is None:
            return _("三步须由三个人完成。")
        if any(r.reviewer == g.actor.name and r.counts and r.approved for r in reviews):
            return _("您已复核，审批须由另一人完成。")
        if found.state not in mine():
            return (
                _("正等待复核，复核通过后由您审批。")
                if level != 1
                else _("您的一步已完成，等待审批。")
            )
        return (
            _("三步须由三个人完成；您不是制单人，可以复核。")
            if level == 1
            else _("三步须由三个人完成；您没有参与前两步，可以审批。")
        )


_TABS = ("lines", "invoices", "books", "payments", "changes")


def _list_url() -> str:
    """Return the address of the list with the conditions it was left with."""
    query = request.query_string.decode()
    return url_for("sheets.index") + (f"?{query}" if query else "")


def _may(action: str) -> bool:
    return action in access.MAY.get(g.actor.role, frozenset())


def _sums(found: list[Any]) -> dict[str, int]:
    """Return the totals of a page; the totals of the query come from the database."""
    return {
        "sheets": len(found),
        "lines": sum(row.lines_count for row in found),
        "received_fen": sum(row.received_fen for row in found),
        "change_fen": sum(row.change_fen for row in found),
        "payable_fen": sum(row.payable_fen for row in found),
    }


def _parted(chosen: list[Any], action: str, level: int) -> tuple[list[Any], list[Any]]:
    """Return the sheets that may be decided, and (sheet, why not) of the others."""
    allowed, barred = [], []
    for row in chosen:
        reason = _bar(row, action, level)
        if reason:
            barred.append((row, reason))
        else:
            allowed.append(row)
    return allowed, barred


def _bar(row: Any, action: str, level: int) -> str:
    if action == "return":
        if row.state not in RETURNABLE:
            return _("状态为“%(s)s”，不能退回。", s=words.word(SheetState(row.state)))
        if row.in_payment:
            return _("已进入付款，不能退回。")
        return _("后续月份已结算，不能退回。") if row.is_closed else ""
    before = "draft" if level == 1 else "in_review"
    if row.state != before:
        return _("状态为“%(s)s”，不在您这一步。", s=words.word(SheetState(row.state)))
    if row.is_maker:
        return _("您是制单人，须由另一人办理。")
    return _("您已复核过，须由另一人审批。") if row.is_reviewer else ""


def _eyes(found: Any, reviews: list[Any], names: dict[str, str]) -> list[Any]:
    """Return who made, who checked, who approves."""
    makers = "、".join(names.get(name, name) for name in found.makers)
    steps = [(_("制单"), makers, formats.moment(found.settled_at, short=True), "ok")]
    live = {r.level: r for r in reviews if r.counts and r.approved}
    waits = {"draft": 1, "in_review": 2}.get(found.state)
    for level, title in ((1, _("复核")), (2, _("审批"))):
        review = live.get(level)
        if review:
            steps.append((title, review.name, formats.moment(review.reviewed_at, short=True), "ok"))
        elif level == waits:
            steps.append((title, "", _("待处理"), "now"))
        else:
            steps.append((title, "", _("未到"), ""))
    return steps


_CAUSES = {
    "pay": lazy_gettext("付款"),
    "bank_result": lazy_gettext("银行回盘"),
    "statement": lazy_gettext("对账单"),
}


def _trail(found: Any, reviews: list[Any], moves: list[Any], names: dict[str, str]) -> list[Any]:
    """Return what happened to the sheet, the latest first."""
    makers = "、".join(names.get(name, name) for name in found.makers)
    events = [
        (
            found.settled_at,
            _("计算生成，%(n)s 行，%(who)s", n=found.lines_count, who=makers),
        )
    ]
    for review in reviews:
        step = _("复核") if review.level == 1 else _("审批")
        what = _("通过") if review.approved else _("退回：%(why)s", why=review.reason)
        void = "" if review.counts or not review.approved else _("（已失效）")
        events.append((review.reviewed_at, f"{step}{what}，{review.name}{void}"))
    for move in moves:
        state = words.word(InstructionState(move.to_state))
        cause = _CAUSES.get(move.cause, move.cause)
        events.append((move.happened_at, f"{move.reference} {state}（{cause}，{move.actor}）"))
    return sorted(events, key=lambda event: event[0], reverse=True)


def views() -> list[Screen]:
    """Return the page."""
    return [SheetsView(lazy_gettext("结算单"), endpoint="sheets", url="/sheets")]
