"""审计日志: who did what when, each row bound to the one before it."""

from datetime import datetime, timedelta
from itertools import islice
from typing import Any, ClassVar

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.records.access import AuditEvent
from models.rules.audit_chain import Fault, FaultKind
from models.services import audit, audit_anchors
from web import scope
from web.admin import taken_lists
from web.admin.pages import WorkView
from web.admin.taking_out import TakenOut, TakesOut
from web.permissions import Page

ROWS = 50
#: More places would hide the first.
FAULTS_SHOWN = 5


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


def _broken(fault: Fault) -> str:
    """Return where and how the chain does not hold."""
    at = _("事件链在第 %(n)s 号事件处中断，请立即报告。", n=fault.at)
    if fault.kind is FaultKind.CHANGED:
        return at + _("该事件的内容被改动。")
    if fault.kind is FaultKind.INSERTED:
        told = _("第 %(a)s 至 %(b)s 号事件是后来插入的。", a=fault.first_id, b=fault.last_id)
        return at + told
    told = _("第 %(a)s 号与第 %(b)s 号之间有事件被删除。", a=fault.first_id, b=fault.last_id)
    return at + told


def _compared(kept: str) -> tuple[str, str]:
    """Return what to say, and how, about a head that was kept elsewhere."""
    anchor = audit_anchors.parsed(kept)
    if anchor is None:
        return _("链头须是“编号:摘要”，请照打印的凭证输入。"), "error"
    if not audit.holds(*anchor):
        return _("与所给的链头不符：第 %(n)s 号事件已被改写，请立即报告。", n=anchor[0]), "error"
    return _("与所给的链头一致：至第 %(n)s 号事件没有变化。", n=anchor[0]), "success"


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
            "zhijie/audit.html",
            events=found[:ROWS],
            more=len(found) > ROWS,
            facts=audit.canonical,
            head=audit.head(),
        )

    def taken_out(self, most: int) -> TakenOut:
        """Return the events of the address for a file, latest first."""
        found = _asked(_visible()).order_by(AuditEvent.id.desc()).limit(most)
        return taken_lists.events(found)

    @expose("/check", methods=("POST",))
    def check(self) -> ResponseReturnValue:
        """Compute every hash anew, and compare with a head that was kept elsewhere."""
        faults = list(islice(audit.faults(), FAULTS_SHOWN))
        for fault in faults:
            flash(_broken(fault), "error")
        if not faults:
            flash(
                _(
                    "事件链完整，校验至 %(at)s，%(n)s 条。",
                    at=self._now(),
                    n=f"{AuditEvent.select().count():,}",
                ),
                "success",
            )
        if kept := request.form.get("anchor", "").strip():
            flash(*_compared(kept))
        return redirect(url_for("audit.index"), 303)

    def _now(self) -> str:
        return clock.now().astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M")


def views() -> list[WorkView]:
    """Return the page."""
    return [AuditView(lazy_gettext("审计日志"), endpoint="audit", url="/audit")]
