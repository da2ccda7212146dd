"""通报与约谈: bulletins, interviews, letters and suspensions, each with the steps it rests on."""

from decimal import Decimal
from typing import Any, ClassVar

from flask import Response, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.records.base import db
from models.rules import remedies as rules
from models.rules.money import yuan
from models.rules.remedies import MeasureKind
from models.services import access, remedies
from models.services.exports import listed
from models.services.remedies import chosen, measuring, moving
from models.services.views import measures
from models.services.views.listing import Counted
from models.services.views.measures import Asked
from models.services.views.reading import PAGE_ROWS
from web import downloads, scope, words
from web.admin import answering, asked, measure_forms, screen
from web.admin.screen import Screen
from web.errors import sentence_of
from web.permissions import Page


class MeasuresView(Screen):
    """The list of measures, one of them, taking one and what becomes of it."""

    page: ClassVar[Page] = Page.MEASURES

    @expose("/")
    def index(self) -> str:
        """List the measures."""
        on, number, wanted, rows = clock.today(), asked.page(), _asked(), scope.current()
        seat = answering.is_seat()
        found = measures.page(rows, wanted, on, seat=seat, number=number)
        return self.render(
            "zhijie/work/measures.html",
            measures=found[:PAGE_ROWS],
            more=len(found) > PAGE_ROWS,
            number=number,
            pager=screen.pager_url,
            totals=measures.totals(rows, wanted, on, seat=seat),
            counts=measures.counts(rows, on, seat=seat),
            wanted=wanted,
            fields=[
                asked.field("q", _("机构或文号"), placeholder=_("名称、编码或文号"), wide=True),
                asked.field("kind", _("措施"), "select", choices=words.choices(MeasureKind)),
                asked.field(
                    "state", _("状态"), "select", choices=words.choices(rules.MeasureState)
                ),
            ],
            query=request.query_string.decode(),
            may_take=answering.may("measure"),
            narrowed=screen.narrowed("q", "view", "kind", "state", "who", "code"),
            **_shared(on),
        )

    def count_rows(self) -> Counted:
        """Return what a saved view of the list counts."""
        return measures.counted(
            scope.current(), _asked(), clock.today(), seat=bool(g.actor.party_code)
        )

    @expose("/export")
    def export(self) -> Response:
        """Send the list of the address as csv or xlsx."""
        kind = "xlsx" if asked.text("format") == "xlsx" else "csv"
        on = clock.today()
        found = measures.page(
            scope.current(), _asked(), on, seat=answering.is_seat(), size=measures.EXPORT_MAX
        )
        titles = [
            _("文号"), _("措施"), _("状态"), _("责任机构"), _("编码"), _("日期"), _("事由"),
            _("明细"), _("未付（元）"), _("利息（元）"), _("最长逾期（天）"), _("约谈日期"),
            _("地点"), _("参加人员"), _("纪要"), _("整改期限"), _("暂停自"), _("暂停至"),
            _("抄送"), _("经办人"), _("批准人"),
        ]  # fmt: skip
        content = listed.written(g.actor, "measures", kind, titles, map(_row, found))
        name = f"{_('通报与约谈')}_{on:%Y%m%d}_{len(found)}.{kind}"
        return downloads.made(name, content)

    @expose("/new", methods=("GET", "POST"))
    def new(self) -> ResponseReturnValue:
        """Choose kind and institution, repeat what the measure rests on, and take it."""
        self.require_act()
        access.require(g.actor, "measure")
        of, told = answering.wanted(), asked.text("kind")
        kind = MeasureKind(told) if told in set(MeasureKind) else MeasureKind.INTERVIEW
        if of is None:
            title = _("登记%(kind)s", kind=words.word(kind))
            return self.render(
                "zhijie/work/answer_party.html",
                title=title,
                crumbs=measure_forms.crumbs(title),
                kept={"kind": kind.value},
                **answering.offered(),
            )
        looked = answering.look(of)
        with db.atomic():
            found = measuring.look(g.actor, of, clock.today())
            lines = chosen.sample(answering.SHOWN, within="evidence")
        check, refusal = measure_forms.taking(kind, looked, found), ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "逾期明细")
                number = remedies.take(
                    g.actor, of, measure_forms.plan(kind), clock.today(), seen=found.seen
                )
            except answering.Refusal as error:
                refusal = sentence_of(error)
            else:
                screen.done(_("已登记。下一步见本页右侧。"))
                return redirect(url_for("measures.one", number=number), 303)
        page = self.check_page(
            check,
            template="zhijie/work/answer.html",
            refusal=refusal,
            lines=lines,
            inputs=measure_forms.inputs_of_kind(kind),
            **answering.narrowing(of, kind=kind.value),
        )
        return page, 422 if refusal else 200

    @expose("/<int:number>")
    def one(self, number: int) -> str:
        """Show a measure with its evidence, copies, files and story."""
        measure = _find(number)
        return self.render(
            "zhijie/work/measure.html",
            m=measure,
            story=measures.story(number),
            acts=measure_forms.possible(measure, g.actor.name),
            is_seat=answering.is_seat(),
            **_shared(clock.today()),
        )

    @expose("/<int:number>/print")
    def printed(self, number: int) -> str:
        """Print the measure with number, day and 大写."""
        measure = _find(number)
        return self.render(
            "zhijie/work/measure_print.html",
            m=measure,
            story=measures.story(number),
            office=measures.office(measure),
            now=clock.now(),
            **_shared(clock.today()),
        )

    @expose("/<int:number>/files/<int:file_id>")
    def file(self, number: int, file_id: int) -> Response:
        """Send a document of a measure."""
        _find(number)
        known = {one.file_id for one in measures.story(number).files}
        return downloads.send(file_id) if file_id in known else abort(404)

    @expose("/<int:number>/<act>", methods=("GET", "POST"))
    def act(self, number: int, act: str) -> ResponseReturnValue:
        """Show the form of something done to a measure; the second request does it."""
        self.require_act()
        one = measure_forms.act(act)
        if one is None:
            abort(404)
        access.require(g.actor, one.action)
        measure = _find(number)
        check, refusal = measure_forms.doing(one, measure), ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "措施")
                _do(act, number)
            except answering.Refusal as error:
                refusal = sentence_of(error)
            else:
                screen.done(one.done)
                return redirect(url_for("measures.one", number=number), 303)
        page = self.check_page(
            check,
            template="zhijie/work/answer.html",
            refusal=refusal,
            lines=[],
            inputs=measure_forms.inputs_of(act, measure),
        )
        return page, 422 if refusal else 200


