"""对账单: the days of our accounts, a statement tried and then recorded, a day and its entries."""

from datetime import date
from typing import Any, ClassVar

from flask import abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.records.base import db
from models.rules.errors import SettlementError
from models.rules.errors.bankfiles import FileEmpty
from models.rules.job_names import JobName
from models.rules.job_states import ENDED
from models.rules.words import JobState
from models.services import access, audit, bank_files, files, jobs, statements
from models.services.views import choices, results, statement_days
from models.services.views.reading import PAGE_ROWS
from web import scope, working_days
from web.admin import asked, case_together, job_words, screen, statement_checks, statement_words
from web.admin import jobs as job_pages
from web.admin.imports import pieces
from web.admin.screen import Screen
from web.errors import sentence_of
from web.permissions import Page

#: Days between sending and booking within which we match by ourselves, unless the person says so.
DAYS_MAX = 30


class StatementsView(Screen):
    """Statement days and what feeds them."""

    page: ClassVar[Page] = Page.RESULTS
    counted: ClassVar[bool] = False

    @expose("/", methods=("GET", "POST"))
    def index(self) -> ResponseReturnValue:
        """Show the days of an account as a calendar tells them; take a statement to try."""
        refusal = ""
        if request.method == "POST":
            try:
                return self._try()
            except SettlementError as error:
                refusal = sentence_of(error)
        rows = scope.current()
        accounts = statement_days.accounts(rows)
        key = asked.text("account")
        chosen = next(
            (one for one in accounts if one.key == key), accounts[0] if accounts else None
        )
        page = self.render(
            "zhijie/work/statements.html",
            accounts=accounts,
            chosen=chosen,
            profiles=choices.profiles(),
            refusal=refusal,
            days_max=DAYS_MAX,
            may_upload="statement" in access.MAY.get(g.actor.role, frozenset()),
            **(_month(chosen) if chosen else {}),
        )
        return page, 422 if refusal else 200

    def _try(self) -> ResponseReturnValue:
        """Keep the file and queue its plan: nothing is recorded before somebody looked at it."""
        self.require_act()
        access.require(g.actor, "statement")
        sent, profile = request.files.get("file"), request.form.get("profile", "")
        if sent is None or not sent.filename:
            raise FileEmpty
        with db.atomic():
            bank_files.profile(profile)
            stored = files.store(
                sent.filename, pieces(sent.stream), by=g.actor.name, kind="statement"
            )
            if not stored.size_bytes:
                raise FileEmpty
            args = {
                "file_id": int(stored.id),
                "profile": profile,
                "on": clock.today(),
                "dry": True,
                "days_max": request.form.get("days_max", type=int),
                "amount_max_fen": asked.amount("amount_max") if asked.text("amount_max") else None,
            }
            job = jobs.enqueue(JobName.STATEMENT, args, by=g.actor.name)
            audit.wrote(
                "statement.tried",
                actor=g.actor.name,
                subject=f"file:{stored.id}",
                profile=profile,
                sha256=stored.sha256,
                job_id=job.id,
            )
        return redirect(url_for("statements.plan", job_id=job.id), 303)

    @expose("/plan/<int:job_id>", methods=("GET", "POST"))
    def plan(self, job_id: int) -> ResponseReturnValue:
        """Show what a statement would do, or did; the second request records it as shown."""
        job = job_pages.one(job_id)
        if job.name != JobName.STATEMENT:
            abort(404)
        result = job.result if isinstance(job.result, dict) else {}
        refusal = ""
        if request.method == "POST":
            if job.state is not JobState.DONE or not result.get("dry"):
                abort(400)
            access.require(g.actor, "statement")
            return self._record(job, result)
        return self.render(
            "zhijie/work/statement_plan.html",
            job=job,
            result=result,
            told=job_words.told(job),
            ended=job.state in ENDED,
            dry=bool((job.args or {}).get("dry")),
            groups=statement_words.groups(result.get("outcomes") or {}),
            outcome_of=statement_words.outcome,
            refusal=refusal,
        )

    def _record(self, job: Any, result: dict[str, Any]) -> ResponseReturnValue:
        args = {
            **{name: job.args[name] for name in ("file_id", "profile")},
            **{name: job.args.get(name) for name in ("days_max", "amount_max_fen")},
            "on": clock.today(),
            "expected": statements.plan_digest(result),
        }
        with db.atomic():
            made = jobs.enqueue(
                JobName.STATEMENT,
                args,
                by=g.actor.name,
                dedupe_key=f"statement:{args['profile']}:{args['file_id']}",
            )
            audit.wrote(
                "statement.asked",
                actor=g.actor.name,
                subject=f"file:{args['file_id']}",
                profile=args["profile"],
                job_id=made.id,
            )
        screen.done(_("正在登记。结果与试算不一致时不登记任何内容。"))
        return redirect(url_for("statements.plan", job_id=made.id), 303)

    @expose("/<key>/<day>")
    def one(self, key: str, day: str) -> str:
        """Show a day: balances, what became of it, its entries and what waits for a person."""
        account_no, on = _which(key, day)
        number = asked.page()
        entries = statement_days.entries(account_no, on, number)
        found = statement_days.day(account_no, on)
        inside = f"statement:{account_no}:{on}"
        may_ask = "close_exception" in access.MAY.get(g.actor.role, frozenset())
        together = case_together.at_once(inside) if may_ask and found.cases else None
        return self.render(
            "zhijie/work/statement_day.html",
            key=key,
            on=on,
            account_no=account_no,
            day=found,
            state=statement_words.state(_state(found, within=False)),
            events=statement_days.events(account_no, on),
            event=statement_words.event,
            entries=entries[:PAGE_ROWS],
            more=len(entries) > PAGE_ROWS,
            number=number,
            pager=screen.pager_url,
            may_act="statement" in access.MAY.get(g.actor.role, frozenset()),
            why=statement_words.why(found),
            together=together,
            uncounted=bool(may_ask and found.cases and together is None),
        )

    @expose("/<key>/<day>/close", methods=("POST",))
    def close(self, key: str, day: str) -> ResponseReturnValue:
        """Close a day that adds up, or say why it does not."""
        account_no, on = _which(key, day)
        try:
            statements.close_day(g.actor, account_no, on)
        except SettlementError as error:
            screen.refused(sentence_of(error))
        else:
            screen.done(_("%(d)s 已结平。", d=on))
        return redirect(url_for("statements.one", key=key, day=day), 303)

    @expose("/<key>/open", methods=("POST",))
    def open(self, key: str) -> ResponseReturnValue:
        """Repeat which days are opened and ask why; the second request opens them."""
        access.require(g.actor, "statement")
        account_no = results.account_of(scope.current(), key) or abort(404)
        first, last = asked.day("first"), asked.day("last")
        check, refusal = statement_checks.opening(key, account_no, first, last), ""
        if screen.is_confirmed() and first and last:
            try:
                self.confirmed(check, "日期")
                opened = statements.open_days(
                    g.actor, account_no, first, last, request.form.get("reason", "")
                )
            except SettlementError as error:
                refusal = sentence_of(error)
            else:
                screen.done(_("已开立 %(n)s 天，等待对账单。", n=opened))
                return redirect(
                    url_for("statements.index", account=key, month=f"{first:%Y-%m}"), 303
                )
        return self.check_page(check, refusal=refusal), 422 if refusal else 200


