"""异常处理: the queue of cases, the evidence of one side by side, and what people decide of it."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from flask import abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.rules.errors import SettlementError
from models.rules.words import ExceptionKind
from models.services import access, exceptions
from models.services.views import case_evidence, cases, payments, results
from models.services.views.cases import Asked
from web import formats, scope, working_days
from web.admin import asked, case_checks, case_export, screen
from web.admin.case_words import ADVICE, LEVELS, STATUSES, compared
from web.admin.screen import Check, Screen
from web.errors import sentence_of
from web.permissions import Page, may_read

KEPT = ("kind", "q", "since", "until", "source", "area", "closed", "waiting")


def conditions() -> Asked:
    """Return what the address asks the queue for."""
    kind = asked.text("kind")
    named = results.source(scope.current(), g.actor.name, asked.text("source"))
    if asked.text("source") and named is None:
        abort(404)
    return Asked(
        kind=kind if kind in set(ExceptionKind) else "",
        closed=bool(request.args.get("closed")),
        waiting=bool(request.args.get("waiting")),
        text=asked.text("q"),
        since=asked.day("since"),
        until=asked.day("until"),
        source=named[0] if named else "",
        areas=asked.areas(),
    )


def kept(**changes: str) -> str:
    """Return the address of the queue with some conditions changed ('' drops one)."""
    told = {name: request.args[name] for name in KEPT if request.args.get(name)} | changes
    query = urlencode({name: value for name, value in told.items() if value})
    return url_for("exceptions.index") + (f"?{query}" if query else "")


class ExceptionsView(Screen):
    """The queue and one case beside it."""

    page: ClassVar[Page] = Page.EXCEPTIONS

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Show the queue with its first case."""
        return self._show(None)

    @expose("/<int:case_id>")
    def one(self, case_id: int) -> ResponseReturnValue:
        """Show a case."""
        return self._show(case_id)

    def _show(self, case_id: int | None) -> str:
        rows, wanted = scope.current(), conditions()
        queue = cases.queue(rows, wanted)
        chosen = case_id or (queue[0].id if queue else None)
        case = cases.find(rows, chosen) if chosen else None
        if case_id and case is None:
            abort(404)
        kinds = cases.kinds(rows, wanted)
        evidence = case_evidence.evidence(case) if case else {}
        return self.render(
            "zhijie/work/exceptions.html",
            queue=queue,
            kinds=kinds,
            wanted=wanted,
            kept=kept,
            query=request.query_string.decode(),
            fields=_fields(),
            count=sum(one.cases for one in kinds),
            sum_fen=sum(one.sum_fen for one in kinds),
            shown_fen=sum(one.sum_fen for one in kinds if wanted.kind in ("", one.kind)),
            case=case,
            evidence=evidence,
            advice=str(ADVICE[ExceptionKind(case.kind)]) if case else "",
            age=_age,
            **(_acts(case, evidence) if case else {}),
        )

    @expose("/export")
    def export(self) -> ResponseReturnValue:
        """Send the cases of the address as csv or xlsx."""
        found = cases.queue(scope.current(), conditions(), cases.EXPORT_MAX)
        return case_export.answer(found, "xlsx" if asked.text("format") == "xlsx" else "csv")

    @expose("/<int:case_id>/close", methods=("GET", "POST"))
    def close(self, case_id: int) -> ResponseReturnValue:
        """Repeat what is closed and ask for the reason; the second request closes it."""
        return self._decide(
            case_id,
            case_checks.closing,
            lambda case, reason: exceptions.close(case.id, g.actor, reason),
            _("异常 %(n)s 已处理。说明已写入审计日志。", n=case_id),
        )

    @expose("/<int:case_id>/ask", methods=("GET", "POST"))
    def ask(self, case_id: int) -> ResponseReturnValue:
        """Repeat what is to be admitted about which order; the second request asks for it."""
        status, day = asked.text("status"), asked.day("booked_on")
        status = status if status in STATUSES else ""

        def check(case: Any) -> Check:
            said = case_evidence.evidence(case)["said"]
            return case_checks.asking(case, _order(), said, status, day)

        def act(case: Any, reason: str) -> None:
            exceptions.ask(
                g.actor, case.id, asked.text("reference"),
                reason=reason, on=clock.today(), status=status or None, booked_on=day,
            )  # fmt: skip

        done = _("已提出认定，尚未入账。请另一名复核或审批人员在“待第二人”中同意。")
        return self._decide(case_id, check, act, done)

    @expose("/<int:case_id>/decline", methods=("GET", "POST"))
    def decline(self, case_id: int) -> ResponseReturnValue:
        """Say that the bank's line is not about an order."""
        return self._decide(
            case_id,
            lambda case: case_checks.declining(case, _order()),
            lambda case, reason: exceptions.decline(
                g.actor, case.id, asked.text("reference"), reason
            ),
            _("已排除这一候选，异常仍待处理。"),
        )

    def _decide(self, case_id: int, check_of: Any, act: Any, done: str) -> ResponseReturnValue:
        """Show a check page; its second request acts and leads back to the queue."""
        access.require(g.actor, "close_exception")
        case = cases.find(scope.current(), case_id)
        if case is None:
            abort(404)
        if request.method == "GET":
            return redirect(url_for("exceptions.one", case_id=case_id))
        check, refusal = check_of(case), ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "异常")
                act(case, request.form.get("reason", ""))
            except SettlementError as error:
                refusal = sentence_of(error)
            else:
                screen.done(done)
                return redirect(url_for("exceptions.index"), 303)
        page = self.check_page(check, refusal=refusal)
        return page, 422 if refusal else 200


