"""推送: which addresses are told of events, how each was handed over, and sending again."""

from typing import Any, ClassVar

from flask import abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models.rules import webhooks as rules
from models.rules.errors import SettlementError
from models.rules.webhooks import DeliveryState
from models.services.views import interface
from models.services.views.reading import PAGE_ROWS
from models.services.webhooks import subscribing
from web.admin import asked, interface_words, screen
from web.admin.screen import Screen
from web.context import with_args
from web.errors import sentence_of
from web.permissions import Page


class WebhooksView(Screen):
    """The webhooks of the reader's institutions and what became of each event."""

    page: ClassVar[Page] = Page.API_KEYS

    @expose("/")
    def index(self) -> str:
        """List the webhooks, live ones first."""
        number, is_dead = asked.page(), asked.text("view") == "dead"
        found = interface.webhooks(g.actor, view="dead" if is_dead else "", number=number)
        page: str = self.render(
            "zhijie/work/webhooks.html",
            hooks=found[:PAGE_ROWS],
            more=len(found) > PAGE_ROWS,
            number=number,
            pager=screen.pager_url,
            may_act=self.may_act(),
            is_dead=is_dead,
            views=[
                (_("全部"), "/webhooks/", None, not is_dead),
                (_("有失败"), "/webhooks/?view=dead", interface.failing(g.actor), is_dead),
            ],
        )
        return page

    @expose("/new", methods=("GET", "POST"))
    def new(self) -> ResponseReturnValue:
        """Choose the institution, then make a webhook; its secret is shown on this one answer."""
        self.require_act()
        whose = interface_words.institution()
        if whose is None:
            return self._form(None, {})
        if request.method == "GET":
            return self._form(whose, {"events": list(rules.events(whose["role"]))})
        typed = interface_words.typed("label", "url")
        typed["events"] = request.form.getlist("events")
        wish = subscribing.Wish(
            label=typed["label"],
            url=typed["url"],
            role=whose["role"],
            events=typed["events"],
            area_code=whose["area_code"],
            party_code=whose["party"],
        )
        try:
            made = subscribing.make(wish, g.actor)
        except SettlementError as error:
            return self._form(whose, typed, sentence_of(error)), 422
        return self.render("zhijie/work/webhook_made.html", made=made)

    def _form(self, whose: dict[str, Any] | None, typed: dict[str, Any], refusal: str = "") -> str:
        page: str = self.render(
            "zhijie/work/webhook.html",
            whose=whose,
            typed=typed,
            refusal=refusal,
            fields=interface_words.institution_fields(),
            events=rules.events(whose["role"]) if whose else (),
            event=interface_words.event,
        )
        return page

    def _found(self, webhook_id: int) -> Any:
        found = interface.webhook(g.actor, webhook_id)
        if found is None:
            abort(404)
        return found

    @expose("/<int:webhook_id>")
    def one(self, webhook_id: int) -> str:
        """Show one webhook with its deliveries, the latest first."""
        hook, state = self._found(webhook_id), asked.text("state")
        before = request.args.get("before", type=int)
        found = interface.deliveries(webhook_id, state, before)
        last = found[PAGE_ROWS - 1].id if len(found) > PAGE_ROWS else None
        choices = [(s.value, str(interface_words.DELIVERIES[s][0])) for s in DeliveryState]
        page: str = self.render(
            "zhijie/work/webhook_one.html",
            hook=hook,
            deliveries=found[:PAGE_ROWS],
            more=with_args(before=last) if last else "",
            back=with_args(before=None) if before else "",
            fields=[asked.field("state", _("结果"), "select", choices=choices)],
            states=interface_words.DELIVERIES,
            event=interface_words.event,
            narrowed=bool(state),
            may_act=self.may_act() and hook.ended_at is None,
        )
        return page

    @expose("/<int:webhook_id>/<any(ping, repeat, end):act>", methods=("POST",))
    def act(self, webhook_id: int, act: str) -> ResponseReturnValue:
        """Test a webhook, send what failed again, or end it."""
        self.require_act()
        self._found(webhook_id)
        if act == "ping":
            subscribing.ping(webhook_id, g.actor)
            screen.done(_("测试事件已排队，约 15 秒后在下面看到结果。"))
        elif act == "end":
            subscribing.end(webhook_id, g.actor)
            screen.done(_("推送已停用，尚未投递的不再投递。"))
        else:
            one = request.form.get("delivery", type=int)
            count = subscribing.repeat(webhook_id, g.actor, delivery_id=one)
            screen.done(_("%(n)s 次投递已重新排队。", n=count))
        return redirect(url_for("webhooks.one", webhook_id=webhook_id), 303)


def views() -> list[Screen]:
    """Return the page."""
    return [WebhooksView(lazy_gettext("事件推送"), endpoint="webhooks", url="/webhooks")]
