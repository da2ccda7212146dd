"""付款明细: the list of payments, one with its whole story, and what the bank answered about it."""

from typing import Any, ClassVar

from flask import Response, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext, pgettext

from models import clock
from models.rules.errors import SettlementError
from models.rules.postings import Account
from models.rules.states import CAME_TO_NOTHING
from models.rules.words import InstructionState, Role
from models.services import access, identity, inquiries, payment_proofs
from models.services.views import choices, payments
from models.services.views.listing import Counted
from models.services.views.reading import Where
from web import downloads, scope, words
from web.admin import (
    asked,
    inquiry_check,
    list_export,
    payment_story,
    proof_words,
    screen,
    turning,
)
from web.admin.imports import pieces
from web.admin.screen import Screen
from web.admin.work_funds import BOOK_WORDS, KIND_WORDS
from web.errors import sentence_of
from web.permissions import Page, may_read

#: Asked together as one state of the address: states, and whether made again.
NOTHING = tuple(str(state) for state in CAME_TO_NOTHING)
GROUPS: dict[str, tuple[tuple[str, ...], bool | None]] = {
    "in_flight": (identity.STATES[identity.IN_FLIGHT], None),
    "open": (NOTHING, False),
    "came_back": (identity.STATES[identity.BACK], False),
    "refused": (identity.STATES[identity.REFUSED], False),
    "replaced": (NOTHING, True),
}


def _conditions() -> dict[str, Any]:
    """Return what the address asks of payments."""
    state = asked.text("state")
    known = state in GROUPS or state in set(InstructionState)
    states, replaced = GROUPS.get(state, ((state,), None)) if known else ((), None)
    return {
        "period": asked.period(),
        "states": states,
        "areas": asked.areas(),
        "enterprise": asked.text("enterprise"),
        "replaced": replaced,
    }


def _where(rows: scope.Rows) -> Where:
    """Return the conditions of the address over the reader's payments."""
    return payments.where(rows, **_conditions())


