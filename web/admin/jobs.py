"""后台任务: what runs, how far it is, what came of it, and once more."""

from typing import Any, ClassVar

from flask import Response, abort, flash, g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models.records.base import db
from models.records.files import ImportRun
from models.records.jobs import Job
from models.rules.job_names import KINDS
from models.rules.job_states import ENDED
from models.rules.words import JobState
from models.services import audit, jobs
from web import downloads, scope, words
from web.admin import refused_rows, taken_lists
from web.admin.job_words import figures, label, percent, seconds, told
from web.admin.pages import WorkView
from web.admin.taking_out import TakenOut, TakesOut
from web.permissions import Page, right

ROWS = 50


def visible() -> Any:
    """Return the reader's jobs: seats see their own, agencies those of their areas."""
    query = Job.select()
    if right(g.actor.role, Page.JOBS).own:
        return query.where(Job.requested_by.in_(scope.own_names()))
    colleagues = scope.colleagues()
    return query if colleagues is None else query.where(Job.requested_by.in_(colleagues))


def _asked() -> Any:
    """Return the jobs the address asks for, latest first."""
    query = visible()
    state, name = request.args.get("state", ""), request.args.get("name", "")
    if state in set(JobState):
        query = query.where(Job.state == state)
    if name:
        query = query.where(Job.name == name)
    if request_id := request.args.get("request", "").strip():
        query = query.where(Job.request_id == request_id)
    return query.order_by(Job.id.desc())


def one(job_id: int) -> Job:
    """Return a job of the reader, or 404."""
    job = visible().where(Job.id == job_id).first()
    if job is None:
        abort(404)
    return job


class JobsView(TakesOut, WorkView):
    """The list of queued work, and one page for each job."""

    page: ClassVar[Page] = Page.JOBS

    @expose("/")
    def index(self) -> str:
        """List the reader's jobs, latest first; the state and the kind are in the address."""
        page = max(request.args.get("page", 0, type=int), 0)
        found = list(_asked().limit(ROWS + 1).offset(page * ROWS))
        return self.render(
            "zhijie/jobs.html",
            jobs=found[:ROWS],
            more=len(found) > ROWS,
            page=page,
            states=words.choices(JobState),
            kinds=[(kind.name.value, label(kind.name)) for kind in KINDS.values()],
            label=label,
            percent=percent,
            seconds=seconds,
            narrowed=any(request.args.get(name) for name in ("state", "name", "request")),
        )

    def taken_out(self, most: int) -> TakenOut:
        """Return the jobs of the address for a file."""
        return taken_lists.jobs(_asked().limit(most), label)

    @expose("/<int:job_id>")
    def one(self, job_id: int) -> str:
        """Show one job: progress while it runs, figures or the reason when it ended."""
        job = one(job_id)
        run = ImportRun.get_or_none(ImportRun.job_id == job.id)
        return self.render(
            "zhijie/job.html",
            job=job,
            told=told(job),
            label=label(job.name),
            figures=figures(job),
            run=run,
            refused=refused_rows.first(run.error_file_id) if run else None,
            ended=job.state in ENDED,
        )

    @expose("/<int:job_id>.json")
    def poll(self, job_id: int) -> Response:
        """Tell the progress; the same as last time is 304."""
        answer = jsonify(told(one(job_id)))
        answer.add_etag()
        answer.headers["Cache-Control"] = "no-cache"
        answer.make_conditional(request)
        return answer

    @expose("/<int:job_id>/file")
    def file(self, job_id: int) -> Response:
        """Send the file a job made."""
        result = one(job_id).result or {}
        return downloads.send(int(result["file_id"])) if result.get("file_id") else abort(404)

    @expose("/<int:job_id>/cancel", methods=("POST",))
    def cancel(self, job_id: int) -> ResponseReturnValue:
        """Withdraw a job."""
        self._may_touch(job_id)
        with db.atomic():
            job = jobs.cancel(job_id, by=g.actor.name)
            audit.wrote("job.cancelled", actor=g.actor.name, subject=f"job:{job_id}")
        if job.state is JobState.CANCELLED:
            flash(_("任务 %(n)s 已取消，没有改动数据。", n=job_id), "success")
        else:
            flash(_("已请求取消任务 %(n)s，它会在下一步之前停下。", n=job_id), "success")
        return redirect(url_for("jobs.one", job_id=job_id), 303)

    @expose("/<int:job_id>/again", methods=("POST",))
    def again(self, job_id: int) -> ResponseReturnValue:
        """Queue the same work once more."""
        self._may_touch(job_id)
        with db.atomic():
            job = jobs.again(job_id, by=g.actor.name)
            audit.wrote("job.again", actor=g.actor.name, subject=f"job:{job_id}", new_job_id=job.id)
        flash(_("已重新排队，新任务编号 %(n)s。", n=job.id), "success")
        return redirect(url_for("jobs.one", job_id=job.id), 303)

    def _may_touch(self, job_id: int) -> None:
        """Let whoever asked for the work, and those who act on this page, stop or repeat it."""
        if one(job_id).requested_by != g.actor.name:
            self.require_act()


def views() -> list[WorkView]:
    """Return the page."""
    return [JobsView(lazy_gettext("后台任务"), endpoint="jobs", url="/jobs")]
