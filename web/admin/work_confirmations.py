"""双方确认: what awaits whom until when, and the list as a file."""

from decimal import Decimal
from typing import Any, ClassVar

from flask import Response, g, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.rules import windows as rules
from models.rules.job_names import JobName
from models.rules.money import yuan
from models.rules.words import Party, Role
from models.services import access
from models.services.exports import listed
from models.services.views import windows
from models.services.views.listing import Counted
from models.services.views.reading import COUNT_MAX
from models.services.views.windows import Asked
from web import downloads, scope, words
from web.admin import asked, list_export, screen, turning, window_words
from web.admin.confirm_answering import Answering
from web.admin.screen import Screen
from web.permissions import Page

#: A seat's first look is at what it must answer itself.
_SEATS = {Role.HOSPITAL: Party.HOSPITAL, Role.ENTERPRISE: Party.ENTERPRISE}


class ConfirmationsView(Answering):
    """The list of windows, answering, revoking, files and statistics."""

    page: ClassVar[Page] = Page.CONFIRMATIONS

    @expose("/")
    def index(self) -> str:
        """List the windows, the nearest deadline first."""
        on, wanted, rows, order = clock.today(), _asked(), scope.current(), windows.ORDER
        totals = windows.totals(rows, wanted, on)
        page = windows.page(rows, wanted, on, turning.place(order, totals.found))
        return self.render(
            "zhijie/work/confirmations.html",
            windows=page.rows,
            turns=turning.shown(order, page, found=totals.found),
            counts=windows.counts(rows, on, party=own_party()),
            totals=totals,
            wanted=wanted,
            own=own_party(),
            on=on,
            fields=_fields(rows, on),
            query=request.query_string.decode(),
            may_answer=self.may_act(),
            switched_on=windows.is_switched_on(),
            narrowed=screen.narrowed("hospital", "enterprise", "period", "until", "line", "area"),
            **_shared(),
        )

    @expose("/refresh", methods=("POST",))
    def refresh(self) -> ResponseReturnValue:
        """Queue the run of the night for today."""
        self.require_act()
        access.require(g.actor, "overdue")
        return self.start(
            JobName.WINDOWS,
            {},
            subject=f"day:{clock.today()}",
            message=_("已开始按今天更新确认时限。"),
        )

    def count_rows(self) -> Counted:
        """Return what a saved view of the list counts."""
        return windows.counted(scope.current(), _asked(), clock.today())

    @expose("/export")
    def export(self) -> ResponseReturnValue:
        """Send the list of the address as csv or xlsx."""
        kind = asked.file_kind()
        on, counted = clock.today(), self.count_rows()
        if list_export.is_long(counted):
            label = _("双方确认")
            return list_export.answer(
                self, "confirmations", label, _asked(), counted, _long_titles(), _LONG_WORDS
            )
        found = windows.page(scope.current(), _asked(), on, size=COUNT_MAX).rows
        titles = [
            _("明细编号"), _("须表态方"), _("类别"), _("月份"), _("医疗机构编码"), _("医疗机构"),
            _("统一社会信用代码"), _("医药企业"), _("产品"), _("金额（元）"), _("轮次"), _("时限"),
            _("开立日"), _("到期日"), _("状态"), _("表态日"), _("结束日"), _("可撤销至"),
        ]  # fmt: skip
        content = listed.written(g.actor, "confirmations", kind, titles, (_row(w) for w in found))
        return downloads.made(f"{_('双方确认')}_{on:%Y%m%d}_{len(found)}.{kind}", content)

    @expose("/statistics")
    def statistics(self) -> str:
        """Show how each institution answered."""
        on, wanted, rows = clock.today(), _asked("all"), scope.current()
        return self.render(
            "zhijie/work/confirm_statistics.html",
            found=windows.statistics(rows, wanted, on),
            wanted=wanted,
            query=request.query_string.decode(),
            fields=_fields(rows, on)[:-1],
            narrowed=screen.narrowed("hospital", "enterprise", "period", "party", "area"),
            **_shared(),
        )

    @expose("/statistics/export")
    def statistics_export(self) -> Response:
        """Send the statistics of the address as csv or xlsx."""
        kind = "xlsx" if asked.text("format") == "xlsx" else "csv"
        on = clock.today()
        found = windows.statistics(scope.current(), _asked("all"), on, size=windows.EXPORT_MAX)
        titles = [
            _("须表态方"), _("编码"), _("名称"), _("时限"), _("金额（元）"), _("按时"),
            _("逾期表态"), _("待表态"), _("逾期未表态"), _("转入下月"), _("自动确认"),
            _("撤销自动确认"), _("异议"), _("平均天数"),
        ]  # fmt: skip
        rows = (_statistic(row) for row in found)
        content = listed.written(g.actor, "confirm_statistics", kind, titles, rows)
        return downloads.made(f"{_('确认统计')}_{on:%Y%m%d}.{kind}", content)


