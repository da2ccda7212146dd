"""公示表: the yearly list of overdue contracts, drafted, reviewed by another, published."""

from collections.abc import Iterator
from decimal import Decimal
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
from models.rules.money import yuan
from models.rules.overdue import Responsible
from models.rules.publication import PublicationState
from models.services import access
from models.services.arrears import publication
from models.services.exports import listed
from models.services.views import arrears
from web import downloads, scope
from web.admin import asked, overdue_words, screen
from web.admin.screen import Check, Screen
from web.errors import sentence_of
from web.permissions import Page

YEARS = 5
SUMS = ("contracts", "lines", "unpaid_fen", "year_contracts", "year_lines", "year_fen")


class PublicationView(Screen):
    """The lists of a year: the open one, and those that were published."""

    page: ClassVar[Page] = Page.PUBLICATION
    in_menu = False

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
            totals=_totals(entries),
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
            g.actor, f"publication:{publication_id}", kind, titles, _exported(rows)
        )
        name = f"{_('公示表')}_{chosen.year}_{chosen.publication_no or _('未公示')}.{kind}"
        return Response(
            content,
            mimetype=downloads.TYPES[f".{kind}"],
            headers={"Content-Disposition": downloads.attachment(name)},
        )

    @expose("/draft", methods=("POST",))
    def draft(self) -> ResponseReturnValue:
        """Calculate the list of a year; a draft is overwritten."""
        access.require(g.actor, "overdue")
        year = request.form.get("year", type=int) or rules.year_due(clock.today())
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
        if chosen is None or move not in _MOVES:
            abort(404)
        entries = arrears.entries(scope.current(), publication_id)
        check, refusal = _check(chosen, move, _totals(entries)), ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "公示表")
                screen.done(_do(chosen, move))
                return redirect(url_for("overdue_publication.index", year=chosen.year), 303)
            except SettlementError as error:
                refusal = sentence_of(error)
        return self.check_page(check, refusal=refusal), 422 if refusal else 200


_MOVES = {
    "review": (PublicationState.DRAFT, lazy_gettext("复核通过")),
    "return": (PublicationState.REVIEWED, lazy_gettext("退回起草")),
    "publish": (PublicationState.REVIEWED, lazy_gettext("公示")),
}


def _may(action: str) -> bool:
    return action in access.MAY.get(g.actor.role, frozenset())


def _lists() -> list[Any]:
    """Return the lists of the reader: a seat sees published ones, staff those of their areas."""
    areas = None if _sees_all() else asked.own_areas()
    return arrears.publications(areas, published_only=bool(g.actor.party_code))


def _sees_all() -> bool:
    return bool(g.actor.party_code) or g.actor.area_code == access.ALL_AREAS


def _chosen() -> tuple[int, list[Any], Any]:
    """Return the year, its lists and the one to show: the asked one, else the latest."""
    year = request.args.get("year", type=int) or rules.year_due(clock.today())
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


def _check(chosen: Any, move: str, totals: dict[str, int]) -> Check:
    state, words = _MOVES[move]
    sentences = {
        "review": _("复核后由经办公示；起草人不能复核。"),
        "return": _("退回后可以重新计算，须再次复核。"),
        "publish": _("公示后编号、日期和数字不再变动；更正须起草下一版。"),
    }
    return Check(
        title=_("核对：%(w)s %(y)s 年度公示表", w=words, y=chosen.year),
        sentence=sentences[move],
        button=f"{words} {totals['debtors']} {_('家')} ¥{yuan(totals['unpaid_fen'])}",
        seen={"id": chosen.id, "state": chosen.state, "hash": chosen.content_hash, "move": move},
        figures=[
            (_("责任单位"), _("%(n)s 家", n=totals["debtors"])),
            (_("年末逾期未付合同"), _("%(n)s 份", n=totals["contracts"])),
            (_("全年逾期合同"), _("%(n)s 份", n=totals["year_contracts"])),
        ],
        sum_fen=totals["unpaid_fen"],
        after=[_("公示表冻结数字并取得编号"), _("打印、导出后在网站等处公开")]
        if move == "publish"
        else [],
        possible=chosen.state == state,
        reason=_("退回原因") if move == "return" else "",
        danger=move == "return",
        back=url_for("overdue_publication.index", year=chosen.year),
        crumbs=[
            (_("监督"), ""),
            (_("逾期与催办"), url_for("overdue.index")),
            (_("公示表"), url_for("overdue_publication.index", year=chosen.year)),
            (_("核对"), ""),
        ],
    )


def _totals(entries: list[Any]) -> dict[str, int]:
    sums = {name: sum(getattr(row, name) for row in entries) for name in SUMS}
    return {**sums, "debtors": len(entries)}


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


def _exported(rows: list[Any]) -> Iterator[list[listed.Cell]]:
    for row in rows:
        yield [
            str(overdue_words.WHO[Responsible(row.debtor_kind)]),
            row.debtor_code,
            row.debtor_name,
            row.contracts,
            Decimal(yuan(row.unpaid_fen)),
            row.year_contracts,
            Decimal(yuan(row.year_fen)),
        ]


def views() -> list[Screen]:
    """Return the page."""
    return [
        PublicationView(
            lazy_gettext("公示表"), endpoint="overdue_publication", url="/overdue/publication"
        )
    ]
