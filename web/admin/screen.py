"""What all work screens share: states as words, the check page before any work, exports."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from models import clock
from models.records.base import db
from models.rules import words as enums
from models.rules.errors.payment import SelectionChanged
from models.rules.job_names import JobName
from models.services import audit, jobs
from web import counts, scope, working_days
from web.admin.pages import WorkView


@dataclass
class Check:
    """What a check page repeats before anything is done."""

    title: str
    #: What happens, in one sentence with its numbers.
    sentence: str
    #: Label of the button: verb, object, count and sum.
    button: str
    #: Figures that identify what was looked at; any change refuses the second request.
    seen: dict[str, Any]
    #: (label, value) shown large.
    figures: list[tuple[str, str]] = field(default_factory=list)
    sum_fen: int | None = None
    #: Notes the reader must see: (tone, sentence).
    notes: list[tuple[str, str]] = field(default_factory=list)
    #: What comes afterwards, step by step.
    after: list[str] = field(default_factory=list)
    #: Whether there is anything to do at all.
    possible: bool = True
    back: str = ""
    #: Sent along with the second request.
    hidden: list[tuple[str, str]] = field(default_factory=list)
    crumbs: list[tuple[str, str]] = field(default_factory=list)
    #: Asks for a reason when set.
    reason: str = ""
    danger: bool = False

    @property
    def seal(self) -> str:
        """Return the hash of what is shown."""
        told = json.dumps(self.seen, sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(told.encode()).hexdigest()


class Screen(WorkView):
    """Base of the work screens of this folder."""

    abstract = True

    def render(self, template: str, **facts: Any) -> str:
        """Render with the enumerations and the working days at hand."""
        return super().render(
            template, E=enums, left_days=working_days.left, rows=scope.current(), **facts
        )

    def check_page(self, check: Check, **facts: Any) -> str:
        """Show the check page; its form carries the seal of what it shows."""
        template = facts.pop("template", "zhijie/work/check.html")
        return self.render(template, check=check, **facts)

    def confirmed(self, check: Check, what: str) -> None:
        """Refuse unless the second request was made of exactly what is there now."""
        if request.form.get("selection_hash") != check.seal:
            raise SelectionChanged(what=what)

    def start(
        self, name: JobName, args: dict[str, Any], *, subject: str, message: str, **facts: Any
    ) -> ResponseReturnValue:
        """Queue work, keep who asked for it, and lead to its page."""
        args = {"on": clock.today(), **args}
        with db.atomic():
            job = jobs.enqueue(
                name,
                args,
                by=g.actor.name,
                dedupe_key=f"{name}:{json.dumps(args, sort_keys=True, default=str)}",
            )
            audit.wrote(
                f"{name}.asked", actor=g.actor.name, subject=subject, job_id=job.id, **facts
            )
        counts.forget()
        flash(message, "success")
        return redirect(url_for("jobs.one", job_id=job.id), 303)


def is_confirmed() -> bool:
    """Return whether this is the second request of a check page."""
    return request.method == "POST" and "selection_hash" in request.form


def pager_url(page: int) -> str:
    """Return the address of another page of the list."""
    kept = request.args.to_dict(flat=False)
    kept.pop("part", None)
    kept["page"] = [str(page)]
    if page == 0:
        kept.pop("page")
    query = urlencode(kept, doseq=True)
    return request.path + (f"?{query}" if query else "")


def narrowed(*names: str) -> bool:
    """Return whether the address asks for less than everything."""
    return any(request.args.get(name) for name in names)


def done(message: str) -> None:
    """Tell what happened and what is next, and let the menu count anew."""
    counts.forget()
    flash(message, "success")


def refused(message: str) -> None:
    """Tell on the next page why nothing happened."""
    flash(message, "error")
