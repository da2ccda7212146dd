"""未确认到账: what was sent and is not answered, by age and state; marking it as unknown."""

from datetime import date
from typing import Any, ClassVar

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.rules.errors import SettlementError
from models.rules.states import AWAITED
from models.rules.words import InstructionState
from models.services import access, inquiries
from models.services.views import unanswered
from web import formats, scope, words, working_days
from web.admin import asked, list_export, screen, turning
from web.admin.screen import Check, Screen
from web.errors import sentence_of
from web.permissions import Page

#: Working days since a payment was sent; the last one stands for more.
AGES = (0, 1, 2, 3)
#: Payments repeated on the check page.
SHOWN = 10


class UnconfirmedView(Screen):
    """What was sent and is not answered for good, by age."""

    page: ClassVar[Page] = Page.UNCONFIRMED

    @expose("/")
    def index(self) -> str:
        """List the waiting payments of an age and state."""
        rows, areas = scope.current(), asked.areas()
        state, age = _state(), _asked_age()
        days = unanswered.days(rows, areas)
        ages, totals = _ages(days), _totals(days)
        chosen = ages[int(age)]["days"] if age else None
        states = ages[int(age)]["states"] if age else totals
        place = turning.place(unanswered.ORDER)
        page = unanswered.page(rows, sent_on=chosen, state=state, areas=areas, place=place)
        area = asked.area_field()
        return self.render(
            "zhijie/work/unconfirmed.html",
            orders=page.rows,
            turns=turning.shown(unanswered.ORDER, page),
            ages=ages,
            age=age,
            state=state,
            states=[InstructionState(one) for one in AWAITED],
            totals=totals,
            # What marking all would take: those of the conditions that are sent.
            markable=states.get("sent", (0, 0)) if state in {"", "sent"} else (0, 0),
            fields=[
                asked.field(
                    "age", _("发出后"), "select", choices=[(str(a), age_words(a)) for a in AGES]
                ),
                asked.field(
                    "state",
                    _("状态"),
                    "select",
                    choices=[(one.value, words.word(one)) for one in AWAITED],
                ),
                *([area] if area else []),
            ],
            narrowed=bool(age or state or areas),
            age_of=_age,
            age_words=age_words,
            natural=_natural,
            may_mark=_may_mark(),
        )

    @expose("/export")
    def export(self) -> ResponseReturnValue:
        """Send the waiting payments of the address as csv or xlsx."""
        rows, areas, state, age = scope.current(), asked.areas(), _state(), _asked_age()
        days = _ages(unanswered.days(rows, areas))[int(age)]["days"] if age else None
        titles = {
            "reference": _("参考号"), "state": _("状态"), "period": _("结算月"),
            "enterprise_code": _("统一社会信用代码"), "enterprise_name": _("企业"),
            "payee_account_no": _("账户"), "amount_fen": _("金额（元）"), "sent_on": _("发出日"),
            "batch_no": _("批次号"), "entries": _("对账单行"), "answers": _("银行回盘"),
            "inquiries": _("查询"),
        }  # fmt: skip
        counted = unanswered.counted(rows, sent_on=days, state=state, areas=areas)
        told: dict[str, Any] = {"state": state, "areas": areas}
        if days is not None:
            told["sent_on"] = [one.isoformat() for one in days]
        return list_export.answer(
            self, "unconfirmed", _("未确认到账"), told, counted, titles, {"state": InstructionState}
        )

    @expose("/unknown", methods=("GET", "POST"))
    def unknown(self) -> ResponseReturnValue:
        """Repeat the chosen payments and ask for the reason; the second request marks them."""
        if request.method == "GET":
            return redirect(url_for("unconfirmed.index"))
        access.require(g.actor, "bank_result")
        chosen = _chosen()
        check, refusal = _check(chosen), ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "付款")
                count = inquiries.lose_sight(
                    g.actor,
                    [one.reference for one in chosen],
                    request.form.get("reason", ""),
                    clock.today(),
                )
            except SettlementError as error:
                refusal = sentence_of(error)
            else:
                screen.done(
                    _("%(n)s 笔已标为状态不明。请向银行查询，并在付款页登记答复。", n=count)
                )
                return redirect(url_for("unconfirmed.index", state="unknown"), 303)
        page = self.check_page(
            check, template="zhijie/work/orders_check.html", refusal=refusal, orders=chosen[:SHOWN]
        )
        return page, 422 if refusal else 200