#: What only the party itself can do.
_OWN_WORK = {"waiting", "late", "automatic"}


def own_party() -> str:
    """Return which party the reader's seat is; empty for the agencies."""
    party = _SEATS.get(g.actor.role)
    return party.value if party else ""


def _shared() -> dict[str, Any]:
    return {"R": rules, "length": window_words.length}


#: Which columns of a long list hold states and choices.
_LONG_WORDS = {"party": Party, "state": rules.WindowState}


def _long_titles() -> dict[str, str]:
    return {
        "line_no": _("明细编号"), "party": _("须表态方"), "period": _("月份"),
        "hospital_code": _("医疗机构编码"), "hospital_name": _("医疗机构"),
        "enterprise_code": _("统一社会信用代码"), "enterprise_name": _("医药企业"),
        "product_name": _("产品"), "amount_fen": _("金额（元）"), "round_no": _("轮次"),
        "opened_on": _("开立日"), "due_on": _("到期日"), "state": _("状态"),
        "answered_on": _("表态日"), "closed_on": _("结束日"), "revocable_until": _("可撤销至"),
    }  # fmt: skip


def _asked(default: str = "waiting") -> Asked:
    """Return the conditions of the address; a seat's own work is what it is shown first."""
    view, party, own = asked.text("view"), asked.text("party"), own_party()
    if view not in windows.VIEWS and view != "all":
        view = default
    if own and view in _OWN_WORK:
        party = own
    if own and view == "others":
        party = next(one.value for one in Party if one.value != own)
    return Asked(
        view="" if view == "all" else view,
        party=party if party in set(Party) else "",
        hospital=asked.text("hospital"),
        enterprise=asked.text("enterprise"),
        period=asked.period(),
        due_until=asked.day("until"),
        line_no=asked.text("line"),
        areas=asked.areas(),
    )


def _fields(rows: Any, on: Any) -> list[dict[str, Any]]:
    area = asked.area_field()
    months = [(one, one) for one in windows.periods(rows, on)]
    return [
        asked.field("party", _("须表态方"), "select", choices=words.choices(Party)),
        asked.field("period", _("明细月份"), "select", choices=months),
        *asked.party_fields(),
        *([area] if area else []),
        asked.field("line", _("明细编号")),
        asked.field("until", _("到期不晚于"), "date"),
    ]


def _row(window: Any) -> list[listed.Cell]:
    return [
        window.line_no,
        words.word(Party(window.party)),
        words.word(rules.WindowKind(window.kind)),
        window.period,
        window.hospital_code,
        window.hospital_name,
        window.enterprise_code,
        window.enterprise_name,
        window.product_name,
        Decimal(yuan(window.amount_fen)),
        window.round_no,
        window_words.length(window, "zh"),
        str(window.opened_on),
        str(window.due_on or ""),
        words.word(rules.WindowState(window.state)),
        str(window.answered_on or ""),
        str(window.closed_on or ""),
        str(window.revocable_until or ""),
    ]


def _statistic(row: Any) -> list[listed.Cell]:
    return [
        words.word(Party(row.party)),
        row.code,
        row.name,
        row.windows,
        Decimal(yuan(row.amount_fen)),
        row.in_time,
        row.late,
        row.waiting,
        row.silent,
        row.rolled,
        row.automatic,
        row.revoked,
        row.disputes,
        str(row.days) if row.days is not None else "",
    ]


def views() -> list[Screen]:
    """Return the page."""
    return [
        ConfirmationsView(lazy_gettext("双方确认"), endpoint="confirmations", url="/confirmations")
    ]
