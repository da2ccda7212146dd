"""银行格式: the profiles in force, their versions, and how a new one is proposed and decided."""

from typing import Any, ClassVar

from flask import abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models.rules.errors import SettlementError
from models.rules.errors.bank import SampleUnseen
from models.services import access
from models.services import profiles as changing
from models.services.bank_files import routing
from models.services.views import profiles
from web import bank_formats
from web.admin import bank_profiles_text as typed
from web.admin import screen
from web.admin.bank_profiles_editor import Editing
from web.admin.bank_profiles_sample import sample_facts, tried_facts
from web.errors import sentence_of
from web.permissions import Page

REASON_CHARS_MAX = 500


class ProfilesView(Editing):
    """The list, one profile with its versions and trials, proposals and their decision."""

    page: ClassVar[Page] = Page.PROFILES

    @expose("/")
    def index(self) -> str:
        """List the profiles in force and what waits for a second person."""
        return self.render(
            "zhijie/work/bank_profiles.html",
            found=profiles.listed(),
            waiting=profiles.changes(state="proposed"),
            may_propose=_may("profile_propose"),
        )

    @expose("/<code>", methods=("GET", "POST"))
    def one(self, code: str) -> ResponseReturnValue:
        """Show a version with its sample file; a posted result file is tried out, not kept."""
        version = self._version(code)
        facts: dict[str, Any] = {"tried": None, "tried_refusal": ""}
        if request.method == "POST":
            facts = tried_facts(version.spec, request.files.get("file"))
        split, cut_off = routing.switches(version.spec)
        return self.render(
            "zhijie/work/bank_profile.html",
            p=version,
            latest=profiles.version(code),
            versions=profiles.versions(code),
            changes=profiles.changes(code),
            text=typed.written(version.spec),
            differences=self._differences(code, version),
            split=split,
            cut_off=cut_off,
            may_propose=_may("profile_propose"),
            **sample_facts(version.spec, request.args.get("order", 1, type=int) or 1),
            **facts,
        )

    def _version(self, code: str) -> Any:
        number = request.args.get("version", type=int)
        found = profiles.version(code, number)
        return found if found is not None else abort(404)

    def _differences(self, code: str, version: Any) -> dict[str, Any]:
        """Return how a version differs from another, by default from the one before."""
        against = request.args.get("against", version.version - 1, type=int)
        other = profiles.version(code, against) if against >= 1 else None
        if other is None or other.version == version.version:
            return {"against": None, "lines": []}
        lines = typed.difference(other.spec, version.spec)
        return {"against": other.version, "lines": lines}

    @expose("/<code>/retire", methods=("POST",))
    def retire(self, code: str) -> ResponseReturnValue:
        """Make no more batches with a profile."""
        self.require_act()
        if changing.retire(g.actor, code, request.form.get("reason", "")[:REASON_CHARS_MAX]):
            screen.done(
                _("银行格式 %(c)s 已停用，不能再生成付款批次；以前文件的回盘仍可导入。", c=code)
            )
        return redirect(url_for("profiles.one", code=code), 303)

    @expose("/changes/<int:change_id>", methods=("GET", "POST"))
    def change(self, change_id: int) -> ResponseReturnValue:
        """Show a proposal beside what is in force; a second person decides it."""
        change = profiles.change(change_id)
        if change is None:
            abort(404)
        refusal = ""
        if request.method == "POST":
            self.require_act()
            try:
                return self._decide(change)
            except SettlementError as error:
                refusal = sentence_of(error)
        base = profiles.version(change.profile_code, change.based_on) if change.based_on else None
        page = self.render(
            "zhijie/work/bank_profile_change.html",
            c=change,
            refusal=refusal,
            lines=typed.difference(base.spec if base else {}, change.spec),
            may_decide=_may("profile_activate") and change.proposed_by != g.actor.name,
            may_withdraw=_may("profile_propose"),
            is_mine=change.proposed_by == g.actor.name,
            **sample_facts(change.spec, request.args.get("order", 1, type=int) or 1),
        )
        return page, 422 if refusal else 200

    def _decide(self, change: Any) -> ResponseReturnValue:
        action = request.form.get("action")
        answer = request.form.get("answer", "")[:REASON_CHARS_MAX]
        if action == "activate":
            if request.form.get("seen") != "yes":
                raise SampleUnseen
            version = changing.activate(g.actor, change.id, checked=bank_formats.checked)
            screen.done(
                _(
                    "已启用 %(c)s 第 %(n)s 版，以后的付款批次使用它。",
                    c=change.profile_code,
                    n=version,
                )
            )
        elif action == "refuse":
            changing.refuse(g.actor, change.id, answer)
            screen.done(_("已驳回，提交人可以修改后重新提交。"))
        elif action == "withdraw":
            changing.withdraw(g.actor, change.id)
            screen.done(_("已撤回，现行格式不变。"))
        else:
            abort(400)
        return redirect(url_for("profiles.index"), 303)


def _may(action: str) -> bool:
    return action in access.MAY.get(g.actor.role, frozenset())


def views() -> list[ProfilesView]:
    """Return the page."""
    return [ProfilesView(lazy_gettext("银行格式"), endpoint="profiles", url="/profiles")]
