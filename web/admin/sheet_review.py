"""Reviews of chosen sheets: the check page, and the second request that decides them."""

from datetime import datetime
from typing import Any

from flask import abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _

from models import clock
from models.rules import approval
from models.rules.errors import SettlementError
from models.rules.errors.payment import SelectionChanged
from models.rules.money import in_words
from models.services import approvals, sheet_content
from models.services.views import profiles, sheets
from models.services.views.sheets import Asked
from web import scope, undo
from web.admin import asked, bank_writing, screen
from web.admin.screen import Screen
from web.admin.sheet_choice import RETURNABLE, conditions, mine, parted, view_of
from web.errors import sentence_of


class Reviews(Screen):
    """What reviewers do to the sheets they chose; the list of sheets builds on it."""

    abstract = True

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
        allowed, barred = parted(chosen, action, level)
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
        writing = None
        if action == "approve":
            writing = bank_writing.usual(asked.all_areas(), profiles.payees(ids))
        return self.render(
            "zhijie/work/sheets_check.html",
            writing=writing,
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
                else _(
                    "审批通过 %(n)s 张，经办可以生成付款批次。",
                    n=done["approved"] - done.get("passed_on", 0),
                )
            )
            if done.get("passed_on"):
                told += _("%(n)s 张超过三级审核金额，转另一名审批人终审。", n=done["passed_on"])
            screen.done(told + (_("另有 %(n)s 张未办理。", n=left) if left else ""))
            if done["level"] == 1:
                undo.offer(
                    url_for("sheets.withdraw"),
                    at=str(approvals.last_moment(g.actor)),
                    until=_("审批人办理之前可以撤回这次复核。"),
                )
        return redirect(_list_url(), 303)

    @expose("/withdraw", methods=("POST",))
    def withdraw(self) -> ResponseReturnValue:
        """Take back the reader's own reviews of one moment, or of one sheet; all or none."""
        self.require_act()
        ids = _of_one() if "sheet" in request.form else _of_moment()
        if not ids:
            abort(404)
        try:
            count = approvals.withdraw(g.actor, ids, clock.today())
        except SettlementError as error:
            screen.refused(sentence_of(error))
        else:
            screen.done(_("已撤回 %(n)s 张结算单的复核，仍待复核。", n=count))
        return redirect(url_for("sheets.index"), 303)


def _of_one() -> list[int]:
    one = Asked(ids=(request.form.get("sheet", 0, type=int),))
    return [row.id for row in sheets.choice(scope.current(), one, g.actor.name)]


def _of_moment() -> list[int]:
    try:
        return approvals.reviewed_at(g.actor, datetime.fromisoformat(request.form.get("at", "")))
    except ValueError:
        abort(400)


def _list_url() -> str:
    """Return the address of the list with the conditions it was left with."""
    query = request.query_string.decode()
    return url_for("sheets.index") + (f"?{query}" if query else "")