def _state() -> str:
    return asked.text("state") if asked.text("state") in set(AWAITED) else ""


def _asked_age() -> str:
    return asked.text("age") if asked.text("age") in {str(one) for one in AGES} else ""


def _chosen() -> list[Any]:
    """Return the payments that were ticked, or all sent ones of the conditions of the address."""
    rows = scope.current()
    if not request.form.get("all"):
        return unanswered.chosen(rows, request.form.getlist("reference"))
    if _state() not in {"", "sent"}:
        return []
    age, areas = _asked_age(), asked.areas()
    days = _ages(unanswered.days(rows, areas))[int(age)]["days"] if age else None
    return unanswered.sent(rows, sent_on=days, areas=areas)


def _check(chosen: list[Any]) -> Check:
    total_fen = sum(one.amount_fen for one in chosen)
    oldest = min((one.sent_on for one in chosen), default=None)
    return Check(
        title=_("核对：标为状态不明"),
        sentence=_(
            "状态不明不是失败：款项可能已付，系统不会重付，等银行的结果、对账单或书面答复。"
        ),
        button=_("标为状态不明 %(n)s 笔 ¥%(s)s", n=len(chosen), s=formats.money(total_fen)),
        seen={"orders": [(one.reference, one.state, one.amount_fen) for one in chosen]},
        figures=[
            (_("付款"), _("%(n)s 笔", n=formats.count(len(chosen)))),
            (_("最早发出"), formats.day(oldest)),
        ],
        sum_fen=total_fen,
        notes=[]
        if chosen
        else [("", _("请先在列表中选择“已发出未确认”的付款；银行已受理的不用标记。"))],
        after=[
            _("向银行查询这些付款，取得书面答复"),
            _("在付款页登记答复，由另一人核定"),
            _("发送日和之后两个完整银行工作日的对账单结平且无扣款，才能按未支付处理"),
        ],
        possible=bool(chosen),
        back=url_for("unconfirmed.index"),
        hidden=[("all", "1")]
        if request.form.get("all")
        else [("reference", one.reference) for one in chosen],
        reason=_("原因（写入付款经过与审计日志）"),
        crumbs=[
            (_("付款"), ""),
            (_("未确认到账"), url_for("unconfirmed.index")),
            (_("核对"), ""),
        ],
    )


def _may_mark() -> bool:
    return "bank_result" in access.MAY.get(g.actor.role, frozenset())


def age_words(age: int) -> str:
    """Return an age in words."""
    if age == 0:
        return _("今天发出")
    return _("%(n)s 个工作日", n=age) if age < AGES[-1] else _("3 个工作日以上")


def _age(sent_on: date | None) -> int:
    """Return how many working days a payment has been out; three stands for more."""
    left = working_days.left(sent_on)
    if left is None:
        return AGES[-1]
    return min(max(-left, 0), AGES[-1]) if sent_on != clock.today() else 0


def _natural(sent_on: date | None) -> int | None:
    """Return how many days a payment has been out."""
    return None if sent_on is None else (clock.today() - sent_on).days


def _ages(days: list[Any]) -> dict[int, dict[str, Any]]:
    """Return age → its days, and count and sum of each state and of all."""
    found: dict[int, dict[str, Any]] = {age: {"days": [], "states": {}} for age in AGES}
    for one in days:
        place = found[_age(one.sent_on)]
        place["days"].append(one.sent_on)
        for key in (one.state, "all"):
            orders, fen = place["states"].get(key, (0, 0))
            place["states"][key] = (orders + one.orders, fen + one.sum_fen)
    return found


def _totals(days: list[Any]) -> dict[str, tuple[int, int]]:
    """Return state → count and sum, and those of all."""
    found: dict[str, tuple[int, int]] = {"all": (0, 0)}
    for one in days:
        for key in (one.state, "all"):
            orders, fen = found.get(key, (0, 0))
            found[key] = (orders + one.orders, fen + one.sum_fen)
    return found


def views() -> list[Screen]:
    """Return the page."""
    return [UnconfirmedView(lazy_gettext("未确认到账"), endpoint="unconfirmed", url="/unconfirmed")]