def _which(key: str, day: str) -> tuple[str, date]:
    account_no = results.account_of(scope.current(), key)
    try:
        on = date.fromisoformat(day)
    except ValueError:
        abort(404)
    return (account_no, on) if account_no else abort(404)


def _state(found: Any, *, within: bool) -> str:
    return statement_days.state_of(found, working=working_days.is_working(found.day), within=within)


def _month(account: Any) -> dict[str, Any]:
    """Return the days of the month asked for, each with its state, and the neighbours."""
    first_known, last_known = statement_days.months(account.account_no)
    asked_for = asked.period("month")
    on = date.fromisoformat(f"{asked_for}-01") if asked_for else (last_known or clock.today())
    first, last = statement_days.month_of(on)
    rows = []
    for one in statement_days.days(account.account_no, first, last):
        within = bool(first_known and last_known and first_known < one.day < last_known)
        name = _state(one, within=within)
        if name:
            rows.append((one, statement_words.state(name), statement_words.why(one)))
    return {
        "days": rows,
        "month": f"{first:%Y-%m}",
        "before": statement_words.neighbour(first, -1),
        "after": statement_words.neighbour(last, 1),
        "today": clock.today(),
    }


def views() -> list[Screen]:
    """Return the page."""
    return [StatementsView(lazy_gettext("对账单"), endpoint="statements", url="/statements")]
