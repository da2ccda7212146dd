"""退票与重付: what came back or was refused, its two proofs, asking for it again and releasing."""

from collections.abc import Sequence
from typing import Any, ClassVar

from flask import abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.rules.errors import SettlementError
from models.rules.words import InstructionState
from models.services import access, payment_proofs, reissue
from models.services.views import choices, payments, returns
from web import scope
from web.admin import asked, list_export, proof_words, screen, turning
from web.admin.returns_check import asking, releasing
from web.admin.screen import Screen
from web.errors import sentence_of
from web.permissions import Page, may_read

#: A check page shows so many payments with their proofs; it counts and adds up all of them.
LINES_SHOWN = 200


class ReturnsView(Screen):
    """The three facts apart, the requests, and the two people who pay again."""

    page: ClassVar[Page] = Page.RETURNS

    @expose("/")
    def index(self) -> str:
        """List what came to nothing, by fact."""
        rows, tab, wanted = scope.current(), _tab(), _wanted()
        counts, page = returns.page(rows, tab, **wanted, place=turning.place(payments.ORDER))
        shown, count = page.rows, getattr(counts, f"{tab}_orders")
        inside = not g.actor.party_code
        proofs = _proofs([one.reference for one in shown]) if inside else {}
        area = asked.area_field()
        return self.render(
            "zhijie/work/returns.html",
            orders=shown,
            turns=turning.shown(payments.ORDER, page, found=count),
            count=count,
            total_fen=getattr(counts, f"{tab}_fen"),
            choice_max=returns.CHOICE_MAX,
            tab=tab,
            tabs=_tabs(tab, counts),
            counts=counts,
            proofs=proofs,
            missing=proof_words.missing,
            facts={str(state): words for state, words in proof_words.FACTS.items()},
            requests=returns.requests(rows) if inside else [],
            inside=inside,
            fields=[
                asked.period_field(choices.periods(), wanted["period"]),
                *([area] if area else []),
                *([] if scope.current().enterprise_code else [_enterprise_field()]),
            ],
            narrowed=screen.narrowed("period", "area", "enterprise"),
            may_ask=inside and _may("pay"),
            may_release=inside and _may("reissue_release"),
            day_of=returns.last_day,
            sees_results=may_read(g.actor.role, Page.RESULTS),
            sees_batches=may_read(g.actor.role, Page.BATCHES),
        )

    @expose("/export")
    def export(self) -> ResponseReturnValue:
        """Send the tab of the address as csv or xlsx."""
        tab, wanted = _tab(), _wanted()
        titles = {
            "reference": _("参考号"), "state": _("事实"), "period": _("结算月"),
            "enterprise_code": _("统一社会信用代码"), "enterprise_name": _("企业"),
            "payee_account_no": _("账户"), "amount_fen": _("金额（元）"), "sent_on": _("发出日"),
            "booked_on": _("入账日"), "returned_on": _("退回日"), "bank_reason": _("银行说明"),
            "batch_no": _("批次号"), "reissue_of": _("替代"), "successor": _("重付为"),
        }  # fmt: skip
        counted = returns.counted(scope.current(), tab, **wanted)
        enums = {"state": InstructionState}
        told = {"tab": tab, **wanted}
        return list_export.answer(self, "returns", _("退票与重付"), told, counted, titles, enums)

    @expose("/ask", methods=("GET", "POST"))
    def ask(self) -> ResponseReturnValue:
        """Repeat the chosen payments with their proofs; the second request asks for them."""
        if request.method == "GET":
            kept: dict[str, Any] = request.args.to_dict()
            return redirect(url_for("returns.index", **kept))
        access.require(g.actor, "pay")
        lines, left, proofs = _chosen()
        codes = [code for code, _name in choices.profiles(to_pay=True)]
        profile = _profile(lines, codes)
        check, refusal = asking(lines, proofs, profile, len(left)), ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "付款")
                number = reissue.ask(
                    g.actor,
                    [one.reference for one in lines],
                    profile,
                    request.form.get("reason", ""),
                    clock.today(),
                )
            except SettlementError as error:
                refusal = sentence_of(error)
            else:
                screen.done(_("已提交重付申请 %(n)s，等待复核或审批人员放行。", n=number))
                return redirect(url_for("returns.one", request_no=number), 303)
        page = self._check(check, lines, proofs, refusal, profile, left)
        return page, 422 if refusal else 200

    @expose("/requests/<request_no>")
    def one(self, request_no: str) -> str:
        """Show a request: its payments, proofs and people."""
        found, lines, proofs = self._request(request_no)
        return self.render(
            "zhijie/work/reissue.html",
            asked=found,
            lines=lines,
            proofs=proofs,
            needs=proof_words.needs,
            may_release=_may("reissue_release") and found.asked_by != g.actor.name,
            own=found.asked_by == g.actor.name,
        )

    @expose("/requests/<request_no>/release", methods=("GET", "POST"))
    def release(self, request_no: str) -> ResponseReturnValue:
        """Repeat sum, count and proofs; the second request releases or refuses."""
        access.require(g.actor, "reissue_release")
        found, lines, proofs = self._request(request_no)
        check, refusal = releasing(found, lines, proofs), ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "重付申请")
                return self._decide(found)
            except SettlementError as error:
                refusal = sentence_of(error)
        return self._check(check, lines, proofs, refusal), 422 if refusal else 200

    def _decide(self, found: Any) -> ResponseReturnValue:
        if request.form.get("decision") == "refuse":
            reissue.refuse(g.actor, found.request_no, request.form.get("reason", ""))
            screen.done(_("已驳回重付申请 %(n)s。", n=found.request_no))
            return redirect(url_for("returns.one", request_no=found.request_no), 303)
        job_id = reissue.release(
            g.actor,
            found.request_no,
            clock.today(),
            count=found.orders,
            total_fen=found.sum_fen,
        )
        screen.done(_("已放行重付申请 %(n)s，正在生成付款批次。", n=found.request_no))
        return redirect(url_for("jobs.one", job_id=job_id), 303)

    def _request(self, request_no: str) -> tuple[Any, list[Any], dict[str, Any]]:
        """Return a request of the reader with its payments and proofs; 404 for the seats."""
        found = returns.request(scope.current(), request_no)
        if found is None or g.actor.party_code:
            abort(404)
        references = returns.references_of(request_no)
        return found, returns.lines(scope.current(), references), _proofs(references)

    def _check(
        self,
        check: screen.Check,
        lines: list[Any],
        proofs: dict[str, Any],
        refusal: str,
        profile: str | None = None,
        left: Sequence[Any] = (),
    ) -> str:
        return self.check_page(
            check,
            template="zhijie/work/reissue_check.html",
            refusal=refusal,
            lines=lines[:LINES_SHOWN],
            left=left[:LINES_SHOWN],
            proofs=proofs,
            needs=proof_words.needs,
            profile=profile,
            profiles=choices.profiles(to_pay=True),
            asking=profile is not None,
        )