class PaymentsView(Screen):
    """The list of payments and one of them."""

    page: ClassVar[Page] = Page.PAYMENTS

    @property
    def in_menu(self) -> bool:  # type: ignore[override]
        """An enterprise finds its payments under 到账查询."""
        return bool(g.actor.role != Role.ENTERPRISE)

    @expose("/")
    def index(self) -> str:
        """List the payments that the address asks for."""
        rows, period = scope.current(), asked.period()
        found, order = _where(rows), payments.ORDER
        totals = payments.totals(rows, found)
        page = payments.page(rows, found, turning.place(order, totals.orders))
        area = asked.area_field()
        return self.render(
            "zhijie/work/payments.html",
            orders=page.rows,
            totals=totals,
            turns=turning.shown(order, page, found=totals.orders),
            period=period,
            fields=[
                asked.period_field(choices.periods(), period),
                asked.field("state", _("状态"), "select", choices=_states()),
                *([area] if area else []),
                *(
                    []
                    if g.actor.role == Role.ENTERPRISE
                    else [asked.field("enterprise", _("企业"), placeholder=_("名称、代码或参考号"))]
                ),
            ],
            narrowed=screen.narrowed("period", "state", "area", "enterprise"),
            sees_batches=_sees(Page.BATCHES),
        )

    @expose("/export")
    def export(self) -> ResponseReturnValue:
        """Send the list of the address as csv or xlsx."""
        titles = {
            "reference": _("参考号"), "period": _("结算月"),
            "enterprise_code": _("统一社会信用代码"),
            "enterprise_name": _("医药企业"), "payee_account_no": _("收款账户"),
            "amount_fen": _("金额（元）"), "state": _("状态"),
            "batch_no": pgettext("payment", "批次"),
            "sent_on": _("发出日"), "booked_on": _("入账日"), "returned_on": _("退回日"),
            "bank_reason": _("银行原因"), "reissue_of": _("重付自"), "successor": _("重付为"),
        }  # fmt: skip
        if g.actor.party_code:
            del titles["batch_no"]
        return list_export.answer(
            self, "payments", _("付款明细"), _conditions(), self.count_rows(), titles,
            {"state": InstructionState},
        )  # fmt: skip

    def count_rows(self) -> Counted:
        """Return what a saved view of the list counts."""
        found = _where(scope.current())
        return Counted(f"SELECT 1 FROM payment_instruction i WHERE {found.text}", found.told)

    @expose("/<reference>")
    def one(self, reference: str) -> str:
        """Show one payment with its whole story, or print it."""
        return self._show(reference)

    def _show(self, reference: str, refusal: str = "") -> str:
        rows = scope.current()
        order = payments.find(rows, reference)
        if order is None:
            abort(404)
        story = payments.story(rows, order)
        inside = not g.actor.party_code
        proofs = None
        if inside and order.state in {"unknown", "sent", *NOTHING}:
            (proofs,) = payment_proofs.judge([reference], clock.today())
        facts = {
            "order": order,
            "story": story,
            "trail": payment_story.trail(story, inside=inside),
            "inside": inside,
            "proofs": proofs,
            "needs": proof_words.needs(proofs) if proofs else [],
            "fact": proof_words.FACTS.get(InstructionState(order.state), ""),
            "answers": proof_words.ANSWERS,
            "kinds": {str(kind): name for kind, name in KIND_WORDS.items()},
            "account_words": _account_words,
            "refusal": refusal,
            "now": clock.now(),
            "today": clock.today(),
            "may_record": inside and _may("bank_result"),
            "may_confirm": inside and _may("inquiry_confirm"),
            "may_ask": inside and _may("pay"),
            "sees_batches": _sees(Page.BATCHES),
            "sees_ledger": _sees(Page.LEDGER),
            "sees_cases": _sees(Page.EXCEPTIONS),
            "sees_results": _sees(Page.RESULTS),
        }
        template = "payment_print" if request.args.get("print") else "payment"
        return self.render(f"zhijie/work/{template}.html", **facts)

    @expose("/<reference>/inquiry", methods=("POST",))
    def inquiry(self, reference: str) -> ResponseReturnValue:
        """Record what the bank answered about the payment."""
        access.require(g.actor, "bank_result")
        if payments.find(scope.current(), reference) is None:
            abort(404)
        letter = request.files.get("letter")
        try:
            inquiries.record(
                g.actor,
                reference,
                request.form.get("answer", ""),
                request.form.get("words", ""),
                asked_on=asked.day("asked_on") or clock.today(),
                answered_on=asked.day("answered_on") or clock.today(),
                letter=(letter.filename, pieces(letter.stream))
                if letter is not None and letter.filename
                else None,
            )
        except SettlementError as error:
            return self._show(reference, sentence_of(error)), 422
        screen.done(_("已登记银行答复。“从未收到”的须由另一人核定后才能按未支付处理。"))
        return redirect(url_for("payments.one", reference=reference), 303)

    @expose("/inquiries/<int:number>/file")
    def letter(self, number: int) -> Response:
        """Send the bank's written answer."""
        found = payments.inquiry(scope.current(), number)
        if found is None or found.file_id is None or g.actor.party_code:
            abort(404)
        return downloads.send(found.file_id)

    @expose("/inquiries/<int:number>/confirm", methods=("GET", "POST"))
    def confirm(self, number: int) -> ResponseReturnValue:
        """Repeat the proofs; the second request takes the answer as proof of no payment."""
        access.require(g.actor, "inquiry_confirm")
        found = payments.inquiry(scope.current(), number)
        if found is None:
            abort(404)
        (proofs,) = payment_proofs.judge([found.reference], clock.today())
        check, refusal = inquiry_check.confirming(found, proofs), ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "付款")
                inquiries.confirm(g.actor, number, clock.today())
            except SettlementError as error:
                refusal = sentence_of(error)
            else:
                screen.done(_("付款 %(r)s 已按未支付处理，应付重新待付。", r=found.reference))
                return redirect(url_for("returns.index"), 303)
        page = self.check_page(check, refusal=refusal)
        return page, 422 if refusal else 200


def _account_words(account: str) -> str:
    """Return a book and its owner's code as people read it."""
    book, _colon, code = account.partition(":")
    return f"{BOOK_WORDS[Account(book)]} {code}"


def _states() -> list[tuple[str, str]]:
    return [
        ("in_flight", _("在途（已发出、已受理）")),
        ("open", _("未付成，重新待付")),
        ("came_back", _("已退票、冲账，重新待付")),
        ("refused", _("拒绝、查明未付，重新待付")),
        ("replaced", _("已由重付替代")),
        *words.choices(InstructionState),
    ]


def _may(action: str) -> bool:
    return action in access.MAY.get(g.actor.role, frozenset())


def _sees(page: Page) -> bool:
    return may_read(g.actor.role, page)


def views() -> list[Screen]:
    """Return the page."""
    return [PaymentsView(lazy_gettext("付款明细"), endpoint="payments", url="/payments")]
