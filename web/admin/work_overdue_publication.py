"""公示表: the yearly list of overdue contracts, drafted, reviewed by another, published."""

from typing import Any, ClassVar

from flask import Response, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.rules import publication as rules
from models.rules.errors import SettlementError
from models.rules.job_names import JobName
from models.rules.publication import PublicationState
from models.services import access
from models.services.arrears import publication
from models.services.exports import listed
from models.services.views import arrears
from web import downloads, scope
from web.admin import asked, overdue_words, publication_words, screen
from web.admin.screen import Screen
from web.errors import sentence_of
from web.permissions import Page

YEARS = 5


class PublicationView(Screen):
    """The lists of a year: the open one, and those that were published."""

    page: ClassVar[Page] = Page.PUBLICATION
    counted: ClassVar[bool] = False

    @expose("/")
    def index(self) -> str:
        """Show the list of a year; the number of the address chooses among several."""
        year, found, chosen = _chosen()
        entries = arrears.entries(scope.current(), chosen.id) if chosen else []
        template = "overdue_publication"
        if request.args.get("print") and chosen:
            template = "overdue_publication_print"
        return self.render(
            f"zhijie/work/{template}.html",
            year=year,
            lists=found,
            chosen=chosen,
            entries=entries,
            totals=publication_words.totals(entries),
            who=overdue_words.WHO,
            due_on=rules.due_on(year),
            as_of=rules.last_day_of(year),
            now=clock.now(),
            S=PublicationState,
            acts=_acts(year, found, chosen),
            fields=_fields(year),
            own=bool(g.actor.party_code),
        )

    @expose("/file/<int:publication_id>.<kind>")
    def file(self, publication_id: int, kind: str) -> Response:
        """Send a list as shown."""
        chosen = next((one for one in _lists() if one.id == publication_id), None)
        if chosen is None or kind not in listed.KINDS:
            abort(404)
        access.require(g.actor, "export")
        titles = [
            _("责任单位类别"), _("责任单位编码"), _("责任单位"), _("年末逾期未付合同数"),
            _("年末逾期未付金额（元）"), _("全年逾期合同数"), _("全年逾期金额（元）"),
        ]  # fmt: skip
        rows = arrears.entries(scope.current(), publication_id)
        content = listed.written(
            g.actor, f"publication:{publication_id}", kind, titles, publication_words.exported(rows)
        )
        name = f"{_('公示表')}_{chosen.year}_{chosen.publication_no or _('未公示')}.{kind}"
        return downloads.made(name, content)

    @expose("/draft", methods=("POST",))
    def draft(self) -> ResponseReturnValue:
        """Calculate the list of a year; a draft is overwritten."""
        access.require(g.actor, "overdue")
        year = asked.year(rules.year_due(clock.today()))
        if clock.today() <= rules.last_day_of(year):
            screen.refused(_("%(y)s 年尚未结束，不能起草该年度的公示表。", y=year))
            return redirect(url_for("overdue_publication.index"), 303)
        return self.start(
            JobName.OVERDUE_PUBLICATION,
            {"year": year, "area": asked.text("area") or None},
            subject=f"publication:{year}",
            message=_("正在起草 %(y)s 年度公示表，完成后请另一人复核。", y=year),
        )

    @expose("/<int:publication_id>/<move>", methods=("GET", "POST"))
    def move(self, publication_id: int, move: str) -> ResponseReturnValue:
        """Show what is reviewed, given back or published; the second request does it."""
        self.require_act()
        chosen = next((one for one in _lists() if one.id == publication_id), None)
        if chosen is None or move not in publication_words.MOVES:
            abort(404)
        entries = arrears.entries(scope.current(), publication_id)
        totals, refusal = publication_words.totals(entries), ""
        check = publication_words.check(chosen, move, totals)
        if screen.is_confirmed():
            try:
                self.confirmed(check, "公示表")
                screen.done(_do(chosen, move))
                return redirect(url_for("overdue_publication.index", year=chosen.year), 303)
            except SettlementError as error:
                refusal = sentence_of(error)
        page = self.check_page(
            check,
            template="zhijie/work/overdue_publication_check.html",
            refusal=refusal,
            entries=entries,
            totals=totals,
            year=chosen.year,
            who=overdue_words.WHO,
        )
        return page, 422 if refusal else 200


def _may(action: str) -> bool:
    return action in access.MAY.get(g.actor.role, frozenset())


def _lists() -> list[Any]:
    """Return the lists of a reader: staff see their areas', a seat published ones it is in."""
    if g.actor.party_code:
        found = arrears.publications(None, published_only=True)
        return [one for one in found if arrears.entries(scope.current(), one.id)]
    everything = g.actor.area_code == access.ALL_AREAS
    return arrears.publications(None if everything else asked.own_areas(), published_only=False)


def _chosen() -> tuple[int, list[Any], Any]:
    """Return the year, its lists and the one to show: the asked one, else the latest."""
    year = asked.year(rules.year_due(clock.today()))
    found = [one for one in _lists() if one.year == year]
    wanted = request.args.get("list", type=int)
    chosen = next((one for one in found if one.id == wanted), found[0] if found else None)
    return year, found, chosen


def _acts(year: int, found: list[Any], chosen: Any) -> dict[str, Any]:
    """Return what this reader may do now, and why not."""
    is_open = chosen is not None and chosen.state != PublicationState.PUBLISHED
    mine = chosen is not None and chosen.drafted_by == g.actor.name
    state = chosen.state if chosen is not None else ""
    return {
        "draft": _may("overdue")
        and clock.today() > rules.last_day_of(year)
        and not any(one.state == PublicationState.REVIEWED for one in found),
        "review": is_open and state == "draft" and _may("publication_review") and not mine,
        "own": is_open and state == "draft" and mine,
        "return": state == "reviewed" and (_may("publication_review") or _may("overdue")),
        "publish": state == "reviewed" and _may("overdue"),
    }


def _do(chosen: Any, move: str) -> str:
    if move == "review":
        publication.review(g.actor, chosen.id, chosen.content_hash)
        return _("%(y)s 年度公示表已复核，可以公示。", y=chosen.year)
    if move == "return":
        reason = request.form.get("reason", "")
        publication.give_back(g.actor, chosen.id, chosen.content_hash, reason)
        return _("%(y)s 年度公示表已退回起草。", y=chosen.year)
    number = publication.publish(g.actor, chosen.id, chosen.content_hash, on=clock.today())
    return _("%(y)s 年度公示表已公示，编号 %(n)s，数字不再变动。", y=chosen.year, n=number)


def _fields(year: int) -> list[dict[str, Any]]:
    last = rules.year_due(clock.today())
    years = sorted({*range(last, last - YEARS, -1), year}, reverse=True)
    choices = [(str(one), str(one)) for one in years]
    return [
        {
            "name": "year",
            "label": _("年度"),
            "kind": "select",
            "choices": choices,
            "value": str(year),
        }
    ]


def views() -> list[Screen]:
    """Return the page."""
    return [
        PublicationView(
            lazy_gettext("公示表"), endpoint="overdue_publication", url="/overdue/publication"
        )
    ]
