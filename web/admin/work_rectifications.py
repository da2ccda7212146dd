"""整改: what hospitals are asked to put right, what they answered, and whether it was done."""

from typing import Any, ClassVar

from flask import Response, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.rules.errors import SettlementError
from models.rules.papers import RectificationState
from models.services import access
from models.services.exports import listed
from models.services.papers import rectifying
from models.services.views import rectifications
from models.services.views.listing import Counted
from models.services.views.reading import PAGE_ROWS
from models.services.views.rectifications import Asked
from web import downloads, scope, words
from web.admin import answering, asked, paper_words, screen
from web.admin.answering import Field
from web.admin.screen import Check, Screen
from web.errors import sentence_of
from web.permissions import Page


class RectificationsView(Screen):
    """The list of rectifications, one of them, asking for one and what becomes of it."""

    page: ClassVar[Page] = Page.RECTIFICATIONS

    @expose("/")
    def index(self) -> str:
        """List the rectifications, the latest first."""
        rows, on, wanted, number = scope.current(), clock.today(), _asked(), asked.page()
        found = rectifications.page(rows, wanted, on, number=number)
        return self.render(
            "zhijie/work/rectifications.html",
            found=found[:PAGE_ROWS],
            more=len(found) > PAGE_ROWS,
            number=number,
            pager=screen.pager_url,
            counts=rectifications.counts(rows, on),
            wanted=wanted,
            fields=[
                asked.field("q", _("机构或文号"), placeholder=_("名称、编码或文号"), wide=True),
                asked.field(
                    "state", _("状态"), "select", choices=words.choices(RectificationState)
                ),
            ],
            query=request.query_string.decode(),
            narrowed=screen.narrowed("q", "state", "view"),
            may_open=answering.may("rectify"),
            S=RectificationState,
        )

    def count_rows(self) -> Counted:
        """Return what a saved view of the list counts."""
        return rectifications.counted(scope.current(), _asked(), clock.today())

    @expose("/export")
    def export(self) -> Response:
        """Send the list of the address as csv or xlsx."""
        kind, on = asked.file_kind(), clock.today()
        found = rectifications.page(scope.current(), _asked(), on, size=rectifications.EXPORT_MAX)
        titles = [
            _("文号"), _("医疗机构编码"), _("医疗机构"), _("状态"), _("依据"), _("存在问题"),
            _("提出日"), _("答复期限"), _("答复日"), _("整改措施"), _("整改期限"), _("意见"),
            _("办结日"), _("是否逾期"),
        ]  # fmt: skip
        content = listed.written(g.actor, "rectifications", kind, titles, map(_row, found))
        name = f"{_('整改')}_{on:%Y%m%d}_{len(found)}.{kind}"
        return downloads.made(name, content)

    @expose("/new", methods=("GET", "POST"))
    def new(self) -> ResponseReturnValue:
        """Ask one hospital to put something right."""
        self.require_act()
        access.require(g.actor, "rectify")
        check, refusal = _opening(), ""
        if screen.is_confirmed():
            form = request.form
            try:
                self.confirmed(check, "整改")
                number = rectifying.open_one(
                    g.actor, form.get("hospital", "").strip(), form.get("findings", ""),
                    form.get("demand", ""), asked.day("answer_by_on"), clock.today(),
                    meet_on=asked.day("meet_on"), place=form.get("place", ""),
                )  # fmt: skip
            except SettlementError as error:
                refusal = sentence_of(error)
            else:
                screen.done(_("已提出整改，通知随后发出。"))
                return redirect(url_for("rectifications.one", number=number), 303)
        page = self.check_page(
            check,
            template="zhijie/work/answer.html",
            refusal=refusal,
            lines=[],
            inputs=_inputs(),
        )
        return page, 422 if refusal else 200

    @expose("/<int:number>")
    def one(self, number: int) -> str:
        """Show a rectification with its story."""
        found = _find(number)
        return self.render(
            "zhijie/work/rectification.html",
            r=found,
            story=rectifications.story(number),
            moves=paper_words.reason_names(),
            acts=paper_words.possible_of_rectification(found),
            is_seat=answering.is_seat(),
            S=RectificationState,
        )

    @expose("/<int:number>/files/<int:file_id>")
    def file(self, number: int, file_id: int) -> Response:
        """Send a document of an answer."""
        _find(number)
        known = {one.file_id for one in rectifications.story(number)}
        return downloads.send(file_id) if file_id in known else abort(404)

    @expose("/<int:number>/<act>", methods=("GET", "POST"))
    def act(self, number: int, act: str) -> ResponseReturnValue:
        """Show the form of something done to a rectification; the second request does it."""
        self.require_act()
        acts = paper_words.rectification_acts()
        one = next((found for found in acts if found.name == act), None)
        if one is None:
            abort(404)
        access.require(g.actor, one.action)
        found = _find(number)
        check, refusal = paper_words.check_of_rectification(found, one), ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "整改")
                _do(act, number)
            except SettlementError as error:
                refusal = sentence_of(error)
            else:
                screen.done(one.done)
                return redirect(url_for("rectifications.one", number=number), 303)
        page = self.check_page(
            check,
            template="zhijie/work/answer.html",
            refusal=refusal,
            lines=[],
            inputs=paper_words.inputs_of_rectification(act),
        )
        return page, 422 if refusal else 200


