"""集采问题: what hospitals, companies and agencies report, its thread, and what is done."""

from typing import Any, ClassVar

from flask import Response, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext, pgettext

from models import clock
from models.records.problems import ProblemKind, ProblemWord
from models.rules import problems as rules
from models.rules.errors import SettlementError
from models.services import problems
from models.services.exports import listed
from models.services.views import problems as views_of
from models.services.views.listing import Counted
from models.services.views.problems import Asked
from models.services.views.reading import PAGE_ROWS
from web import downloads, scope, words
from web.admin import answering, asked, problem_acts, problem_words, screen
from web.admin.base import MasterView
from web.admin.rows import Ask, Bound
from web.admin.screen import Screen
from web.errors import sentence_of
from web.permissions import Page


class ProblemsView(Screen):
    """The list of problems, one of them with its thread, and what is done to it."""

    page: ClassVar[Page] = Page.PROBLEMS

    @expose("/")
    def index(self) -> str:
        """List the problems, the nearest deadline first."""
        on, number, wanted, rows = clock.today(), asked.page(), conditions(), scope.current()
        found = views_of.page(rows, wanted, on, number=number)
        return self.render(
            "zhijie/work/problems.html",
            problems=found[:PAGE_ROWS],
            more=len(found) > PAGE_ROWS,
            number=number,
            pager=screen.pager_url,
            totals=views_of.totals(rows, wanted, on),
            counts=views_of.counts(rows, on, g.actor.name),
            wanted=wanted,
            R=rules,
            kinds=problem_words.kind_names(),
            is_seat=answering.is_seat(),
            may_report=self.may_act() and answering.may("problem_report"),
            fields=fields(),
            narrowed=screen.narrowed(
                "q", "kind", "urgency", "state", "area", "link", "since", "until"
            ),
        )

    def count_rows(self) -> Counted:
        """Return what a saved view of the list counts."""
        return views_of.counted(scope.current(), conditions(), clock.today())

    @expose("/export")
    def export(self) -> Response:
        """Send the list of the address as csv or xlsx."""
        kind, on = asked.file_kind(), clock.today()
        found = views_of.page(scope.current(), conditions(), on, size=views_of.EXPORT_MAX)
        names = problem_words.kind_names()
        titles = [
            _("编号"), _("类别"), _("紧急程度"), _("标题"), _("状态"),
            pgettext("problem", "提出方"), _("提出日"),
            _("医疗机构"), _("医药企业"), _("生产企业"), _("统筹区"), _("办理机构"), _("办理人"),
            _("受理期限"), _("办结期限"), _("答复日"), _("办结日"), _("办理结果"), _("满意度"),
            _("上报次数"), _("重开次数"),
        ]  # fmt: skip
        content = listed.written(
            g.actor, "problems", kind, titles, (_row(one, names) for one in found)
        )
        return downloads.made(f"{_('集采问题')}_{on:%Y%m%d}_{len(found)}.{kind}", content)

    @expose("/<number>", methods=("GET", "POST"))
    def one(self, number: str) -> ResponseReturnValue:
        """Show a problem with its thread; a POST adds what the reader says."""
        found, refusal = find(number), ""
        if request.method == "POST":
            self.require_act()
            try:
                problems.say(
                    g.actor,
                    number,
                    request.form.get("words", ""),
                    clock.today(),
                    document=answering.document(),
                    inside=request.form.get("inside") == "yes",
                )
            except SettlementError as error:
                refusal = sentence_of(error)
            else:
                screen.done(_("已登记说明。"))
                return redirect(url_for("problems.one", number=number), 303)
        may_act = self.may_act()
        page = self.render(
            "zhijie/work/problem.html",
            p=found,
            said=views_of.words(g.actor, found.id),
            sides=views_of.sides(found.id),
            links=views_of.links(found.id),
            events=views_of.events(found.id),
            acts=problem_acts.possible(found) if may_act else [],
            may_say=may_act
            and answering.may("problem_say")
            and rules.ProblemState(found.state) not in rules.OVER,
            is_seat=answering.is_seat(),
            kinds=problem_words.kind_names(),
            side_words=problem_words.SIDES,
            move_words=problem_words.MOVES,
            link_url=problem_words.link_url,
            R=rules,
            refusal=refusal,
            typed=request.form,
        )
        return page, 422 if refusal else 200

    @expose("/<number>/file/<int:word_id>")
    def file(self, number: str, word_id: int) -> Response:
        """Send the document that came with a word the reader may read."""
        found = find(number)
        known = {one.id for one in views_of.words(g.actor, found.id)}
        word = ProblemWord.get_or_none(ProblemWord.id == word_id) if word_id in known else None
        return downloads.send(word.file_id) if word and word.file_id else abort(404)

    @expose("/<number>/<act>", methods=("GET", "POST"))
    def act(self, number: str, act: str) -> ResponseReturnValue:
        """Show the form of something done to a problem, or do what needs none."""
        self.require_act()
        one, found = problem_acts.act(act), find(number)
        if one.press and request.method == "GET":
            return redirect(url_for("problems.one", number=number))
        check, refusal = problem_acts.check(one, found), ""
        if one.press or screen.is_confirmed():
            try:
                if not one.press:
                    self.confirmed(check, _("问题"))
                problem_acts.do(one, found)
            except SettlementError as error:
                if one.press:
                    screen.refused(sentence_of(error))
                    return redirect(url_for("problems.one", number=number), 303)
                refusal = sentence_of(error)
            else:
                screen.done(one.done)
                return redirect(url_for("problems.one", number=number), 303)
        page = self.check_page(
            check,
            template="zhijie/work/answer.html",
            refusal=refusal,
            lines=[],
            inputs=problem_acts.inputs(act, found),
        )
        return page, 422 if refusal else 200


