"""欠款排行: hospitals of each level by what they owe and by its share, in two windows."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from flask import Response, abort, g, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.rules.job_names import JobName
from models.rules.money import yuan
from models.rules.words import HospitalLevel
from models.services import access
from models.services.arrears import ranking
from models.services.exports import listed
from models.services.views import arrears, late_lines
from web import downloads, scope, words
from web.admin import asked
from web.admin.screen import Screen
from web.permissions import Page

WINDOWS = {"since": lazy_gettext("累计"), "month": lazy_gettext("上月到期")}
ORDERS = {"amount": lazy_gettext("按金额"), "ratio": lazy_gettext("按比例")}


class RankingView(Screen):
    """The ranking of a day: a recorded one, or as everything stands now."""

    page: ClassVar[Page] = Page.RANKING
    counted: ClassVar[bool] = False

    @expose("/")
    def index(self) -> str:
        """Show the ranking of each level."""
        on, since, kept, known = _day()
        large = late_lines.is_large()
        part = bool(request.args.get("part"))
        waits = large and not kept and not (part or request.args.get("now"))
        printed = bool(request.args.get("print"))
        template = "overdue_ranking_board" if part else "overdue_ranking"
        template = "overdue_ranking_print" if printed else template
        return self.render(
            f"zhijie/work/{template}.html",
            on=on,
            since=since,
            month=ranking.month_of(on),
            kept=kept,
            levels=None if waits else _levels(on, since, kept=kept),
            window=_window(),
            by=_by(),
            windows=WINDOWS,
            orders=ORDERS,
            now=clock.now(),
            made=next((one for one in known if (one.as_of, one.since_on) == (on, since)), None),
            missing=_may_record() and ranking_day() not in {one.as_of for one in known},
            ranking_day=ranking_day(),
            fields=_fields(on, since, known),
        )

    @expose("/file.<kind>")
    def file(self, kind: str) -> Response:
        """Send the ranking as shown: same day, window and order."""
        if kind not in listed.KINDS:
            abort(404)
        access.require(g.actor, "export")
        on, since, kept, _known = _day()
        titles = [_("等级"), _("名次"), _("医院编码"), _("医疗机构"), _("统筹区"),
                  _("欠款（元）"), _("基数（元）"), _("欠款比例（百分之）")]  # fmt: skip
        found = _levels(on, since, kept=kept)
        content = listed.written(g.actor, f"arrears_ranking:{on}", kind, titles, _rows(found))
        name = f"{_('欠款排行')}_{on:%Y%m%d}_{_window()}_{_by()}.{kind}"
        return downloads.made(name, content)

    @expose("/record", methods=("POST",))
    def record(self) -> ResponseReturnValue:
        """Record the ranking of this month's first day, where the timetable missed it."""
        self.require_act()
        access.require(g.actor, "overdue")
        return self.start(
            JobName.ARREARS_RANKING,
            {"on": ranking_day()},
            subject=f"ranking:{ranking_day()}",
            message=_("正在登记 %(d)s 的欠款排行，完成后可在本页查看。", d=ranking_day()),
        )


def ranking_day() -> date:
    """Return the day whose ranking is published: the first of this month."""
    return clock.today().replace(day=1)


def _may_record() -> bool:
    return "overdue" in access.MAY.get(g.actor.role, frozenset()) and access.areas(
        g.actor, None
    ) == access.areas(access.SYSTEM, None)


def _window() -> str:
    return asked.text("window") if asked.text("window") in WINDOWS else "since"


def _by() -> str:
    return asked.text("by") if asked.text("by") in ORDERS else "amount"


def _day() -> tuple[date, date, bool, list[arrears.Recorded]]:
    """Return day, beginning and whether that ranking was recorded; by default the latest one."""
    known = arrears.recorded()
    default = known[0].as_of if known else clock.today()
    on = asked.on_or(default)
    since = asked.day("since") or ranking.since_of(on)
    kept = any((one.as_of, one.since_on) == (on, since) for one in known)
    return on, since, kept, known


def _levels(on: date, since: date, *, kept: bool) -> list[arrears.Level]:
    return arrears.levels(
        asked.own_areas(),
        on,
        since,
        window=_window(),
        by=_by(),
        kept=kept,
        hospital_code=scope.current().hospital_code or "",
    )


def _fields(on: date, since: date, known: list[arrears.Recorded]) -> list[dict[str, Any]]:
    days = [str(one.as_of) for one in known if one.since_on == ranking.since_of(one.as_of)]
    today = str(clock.today())
    offered = [(day, _("%(d)s（已登记）", d=day)) for day in days]
    if today not in days:
        offered.append((today, _("%(d)s（现在）", d=today)))
    if str(on) not in {day for day, _words in offered}:
        offered.append((str(on), str(on)))
    area = asked.area_field()
    return [
        {"name": "on", "label": _("截至"), "kind": "select", "choices": offered, "value": str(on)},
        {"name": "since", "label": _("累计自"), "kind": "date", "value": str(since)},
        *([area] if area else []),
    ]


def _rows(found: list[arrears.Level]) -> Iterator[list[listed.Cell]]:
    for level in found:
        for place in level.places:
            yield [
                words.word(HospitalLevel(level.level)),
                place.place,
                place.hospital_code,
                place.hospital_name,
                place.area_code,
                Decimal(yuan(place.owed_fen)),
                Decimal(yuan(place.base_fen)),
                None if place.ratio_bp is None else Decimal(place.ratio_bp) / 100,
            ]


def views() -> list[Screen]:
    """Return the page."""
    return [
        RankingView(lazy_gettext("欠款排行"), endpoint="overdue_ranking", url="/overdue/ranking")
    ]
