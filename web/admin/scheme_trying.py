"""Trials of a draft on the pages: asked for as a job, shown, taken as a workbook."""

from typing import Any

from flask import abort, g
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _

from models.records.base import db
from models.rules.job_names import JobName
from models.rules.scheme_drafts import DraftState
from models.rules.words import JobState
from models.services import audit
from models.services.views import schemes
from web import downloads, scope
from web.admin import asked
from web.admin.screen import Screen
from web.permissions import Page


class Trying(Screen):
    """What people do with trials; the drafts build on it."""

    abstract = True
    page = Page.SCHEMES

    def render(self, template: str, **facts: Any) -> str:
        """Render with the states of drafts at hand."""
        return super().render(template, D=DraftState, **facts)

    @expose("/drafts/<int:draft_id>/try", methods=("POST",))
    def try_out(self, draft_id: int) -> ResponseReturnValue:
        """Queue the trial of a month under the draft; it writes nothing but its result."""
        self.require_act()
        draft = self._draft(draft_id)
        period = asked.period() or abort(400)
        return self.start(
            JobName.SCHEME_TRIAL,
            {"draft_id": draft_id, "period": period},
            subject=f"scheme_draft:{draft_id}",
            message=_("试算已排队：不生成结算单，不影响任何数据。完成后在草案页查看结果。"),
            revision=draft.revision,
        )

    @expose("/drafts/<int:draft_id>/trials/<int:job_id>")
    def trial(self, draft_id: int, job_id: int) -> str:
        """Show what a month would have been under the draft."""
        draft, trial = self._draft(draft_id), self._trial(draft_id, job_id)
        return self.render("zhijie/work/scheme_trial.html", d=draft, t=trial, r=trial.result)

    @expose("/drafts/<int:draft_id>/trials/<int:job_id>/file")
    def trial_file(self, draft_id: int, job_id: int) -> ResponseReturnValue:
        """Send the workbook of a trial to whoever may see its draft, and write down who took it."""
        self._draft(draft_id)
        file_id = int(self._trial(draft_id, job_id).result["file_id"])
        with db.atomic():
            audit.wrote(
                "export.written", actor=g.actor.name, subject=f"file:{file_id}", trial=job_id
            )
        return downloads.send(file_id)

    def _trial(self, draft_id: int, job_id: int) -> Any:
        """Return a trial of the draft that came to its end, or 404."""
        found = schemes.trial(draft_id, job_id)
        return found if found is not None and found.state == JobState.DONE else abort(404)

    def _draft(self, draft_id: int) -> Any:
        return schemes.draft(scope.current(), draft_id) or abort(404)
