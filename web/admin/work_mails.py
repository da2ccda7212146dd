"""邮件: the outbox, what was said to whom and how far it got."""

from typing import Any, ClassVar

from flask import Response, abort, flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models.rules.words import MailState
from models.services import access, notifications
from models.services.views import mails
from models.services.views.reading import PAGE_ROWS
from web import downloads, scope
from web.admin import asked, screen
from web.admin.screen import Screen
from web.permissions import Page


class MailsView(Screen):
    """The outbox."""

    page: ClassVar[Page] = Page.MAILS

    @expose("/")
    def index(self) -> str:
        """List the mails with the chosen one beside."""
        return self._show(None)

    @expose("/<int:mail_id>")
    def one(self, mail_id: int) -> str:
        """Show one mail."""
        return self._show(mail_id)

    def _show(self, mail_id: int | None) -> str:
        rows, number = scope.current(), asked.page()
        state = asked.text("state") if asked.text("state") in set(MailState) else ""
        found = mails.page(rows, state=state, number=number)
        chosen = mail_id or (found[0].id if found else None)
        mail = mails.find(rows, chosen) if chosen else None
        if mail_id and mail is None:
            abort(404)
        return self.render(
            "zhijie/work/mails.html",
            mails=found[:PAGE_ROWS],
            more=len(found) > PAGE_ROWS,
            number=number,
            pager=screen.pager_url,
            counts=mails.counts(rows),
            state=state,
            mail=mail,
            may_act=_may_act(),
        )

    @expose("/<int:mail_id>/file")
    def file(self, mail_id: int) -> Response:
        """Send the attachment of a mail."""
        mail = self._find(mail_id)
        return downloads.send(mail.attachment_file_id) if mail.attachment_file_id else abort(404)

    @expose("/<int:mail_id>/again", methods=("POST",))
    def again(self, mail_id: int) -> ResponseReturnValue:
        """Put a failed mail back into the queue."""
        access.require(g.actor, "overdue")
        self._find(mail_id)
        notifications.send_again(g.actor, mail_id)
        flash(_("邮件 %(n)s 已重新排队，下一分钟发送。", n=mail_id), "success")
        return redirect(url_for("mails.one", mail_id=mail_id), 303)

    @expose("/<int:mail_id>/cancel", methods=("POST",))
    def cancel(self, mail_id: int) -> ResponseReturnValue:
        """Withdraw a mail that did not leave."""
        access.require(g.actor, "overdue")
        self._find(mail_id)
        notifications.withdraw(g.actor, mail_id)
        flash(_("邮件 %(n)s 已取消，不会发送。", n=mail_id), "success")
        return redirect(url_for("mails.one", mail_id=mail_id), 303)

    def _find(self, mail_id: int) -> Any:
        mail = mails.find(scope.current(), mail_id)
        return mail if mail is not None else abort(404)


def _may_act() -> bool:
    return "overdue" in access.MAY.get(g.actor.role, frozenset())


def views() -> list[Screen]:
    """Return the page."""
    return [MailsView(lazy_gettext("邮件"), endpoint="mails", url="/mails")]
