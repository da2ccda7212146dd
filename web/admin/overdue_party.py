"""A page for each institution: what is overdue with whom, what was done, and how it developed."""

from datetime import date
from typing import Any

from flask import abort, g, request
from flask_admin import expose
from flask_babel import gettext as _

from models import clock
from models.rules import remedies
from models.services.views import (
    excuses,
    late,
    late_history,
    late_lines,
    late_party,
    measures,
    promises,
)
from web import charts, formats, scope
from web.admin import asked, overdue_words
from web.admin.screen import Screen

WAN = overdue_words.WAN
#: The last measures, promises and excuses each.
ANSWERS_SHOWN = 5


class PartyPages(Screen):
    """The pages of hospitals, enterprises and agencies below /overdue/."""

    abstract = True

    @expose("/hospital/<code>")
    def hospital(self, code: str) -> str:
        """Show what is overdue at a hospital."""
        return self._party("hospital", code)

    @expose("/enterprise/<code>")
    def enterprise(self, code: str) -> str:
        """Show what an enterprise has not received."""
        return self._party("enterprise", code)

    @expose("/agency/<code>")
    def agency(self, code: str) -> str:
        """Show what an agency has not paid."""
        return self._party("agency", code)

    def _party(self, kind: str, code: str) -> str:
        about = late_party.find(scope.current(), kind, code)
        if about is None:
            abort(404)
        on, areas = asked.on_or(clock.today()), asked.own_areas()
        large = late_lines.is_large()
        shared = {"about": about, "kind": kind, "on": on, "who": overdue_words.WHO}
        if request.args.get("part") == "history":
            facts = _history(areas, on, kind, code)
            return self.render("zhijie/work/overdue_history.html", **shared, **facts)
        at_once = not large or bool(request.args.get("now") or request.args.get("print"))
        return self.render(
            "zhijie/work/overdue_party.html",
            **shared,
            owed=late_party.owed(areas, on, kind, code, use_register=large),
            ages=[overdue_words.bucket(*ages) for ages in late.BUCKETS],
            steps=late_party.steps(areas, kind, code),
            mails=late_party.mails(kind, code),
            answers=_answers(on, kind, code),
            R=remedies,
            now=clock.now(),
            **(_history(areas, on, kind, code) if at_once else {"history": None}),
        )


def _answers(on: date, kind: str, code: str) -> dict[str, list[Any]]:
    """Return the last measures, promises and excuses of an institution that the reader may see."""
    rows, seat = scope.current(), bool(g.actor.party_code)
    taken = measures.page(
        rows, measures.Asked(kind=kind, code=code), on, seat=seat, size=ANSWERS_SHOWN
    )
    known = promises.page(rows, promises.Asked(kind=kind, code=code), on, size=ANSWERS_SHOWN)
    asked_for = excuses.page(rows, excuses.Asked(kind=kind, code=code), on, size=ANSWERS_SHOWN)
    return {
        "measures": taken[:ANSWERS_SHOWN],
        "promises": [(one, promises.state_of(one, on)) for one in known[:ANSWERS_SHOWN]],
        "excuses": [(one, excuses.state_of(one, on)) for one in asked_for[:ANSWERS_SHOWN]],
    }


def _history(areas: list[str], on: date, kind: str, code: str) -> dict[str, Any]:
    """Return the months with their two charts."""
    found = late_history.find(areas, on, kind, code)
    return {
        "history": found,
        "overdue_chart": _overdue_chart(found),
        "punctual_chart": _punctual_chart(found),
        "punctual_names": _punctual_names(),
    }


def _overdue_chart(found: late_history.History) -> Any:
    told = _("；").join(f"{row.day} {formats.wan(row.unpaid_fen)}" for row in found.overdue)
    return charts.stacked(
        [_("%(n)s月", n=row.day.month) if row.day.day == 1 else _("今天") for row in found.overdue],
        [(_("逾期金额"), [row.unpaid_fen // WAN for row in found.overdue])],
        _("各月 1 日的逾期金额，单位万元：%(told)s", told=told),
    )


def _punctual_names() -> list[str]:
    return [_("按期付款"), _("逾期后付款"), _("至今未付")]


def _punctual_chart(found: late_history.History) -> Any:
    if not found.punctual:
        return ""
    columns = ("in_time_fen", "late_fen", "open_fen")
    told = _("；").join(
        f"{row.month} " + _("、").join(formats.wan(getattr(row, column)) for column in columns)
        for row in found.punctual
    )
    return charts.stacked(
        [row.month[2:] for row in found.punctual],
        [
            (name, [getattr(row, column) // WAN for row in found.punctual])
            for name, column in zip(_punctual_names(), columns, strict=True)
        ],
        _("按到期月的付款情况，单位万元：%(told)s", told=told),
    )
