"""到期日历: what falls due on each day of a month, and the lines of one day with what they lack."""

from calendar import monthcalendar
from datetime import date
from typing import Any

from flask import request
from flask_admin import expose
from flask_babel import gettext as _

from models import clock
from models.rules import calendar
from models.rules.overdue import Responsible
from models.rules.words import DayKind, Lane
from models.services.views import due_calendar, late_lines
from models.services.views.reading import PAGE_ROWS
from web import scope, words
from web.admin import asked, overdue_words
from web.admin.screen import Screen
from web.context import with_args


class CalendarPages(Screen):
    """The calendar below /overdue/."""

    abstract = True

    @expose("/calendar")
    def calendar(self) -> str:
        """Show a month; the day of the address opens its lines."""
        today, day, number = clock.today(), asked.day("day"), asked.page()
        period = asked.period(default=calendar.period_of(day or today))
        if day is not None and calendar.period_of(day) != period:
            day = None
        rows, large = scope.current(), late_lines.is_large()
        found = due_calendar.month(
            asked.own_areas(),
            calendar.first_day(period),
            calendar.last_day(period),
            due_calendar.Asked(
                lane=asked.text("lane") if asked.text("lane") in set(Lane) else "",
                responsible=asked.text("who") if asked.text("who") in set(Responsible) else "",
                hospital_code=rows.hospital_code or "",
                enterprise_code=rows.enterprise_code or "",
            ),
            on=today,
            day=day,
            number=number,
            use_register=large,
        )
        area = asked.area_field()
        return self.render(
            "zhijie/work/overdue_calendar.html",
            period=period,
            before=with_args(period=calendar.previous_period(period), day=None, page=None),
            after=with_args(period=calendar.next_period(period), day=None, page=None),
            weeks=_weeks(period, found, today, day),
            total=_total(found),
            day=day,
            today=today,
            chosen=found.days.get(day) if day else None,
            who=overdue_words.WHO,
            by_party=found.who,
            lines=found.lines[:PAGE_ROWS],
            more=len(found.lines) > PAGE_ROWS,
            number=number,
            pager=lambda page: with_args(page=page or None),
            narrowed=any(request.args.get(name) for name in ("lane", "who", "area")),
            fields=[
                {"name": "period", "label": _("月份"), "kind": "month", "value": period},
                asked.field("lane", _("通道"), "select", choices=words.choices(Lane)),
                asked.field("who", _("责任方"), "select", choices=overdue_words.choices_of_who()),
                *([area] if area else []),
            ],
        )


def _weeks(
    period: str, found: due_calendar.Month, today: date, chosen: date | None
) -> list[list[dict[str, Any] | None]]:
    """Return the weeks of a month; days of other months are None."""
    first = calendar.first_day(period)
    return [
        [
            _cell(date(first.year, first.month, number), found, today, chosen) if number else None
            for number in week
        ]
        for week in monthcalendar(first.year, first.month)
    ]


def _cell(day: date, found: due_calendar.Month, today: date, chosen: date | None) -> dict[str, Any]:
    kind = calendar.kind_of(day, found.kinds)
    return {
        "day": day,
        "due": found.days.get(day),
        "is_today": day == today,
        "is_chosen": day == chosen,
        "is_past": day < today,
        "rest": not calendar.is_working(day, found.kinds),
        "kind": words.word(kind) if kind in (DayKind.HOLIDAY, DayKind.MAKEUP) else "",
        "url": with_args(day=day, page=None),
    }


def _total(found: due_calendar.Month) -> dict[str, int]:
    names = ("lines", "unpaid_fen", "held", "direct_fen", "self_fen")
    return {name: sum(getattr(row, name) for row in found.days.values()) for name in names}
