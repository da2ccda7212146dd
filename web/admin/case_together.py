"""成批认定: what a file plainly suggests, counted by the page or, of a large file, by a job."""

from datetime import date
from typing import Any

from flask import abort, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _

from models import clock
from models.records.base import db
from models.rules.errors import SettlementError
from models.rules.job_names import JobName
from models.rules.job_states import ENDED
from models.rules.words import JobState
from models.services import access, audit, exceptions, jobs
from models.services.exceptions import together
from models.services.views import results
from web import formats, scope
from web.admin import asked, case_checks, job_words, screen
from web.admin import jobs as job_pages
from web.errors import sentence_of

#: Up to so many waiting lines are looked through while the page waits.
COUNTED_MAX = 3_000


def at_once(source: str) -> Any:
    """Return the control figures of a file with few waiting lines; None where a job counts them."""
    if together.waiting(source, COUNTED_MAX + 1) > COUNTED_MAX:
        return None
    return together.look(source)


class Together:
    """Asking for many at once; part of the page of what waits for a second person."""

    @expose("/together", methods=("GET", "POST"))
    def together(self) -> ResponseReturnValue:
        """Repeat how many unambiguous suggestions a file has; the second request asks for them."""
        access.require(g.actor, "close_exception")
        source, day = asked.text("source"), asked.day("booked_on")
        named = results.source(scope.current(), g.actor.name, source)
        if named is None:
            abort(404)
        if together.waiting(named[0], COUNTED_MAX + 1) > COUNTED_MAX:
            return self._count(source, named[0], day)
        found, refusal = together.look(named[0]), ""
        check = case_checks.together(source, named[1], found, day)
        if screen.is_confirmed():
            try:
                self.confirmed(check, "候选")  # type: ignore[attr-defined]
                exceptions.ask_together(
                    g.actor, named[0], seen=(found[0], found[1]),
                    reason=asked.text("reason"), on=clock.today(), booked_on=day,
                )  # fmt: skip
            except SettlementError as error:
                refusal = sentence_of(error)
            else:
                screen.done(
                    _(
                        "已提出认定 %(n)s 笔 ¥%(s)s，尚未入账，等待第二人同意。",
                        n=formats.count(found[0]),
                        s=formats.money(found[1]),
                    )
                )
                return redirect(url_for("decisions.index"), 303)
        page: str = self.check_page(check, refusal=refusal)  # type: ignore[attr-defined]
        return page, 422 if refusal else 200

    def _count(self, source: str, inside: str, day: date | None) -> ResponseReturnValue:
        """Queue the count of a large file and lead to its page."""
        with db.atomic():
            job = jobs.enqueue(
                JobName.ADMIT_TOGETHER,
                {"on": clock.today(), "source": inside, "dry": True, "booked_on": day},
                by=g.actor.name,
                dedupe_key=f"admit_together:{inside}:{day}",
            )
        return redirect(url_for("decisions.after_count", job_id=job.id, source=source), 303)

    @expose("/together/<int:job_id>", methods=("GET", "POST"))
    def after_count(self, job_id: int) -> ResponseReturnValue:
        """Show how far the count is, then what it found; the second request asks by a job."""
        access.require(g.actor, "close_exception")
        source = asked.text("source")
        named, job = results.source(scope.current(), g.actor.name, source), job_pages.one(job_id)
        told = job.args or {}
        if named is None or job.name != JobName.ADMIT_TOGETHER or told.get("source") != named[0]:
            abort(404)
        if not told.get("dry") or job.state is not JobState.DONE:
            page: str = self.render(  # type: ignore[attr-defined]
                "zhijie/work/together.html",
                job=job,
                told=job_words.told(job),
                ended=job.state in ENDED,
                name=named[1],
            )
            return page
        day = date.fromisoformat(told["booked_on"]) if told.get("booked_on") else None
        check = case_checks.together(source, named[1], _figures(job.result), day)
        refusal = ""
        if screen.is_confirmed():
            try:
                self.confirmed(check, "候选")  # type: ignore[attr-defined]
                return _ask(job, named[0], day)
            except SettlementError as error:
                refusal = sentence_of(error)
        page = self.check_page(check, refusal=refusal)  # type: ignore[attr-defined]
        return page, 422 if refusal else 200


def _figures(result: Any) -> tuple[int, int, int, date | None, list[str]]:
    """Return the control figures a job counted, as `together.look` returns them."""
    sent_on = date.fromisoformat(result["sent_on"]) if result["sent_on"] else None
    return result["count"], result["sum_fen"], result["dayless"], sent_on, result["areas"]


def _ask(counted: Any, inside: str, day: date | None) -> ResponseReturnValue:
    """Queue the asking for exactly what was counted."""
    figures = {name: counted.result[name] for name in ("count", "sum_fen")}
    with db.atomic():
        job = jobs.enqueue(
            JobName.ADMIT_TOGETHER,
            {
                "on": clock.today(),
                "source": inside,
                "booked_on": day,
                "reason": asked.text("reason"),
                **figures,
            },
            by=g.actor.name,
            dedupe_key=f"admit_together:{inside}",
        )
        audit.wrote(
            "admit_together.asked", actor=g.actor.name, subject=inside, job_id=job.id, **figures
        )
    screen.done(_("正在提出认定；与刚才统计的不一致时不提出任何一笔。"))
    return redirect(url_for("jobs.one", job_id=job.id), 303)
