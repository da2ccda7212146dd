"""联系人: whom an institution's mails go to; the agency keeps them, and each seat its own."""

from datetime import date, datetime
from typing import Any, ClassVar

from flask import abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.rules.errors import SettlementError
from models.rules.overdue import Responsible
from models.rules.words import FileFormat, MailLanguage, MailTopic
from models.services import contacts as keeping
from models.services.contacts import Wish
from models.services.views import contacts
from models.services.views.reading import PAGE_ROWS
from web import scope, words
from web.admin import asked, screen, taken_lists
from web.admin.screen import Screen
from web.admin.taking_out import TakenOut, TakesOut
from web.errors import sentence_of
from web.permissions import Page

_TYPED = ("name", "duty", "email", "language", "file_format", "active_from", "active_to")


class ContactsView(TakesOut, Screen):
    """The contacts of the reader's institutions."""

    page: ClassVar[Page] = Page.CONTACTS

    @expose("/")
    def index(self) -> str:
        """List the contacts with the addresses that take no mail marked."""
        rows, number = scope.current(), asked.page()
        found = contacts.page(rows, _wanted(), clock.today(), number=number)
        own = rows.hospital_code or rows.enterprise_code
        fields = [
            *([] if own else [asked.field("party", _("单位"), placeholder=_("名称或编码"))]),
            asked.field("topic", _("邮件类别"), "select", choices=words.choices(MailTopic)),
            asked.field("ended", _("已停用的"), "select", choices=[("1", _("也列出"))]),
        ]
        page: str = self.render(
            "zhijie/work/contacts.html",
            contacts=found[:PAGE_ROWS],
            more=len(found) > PAGE_ROWS,
            number=number,
            pager=screen.pager_url,
            fields=fields,
            narrowed=screen.narrowed("party", "topic", "ended"),
            may_act=self.may_act(),
            seat=bool(own),
        )
        return page

    def taken_out(self, most: int) -> TakenOut:
        """Return the contacts of the address for a file."""
        found = contacts.page(scope.current(), _wanted(), clock.today(), size=most)
        return taken_lists.contacts(found[:most])

    @expose("/new", methods=("GET", "POST"))
    def new(self) -> ResponseReturnValue:
        """Choose the institution, then add a contact."""
        self.require_act()
        party = _party()
        if party is None:
            found = contacts.parties(scope.current(), asked.text("q")) if asked.text("q") else []
            return self._form(None, None, {}, found=found)
        typed = _typed() if request.method == "POST" else _fresh()
        if request.method == "POST":
            try:
                keeping.add(g.actor, _wish(party, typed))
            except SettlementError as error:
                return self._form(party, None, typed, sentence_of(error)), 422
            screen.done(_("已添加联系人，今后登记的邮件将发到这个邮箱。"))
            return redirect(url_for("contacts.index", party=party.party_code), 303)
        return self._form(party, None, typed)

    @expose("/<int:contact_id>", methods=("GET", "POST"))
    def one(self, contact_id: int) -> ResponseReturnValue:
        """Change a contact or end it by its last day."""
        found = contacts.find(scope.current(), contact_id, clock.today())
        if found is None:
            abort(404)
        self.require_act()
        typed = _typed() if request.method == "POST" else _shown(found)
        if request.method == "POST":
            try:
                seen = datetime.fromisoformat(request.form.get("seen", ""))
                keeping.change(g.actor, contact_id, _wish(found, typed), seen=seen)
            except SettlementError as error:
                return self._form(found, found, typed, sentence_of(error)), 422
            except ValueError:
                abort(400)
            screen.done(_("已保存联系人，今后登记的邮件按新的内容发送。"))
            return redirect(url_for("contacts.index", party=found.party_code), 303)
        return self._form(found, found, typed)

    def _form(
        self,
        party: Any,
        contact: Any,
        typed: dict[str, Any],
        refusal: str = "",
        found: list[Any] | None = None,
    ) -> str:
        page: str = self.render(
            "zhijie/work/contact.html",
            party=party,
            contact=contact,
            typed=typed,
            refusal=refusal,
            found=found,
            sought=asked.text("q"),
            topics=words.choices(MailTopic),
            languages=words.choices(MailLanguage),
            file_formats=words.choices(FileFormat),
        )
        return page


def _wanted() -> contacts.Asked:
    topic = asked.text("topic") if asked.text("topic") in set(MailTopic) else ""
    return contacts.Asked(asked.text("party"), topic, ended=asked.text("ended") == "1")


def _party() -> Any:
    """Return the institution of a new contact: a seat's own, else the one in the address."""
    rows = scope.current()
    if rows.hospital_code is not None:
        return contacts.party(rows, "hospital", rows.hospital_code)
    if rows.enterprise_code is not None:
        return contacts.party(rows, "enterprise", rows.enterprise_code)
    kind, code = asked.text("kind"), asked.text("code")
    if not code:
        return None
    found = contacts.party(rows, kind, code) if kind in set(Responsible) else None
    return found if found is not None else abort(404)


def _fresh() -> dict[str, Any]:
    return {
        **dict.fromkeys(_TYPED, ""),
        "topics": [topic.value for topic in MailTopic],
        "language": MailLanguage.CHINESE.value,
        "file_format": FileFormat.CSV.value,
        "active_from": clock.today().isoformat(),
    }


def _typed() -> dict[str, Any]:
    told: dict[str, Any] = {name: request.form.get(name, "").strip() for name in _TYPED}
    return told | {"topics": request.form.getlist("topics")}


def _shown(found: Any) -> dict[str, Any]:
    told = {name: str(getattr(found, name) or "") for name in _TYPED}
    return told | {"topics": list(found.topics)}


def _wish(party: Any, typed: dict[str, Any]) -> Wish:
    return Wish(
        party_kind=party.party_kind,
        party_code=party.party_code,
        name=typed["name"],
        duty=typed["duty"],
        email=typed["email"],
        topics=tuple(typed["topics"]),
        language=typed["language"],
        file_format=typed["file_format"],
        active_from=asked.day("active_from"),
        # A day that is none ends the contact before it begins, and is refused with its label.
        active_to=asked.day("active_to") or (date.min if typed["active_to"] else None),
    )


def views() -> list[Screen]:
    """Return the page."""
    return [ContactsView(lazy_gettext("联系人"), endpoint="contacts", url="/contacts")]
