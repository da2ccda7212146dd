"""银行回盘: what the bank said of each payment."""

from decimal import Decimal
from typing import Any, ClassVar

from flask import Response, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.records.base import db
from models.rules.errors import SettlementError
from models.rules.errors.bankfiles import FileEmpty
from models.rules.job_names import JobName
from models.rules.money import yuan
from models.rules.words import ExceptionKind
from models.services import access, audit, bank_files, files, jobs
from models.services.exports import listed
from models.services.views import choices, results
from models.services.views.reading import PAGE_ROWS
from web import downloads, formats, scope, words
from web.admin import asked, case_together, screen, taken_lists
from web.admin.imports import pieces
from web.admin.screen import Screen
from web.admin.taking_out import TakenOut, TakesOut
from web.errors import sentence_of
from web.permissions import Page

JOBS = {"result": JobName.BANK_RESULT, "statement": JobName.STATEMENT}
KINDS = {"result": "bank_result", "statement": "statement"}
#: More lines than this are not written into one download.
NOT_APPLIED_MAX = 200_000
OUTCOMES = {
    "settled": (lazy_gettext("已到账"), "good"),
    "rejected": (lazy_gettext("银行拒绝"), "bad"),
    "returned": (lazy_gettext("已退票"), "bad"),
    "unknown": (lazy_gettext("未确认"), "unsure"),
    "exception": (lazy_gettext("异常"), "bad"),
}


def outcome(name: str) -> tuple[str, str]:
    """Return word and tone of what came of a line."""
    found = OUTCOMES.get(name, (name, "rest"))
    return str(found[0]), found[1]


class ResultsView(TakesOut, Screen):
    """Result files and statements: upload, list, lines."""

    page: ClassVar[Page] = Page.RESULTS

    @expose("/", methods=("GET", "POST"))
    def index(self) -> ResponseReturnValue:
        """Take a file of the bank, or list those that came."""
        refusal = ""
        if request.method == "POST":
            try:
                return self._upload()
            except SettlementError as error:
                refusal = sentence_of(error)
        if asked.text("tab") == "days":
            return redirect(url_for("statements.index"))
        rows, number = scope.current(), asked.page()
        found = results.result_files(rows, g.actor.name, number)
        page = self.render(
            "zhijie/work/results.html",
            files=found[:PAGE_ROWS],
            more=len(found) > PAGE_ROWS,
            number=number,
            pager=screen.pager_url,
            profiles=choices.profiles(),
            refusal=refusal,
            may_upload="bank_result" in access.MAY.get(g.actor.role, frozenset()),
        )
        return page, 422 if refusal else 200

    def taken_out(self, most: int) -> TakenOut:
        """Return the result files of the reader for a file."""
        return taken_lists.results(
            results.result_files(scope.current(), g.actor.name, size=most)[:most]
        )

    def _upload(self) -> ResponseReturnValue:
        self.require_act()
        kind = request.form.get("kind", "")
        if kind not in JOBS:
            abort(400)
        access.require(g.actor, KINDS[kind])
        sent, profile = request.files.get("file"), request.form.get("profile", "")
        if sent is None or not sent.filename:
            raise FileEmpty
        with db.atomic():
            bank_files.profile(profile)
            stored = files.store(
                sent.filename, pieces(sent.stream), by=g.actor.name, kind=KINDS[kind]
            )
            if not stored.size_bytes:
                raise FileEmpty
            job = jobs.enqueue(
                JOBS[kind],
                {"file_id": int(stored.id), "profile": profile, "on": clock.today()},
                by=g.actor.name,
                dedupe_key=f"{JOBS[kind]}:{profile}:{stored.sha256}",
            )
            audit.wrote(
                f"{JOBS[kind]}.asked",
                actor=g.actor.name,
                subject=f"file:{stored.id}",
                profile=profile,
                sha256=stored.sha256,
                job_id=job.id,
            )
        screen.done(
            _("已收到 %(name)s，正在逐笔认定。同一文件再次上传不会重复记账。", name=stored.name)
        )
        return redirect(url_for("jobs.one", job_id=job.id), 303)

    @expose("/<int:file_id>")
    def one(self, file_id: int) -> str:
        """Show the lines of a result file and what came of each."""
        rows, number = scope.current(), asked.page()
        found = results.result_file(rows, g.actor.name, file_id)
        if found is None:
            abort(404)
        asked_outcome = asked.text("outcome") if asked.text("outcome") in OUTCOMES else ""
        lines = results.result_lines(rows, file_id, asked_outcome, number)
        live = results.line_outcomes(rows, file_id)
        may_ask = "close_exception" in access.MAY.get(g.actor.role, frozenset())
        waits = sum(one.lines for one in live if one.outcome == "exception") if may_ask else 0
        together = case_together.at_once(f"bank_result:{file_id}") if waits else None
        return self.render(
            "zhijie/work/result.html",
            file=found,
            lines=lines[:PAGE_ROWS],
            more=len(lines) > PAGE_ROWS,
            number=number,
            pager=screen.pager_url,
            outcome=outcome,
            outcomes=OUTCOMES,
            chosen=asked_outcome,
            live=_live(live),
            refused=[one for one in live if one.outcome == "exception"],
            together=together,
            uncounted=bool(waits and together is None),
        )

    @expose("/<int:file_id>/not-applied")
    def not_applied(self, file_id: int) -> ResponseReturnValue:
        """Send the lines of a file that moved nothing, with the reason of each."""
        found = results.result_file(scope.current(), g.actor.name, file_id)
        if found is None:
            abort(404)
        rows = results.not_applied(scope.current(), file_id, NOT_APPLIED_MAX)
        titles = [
            _("行"), _("参考号"), _("银行行号"), _("户名"), _("账号"), _("回盘金额（元）"),
            _("指令金额（元）"), _("银行状态"), _("入账日"), _("银行说明"),
            _("未入账原因"), _("异常"),
        ]  # fmt: skip
        content = listed.written(
            g.actor, f"result_not_applied:{file_id}", "csv", titles, map(_told, rows)
        )
        name = f"{found.file_name}_{_('未入账')}_{len(rows)}.csv"
        return downloads.made(name, content)

    @expose("/<int:file_id>/file")
    def file(self, file_id: int) -> Response:
        """Send a result file as it came."""
        found = results.result_file(scope.current(), g.actor.name, file_id)
        return downloads.send(found.file_id) if found is not None else abort(404)


def _live(rows: list[Any]) -> dict[str, tuple[int, int]]:
    """Return outcome → lines and sum in fen."""
    found: dict[str, tuple[int, int]] = {}
    for row in rows:
        lines, sum_fen = found.get(row.outcome, (0, 0))
        found[row.outcome] = (lines + row.lines, sum_fen + row.sum_fen)
    return found


def _told(line: Any) -> list[listed.Cell]:
    reason = words.word(ExceptionKind(line.problem)) if line.problem else ""
    return [
        line.row,
        line.reference,
        line.bank_line_no,
        line.account_name,
        formats.masked(line.account_no) if line.account_no else "",
        None if line.amount_fen is None else Decimal(yuan(line.amount_fen)),
        None if line.order_fen is None else Decimal(yuan(line.order_fen)),
        line.status_text,
        line.booked_on.isoformat() if line.booked_on else "",
        line.bank_reason,
        reason,
        line.case_id,
    ]


def views() -> list[Screen]:
    """Return the page."""
    return [ResultsView(lazy_gettext("银行回盘"), endpoint="results", url="/results")]
