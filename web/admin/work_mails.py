"""邮件: the outbox, what was said to whom, how far it got, and what would be sent today."""

from typing import Any, ClassVar

from flask import Response, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.rules.errors import SettlementError
from models.rules.overdue import Responsible
from models.rules.words import MailState
from models.services import access, notifications
from models.services.notifications import Act
from models.services.overdue import preview
from models.services.views import mails
from models.services.views.mails import Asked
from web import downloads, formats, mail_texts, scope
from web.admin import (
    asked,
    list_export,
    mail_export,
    mail_frames,
    mail_words,
    screen,
    turning,
)
from web.admin.screen import Check, Screen
from web.errors import sentence_of
from web.permissions import Page

_ONE = {
    Act.AGAIN: notifications.send_again,
    Act.HOLD: notifications.hold,
    Act.RELEASE: notifications.release,
    Act.NOW: notifications.send_now,
    Act.BACK: notifications.take_back,
    Act.CANCEL: notifications.withdraw,
}
#: Their short lives keep a preview and its frame the same.
_FILTERS = ("state", "kind", "party", "address", "from", "to")


class MailsView(Screen):
    """The outbox."""

    page: ClassVar[Page] = Page.MAILS

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """List the mails with the chosen one beside."""
        return self._show(None)

    @expose("/<int:mail_id>")
    def one(self, mail_id: int) -> ResponseReturnValue:
        """Show one mail."""
        return self._show(mail_id)

    def _show(self, mail_id: int | None) -> ResponseReturnValue:
        rows, wanted = scope.current(), _wanted()
        counts = mails.counts(rows, wanted)
        count = counts.get(wanted.state, 0) if wanted.state else sum(counts.values())
        found = mails.page(rows, wanted, turning.place(mails.ORDER, count))
        chosen = mail_id or (found.rows[0].id if found.rows else None)
        mail = mails.find(rows, chosen) if chosen else None
        if mail_id and mail is None:
            abort(404)
        kept = {name: asked.text(name) for name in _FILTERS if asked.text(name)}
        page = self.render(
            "zhijie/work/mails.html",
            mails=found.rows,
            turns=turning.shown(mails.ORDER, found, found=count),
            counts=counts,
            wanted=wanted,
            kept=kept,
            mail=mail,
            attempts=mails.attempts(mail.id) if mail else [],
            single=[act for act in Act if mail and _may_act() and mail_words.fits(act, mail)],
            many=_offered(rows, counts, wanted) if _may_act() else [],
            words=mail_words,
            narrowed=bool(kept),
            fields=_fields(rows),
        )
        return mail_frames.framing(page)

    @expose("/<int:mail_id>/html")
    def html(self, mail_id: int) -> Response:
        """Send the mail's own look, for the frame of the preview."""
        return mail_frames.framed(self._find(mail_id).body_html)

    @expose("/<int:mail_id>/file")
    def file(self, mail_id: int) -> Response:
        """Send the attachment of a mail."""
        mail = self._find(mail_id)
        return downloads.send(mail.attachment_file_id) if mail.attachment_file_id else abort(404)

    @expose("/<int:mail_id>/<act>", methods=("POST",))
    def act(self, mail_id: int, act: str) -> ResponseReturnValue:
        """Do one thing with one mail."""
        access.require(g.actor, "overdue")
        self._find(mail_id)
        one = Act(act) if act in set(Act) else abort(404)
        try:
            _ONE[one](g.actor, mail_id)
        except SettlementError as error:
            screen.refused(sentence_of(error))
        else:
            screen.done(mail_words.done(one, mail_id))
        kept: dict[str, Any] = request.args.to_dict()
        return redirect(url_for("mails.one", mail_id=mail_id, **kept), 303)

    @expose("/all/<act>", methods=("GET", "POST"))
    def every(self, act: str) -> ResponseReturnValue:
        """Repeat how many mails of the filter it is; the second request does it."""
        access.require(g.actor, "overdue")
        one = Act(act) if act in set(Act) else abort(404)
        ids = mails.fitting(scope.current(), _wanted(), one)
        check, refusal = _check(one, ids), ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "邮件")
                moved = notifications.move_all(g.actor, one, ids)
            except SettlementError as error:
                refusal = sentence_of(error)
            else:
                screen.done(mail_words.done_many(one, len(moved)))
                return redirect(check.back, 303)
        return self.check_page(check, refusal=refusal), 422 if refusal else 200

    @expose("/export")
    def export(self) -> ResponseReturnValue:
        """Send the mails of the filter as CSV, more than a page waits for by a job."""
        rows, wanted = scope.current(), _wanted()
        counted = mails.counted(rows, wanted)
        if not list_export.is_long(counted):
            return mail_export.answer(rows, wanted)
        titles, enums = mail_export.titles(), {"state": MailState}
        return list_export.answer(self, "mails", _("邮件"), wanted, counted, titles, enums)

    @expose("/today")
    def today(self) -> ResponseReturnValue:
        """Show whom sending now would write to, and the mail of one of them."""
        day, place = self._today()
        on = clock.today()
        page = self.render(
            "zhijie/work/mails_today.html",
            day=day,
            mail=day.mails[place] if day.mails else None,
            place=place,
            on=on,
            before=_neighbour(day, -1),
            after=_neighbour(day, 1),
            words=mail_words,
            may_send=_may_act(),
        )
        return mail_frames.framing(page)

    @expose("/today/html")
    def today_html(self) -> Response:
        """Send the look of a mail that would be sent, for the frame of the preview."""
        day, place = self._today()
        return mail_frames.framed(day.mails[place].shown.html) if day.mails else abort(404)

    def _today(self) -> tuple[preview.Day, int]:
        if g.actor.party_code:
            abort(404)
        kind, _colon, code = asked.text("party").partition(":")
        key = (kind, code) if kind in set(Responsible) and code else None
        areas = asked.all_areas()
        day = preview.look(areas, clock.today(), key, mail_texts.renderer())
        if key and day.asked is None:
            abort(404)
        place = request.args.get("mail", 0, type=int) or 0
        return day, place if 0 <= place < len(day.mails) else 0

    def _find(self, mail_id: int) -> Any:
        mail = mails.find(scope.current(), mail_id)
        return mail if mail is not None else abort(404)