def _do(act: str, number: int) -> None:
    """Do to a measure what the form says."""
    on, form, actor = clock.today(), request.form, g.actor
    reason = form.get("reason", "")
    if act == "approve":
        moving.approve(actor, number, on, answer=form.get("answer", ""))
    elif act == "plan_again":
        moving.plan_again(actor, number, measure_forms.meeting(), on)
    elif act == "hold":
        moving.hold(
            actor, number, on,
            attended=form.get("attended", ""), outcome=form.get("outcome", ""),
            rectify_by_on=asked.day("rectify_by_on"), document=answering.document(),
        )  # fmt: skip
    elif act == "copy":
        authority = answering.one_of("authority", rules.Authority)
        letter_no = form.get("letter_no", "")
        moving.copy(actor, number, authority, form.get("name", ""), on, letter_no=letter_no)
    elif act == "attach":
        moving.attach(actor, number, answering.document())
    else:
        by_name = {
            "refuse": moving.refuse, "withdraw": moving.withdraw, "lift": moving.lift,
            "miss": moving.miss, "revoke": moving.revoke,
        }  # fmt: skip
        by_name[act](actor, number, reason, on)


def _shared(on: Any) -> dict[str, Any]:
    return {
        "on": on,
        "who": answering.WHO,
        "R": rules,
        "move_words": {
            "open": _("登记"),
            "lapse": _("到期"),
            **{one.name: one.label for one in measure_forms.acts()},
        },
    }


def _find(number: int) -> Any:
    found = measures.find(scope.current(), number, clock.today(), seat=answering.is_seat())
    return found if found is not None else abort(404)


def _asked() -> Asked:
    view, kind = asked.text("view"), asked.text("who")
    return Asked(
        view=view if view in measures.VIEWS else "",
        measure_kind=asked.text("kind"),
        state=asked.text("state"),
        party=asked.text("q"),
        kind=kind if kind in set(answering.WHO) else "",
        code=asked.text("code"),
    )


def _row(measure: Any) -> list[listed.Cell]:
    return [
        measure.measure_no,
        words.word(MeasureKind(measure.kind)),
        words.word(rules.MeasureState(measure.state)),
        measure.name,
        measure.party_code,
        str(measure.opened_on),
        measure.words,
        measure.lines_count,
        Decimal(yuan(measure.unpaid_fen)),
        Decimal(yuan(measure.interest_fen)),
        measure.days_late_max,
        str(measure.meet_on or ""),
        measure.place,
        measure.attended,
        measure.outcome,
        str(measure.rectify_by_on or ""),
        str(measure.from_on or ""),
        str(measure.until_on or ""),
        measure.copies,
        measure.made_by,
        measure.decided_by,
    ]


def views() -> list[Screen]:
    """Return the page."""
    return [MeasuresView(lazy_gettext("通报与约谈"), endpoint="measures", url="/measures")]
