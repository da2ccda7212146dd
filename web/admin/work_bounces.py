"""退信: addresses that take no mail, reports taken in, and addresses that are mended."""

from typing import Any, ClassVar

from flask import abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models.rules import delivery_reports
from models.rules.bounces import normal
from models.rules.errors import SettlementError
from models.services import access
from models.services.notifications import bounces, reports
from models.services.views import mails
from models.services.views.reading import PAGE_ROWS
from web import scope
from web.admin import asked, screen
from web.admin.screen import Screen
from web.errors import sentence_of
from web.permissions import Page


class BouncesView(Screen):
    """Addresses that take no mail."""

    page: ClassVar[Page] = Page.MAILS
    counted: ClassVar[bool] = False

    @expose("/")
    def index(self) -> str:
        """List the addresses with what their servers said."""
        number = asked.page()
        found = mails.bounced(scope.current(), number=number)
        page: str = self.render(
            "zhijie/work/bounces.html",
            bounces=found[:PAGE_ROWS],
            more=len(found) > PAGE_ROWS,
            number=number,
            pager=screen.pager_url,
            may_act=_may_act(),
            mb=delivery_reports.BYTES_MAX >> 20,
        )
        return page

    @expose("/clear", methods=("POST",))
    def clear(self) -> ResponseReturnValue:
        """Say that a mailbox is mended."""
        access.require(g.actor, "overdue")
        address = normal(request.form.get("mailbox", ""))
        if not mails.is_bounced(scope.current(), address):
            abort(404)
        try:
            bounces.clear(g.actor, address)
        except SettlementError as error:
            screen.refused(sentence_of(error))
        else:
            screen.done(_("%(a)s 已解除，以后的邮件照常发送；失败的邮件可重新发送。", a=address))
        return redirect(url_for("bounces.index"), 303)

    @expose("/report", methods=("POST",))
    def report(self) -> ResponseReturnValue:
        """Take a delivery report in."""
        access.require(g.actor, "overdue")
        sent = request.files.get("report")
        content = b"" if sent is None else sent.stream.read(delivery_reports.BYTES_MAX + 1)
        try:
            taken = reports.take(g.actor, content)
        except SettlementError as error:
            screen.refused(sentence_of(error))
            return redirect(url_for("bounces.index"), 303)
        screen.done(_told(taken))
        return redirect(url_for("mails.one", mail_id=taken["mail"]), 303)


def _told(taken: dict[str, Any]) -> str:
    if taken["known"]:
        return _("这份退信报告登记过了，没有变化。")
    if taken["again"]:
        return _("已登记退信，邮件 %(n)s 改发该单位的其他联系人。", n=taken["mail"])
    if taken["failed"]:
        return _("已登记退信，邮件 %(n)s 没有送达。", n=taken["mail"])
    return _("已登记到邮件 %(n)s 的发送记录。", n=taken["mail"])


def _may_act() -> bool:
    return "overdue" in access.MAY.get(g.actor.role, frozenset())


def views() -> list[Screen]:
    """Return the page."""
    return [BouncesView(lazy_gettext("退信"), endpoint="bounces", url="/bounces")]
