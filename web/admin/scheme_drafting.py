"""Drafts of schemes on the pages: written with help and sources, tried, decided by another."""

from collections.abc import Mapping
from typing import Any

from flask import abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _

from models import clock
from models.rules import calendar, presets
from models.rules.errors import SettlementError
from models.rules.errors.schemes import DraftBroken
from models.rules.scheme_drafts import DraftState
from models.rules.words import JobState, Role
from models.services import access, scheme_drafts
from models.services.views import choices, schemes
from web import scope, words
from web.admin import asked, forms, scheme_parameters, scheme_sentences, screen
from web.admin.scheme_trying import Trying
from web.admin.scheme_words import GROUPS
from web.errors import sentence_of
from web.permissions import Page

Cells = Mapping[str, str]


class Drafting(Trying):
    """What people do with drafts; the page of schemes builds on it."""

    abstract = True
    page = Page.SCHEMES

    @expose("/drafts/")
    def drafts(self) -> str:
        """List the drafts of the reader's areas."""
        state = asked.text("state")
        return self.render(
            "zhijie/work/scheme_drafts.html",
            found=schemes.drafts(scope.current(), state=state),
            state=state,
            state_choices=words.choices(DraftState),
            may_draft=self._may("scheme_draft"),
        )

    @expose("/drafts/new", methods=("GET", "POST"))
    def begin(self) -> ResponseReturnValue:
        """Begin a draft: from a preset (?preset), a version (?code, ?from), or from nothing."""
        self.require_act()
        access.require(g.actor, "scheme_draft")
        base = self._base()
        if request.method == "GET":
            return self._editor(self._beginning(base), base=base)
        cells, reason = self._typed()
        try:
            draft_id = scheme_drafts.begin(g.actor, cells, base=base, reason=reason)
        except SettlementError as error:
            return self._editor(cells, base=base, reason=reason, error=error), 422
        screen.done(_("草案已保存，尚不起作用。可以先试算，再提交另一人施行。"))
        return redirect(url_for("schemes.draft", draft_id=draft_id), 303)

    @expose("/drafts/<int:draft_id>/edit", methods=("GET", "POST"))
    def write(self, draft_id: int) -> ResponseReturnValue:
        """Change a draft that nobody submitted."""
        self.require_act()
        access.require(g.actor, "scheme_draft")
        draft = self._draft(draft_id)
        if request.method == "GET":
            return self._editor(draft.cells, draft=draft, reason=draft.reason)
        cells, reason = self._typed()
        try:
            scheme_drafts.write(
                g.actor, draft_id, cells, revision=_number("revision"), reason=reason
            )
        except SettlementError as error:
            return self._editor(cells, draft=draft, reason=reason, error=error), 422
        screen.done(_("已保存第 %(n)s 稿。", n=draft.revision + 1))
        return redirect(url_for("schemes.draft", draft_id=draft_id), 303)

    @expose("/drafts/<int:draft_id>", methods=("GET", "POST"))
    def draft(self, draft_id: int) -> ResponseReturnValue:
        """Show a draft with its trials; a second person decides it here."""
        draft = self._draft(draft_id)
        refusal = ""
        if request.method == "POST":
            self.require_act()
            try:
                return self._decide(draft_id)
            except SettlementError as error:
                refusal = sentence_of(error)
        before, compared_with = self._compared_with(draft)
        trials = schemes.trials(draft_id)
        page = self.render(
            "zhijie/work/scheme_draft.html",
            d=draft,
            refusal=refusal,
            told=scheme_sentences.told(scheme_drafts.values(draft.cells)),
            compared_with=compared_with,
            differences=scheme_parameters.differing(before, draft.cells) if before else [],
            parameters=scheme_parameters.listed(draft.cells),
            preset=presets.find(draft.cells.get("preset")),
            trials=trials,
            is_tried=any(
                one.state == JobState.DONE and one.result["revision"] == draft.revision
                for one in trials
            ),
            settled=schemes.settled_since(draft.area_code, draft.valid_from),
            periods=asked.months() or [calendar.previous_period(calendar.period_of(clock.today()))],
            may_draft=self._may("scheme_draft"),
            may_decide=self._may("scheme_decide") and g.actor.name not in draft.makers,
            is_mine=g.actor.name in draft.makers,
        )
        return (page, 422) if refusal else page

    def _compared_with(self, draft: Any) -> tuple[Cells, tuple[str, Any] | None]:
        """Return the version a draft is shown against: its base, else what it would replace."""
        if draft.base_code:
            return draft.base_cells, (draft.base_code, draft.base_from)
        found = schemes.counting_in(draft.area_code, draft.valid_from)
        if found is None:
            return {}, None
        cells = scheme_drafts.of_version(found.scheme_code, found.valid_from) or {}
        return cells, (found.scheme_code, found.valid_from)

    def _decide(self, draft_id: int) -> ResponseReturnValue:
        action, revision = request.form.get("action"), _number("revision")
        if action == "submit":
            scheme_drafts.submit(g.actor, draft_id, revision=revision)
            screen.done(_("已提交，须由没有参与起草的审批或监管人员施行。"))
        elif action == "force":
            scheme_drafts.put_in_force(g.actor, draft_id, revision=revision)
            screen.done(_("方案已施行。此后的结算按新版本；已审核的结算单不变。"))
        elif action == "back":
            scheme_drafts.give_back(g.actor, draft_id, request.form.get("answer", ""))
            screen.done(_("已退回，起草人可以修改后重新提交。"))
        elif action == "withdraw":
            scheme_drafts.withdraw(g.actor, draft_id)
            screen.done(_("草案已撤回，现行方案不变。"))
        else:
            abort(400)
        return redirect(url_for("schemes.draft", draft_id=draft_id), 303)

    def rows(self) -> scope.Rows:
        """Return whose schemes the reader sees: a hospital those its own area settles by."""
        if g.actor.role != Role.HOSPITAL:
            return scope.current()
        area = schemes.area_of_hospital(g.actor.party_code or "")
        return scope.Rows(areas=frozenset([area] if area else []))

    def _may(self, action: str) -> bool:
        return action in access.MAY.get(g.actor.role, frozenset())

    def _base(self) -> scheme_drafts.Base:
        """Return the version a draft is begun from, as the address names it; 404 out of sight."""
        code, day = request.args.get("code", ""), asked.day("from")
        if not code or day is None:
            return None
        if schemes.version(scope.current(), code, day) is None:
            abort(404)
        return code, day

    def _beginning(self, base: scheme_drafts.Base) -> Cells:
        """Return the cells the editor opens with."""
        if base:
            cells = scheme_drafts.of_version(*base) or {}
            return {**cells, "valid_from": "", "valid_to": ""} if request.args.get("new") else cells
        found = presets.find(request.args.get("preset"))
        cells = scheme_parameters.standard(found.code if found else presets.PRODUCT)
        unsaid = {} if found else {"preset": "", "legal_basis": "", "funding": "", "scope": ""}
        names = {"scheme_code": "", "valid_from": "", "area_code": asked.text("area")}
        return {**cells, **unsaid, **names}

    def _typed(self) -> tuple[dict[str, str], str]:
        form = forms.form_of("schemes", list(scheme_parameters.described().values()))(request.form)
        return form.row(), request.form.get("reason", "")

    def _editor(
        self,
        cells: Cells,
        *,
        draft: Any = None,
        base: scheme_drafts.Base = None,
        reason: str = "",
        error: SettlementError | None = None,
    ) -> str:
        described = list(scheme_parameters.described().values())
        data: dict[str, Any] = {
            column.name: (cells.get(column.name) or "").split(";")
            if column.form == "choices"
            else cells.get(column.name, "")
            for column in described
        }
        problems = dict(error.problems) if isinstance(error, DraftBroken) else {}
        return self.render(
            "zhijie/work/scheme_edit.html",
            areas=choices.areas(scope.current()),
            form=forms.form_of("schemes", described)(None, data=data),
            described=scheme_parameters.described(),
            groups=GROUPS,
            sources=scheme_parameters.sources(cells),
            preset=presets.find(cells.get("preset")),
            draft=draft,
            base=base
            or ((draft.base_code, draft.base_from) if draft and draft.base_code else None),
            reason=reason,
            refusal=sentence_of(error) if error and not problems else "",
            problems=problems,
        )


def _number(name: str) -> int:
    return request.form.get(name, -1, type=int)