class ProblemKindsView(MasterView):
    """问题类别."""

    page: ClassVar[Page] = Page.RULES
    kind = "problem_kinds"
    bound = Bound()
    title_column = ""
    column_list = (
        "kind_code",
        "name",
        "valid_from",
        "valid_to",
        "take_days",
        "result_days",
        "urgent_take_days",
        "urgent_result_days",
        "reopen_days",
        "source_note",
    )
    column_default_sort = "kind_code"
    retire_hint = lazy_gettext(
        "期限改变时新增一个生效日期更晚的行；已提出的问题期限不变。没有行的类别按内置期限。"
    )
    asks = (
        Ask("kind_code"),
        Ask("valid_on", "to", ("valid_from",), label=lazy_gettext("生效日期不晚于")),
    )


def conditions() -> Asked:
    """Return what the address asks for."""
    view = asked.text("view")
    return Asked(
        view=view if view in views_of.VIEWS else "",
        kind=asked.text("kind"),
        urgency=asked.text("urgency"),
        state=asked.text("state"),
        text=asked.text("q"),
        areas=asked.areas(),
        link=asked.text("link"),
        since=asked.day("since"),
        until=asked.day("until"),
        me=g.actor.name,
    )


def fields() -> list[dict[str, Any]]:
    """Return the fields of the query bar."""
    area = asked.area_field()
    return [
        asked.field("q", pgettext("problem", "问题"), placeholder=_("编号、标题或机构"), wide=True),
        asked.field("kind", _("类别"), "select", choices=list(problem_words.kind_names().items())),
        asked.field("state", _("状态"), "select", choices=words.choices(rules.ProblemState)),
        asked.field("urgency", _("紧急程度"), "select", choices=words.choices(rules.Urgency)),
        *([area] if area else []),
        asked.field("link", _("关联编号"), placeholder=_("明细、订单、结算单或产品")),
        asked.field("since", _("提出日起"), "date"),
        asked.field("until", _("提出日止"), "date"),
    ]


def find(number: str) -> Any:
    """Return a problem of the reader; 404 for any other."""
    found = views_of.find(scope.current(), number, clock.today())
    return found if found is not None else abort(404)


def _row(one: Any, names: dict[str, str]) -> list[listed.Cell]:
    return [
        one.problem_no,
        names.get(one.kind_code, one.kind_code),
        words.word(rules.Urgency(one.urgency)),
        one.title,
        words.word(rules.ProblemState(one.state)),
        one.party_name,
        str(one.reported_on),
        one.hospital_name,
        one.enterprise_name,
        one.manufacturer_name,
        one.area_name,
        one.desk_name,
        one.handler_name if not answering.is_seat() else "",
        str(one.take_due_on),
        str(one.result_due_on),
        str(one.answered_on or ""),
        str(one.closed_on or ""),
        words.word(rules.ProblemResult(one.result)) if one.result else "",
        words.word(rules.Satisfaction(one.satisfaction)) if one.satisfaction else "",
        one.escalated_count,
        one.reopened_count,
    ]


def views() -> list[Any]:
    """Return the pages."""
    return [
        ProblemsView(lazy_gettext("集采问题"), endpoint="problems", url="/problems"),
        ProblemKindsView(ProblemKind, lazy_gettext("问题类别"), "problem_kinds"),
    ]
