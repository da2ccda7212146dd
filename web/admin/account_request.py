"""申请账户变更: a maker for any enterprise, an enterprise for itself, the directory at hand."""

from datetime import date
from typing import Any

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _

from models import clock
from models.records.branches import BankBranch
from models.records.parties import Enterprise
from models.rules import accounts as rules
from models.rules.accounts import Account
from models.rules.errors import SettlementError
from models.rules.words import Role
from models.services import access, accounts
from models.services.accounts import Evidence, Wish, asking
from web import account_sight, counts, scope
from web.errors import sentence_of

FOUND_MAX = 20
_TYPED = ("account_no", "account_name", "bank_name", "cnaps_code", "wanted_on", "note", "branch")


class Requests:
    """The page on which a change is asked for; part of the page of changes."""

    @expose("/new", methods=("GET", "POST"))
    def new(self) -> ResponseReturnValue:
        """Choose the enterprise, look up the branch, and ask for the account."""
        self.require_act()  # type: ignore[attr-defined]
        access.require(g.actor, "account_request")
        enterprise = _enterprise()
        if enterprise is None:
            return self._choose()
        typed = {name: request.form.get(name, "").strip() for name in _TYPED}
        if request.method == "GET":
            typed["account_name"] = enterprise.name
            return self._form(enterprise, typed)
        if "choose" in request.form:
            return self._form(enterprise, typed | _chosen(request.form["choose"]))
        if "look" in request.form:
            return self._form(enterprise, typed)
        return self._ask(enterprise, typed)

    def _choose(self) -> ResponseReturnValue:
        sought = request.args.get("q", "").strip()
        found = []
        if sought:
            found = list(
                Enterprise.select()
                .where(Enterprise.name.contains(sought) | Enterprise.credit_code.contains(sought))
                .order_by(Enterprise.credit_code)
                .limit(FOUND_MAX)
            )
        page: str = self.render(  # type: ignore[attr-defined]
            "zhijie/account_request.html", enterprise=None, sought=sought, found=found
        )
        return page

    def _ask(self, enterprise: Enterprise, typed: dict[str, str]) -> ResponseReturnValue:
        sent = request.files.get("evidence")
        try:
            day = date.fromisoformat(typed["wanted_on"]) if typed["wanted_on"] else None
        except ValueError:
            return self._form(enterprise, typed, _("“希望生效日期”不是有效日期。")), 422
        evidence = None
        if sent is not None and sent.filename:
            content = sent.stream.read(asking.EVIDENCE_BYTES_MAX + 1)
            evidence = Evidence(sent.filename, content)
        fields = {name: typed[name] for name in Account.__dataclass_fields__}
        wish = Wish(**fields, wanted_on=day, note=typed["note"], evidence=evidence)
        try:
            accounts.request(g.actor, enterprise.credit_code, wish)
        except SettlementError as error:
            return self._form(enterprise, typed, sentence_of(error)), 422
        counts.forget()
        flash(_("已提交账户变更申请。核验批准前，原账户和新账户都不付款。"), "success")
        return redirect(url_for("accounts.index"), 303)

    def _form(self, enterprise: Enterprise, typed: dict[str, str], refusal: str = "") -> str:
        page: str = self.render(  # type: ignore[attr-defined]
            "zhijie/account_request.html",
            enterprise=enterprise,
            typed=typed,
            refusal=refusal,
            seat=g.actor.role == Role.ENTERPRISE,
            today=clock.today(),
            mb=asking.EVIDENCE_BYTES_MAX >> 20,
            has_branches=BankBranch.select().exists(),
            branches=_branches(typed["branch"]),
            warnings=_warnings(enterprise, typed),
            told=account_sight.told,
        )
        return page


def _enterprise() -> Enterprise | None:
    """Return the enterprise asked for: a seat's own, else the one in the address."""
    own = scope.current().enterprise_code
    code = own if own is not None else request.values.get("credit_code", "").strip()
    return Enterprise.get_or_none(Enterprise.credit_code == code)


def _branches(sought: str) -> list[BankBranch]:
    """Return the branches whose number begins so, or whose name has every word."""
    if not sought:
        return []
    query = BankBranch.select()
    if sought.isdigit():
        query = query.where(BankBranch.cnaps_code.startswith(sought))
    else:
        for word in sought.split():
            query = query.where(BankBranch.bank_name.contains(word))
    return list(query.order_by(BankBranch.cnaps_code).limit(FOUND_MAX))


def _chosen(code: str) -> dict[str, str]:
    branch = BankBranch.get_or_none(BankBranch.cnaps_code == code)
    return {} if branch is None else {"cnaps_code": code, "bank_name": branch.bank_name}


def _warnings(enterprise: Enterprise, typed: dict[str, str]) -> list[Any]:
    """Return what would speak against the account, once it is typed far enough."""
    account = Account(**{name: typed[name] for name in Account.__dataclass_fields__})
    if not account.account_no or len(account.cnaps_code) != 12 or not account.cnaps_code.isdigit():
        return []
    found: list[rules.Finding] = accounts.of_wish(
        account, enterprise.credit_code, enterprise.name, clock.today()
    )
    return found
