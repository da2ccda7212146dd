"""异议: lines somebody disputes, what was said about them, and the agency's advice."""

from decimal import Decimal
from typing import Any, ClassVar

from flask import Response, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.records.windows import DisputeWord
from models.rules import windows as rules
from models.rules.errors import SettlementError
from models.rules.money import yuan
from models.rules.words import Party
from models.services import windows
from models.services.exports import listed
from models.services.views import disputes
from models.services.views.disputes import Asked
from models.services.views.listing import Counted
from models.services.views.reading import PAGE_ROWS
from models.services.windows import Said
from web import downloads, scope, words
from web.admin import answering, asked, screen, window_words
from web.admin.screen import Screen
from web.errors import sentence_of
from web.permissions import Page

EXPORT_MAX = 10_000


class DisputesView(Screen):
    """The list of disputes, one of them, and speaking in it."""

    page: ClassVar[Page] = Page.CONFIRMATIONS
    counted: ClassVar[bool] = False

    @expose("/")
    def index(self) -> str:
        """List the disputes, the nearest deadline first."""
        on, number, wanted, rows = clock.today(), asked.page(), _asked(), scope.current()
        found = disputes.page(rows, wanted, on, number=number)
        return self.render(
            "zhijie/work/disputes.html",
            disputes=found[:PAGE_ROWS],
            more=len(found) > PAGE_ROWS,
            number=number,
            pager=screen.pager_url,
            totals=disputes.totals(rows, wanted, on),
            counts=disputes.counts(rows, on),
            wanted=wanted,
            on=on,
            R=rules,
            query=request.query_string.decode(),
            fields=[*asked.party_fields(), asked.field("line", _("明细编号"))],
            narrowed=screen.narrowed("hospital", "enterprise", "line"),
        )

    def count_rows(self) -> Counted:
        """Return what a saved view of the list counts."""
        return disputes.counted(scope.current(), _asked(), clock.today())

    @expose("/export")
    def export(self) -> Response:
        """Send the list of the address as csv or xlsx."""
        kind = "xlsx" if asked.text("format") == "xlsx" else "csv"
        on = clock.today()
        found = disputes.page(scope.current(), _asked(), on, size=EXPORT_MAX)
        titles = [
            _("明细编号"), _("提出方"), _("医疗机构"), _("医药企业"), _("产品"),
            _("明细金额（元）"), _("主张金额（元）"), _("原因"), _("提出日"), _("处理期限"),
            _("状态"), _("处理意见"), _("了结日"), _("了结方式"),
        ]  # fmt: skip
        content = listed.written(g.actor, "disputes", kind, titles, (_row(d) for d in found))
        return downloads.made(f"{_('异议')}_{on:%Y%m%d}_{len(found)}.{kind}", content)

    @expose("/<int:dispute_id>", methods=("GET", "POST"))
    def one(self, dispute_id: int) -> ResponseReturnValue:
        """Show a dispute; a POST adds what the reader says."""
        found, refusal = _found(dispute_id), ""
        if request.method == "POST":
            self.require_act()
            try:
                windows.say(g.actor, dispute_id, _said(), clock.today())
            except SettlementError as error:
                refusal = sentence_of(error)
            else:
                screen.done(_("已登记。意见本身不动款项，按意见办理后异议自动了结。"))
                return redirect(url_for("disputes.one", dispute_id=dispute_id), 303)
        page = self.render(
            "zhijie/work/dispute.html",
            d=found,
            said=disputes.words(dispute_id),
            rest=disputes.rest(found),
            on=clock.today(),
            refusal=refusal,
            R=rules,
            sides=window_words.SIDES,
            next_steps=window_words.NEXT,
            advices=words.choices(rules.Advice),
            may_advise=self.may_act() and answering.may("dispute_advise"),
            may_say=self.may_act() and answering.may("dispute_say") and found.state != "closed",
            typed=request.form,
        )
        return page, 422 if refusal else 200

    @expose("/<int:dispute_id>/file/<int:word_id>")
    def file(self, dispute_id: int, word_id: int) -> Response:
        """Send the document that came with a word."""
        _found(dispute_id)
        word = DisputeWord.get_or_none(
            DisputeWord.id == word_id, DisputeWord.dispute_id == dispute_id
        )
        return downloads.send(word.file_id) if word and word.file_id else abort(404)


def _asked() -> Asked:
    view = asked.text("view")
    if view not in disputes.VIEWS and view != "all":
        view = "open"
    return Asked(
        view="" if view == "all" else view,
        hospital=asked.text("hospital"),
        enterprise=asked.text("enterprise"),
        line_no=asked.text("line"),
    )


def _found(dispute_id: int) -> Any:
    found = disputes.find(scope.current(), dispute_id)
    if found is None:
        abort(404)
    return found


def _said() -> Said:
    advice = request.form.get("advice", "")
    return Said(
        words=request.form.get("words", ""),
        document=answering.document(),
        advice=rules.Advice(advice) if advice in set(rules.Advice) else None,
    )


def _row(dispute: Any) -> list[listed.Cell]:
    return [
        dispute.line_no,
        words.word(Party(dispute.party)),
        dispute.hospital_name,
        dispute.enterprise_name,
        dispute.product_name,
        Decimal(yuan(dispute.amount_fen)),
        Decimal(yuan(dispute.claimed_fen)),
        dispute.reason,
        str(dispute.opened_on),
        str(dispute.due_on or ""),
        words.word(rules.DisputeState(dispute.state)),
        words.word(rules.Advice(dispute.advice)) if dispute.advice else "",
        str(dispute.closed_on or ""),
        words.word(rules.DisputeEnd(dispute.ended)) if dispute.ended else "",
    ]


def views() -> list[Screen]:
    """Return the page."""
    return [DisputesView(lazy_gettext("异议"), endpoint="disputes", url="/confirmations/disputes")]
