"""结算委托书: hospitals' mandates with their documents; registering, adding a document, ending."""

from datetime import date
from typing import Any, ClassVar

from flask import Response, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.rules.errors import SettlementError
from models.services import mandates as keeping
from models.services.exports import listed
from models.services.mandates import Wish
from models.services.views import mandates, outside
from models.services.views.mandates import Asked
from models.services.views.reading import PAGE_ROWS
from web import downloads, scope
from web.admin import answering, asked, screen
from web.admin.screen import Screen
from web.errors import sentence_of
from web.permissions import Page

EXPORT_MAX = 50_000
_TYPED = ("document_no", "valid_from", "valid_to", "signed_on")

STATES = {
    "live": (lazy_gettext("有效"), "good"),
    "ending": (lazy_gettext("即将到期"), "wait"),
    "coming": (lazy_gettext("未生效"), "rest"),
    "over": (lazy_gettext("已失效"), "rest"),
}


class MandatesView(Screen):
    """The mandates of the reader's hospitals, and who has none though the scheme asks for it."""

    page: ClassVar[Page] = Page.MANDATES

    @expose("/")
    def index(self) -> str:
        """List the mandates; first the hospitals for which nothing is paid without one."""
        rows, on, number, wanted = scope.current(), clock.today(), asked.page(), _wanted()
        found = mandates.page(rows, wanted, on, number=number)
        lacking = mandates.lacking(rows, on)
        return self.render(
            "zhijie/work/mandates.html",
            mandates=found[:PAGE_ROWS],
            more=len(found) > PAGE_ROWS,
            number=number,
            pager=screen.pager_url,
            lacking=lacking[:PAGE_ROWS],
            lacking_more=len(lacking) > PAGE_ROWS,
            counts=mandates.counts(rows, wanted, on),
            wanted=wanted,
            states=STATES,
            fields=[]
            if rows.hospital_code
            else [asked.field("hospital", _("医疗机构"), placeholder=_("名称或编码"), wide=True)],
            query=request.query_string.decode(),
            narrowed=screen.narrowed("hospital", "view"),
            may_act=self.may_act(),
        )

    @expose("/export")
    def export(self) -> Response:
        """Send the list of the address."""
        kind = asked.file_kind()
        found = mandates.page(scope.current(), _wanted(), clock.today(), size=EXPORT_MAX)
        titles = [
            _("医疗机构编码"), _("医疗机构"), _("统筹区"), _("委托书编号"), _("签署日期"),
            _("生效日期"), _("失效日期"), _("状态"), _("签署件"), _("登记人"), _("终止原因"),
        ]  # fmt: skip
        content = listed.written(g.actor, "mandates", kind, titles, (_row(m) for m in found))
        return downloads.made(f"{_('结算委托书')}_{clock.today():%Y%m%d}.{kind}", content)

    @expose("/new", methods=("GET", "POST"))
    def new(self) -> ResponseReturnValue:
        """Choose the hospital, then register its mandate with the signed document."""
        self.require_act()
        code, sought = asked.text("code"), asked.text("q")
        of = outside.hospital(scope.current(), code) if code else None
        if code and of is None:
            abort(404)
        typed = {name: asked.text(name) for name in _TYPED}
        if of is None or request.method == "GET":
            found = mandates.hospitals(scope.current(), sought) if sought and of is None else []
            return self._form(of, typed, found=found, sought=sought)
        wish = Wish(
            hospital_code=code,
            document_no=typed["document_no"],
            valid_from=asked.day("valid_from"),
            # A day that is none ends the mandate before it begins, and is refused with its label.
            valid_to=asked.day("valid_to") or (date.min if typed["valid_to"] else None),
            signed_on=asked.day("signed_on") or (date.max if typed["signed_on"] else None),
            document=answering.document("document"),
        )
        try:
            keeping.register(g.actor, wish, on=clock.today())
        except SettlementError as error:
            return self._form(of, typed, refusal=sentence_of(error)), 422
        screen.done(
            _("已登记 %(h)s 的委托书 %(n)s，下次结算起作用。", h=of.name, n=wish.document_no)
        )
        return redirect(url_for("mandates.index", hospital=code), 303)

    @expose("/<hospital_code>/<day>", methods=("GET", "POST"))
    def one(self, hospital_code: str, day: str) -> ResponseReturnValue:
        """Show a mandate; a maker adds the missing document or ends it."""
        found, refusal = _find(hospital_code, day), ""
        if request.method == "POST":
            self.require_act()
            try:
                return self._act(found)
            except SettlementError as error:
                refusal = sentence_of(error)
        page = self.render(
            "zhijie/work/mandate.html",
            m=found,
            states=STATES,
            refusal=refusal,
            typed={name: asked.text(name) for name in ("last_day", "reason")},
            may_act=self.may_act(),
            today=clock.today(),
        )
        return page, 422 if refusal else 200

    @expose("/<hospital_code>/<day>/file")
    def file(self, hospital_code: str, day: str) -> Response:
        """Send the signed document."""
        found = _find(hospital_code, day)
        return downloads.send(found.file_id) if found.file_id else abort(404)

    def _act(self, found: Any) -> ResponseReturnValue:
        if request.form.get("act") == "attach":
            document = answering.document("document")
            keeping.attach(g.actor, found.hospital_code, found.valid_from, document)
            screen.done(_("已上传委托书 %(n)s 的签署件。", n=found.document_no))
        else:
            last_day, reason = asked.day("last_day"), asked.text("reason")
            keeping.end(g.actor, found.hospital_code, found.valid_from, last_day, reason)
            screen.done(
                _("委托书 %(n)s 于 %(d)s 终止；之后验收的明细不再代付。",
                  n=found.document_no, d=last_day)
            )  # fmt: skip
        return redirect(
            url_for("mandates.one", hospital_code=found.hospital_code, day=found.valid_from), 303
        )

    def _form(
        self,
        of: Any,
        typed: dict[str, str],
        *,
        found: list[Any] | None = None,
        sought: str = "",
        refusal: str = "",
    ) -> str:
        page: str = self.render(
            "zhijie/work/mandate_new.html",
            of=of,
            typed=typed,
            found=found or [],
            sought=sought,
            refusal=refusal,
        )
        return page


def _wanted() -> Asked:
    view = asked.text("view")
    return Asked(hospital=asked.text("hospital"), view=view if view in mandates.VIEWS else "")


def _find(hospital_code: str, day: str) -> Any:
    try:
        valid_from = date.fromisoformat(day)
    except ValueError:
        abort(404)
    found = mandates.find(scope.current(), hospital_code, valid_from, clock.today())
    return found if found is not None else abort(404)


def _row(found: Any) -> list[listed.Cell]:
    return [
        found.hospital_code,
        found.hospital_name,
        found.area_name,
        found.document_no,
        str(found.signed_on or ""),
        str(found.valid_from),
        str(found.valid_to or ""),
        str(STATES[found.state][0]),
        _("已上传") if found.file_id else _("未上传"),
        found.registered_by,
        found.end_reason,
    ]


def views() -> list[Screen]:
    """Return the page."""
    return [MandatesView(lazy_gettext("结算委托书"), endpoint="mandates", url="/mandates")]
