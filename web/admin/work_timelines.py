"""经过: who did what when to an institution, a scheme or a batch, as the audit trail holds it."""

from dataclasses import dataclass
from typing import Any, ClassVar

from flask import abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import lazy_gettext as _

from models.records.parties import Enterprise, Hospital
from models.rules.words import Role
from models.services.views import batches, schemes, timelines
from web import scope
from web.admin import timeline_words
from web.admin.screen import Screen
from web.permissions import Page, may_read


@dataclass(frozen=True)
class Subject:
    """What a timeline is of: its name, and the page it belongs to."""

    name: str
    title: Any
    url: str


class TimelinesView(Screen):
    """One page for each subject; linked from the subject's own pages."""

    page: ClassVar[Page] = Page.TODAY
    in_menu: ClassVar[bool] = False

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Lead to the find box: a timeline is reached from its subject."""
        return redirect(url_for("find.index"))

    @expose("/<kind>/<code>")
    def one(self, kind: str, code: str) -> str:
        """Show what was done to a subject of the reader, the latest first."""
        find = _FINDERS.get(kind) or abort(404)
        subject = find(code) or abort(404)
        inside = not g.actor.party_code
        before = request.args.get("before", 0, type=int)
        found = timelines.events(kind, code, inside=inside, before=before)
        return self.render(
            "zhijie/work/timeline.html",
            subject=subject,
            events=found[: timelines.EVENTS_SHOWN],
            more=len(found) > timelines.EVENTS_SHOWN,
            inside=inside,
            told=timeline_words.told,
            reason=timeline_words.reason,
            sees_audit=may_read(g.actor.role, Page.AUDIT),
        )


def _hospital(code: str) -> Subject | None:
    """Return a hospital of the reader: his own, or one of his areas; enterprises have none."""
    mine = scope.current().where(area=Hospital.area_code, hospital=Hospital.hospital_code)
    query = Hospital.select().where(Hospital.hospital_code == code)
    row = (query if mine is None else query.where(mine)).first()
    if row is None or g.actor.role == Role.ADMINISTRATOR:
        return None
    return Subject(row.name, _("医疗机构"), f"/overdue/hospital/{code}")


def _enterprise(code: str) -> Subject | None:
    """Return an enterprise: an agency of any area deals with all, a seat with itself."""
    if g.actor.role in {Role.HOSPITAL, Role.ADMINISTRATOR}:
        return None
    if g.actor.role == Role.ENTERPRISE and g.actor.party_code != code:
        return None
    row = Enterprise.get_or_none(Enterprise.credit_code == code)
    return Subject(row.name, _("医药企业"), f"/overdue/enterprise/{code}") if row else None


def _scheme(code: str) -> Subject | None:
    """Return a scheme of the reader's areas; its drafts stay inside the agencies."""
    if g.actor.party_code or not may_read(g.actor.role, Page.SCHEMES):
        return None
    row = schemes.version(scope.current(), code)
    return row and Subject(code, _("结算方案"), f"/schemes/{code}")


def _batch(code: str) -> Subject | None:
    """Return a batch of the reader's areas."""
    if not may_read(g.actor.role, Page.BATCHES):
        return None
    row = batches.find(scope.current(), code)
    return row and Subject(code, _("付款批次"), f"/batches/{code}")


_FINDERS = {
    "hospital": _hospital,
    "enterprise": _enterprise,
    "scheme": _scheme,
    "batch": _batch,
}


def views() -> list[Screen]:
    """Return the page."""
    return [TimelinesView(_("经过"), endpoint="timelines", url="/timelines")]
