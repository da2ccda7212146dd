"""审计日志: who did what when, each row bound to the one before it."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.records.access import AuditEvent
from models.services import audit
from web import scope
from web.admin import taken_lists
from web.admin.pages import WorkView
from web.admin.taking_out import TakenOut, TakesOut
from web.permissions import Page

ROWS = 50


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=clock.SHANGHAI)
    except ValueError:
        return None


def _visible() -> Any:
    """Return the events of people in the reader's areas."""
    colleagues, query = scope.colleagues(), AuditEvent.select()
    return query if colleagues is None else query.where(AuditEvent.actor.in_(colleagues))


def _asked(query: Any) -> Any:
    """Return the events the query bar asks for."""
    for name in ("actor", "action", "subject"):
        if value := request.args.get(name, "").strip():
            column = getattr(AuditEvent, name)
            query = query.where(column.startswith(value))
    if since := _moment(request.args.get("since", "")):
        query = query.where(AuditEvent.happened_at >= since)
    if until := _moment(request.args.get("until", "")):
        query = query.where(AuditEvent.happened_at < until + timedelta(days=1))
    return query


class AuditView(TakesOut, WorkView):
    """The trail as a list; older rows by key, so that the last page is as fast as the first."""

    page: ClassVar[Page] = Page.AUDIT

    @expose("/")
    def index(self) -> str:
        """List events, latest first."""
        query = _asked(_visible())
        if before := request.args.get("before", 0, type=int):
            query = query.where(AuditEvent.id < before)
        found = list(query.order_by(AuditEvent.id.desc()).limit(ROWS + 1))
        return self.render(
            "zhijie/audit.html", events=found[:ROWS], more=len(found) > ROWS, facts=audit.canonical
        )

    def taken_out(self, most: int) -> TakenOut:
        """Return the events of the address for a file, latest first."""
        found = _asked(_visible()).order_by(AuditEvent.id.desc()).limit(most)
        return taken_lists.events(found)

    @expose("/check", methods=("POST",))
    def check(self) -> ResponseReturnValue:
        """Compute every hash anew."""
        broken = audit.first_break()
        count = AuditEvent.select().count()
        if broken is None:
            flash(
                _("事件链完整，校验至 %(at)s，%(n)s 条。", at=self._now(), n=f"{count:,}"),
                "success",
            )
        else:
            flash(_("事件链在第 %(n)s 号事件处中断，请立即报告。", n=broken), "error")
        return redirect(url_for("audit.index"), 303)

    def _now(self) -> str:
        return clock.now().astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M")


def views() -> list[WorkView]:
    """Return the page."""
    return [AuditView(lazy_gettext("审计日志"), endpoint="audit", url="/audit")]