def _tab() -> str:
    return asked.text("tab") if asked.text("tab") in returns.TABS else "open"


def _wanted() -> dict[str, Any]:
    """Return what the address asks of a tab."""
    return {
        "period": asked.period(),
        "areas": asked.areas(),
        "enterprise": asked.text("enterprise"),
    }


def _chosen() -> tuple[list[Any], list[Any], dict[str, Any]]:
    """Return the payments to ask for, those left out, and the proofs of both.

    Everything of the conditions is what of it can be asked for now; what was chosen by hand stays
    as it was chosen, and what it lacks is told.
    """
    rows, is_whole = scope.current(), bool(request.form.get("all"))
    references = (
        returns.choice(rows, _tab(), **_wanted()) if is_whole else request.form.getlist("reference")
    )
    found = returns.lines(rows, references)
    proofs = _proofs([one.reference for one in found])
    if not is_whole:
        return found, [], proofs
    ready = {r for r, proof in proofs.items() if proof.complete and not proof.open_request}
    return (
        [one for one in found if one.reference in ready],
        [one for one in found if one.reference not in ready],
        proofs,
    )


def _proofs(references: list[str]) -> dict[str, Any]:
    found = payment_proofs.judge(references, clock.today()) if references else []
    return {one.reference: one for one in found}


def _profile(lines: list[Any], codes: list[str]) -> str:
    """Return the bank format asked for; at first the one all of them were paid with."""
    if "profile" in request.form:
        return asked.text("profile") if asked.text("profile") in codes else ""
    before = {one.profile_code for one in lines} & set(codes)
    return before.pop() if len(before) == 1 else ""


def _tabs(tab: str, counts: Any) -> list[tuple[str, str, int, bool]]:
    names = {
        "open": _("待重付"),
        "returned": _("退票"),
        "reversed": _("冲账"),
        "rejected": _("拒绝"),
        "cancelled": _("查明未付"),
        "again": _("重付的付款"),
    }
    return [
        (name, f"/returns/?tab={key}", getattr(counts, f"{key}_orders"), key == tab)
        for key, name in names.items()
    ]


def _enterprise_field() -> dict[str, Any]:
    return asked.field("enterprise", _("企业"), placeholder=_("名称、代码或参考号"))


def _may(action: str) -> bool:
    return action in access.MAY.get(g.actor.role, frozenset())


def views() -> list[Screen]:
    """Return the page."""
    return [ReturnsView(lazy_gettext("退票与重付"), endpoint="returns", url="/returns")]