def _order() -> Any:
    """Return the order of the form, within the reader's rows."""
    found = payments.find(scope.current(), asked.text("reference"))
    return found if found is not None else abort(404)


def _fields() -> list[dict[str, Any]]:
    area = asked.area_field()
    return [
        asked.field("q", _("查找"), placeholder=_("参考号、企业或户名"), wide=True),
        asked.field("since", _("列入日从"), "date"),
        asked.field("until", _("到"), "date"),
        *([area] if area else []),
    ]


def _acts(case: Any, evidence: dict[str, Any]) -> dict[str, Any]:
    """Return what this reader may decide about the case now."""
    role, said = g.actor.role, evidence["said"]
    may = access.MAY.get(role, frozenset())
    waits = [d for d in evidence["decisions"] if d.act == "admit" and d.decided_by is None]
    unmatched = case.kind == ExceptionKind.UNMATCHED and not case.closed_at and not waits
    suggestions = case_evidence.suggested(case.id) if unmatched else []
    status_missing, day_missing = case_evidence.lacks(said)
    candidate = suggestions[0] if suggestions else None
    return {
        "may_close": "close_exception" in may,
        "may_give": "decide_exception" in may,
        "waits": waits[0] if waits else None,
        "suggestions": suggestions,
        "candidate": candidate,
        "compared": compared(case, evidence, candidate),
        "admissible": not case.closed_at and not waits and case_evidence.may_admit(case, said),
        "status_missing": status_missing,
        "day_missing": day_missing,
        "may_teach": may_read(role, Page.PROFILES),
        "statuses": STATUSES,
        "levels": LEVELS,
    }


def _age(case: Any) -> tuple[str, bool]:
    """Return how long a case has been open in words, and whether that is too long."""
    if case.opened_on == clock.today():
        return _("今天 %(t)s", t=formats.moment(case.opened_at)[11:]), False
    days = working_days.left(case.opened_on)
    told = _("%(n)s 个工作日", n=-days) if days is not None else _("4 个月以上")
    return f"{formats.day(case.opened_on, short=True)} · {told}", True


def views() -> list[Screen]:
    """Return the page."""
    return [ExceptionsView(lazy_gettext("异常处理"), endpoint="exceptions", url="/exceptions")]
