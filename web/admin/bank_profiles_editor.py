"""The editor of a bank profile: typed as data, checked at once, proposed to a second person."""

from collections.abc import Mapping
from typing import Any

from flask import abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _

from models.rules.errors import SettlementError
from models.rules.errors.bank import ProfileTextBroken
from models.rules.errors.bankfiles import ProfileInvalid
from models.services import access
from models.services import profiles as changing
from models.services.views import profiles
from web import bank_formats
from web.admin import bank_profiles_text as typed
from web.admin import screen
from web.admin.bank_profiles_keys import BLANK, GROUPS
from web.admin.bank_profiles_sample import sample_facts
from web.admin.screen import Screen
from web.errors import sentence_of

REASON_CHARS_MAX = 500


class Editing(Screen):
    """What people do to propose a version; the page of profiles builds on it."""

    abstract = True

    @expose("/edit", methods=("GET", "POST"))
    def edit(self) -> ResponseReturnValue:
        """Edit a profile (?code), copy it to a new bank (?copy), or begin from a short one."""
        self.require_act()
        access.require(g.actor, "profile_propose")
        if request.method == "GET":
            return self._editor(typed.written(_beginning()))
        text, reason = request.form.get("text", ""), request.form.get("reason", "")
        try:
            spec = typed.read(text)
            bank_formats.checked(spec)
            if request.form.get("action") == "propose":
                return self._propose(spec, reason)
        except SettlementError as error:
            return self._editor(text, reason, error), 422
        return self._editor(text, reason, spec=spec)

    def _propose(self, spec: Mapping[str, Any], reason: str) -> ResponseReturnValue:
        found = changing.propose(
            g.actor, spec, reason[:REASON_CHARS_MAX], checked=bank_formats.checked
        )
        screen.done(_("已提交，须由另一人核对样例文件后启用；在此之前现行格式不变。"))
        return redirect(url_for("profiles.change", change_id=found), 303)

    def _editor(
        self,
        text: str,
        reason: str = "",
        error: SettlementError | None = None,
        spec: Mapping[str, Any] | None = None,
    ) -> str:
        return self.render(
            "zhijie/work/bank_profile_edit.html",
            text=text,
            reason=reason,
            text_rows=min(max(text.count("\n") + 2, 16), 40),
            groups=GROUPS,
            refusal=sentence_of(error) if error else "",
            wrong=_wrong(text, error),
            code=request.args.get("code", ""),
            fine=spec is not None,
            **(sample_facts(spec, 1) if spec is not None else {"sample": None}),
        )


def _beginning() -> Mapping[str, Any]:
    """Return the data the editor opens with."""
    code, copied = request.args.get("code", ""), request.args.get("copy", "")
    if not code and not copied:
        return BLANK
    found = profiles.version(code or copied)
    if found is None:
        abort(404)
    spec: dict[str, Any] = dict(found.spec)
    if copied:
        kept = {key: value for key, value in spec.items() if key not in ("code", "name", "note")}
        spec = {
            "code": f"{copied[:35]}_new",
            "name": str(_("（请填写新银行的名称）")),
            "note": str(_("依据：（开户行的哪份文件，何时核对）")),
            **kept,
        }
    return spec


def _wrong(text: str, error: SettlementError | None) -> dict[str, Any] | None:
    """Return the line a refusal is about, with its number, or None."""
    if isinstance(error, ProfileTextBroken):
        number = int(str(error.facts["line"]))
    elif isinstance(error, ProfileInvalid):
        number = typed.line_of(str(error.facts["field"]), typed.places(text))
    else:
        return None
    lines = text.splitlines()
    return {"number": number, "line": lines[number - 1].strip() if number <= len(lines) else ""}