def _do(act: str, number: int) -> None:
    on, form, actor = clock.today(), request.form, g.actor
    reason = form.get("reason", "")
    if act == "answer":
        rectifying.answer(
            actor, number, form.get("plan", ""), asked.day("promised_on"), on, answering.document()
        )
    elif act == "accept":
        rectifying.accept(actor, number, form.get("reply", ""), on)
    elif act == "give_back":
        rectifying.give_back(actor, number, reason, on, asked.day("answer_by_on"))
    elif act == "close":
        rectifying.close(actor, number, reason, on)
    else:
        rectifying.withdraw(actor, number, reason, on)


def _opening() -> Check:
    return Check(
        title=_("提出整改"),
        sentence=_("医院在答复期限前报送整改措施和整改期限。"),
        button=_("提出整改"),
        seen={"new": True},
        after=[
            _("医院收到邮件，在本系统答复"),
            _("同意后按承诺的期限跟踪，逾期的列入今日待办并邮件提醒"),
        ],
        back=url_for("rectifications.index"),
        crumbs=[
            (_("监督"), ""),
            (_("整改"), url_for("rectifications.index")),
            (_("提出整改"), ""),
        ],
    )


def _inputs() -> list[Field]:
    return [
        Field("hospital", _("医疗机构编码"), required=True, value=asked.text("hospital")),
        Field("findings", _("存在问题"), "area", required=True, max=4_000),
        Field("demand", _("整改要求"), "area", max=4_000, value=rectifying.DEMAND),
        Field("answer_by_on", _("答复期限"), "date", hint=_("不填按监测规则的天数。")),
        Field("meet_on", _("约谈日期"), "date"),
        Field("place", _("约谈地点")),
    ]


def _find(number: int) -> Any:
    found = rectifications.find(scope.current(), number, clock.today())
    return found if found is not None else abort(404)


def _asked() -> Asked:
    view = asked.text("view")
    return Asked(
        view=view if view in rectifications.VIEWS else "",
        state=asked.text("state"),
        party=asked.text("q"),
    )


def _row(one: Any) -> list[listed.Cell]:
    return [
        one.rectification_no,
        one.hospital_code,
        one.hospital_name,
        words.word(RectificationState(one.state)),
        one.paper_no,
        one.findings,
        str(one.opened_on),
        str(one.answer_by_on),
        str(one.answered_on or ""),
        one.plan,
        str(one.promised_on or ""),
        one.reply,
        str(one.closed_on or ""),
        _("是") if one.is_late else _("否"),
    ]


def views() -> list[Screen]:
    """Return the page."""
    return [
        RectificationsView(lazy_gettext("整改"), endpoint="rectifications", url="/rectifications")
    ]
