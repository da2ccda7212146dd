"""绩效分级: the yearly lists of hospitals' grades, for the total budget; made, confirmed, sent."""

from decimal import Decimal
from typing import Any, ClassVar

from flask import Response, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.rules.errors import SettlementError
from models.rules.grades import GRADE, GradeMove, GradeSource, GradeState
from models.rules.job_names import JobName
from models.services import access
from models.services.exports import listed
from models.services.grading import listing
from models.services.views import choices, grades
from models.services.views.reading import PAGE_ROWS
from web import downloads, formats, scope, words
from web.admin import answering, asked, screen
from web.admin.screen import Screen
from web.errors import sentence_of
from web.permissions import Page

EXPORT_MAX = 50_000
#: Years offered for a new list.
YEARS = 5


class GradesView(Screen):
    """The lists of grades and their hospitals."""

    page: ClassVar[Page] = Page.GRADES

    @expose("/")
    def index(self) -> str:
        """List the lists."""
        number = asked.page()
        within = grades.seen(scope.current(), seat=answering.is_seat())
        found = grades.LISTS.page(within, number=number)
        year = clock.today().year
        return self.render(
            "zhijie/work/grades.html",
            found=found[:PAGE_ROWS],
            more=len(found) > PAGE_ROWS,
            number=number,
            pager=screen.pager_url,
            S=GradeState,
            years=list(range(year, year - YEARS, -1)),
            areas=choices.areas(scope.current()),
            may_make=self.may_act() and answering.may("grade"),
        )

    @expose("/new", methods=("POST",))
    def new(self) -> ResponseReturnValue:
        """Queue the making of a list."""
        self.require_act()
        year, area = request.form.get("year", type=int), request.form.get("area", "")
        if year is None or not area:
            screen.refused(_("请选择年度和统筹区。"))
            return redirect(url_for("grades.index"), 303)
        return self.start(
            JobName.GRADES,
            {"year": year, "area": area},
            subject=f"area:{area}",
            message=_("正在生成分级名单，完成后回到绩效分级查看。"),
        )

    @expose("/<int:number>", methods=("GET", "POST"))
    def one(self, number: int) -> ResponseReturnValue:
        """Show a list with its hospitals; a second person confirms it or withdraws it."""
        found, refusal = _find(number), ""
        if request.method == "POST":
            self.require_act()
            try:
                screen.done(_act(number))
            except SettlementError as error:
                refusal = sentence_of(error)
            else:
                return redirect(url_for("grades.one", number=number), 303)
        rows, at = scope.current(), asked.page()
        within = grades.results(rows, number, asked.text("hospital"))
        results = grades.RESULTS.page(within, number=at)
        decides = self.may_act() and answering.may("grade_decide")
        decides = decides and access.reaches(g.actor, found.area_code)
        state = GradeState(found.state)
        page = self.render(
            "zhijie/work/grade_list.html",
            l=found,
            state=state,
            results=results[:PAGE_ROWS],
            more=len(results) > PAGE_ROWS,
            number=at,
            pager=screen.pager_url,
            totals=grades.RESULTS.totals(within),
            by_grade=grades.by_grade(within),
            fields=[] if rows.hospital_code else [asked.field("hospital", _("医疗机构"))],
            may_confirm=decides
            and (state, GradeMove.CONFIRM) in GRADE
            and found.made_by != g.actor.name,
            may_withdraw=decides and (state, GradeMove.WITHDRAW) in GRADE,
            refusal=refusal,
        )
        return page, 422 if refusal else 200

    @expose("/<int:number>/<hospital_code>")
    def hospital(self, number: int, hospital_code: str) -> str:
        """Show how the points of a hospital came about."""
        found = _find(number)
        within = grades.results(scope.current(), number)
        result = grades.RESULTS.find(
            within.add("r.hospital_code = %(code)s", code=hospital_code)
        ) or abort(404)
        return self.render(
            "zhijie/work/grade_hospital.html",
            l=found,
            r=result,
            items=grades.items(number, hospital_code),
            value=_value,
            G=GradeSource,
        )

    @expose("/<int:number>/export")
    def export(self, number: int) -> Response:
        """Send the list for the total budget."""
        found, kind = _find(number), asked.file_kind()
        titles = [
            _("年度"), _("名单编号"), _("统筹区"), _("医疗机构编码"), _("医疗机构"), _("得分"),
            _("等级"), _("总额系数"), _("名单状态"),
        ]  # fmt: skip
        within = grades.results(scope.current(), number)
        rows = [
            [
                r.year, r.list_no, r.area_name, r.hospital_code, r.hospital_name,
                "" if r.points is None else str(formats.decimal(r.points)), r.grade,
                "" if r.factor_bp is None else str(Decimal(r.factor_bp) / 10_000),
                str(words.word(GradeState(found.state))),
            ]
            for r in grades.RESULTS.page(within, size=EXPORT_MAX)
        ]  # fmt: skip
        content = listed.written(g.actor, "grades", kind, titles, rows)
        return downloads.made(f"{_('总额预算分级名单')}_{found.year}_{number}.{kind}", content)


def _act(number: int) -> str:
    on, act = clock.today(), request.form.get("act", "")
    if act == GradeMove.CONFIRM:
        listing.confirm(g.actor, number, on=on)
        return _("已确认，可以导出给总额预算使用。")
    if act != GradeMove.WITHDRAW:
        abort(400)
    listing.withdraw(g.actor, number, request.form.get("reason", ""), on=on)
    return _("已撤销，可以重新生成。")


def _find(number: int) -> Any:
    found = grades.find(scope.current(), number, seat=answering.is_seat())
    return found if found is not None else abort(404)


def _value(item: Any) -> str:
    """Return the value an item's points come from as people read it."""
    if item.value is None:
        return _("没有数据，不计入")
    if item.source == GradeSource.INDICATOR:
        return f"{item.value / 100:.2f}%"
    if item.source == GradeSource.FINDINGS:
        return _("%(n)s 项", n=formats.decimal(item.value))
    return str(formats.decimal(item.value))


def views() -> list[Screen]:
    """Return the page."""
    return [GradesView(lazy_gettext("绩效分级"), endpoint="grades", url="/grades")]
