"""付款批次: the list, a run through its check page, one batch with its control totals and file."""

from typing import Any, ClassVar

from flask import Response, abort, g, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.rules import calendar
from models.rules.errors import SettlementError
from models.rules.errors.payment import FileDamaged, RepeatUnexplained
from models.rules.job_names import JobName
from models.rules.words import BatchState
from models.services import access, bank_files, files, payment_warnings, releases
from models.services.payment_warnings import Alike
from models.services.views import batch_story, batches, choices
from models.services.views.reading import PAGE_ROWS
from web import downloads, scope, words
from web.admin import asked, bank_writing, pay_check, screen, taken_lists
from web.admin.screen import Screen
from web.admin.taking_out import TakenOut, TakesOut
from web.errors import sentence_of
from web.permissions import Page

PAYEES_SHOWN = 100
#: A payee whose sum differs by this much from the month before is marked.
JUMP_PERCENT = 50


class BatchesView(TakesOut, Screen):
    """The list of batches, a new run, and one batch."""

    page: ClassVar[Page] = Page.BATCHES

    @expose("/")
    def index(self) -> str:
        """List the batches of the reader."""
        periods, number = choices.periods(), asked.page()
        wanted = _wanted()
        totals, found = batches.page(scope.current(), **wanted, number=number)
        area = asked.area_field()
        return self.render(
            "zhijie/work/batches.html",
            batches=found,
            totals=totals,
            number=number,
            pages=-(-totals.batches // PAGE_ROWS),
            pager=screen.pager_url,
            fields=[
                asked.period_field(periods, wanted["period"]),
                asked.field("state", _("状态"), "select", choices=words.choices(BatchState)),
                *([area] if area else []),
            ],
            narrowed=screen.narrowed("period", "state", "area"),
            may_pay=_may_pay(),
        )

    def taken_out(self, most: int) -> TakenOut:
        """Return the batches of the address for a file."""
        _totals, found = batches.page(scope.current(), **_wanted(), size=most)
        return taken_lists.batches(found)

    @expose("/new", methods=("GET", "POST"))
    def new(self) -> ResponseReturnValue:
        """Show what a payment run would take; the second request queues it."""
        access.require(g.actor, "pay")
        profiles, periods = choices.profiles(to_pay=True), choices.periods()
        period = asked.period(default=periods[0] if periods else "")
        codes = [code for code, _name in profiles]
        profile = asked.text("profile") if asked.text("profile") in codes else ""
        area = asked.text("area") or None
        found = batches.preview(asked.all_areas(), period, clock.today())
        writing = bank_writing.of(profile, found.pop("accounts")) if profile else None
        routes = bank_writing.routes(profile, clock.today()) if profile else []
        alike = _alike(profile, period)
        check = pay_check.of(period, area, profile, found, writing, alike)
        check.notes += bank_writing.route_notes(profile, routes, clock.today())
        refusal = ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "结算单")
                return self.start(
                    JobName.PAY,
                    {
                        "period": period,
                        "area": area,
                        "profile": profile,
                        "explanation": _explanation(alike),
                    },
                    subject=f"period:{period}",
                    message=_("已开始生成付款批次。完成后请下载银行文件并在网银提交。"),
                    area=area,
                    profile=profile,
                    seen=check.seen,
                )
            except SettlementError as error:
                refusal = sentence_of(error)
        profile_field = asked.field("profile", _("银行格式"), "select", choices=profiles)
        area_field = asked.area_field()
        page = self.check_page(
            check,
            template="zhijie/work/pay_check.html",
            refusal=refusal,
            alike=alike,
            fields=[
                asked.period_field(periods, period),
                *([area_field] if area_field else []),
                profile_field | {"value": profile},
            ],
            **found,
            writing=writing,
            routes=routes,
        )
        return page, 422 if refusal else 200

    @expose("/<batch_no>")
    def one(self, batch_no: str) -> str:
        """Show one batch, or print its list of payments."""
        batch = self._find(batch_no)
        number = asked.page()
        before = calendar.previous_period(batch.period)
        printing = bool(request.args.get("print"))
        payees = batches.payees(
            batch, before, number=number, count=10_000 if printing else PAYEES_SHOWN
        )
        facts = {
            "batch": batch,
            "control": batches.control(batch),
            "payees": payees,
            "states": batches.states(batch),
            "reviewers": batches.reviewers(batch),
            "number": number,
            "pages": -(-batch.lines_count // PAYEES_SHOWN),
            "pager": screen.pager_url,
            "change": _change,
            "jumps": JUMP_PERCENT,
            "now": clock.now(),
        }
        if printing:
            return self.render("zhijie/work/batch_print.html", **facts)
        return self.render(
            "zhijie/work/batch.html",
            events=batches.events(batch),
            downloads=batch_story.downloads(batch),
            siblings=batch_story.siblings(batch),
            run=batch_story.run(batch),
            kept=batch_story.kept_out(asked.all_areas(), batch.period),
            **facts,
        )

    @expose("/<batch_no>/file", methods=("POST",))
    def file(self, batch_no: str) -> Response:
        """Send the stored bytes of the bank file and keep who took them."""
        batch = self._find(batch_no)
        self.require_act()
        if batch.file_id is None:
            abort(404)
        if files.digest(batch.file_id) != batch.file_sha256:
            raise FileDamaged(batch_no=batch_no)
        releases.release(batch_no, by=g.actor.name)
        return downloads.send(batch.file_id)

    def _find(self, batch_no: str) -> Any:
        batch = batches.find(scope.current(), batch_no)
        return batch if batch is not None else abort(404)


def _wanted() -> dict[str, Any]:
    """Return what the address asks of batches."""
    state = asked.text("state")
    return {
        "period": asked.period(),
        "state": state if state in set(BatchState) else "",
        "areas": asked.areas(),
    }


def _may_pay() -> bool:
    return "pay" in access.MAY.get(g.actor.role, frozenset())


def _alike(profile: str, period: str) -> list[Alike]:
    """Return the orders that look like recent ones, by the days the chosen format asks for."""
    spec = bank_files.profile(profile).spec if profile else None
    days = payment_warnings.days_of(spec)
    return payment_warnings.alike(asked.all_areas(), period, clock.today(), days=days)


def _explanation(alike: list[Alike]) -> str:
    """Return what the maker wrote; orders like recent ones need it."""
    told = request.form.get("reason", "").strip()
    if alike and not told:
        raise RepeatUnexplained(count=alike[0].total)
    return told if alike else ""


def _change(payee: Any) -> tuple[str, bool]:
    """Return the change to the month before in words, and whether it is worth a look."""
    if payee.before_fen is None:
        return _("上月无"), False
    tenths = (payee.amount_fen - payee.before_fen) * 1000 // payee.before_fen
    sign = "-" if tenths < 0 else "+"
    return f"{sign}{abs(tenths) // 10}.{abs(tenths) % 10}%", abs(tenths) > JUMP_PERCENT * 10


def views() -> list[Screen]:
    """Return the page."""
    return [BatchesView(lazy_gettext("付款批次"), endpoint="batches", url="/batches")]