def _wanted() -> Asked:
    state, kind = asked.text("state"), asked.text("kind")
    return Asked(
        state=state if state in set(MailState) else "",
        kind=kind if kind in mail_words.KINDS else "",
        party=asked.text("party"),
        address=asked.text("address"),
        day_from=asked.day("from"),
        day_to=asked.day("to"),
    )


def _fields(rows: scope.Rows) -> list[dict[str, Any]]:
    known = [(kind, mail_words.kind(kind)) for kind in mails.kinds(rows)]
    own = rows.hospital_code or rows.enterprise_code
    return [
        *([] if own else [asked.field("party", _("收件机构"), placeholder=_("名称或编码"))]),
        asked.field("kind", _("种类"), "select", choices=known),
        asked.field("address", _("邮箱地址")),
        asked.field("from", _("业务日期起"), "date"),
        asked.field("to", _("业务日期止"), "date"),
    ]


def _offered(rows: scope.Rows, counts: dict[str, int], wanted: Asked) -> list[Act]:
    """Return the acts that make sense for the whole filter: of one state, and of some mails."""
    of = {
        MailState.WAITING: (Act.NOW, Act.BACK, Act.HOLD, Act.CANCEL),
        MailState.HELD: (Act.RELEASE, Act.CANCEL),
        MailState.FAILED: (Act.AGAIN, Act.CANCEL),
    }
    state = MailState(wanted.state) if wanted.state else None
    if not state or not counts.get(state):
        return []
    # Taking back is offered only while something was hurried.
    return [one for one in of.get(state, ()) if one is not Act.BACK or _hurried(rows, wanted)]


def _hurried(rows: scope.Rows, wanted: Asked) -> bool:
    return bool(mails.fitting(rows, wanted, Act.BACK))


def _check(act: Act, ids: list[int]) -> Check:
    turns = {"page", "after", "before"}
    kept: dict[str, Any] = {k: v for k, v in request.args.items() if k not in turns}
    back = url_for("mails.index", **kept)
    return Check(
        title=_("核对：%(what)s", what=mail_words.name(act)),
        sentence=mail_words.explained(act),
        button=_("%(what)s %(n)s 封", what=mail_words.name(act), n=formats.count(len(ids))),
        seen={"act": act, "ids": ids},
        figures=[(_("邮件"), _("%(n)s 封", n=formats.count(len(ids))))],
        notes=[] if ids else [("", _("没有可以这样办理的邮件。"))],
        possible=bool(ids),
        danger=act is Act.CANCEL,
        back=back,
        crumbs=[(_("监督"), ""), (_("邮件"), url_for("mails.index")), (_("核对"), "")],
    )


def _neighbour(day: preview.Day, step: int) -> str:
    """Return the address of the preview before or after the one shown."""
    if day.asked is None:
        return ""
    place = day.parties.index(day.asked) + step
    if not 0 <= place < len(day.parties):
        return ""
    one = day.parties[place]
    return url_for("mails.today", party=f"{one.kind}:{one.code}")


def _may_act() -> bool:
    return "overdue" in access.MAY.get(g.actor.role, frozenset())


def views() -> list[Screen]:
    """Return the page."""
    return [MailsView(lazy_gettext("邮件"), endpoint="mails", url="/mails")]
