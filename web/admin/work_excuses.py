"""免催: asking not to urge late lines for a while, the queue of the second person, ending early."""

from decimal import Decimal
from typing import Any, ClassVar

from flask import Response, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.rules import remedies as rules
from models.rules.money import yuan
from models.rules.overdue import Responsible
from models.services import access, remedies
from models.services.exports import listed
from models.services.remedies import Wish
from models.services.views import excuses
from models.services.views.excuses import Asked
from models.services.views.listing import Counted
from models.services.views.reading import PAGE_ROWS
from web import downloads, formats, scope, words
from web.admin import answering, asked, excuse_checks, screen
from web.admin.excuse_deciding import Deciding, find
from web.admin.screen import Screen
from web.errors import sentence_of
from web.permissions import Page

VIEWS = ("asked", "covering", "lapsed", "refused", "ended", "withdrawn")


class ExcusesView(Deciding):
    """The list of requests, one of them, asking, deciding and ending."""

    page: ClassVar[Page] = Page.EXCUSES

    @expose("/")
    def index(self) -> str:
        """List the requests; what waits for a second person has its own tab."""
        on, number, wanted, rows = clock.today(), asked.page(), _asked(), scope.current()
        found = excuses.page(rows, wanted, on, number=number)
        return self.render(
            "zhijie/work/excuses.html",
            requests=found[:PAGE_ROWS],
            more=len(found) > PAGE_ROWS,
            number=number,
            pager=screen.pager_url,
            totals=excuses.totals(rows, wanted, on),
            counts=excuses.counts(rows, on),
            wanted=wanted,
            fields=[
                asked.field("q", _("机构"), placeholder=_("名称或编码"), wide=True),
                asked.field(
                    "reason", _("原因"), "select", choices=words.choices(rules.ExcuseReason)
                ),
            ],
            query=request.query_string.decode(),
            may_ask=answering.may("excuse_ask"),
            narrowed=screen.narrowed("q", "view", "reason", "who", "code"),
            **_shared(on),
        )

    def count_rows(self) -> Counted:
        """Return what a saved view of the list counts."""
        return excuses.counted(scope.current(), _asked(), clock.today())

    @expose("/export")
    def export(self) -> Response:
        """Send the list of the address as csv or xlsx."""
        kind = "xlsx" if asked.text("format") == "xlsx" else "csv"
        on = clock.today()
        found = excuses.page(scope.current(), _asked(), on, size=excuses.EXPORT_MAX)
        titles = [
            _("申请号"), _("责任机构"), _("编码"), _("原因"), _("说明"), _("开始日"), _("截止日"),
            _("明细"), _("未付（元）"), _("今日免催明细"), _("状态"), _("申请人"), _("决定人"),
            _("决定说明"),
        ]  # fmt: skip
        content = listed.written(g.actor, "excuses", kind, titles, (_row(r, on) for r in found))
        name = f"{_('免催')}_{on:%Y%m%d}_{len(found)}.{kind}"
        return downloads.made(name, content)

    @expose("/new", methods=("GET", "POST"))
    def new(self) -> ResponseReturnValue:
        """Choose the institution, repeat its lines, and ask with reason and days."""
        self.require_act()
        access.require(g.actor, "excuse_ask")
        of = answering.wanted(unexcused=True)
        if of is None:
            return self.render(
                "zhijie/work/answer_party.html",
                title=_("申请免催"),
                crumbs=excuse_checks.crumbs(_("申请")),
                **answering.offered(),
            )
        looked = answering.look(of)
        check, refusal = excuse_checks.asking(looked), ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "逾期明细")
                request_no = remedies.ask(g.actor, of, _wish(), clock.today(), seen=looked.seen)
            except answering.Refusal as error:
                refusal = sentence_of(error)
            else:
                screen.done(
                    _(
                        "已提交免催申请 %(no)s，共 %(n)s 行。另一人同意之前照常催办。",
                        no=request_no,
                        n=formats.count(looked.seen.lines),
                    )
                )
                return redirect(url_for("excuses.one", request_no=request_no), 303)
        page = self.check_page(
            check,
            template="zhijie/work/answer.html",
            refusal=refusal,
            lines=looked.lines,
            inputs=excuse_checks.inputs(),
            **answering.narrowing(of),
        )
        return page, 422 if refusal else 200

    @expose("/<request_no>")
    def one(self, request_no: str) -> str:
        """Show a request with its lines and what the reader may do with it."""
        on = clock.today()
        found = find(request_no)
        return self.render(
            "zhijie/work/excuse.html",
            x=found,
            lines=excuses.lines(scope.current(), request_no, on),
            **_shared(on),
            **_acts(found),
        )

    @expose("/<request_no>/file")
    def file(self, request_no: str) -> Response:
        """Send the evidence of a request."""
        found = find(request_no)
        return downloads.send(found.evidence_file_id) if found.evidence_file_id else abort(404)


def _shared(on: Any) -> dict[str, Any]:
    return {
        "on": on,
        "who": answering.WHO,
        "R": rules,
        "state_of": lambda request: excuses.state_of(request, on),
    }


def _asked() -> Asked:
    view, kind = asked.text("view"), asked.text("who")
    return Asked(
        view=view if view in VIEWS else "",
        reason=asked.text("reason"),
        party=asked.text("q"),
        kind=kind if kind in set(answering.WHO) else "",
        code=asked.text("code"),
    )


def _wish() -> Wish:
    return Wish(
        reason=answering.one_of("reason", rules.ExcuseReason),
        from_on=asked.day("from_on") or clock.today(),
        until_on=asked.day("until_on"),
        note=request.form.get("note", ""),
        document=answering.document(),
    )


def _acts(found: Any) -> dict[str, Any]:
    """Return what this reader may do with the request now."""
    waits, own = "asked" in found.states, found.asked_by == g.actor.name
    decides = answering.may("excuse_decide") and rules.may_decide(
        g.actor.role, Responsible(found.responsible)
    )
    return {
        "own": own,
        "waits": waits,
        "may_decide": waits and not own and decides,
        "may_withdraw": waits and own and answering.may("excuse_ask"),
        "may_end": "granted" in found.states
        and excuses.state_of(found, clock.today()) is rules.ExcuseState.GRANTED
        and answering.may("excuse_end"),
    }


def _row(found: Any, on: Any) -> list[listed.Cell]:
    return [
        found.request_no,
        found.name,
        found.party_code,
        words.word(rules.ExcuseReason(found.reason)),
        found.note,
        str(found.from_on),
        str(found.until_on or ""),
        found.lines,
        Decimal(yuan(found.unpaid_fen)),
        found.covering,
        words.word(excuses.state_of(found, on)),
        found.asked_by,
        found.decided_by,
        found.answer,
    ]


def views() -> list[Screen]:
    """Return the page."""
    return [ExcusesView(lazy_gettext("免催"), endpoint="excuses", url="/excuses")]
