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
from models.services.views.reading import PAGE_ROWS
from web import downloads, formats, scope, words
from web.admin import answering, asked, excuse_checks, screen
from web.admin.answering import Field
from web.admin.screen import Check, Screen
from web.errors import sentence_of
from web.permissions import Page

VIEWS = ("asked", "covering", "lapsed", "refused", "ended", "withdrawn")


class ExcusesView(Screen):
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
        return Response(
            content,
            mimetype=downloads.TYPES[f".{kind}"],
            headers={"Content-Disposition": downloads.attachment(name)},
        )

    @expose("/new", methods=("GET", "POST"))
    def new(self) -> ResponseReturnValue:
        """Choose the institution, repeat its lines, and ask with reason and days."""
        self.require_act()
        access.require(g.actor, "excuse_ask")
        of = answering.wanted()
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
        )
        return page, 422 if refusal else 200

    @expose("/<request_no>")
    def one(self, request_no: str) -> str:
        """Show a request with its lines and what the reader may do with it."""
        on = clock.today()
        found = _find(request_no)
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
        found = _find(request_no)
        return downloads.send(found.evidence_file_id) if found.evidence_file_id else abort(404)

    @expose("/<request_no>/grant", methods=("GET", "POST"))
    def grant(self, request_no: str) -> ResponseReturnValue:
        """Repeat count and sum; the second request grants."""
        found = self._entered(request_no, "excuse_decide")
        seen = remedies.Seen(found.lines, found.unpaid_fen)

        def act(_reason: str) -> str:
            answer = request.form.get("answer", "")
            remedies.grant(g.actor, request_no, clock.today(), seen=seen, answer=answer)
            return str(_("已同意免催 %(n)s 行，从开始日起不再催办。", n=formats.count(seen.lines)))

        return self._decide(
            found, excuse_checks.granting(found), act, inputs=[Field("answer", _("说明"))]
        )

    @expose("/<request_no>/refuse", methods=("GET", "POST"))
    def refuse(self, request_no: str) -> ResponseReturnValue:
        """Repeat count and sum; the second request refuses with a reason."""
        found = self._entered(request_no, "excuse_decide")

        def act(reason: str) -> str:
            remedies.refuse(g.actor, request_no, reason, clock.today())
            return str(_("已退回免催申请，%(n)s 行照常催办。", n=formats.count(found.lines)))

        return self._decide(found, excuse_checks.refusing(found), act)

    @expose("/<request_no>/withdraw", methods=("GET", "POST"))
    def withdraw(self, request_no: str) -> ResponseReturnValue:
        """Take back what one asked for oneself."""
        found = self._entered(request_no, "excuse_ask")

        def act(reason: str) -> str:
            count = remedies.withdraw(g.actor, request_no, reason, clock.today())
            return str(_("已撤回免催申请，共 %(n)s 行。", n=formats.count(count)))

        return self._decide(found, excuse_checks.withdrawing(found), act)

    @expose("/<request_no>/end", methods=("GET", "POST"))
    def end(self, request_no: str) -> ResponseReturnValue:
        """Repeat what is ended early; the second request ends it with a reason."""
        found = self._entered(request_no, "excuse_end")
        lines = sorted(set(request.values.getlist("line")))

        def act(reason: str) -> str:
            count = remedies.end(g.actor, request_no, reason, clock.today(), lines=lines)
            return str(_("已提前结束 %(n)s 行免催，今天起恢复催办。", n=formats.count(count)))

        return self._decide(found, excuse_checks.ending(found, lines), act)

    def _entered(self, request_no: str, action: str) -> Any:
        """Return the request, if the reader may do this with requests at all."""
        self.require_act()
        access.require(g.actor, action)
        return _find(request_no)

    def _decide(
        self, found: Any, check: Check, act: Any, inputs: list[Field] | None = None
    ) -> ResponseReturnValue:
        """Show a check page; its second request acts and leads back to the request."""
        refusal = ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "免催申请")
                done = act(request.form.get("reason", ""))
            except answering.Refusal as error:
                refusal = sentence_of(error)
            else:
                screen.done(done)
                return redirect(url_for("excuses.one", request_no=found.request_no), 303)
        template = "zhijie/work/answer.html" if inputs else "zhijie/work/check.html"
        page = self.check_page(
            check, template=template, refusal=refusal, inputs=inputs or [], lines=[]
        )
        return page, 422 if refusal else 200


def _shared(on: Any) -> dict[str, Any]:
    return {
        "on": on,
        "who": answering.WHO,
        "R": rules,
        "state_of": lambda request: excuses.state_of(request, on),
    }


def _find(request_no: str) -> Any:
    found = excuses.find(scope.current(), request_no, clock.today())
    return found if found is not None else abort(404)


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
