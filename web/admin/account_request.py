"""申请账户变更: a maker for any party of the side, a seat for itself, the directory at hand."""

from datetime import date
from typing import Any, ClassVar

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _

from models import clock
from models.records.branches import BankBranch
from models.rules import accounts as rules
from models.rules.accounts import Account
from models.rules.errors import SettlementError
from models.services import access, accounts
from models.services.accounts import Evidence, Side, Wish, asking
from web import counts, scope, undo
from web.errors import sentence_of

FOUND_MAX = 20
_TYPED = ("account_no", "account_name", "bank_name", "cnaps_code", "wanted_on", "note", "branch")


class Requests:
    """The page on which a change is asked for; part of the page of changes."""

    side: ClassVar[Side]

    @expose("/new", methods=("GET", "POST"))
    def new(self) -> ResponseReturnValue:
        """Choose the enterprise, look up the branch, and ask for the account."""
        self.require_act()  # type: ignore[attr-defined]
        access.require(g.actor, "account_request")
        party = self._party()
        if party is None:
            return self._choose()
        typed = {name: request.form.get(name, "").strip() for name in _TYPED}
        if request.method == "GET":
            typed["account_name"] = party.name
            return self._form(party, typed)
        if "choose" in request.form:
            return self._form(party, typed | _chosen(request.form["choose"]))
        if "look" in request.form:
            return self._form(party, typed)
        return self._ask(party, typed)

    def _parties(self) -> Any:
        """Return the parties a change may be asked for: a seat's own, else those of its areas."""
        master, rows = self.side.master, scope.current()
        key = getattr(master, self.side.key)
        query = master.select(master, key.alias("party_code"))
        if self.side is accounts.ENTERPRISES:
            own = rows.enterprise_code
            return query if own is None else query.where(key == own)
        bound = rows.where(area=master.area_code, hospital=key)
        return query if bound is None else query.where(bound)

    def _party(self) -> Any:
        """Return the party asked for: a seat's own, else the one in the address."""
        code = request.values.get("code", request.values.get(self.side.key, "")).strip()
        if g.actor.role == self.side.role:
            code = g.actor.party_code or ""
        return self._parties().where(getattr(self.side.master, self.side.key) == code).first()

    def _choose(self) -> ResponseReturnValue:
        sought = request.args.get("q", "").strip()
        master = self.side.master
        key = getattr(master, self.side.key)
        found = []
        if sought:
            found = list(
                self._parties()
                .where(master.name.contains(sought) | key.contains(sought))
                .order_by(key)
                .limit(FOUND_MAX)
            )
        page: str = self.render(  # type: ignore[attr-defined]
            "zhijie/account_request.html",
            party=None,
            sought=sought,
            found=found,
            side=self.side,
            endpoint=self.endpoint,  # type: ignore[attr-defined]
        )
        return page

    def _ask(self, party: Any, typed: dict[str, str]) -> ResponseReturnValue:
        sent = request.files.get("evidence")
        try:
            day = date.fromisoformat(typed["wanted_on"]) if typed["wanted_on"] else None
        except ValueError:
            return self._form(party, typed, _("“希望生效日期”不是有效日期。")), 422
        evidence = None
        if sent is not None and sent.filename:
            content = sent.stream.read(asking.EVIDENCE_BYTES_MAX + 1)
            evidence = Evidence(sent.filename, content)
        fields = {name: typed[name] for name in Account.__dataclass_fields__}
        wish = Wish(**fields, wanted_on=day, note=typed["note"], evidence=evidence)
        try:
            number = accounts.request(g.actor, party.party_code, wish, side=self.side)
        except SettlementError as error:
            return self._form(party, typed, sentence_of(error)), 422
        counts.forget()
        flash(_("已提交账户变更申请。核验批准前，原账户和新账户都不付款。"), "success")
        undo.offer(
            url_for(f"{self.endpoint}.withdraw", change_id=number),  # type: ignore[attr-defined]
            reason=_("提交后随即撤回"),
            until=_("另一人核验之前可以撤回这次申请。"),
        )
        return redirect(url_for(f"{self.endpoint}.index"), 303)  # type: ignore[attr-defined]

    def _form(self, party: Any, typed: dict[str, str], refusal: str = "") -> str:
        page: str = self.render(  # type: ignore[attr-defined]
            "zhijie/account_request.html",
            side=self.side,
            endpoint=self.endpoint,  # type: ignore[attr-defined]
            party=party,
            typed=typed,
            refusal=refusal,
            seat=g.actor.role == self.side.role,
            today=clock.today(),
            mb=asking.EVIDENCE_BYTES_MAX >> 20,
            has_branches=BankBranch.select().exists(),
            branches=_branches(typed["branch"]),
            warnings=_warnings(party, typed),
            told=self._told(),  # type: ignore[attr-defined]
        )
        return page


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


def _warnings(party: Any, typed: dict[str, str]) -> list[Any]:
    """Return what would speak against the account, once it is typed far enough."""
    account = Account(**{name: typed[name] for name in Account.__dataclass_fields__})
    if not account.account_no or len(account.cnaps_code) != 12 or not account.cnaps_code.isdigit():
        return []
    found: list[rules.Finding] = accounts.of_wish(
        account, party.credit_code, party.name, clock.today()
    )
    return found
