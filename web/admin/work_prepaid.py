"""分簿: each hospital's sub-ledger with its statement, and the request for what it lacks."""

from typing import Any, ClassVar

from flask import Response, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.rules.errors import SettlementError
from models.rules.prepaid import ClosingState
from models.rules.requests import RequestKind, RequestState
from models.services import access, requests
from models.services.exports import listed
from models.services.prepaid import top_ups
from models.services.views import money_requests, subledgers
from models.services.views.reading import PAGE_ROWS
from models.services.views.subledgers import SHOWN_MAX, Asked
from web import downloads, scope
from web.admin import asked, prepaid_checks, prepaid_words, screen
from web.admin.answering import Field
from web.admin.screen import Check, Screen
from web.errors import sentence_of
from web.permissions import Page

#: Working days a request by hand proposes.
DAYS_PROPOSED = 5


class SubledgersView(Screen):
    """The sub-ledgers, one hospital's statement, and asking it to top up."""

    page: ClassVar[Page] = Page.SUBLEDGERS
    #: What waits there is a close-out, which has its own tab.
    counted: ClassVar[bool] = False

    @expose("/")
    def index(self) -> str:
        """List the sub-ledgers that the address asks for, with what they add up to."""
        rows, on, wanted, number = scope.current(), clock.today(), _asked(), asked.page()
        found = subledgers.page(rows, wanted, on, number=number)
        area = asked.area_field()
        return self.render(
            "zhijie/work/subledgers.html",
            ledgers=found[:PAGE_ROWS],
            more=len(found) > PAGE_ROWS,
            number=number,
            pager=screen.pager_url,
            totals=subledgers.overview(rows, wanted, on),
            accounts=subledgers.accounts(rows),
            wanted=wanted,
            on=on,
            may_ask=self.may_act() and "request_money" in access.MAY.get(g.actor.role, frozenset()),
            fields=[
                *(
                    []
                    if rows.hospital_code
                    else [asked.field("hospital", _("医疗机构"), wide=True)]
                ),
                *([area] if area else []),
            ],
            query=request.query_string.decode(),
            narrowed=screen.narrowed("hospital", "area", "view"),
            ClosingState=ClosingState,
        )

    @expose("/export")
    def export(self) -> Response:
        """Send the list of the address as csv or xlsx."""
        kind, on = _kind(), clock.today()
        found = subledgers.page(scope.current(), _asked(), on, size=subledgers.EXPORT_MAX)
        rows = map(prepaid_words.ledger_row, found)
        content = listed.written(g.actor, "subledgers", kind, prepaid_words.ledger_titles(), rows)
        return downloads.made(f"{_('分簿')}_{on:%Y%m%d}_{len(found)}.{kind}", content)

    @expose("/top-ups", methods=("GET", "POST"))
    def ask_all(self) -> ResponseReturnValue:
        """Repeat what all hospitals lack and ask every one of them by a day."""
        self.require_act()
        access.require(g.actor, "request_money")
        on, wanted = clock.today(), Asked(view="missing", areas=asked.areas())
        found = [
            one
            for one in subledgers.page(scope.current(), wanted, on, size=subledgers.EXPORT_MAX)
            if one.missing_fen > (one.open_fen or 0)
        ]
        check, refusal = prepaid_checks.top_ups(found), ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "分簿")
                codes = [one.hospital_code for one in found]
                made = top_ups.ask_by_hand(g.actor, codes, asked.day("due_on") or on, on)
            except SettlementError as error:
                refusal = sentence_of(error)
            else:
                screen.done(_("已向 %(n)s 家医院发出补足通知。", n=len(made)))
                return redirect(url_for("money_requests.index", view="waiting"), 303)
        return self._ask_page(check, refusal)

    @expose("/<hospital_code>")
    def one(self, hospital_code: str) -> str:
        """Show a sub-ledger: its balances, every movement, and what it was asked for."""
        return self.render("zhijie/work/subledger.html", **self._facts(hospital_code))

    @expose("/<hospital_code>/print")
    def printed(self, hospital_code: str) -> str:
        """Print the statement with every movement of the days asked for."""
        facts = self._facts(hospital_code)
        return self.render("zhijie/work/subledger_print.html", now=clock.now(), **facts)

    @expose("/<hospital_code>/export")
    def statement(self, hospital_code: str) -> Response:
        """Send the statement of the days asked for as csv or xlsx."""
        kind, ledger = _kind(), _find(hospital_code)
        found = subledgers.statement(hospital_code, asked.day("since"), asked.day("until"))
        rows = map(prepaid_words.statement_row, found.moves)
        titles = prepaid_words.statement_titles()
        content = listed.written(g.actor, f"subledger:{hospital_code}", kind, titles, rows)
        name = f"{_('分簿对账单')}_{ledger.hospital_name}_{clock.today():%Y%m%d}.{kind}"
        return downloads.made(name, content)

    @expose("/<hospital_code>/top-up", methods=("GET", "POST"))
    def top_up(self, hospital_code: str) -> ResponseReturnValue:
        """Repeat what is missing and ask the hospital for it by a day."""
        self.require_act()
        access.require(g.actor, "request_money")
        ledger, on = _find(hospital_code), clock.today()
        check, refusal = prepaid_checks.top_up(ledger), ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "分簿")
                due_on = asked.day("due_on") or on
                (made,) = top_ups.ask_by_hand(g.actor, [hospital_code], due_on, on)
            except SettlementError as error:
                refusal = sentence_of(error)
            else:
                screen.done(_("已发出补足通知 %(n)s，邮件随后送达医院。", n=made.request_no))
                return redirect(url_for("money_requests.one", request_no=made.request_no), 303)
        return self._ask_page(check, refusal)

    def _ask_page(self, check: Check, refusal: str) -> ResponseReturnValue:
        proposed = requests.due_day(clock.today(), DAYS_PROPOSED)
        page = self.check_page(
            check,
            template="zhijie/work/answer.html",
            refusal=refusal,
            lines=[],
            inputs=[
                Field(
                    "due_on",
                    _("期限"),
                    "date",
                    required=True,
                    value=str(proposed),
                    hint=_("期限当日收到仍算按时。"),
                )
            ],
        )
        return page, 422 if refusal else 200

    def _facts(self, hospital_code: str) -> dict[str, Any]:
        ledger, on = _find(hospital_code), clock.today()
        since, until = asked.day("since"), asked.day("until")
        found = subledgers.statement(hospital_code, since, until)
        top_up_requests = money_requests.of_hospital(hospital_code, RequestKind.TOP_UP, on)
        return {
            "l": ledger,
            "statement": found,
            "part": found.part(asked.page()),
            "number": asked.page(),
            "pages": -(-len(found.moves) // SHOWN_MAX),
            "pager": screen.pager_url,
            "requests": top_up_requests,
            "move": prepaid_words.move,
            "since": since,
            "until": until,
            "on": on,
            "query": request.query_string.decode(),
            "fields": [
                asked.field("since", _("记账日起"), "date"),
                asked.field("until", _("记账日止"), "date"),
            ],
            "may_ask": self.may_act()
            and "request_money" in access.MAY.get(g.actor.role, frozenset())
            and ledger.missing_fen > (ledger.open_fen or 0),
            "may_close": self.may_act()
            and "subledger_close" in access.MAY.get(g.actor.role, frozenset())
            and ledger.closing not in {"asked", "running", "closed"},
            "ClosingState": ClosingState,
            "RequestState": RequestState,
        }


def _asked() -> Asked:
    view = asked.text("view")
    return Asked(
        view=view if view in subledgers.VIEWS else "",
        hospital=asked.text("hospital"),
        areas=asked.areas(),
    )


def _kind() -> str:
    return "xlsx" if asked.text("format") == "xlsx" else "csv"


def _find(hospital_code: str) -> Any:
    found = subledgers.find(scope.current(), hospital_code, clock.today())
    return found if found is not None else abort(404)


def views() -> list[Screen]:
    """Return the page."""
    return [SubledgersView(lazy_gettext("分簿"), endpoint="subledgers", url="/subledgers")]
