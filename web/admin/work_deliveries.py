"""订单与验收: what was ordered, sent and received, and where they differ, for both sides."""

from decimal import Decimal
from typing import Any, ClassVar

from flask import request
from flask_admin import expose
from flask_babel import lazy_gettext

from models import clock
from models.rules import calendar
from models.rules.deliveries import WHO_ACTS, Acts, Difference
from models.services.deliveries import GRACE_DAYS
from models.services.views import choices, deliveries, late
from web import scope
from web.admin import asked, screen
from web.admin.screen import Screen
from web.permissions import Page

#: difference → its name and what it says.
WORDS = {
    Difference.ORDER_MISSING: (
        lazy_gettext("无订单"),
        lazy_gettext("验收或配送所写的订单和产品没有下单记录"),
    ),
    Difference.PARTY_DIFFERS: (
        lazy_gettext("单位不符"),
        lazy_gettext("验收或配送的医院、企业与订单不同"),
    ),
    Difference.NOT_DELIVERED: (
        lazy_gettext("未配送"),
        lazy_gettext("下单满 %(n)s 天，没有配送也没有验收", n=GRACE_DAYS),
    ),
    Difference.DELIVERED_SHORT: (
        lazy_gettext("配送不足"),
        lazy_gettext("下单满 %(n)s 天，配送和验收都少于订购", n=GRACE_DAYS),
    ),
    Difference.RECEIVED_OVER: (lazy_gettext("超量验收"), lazy_gettext("验收多于订购")),
    Difference.RECEIPT_MISSING: (
        lazy_gettext("已配送未验收"),
        lazy_gettext("配送满 %(n)s 天，验收少于配送", n=GRACE_DAYS),
    ),
    Difference.NOTE_MISSING: (lazy_gettext("缺配送单"), lazy_gettext("验收多于配送单")),
    Difference.PRICE_DIFFERS: (lazy_gettext("单价不符"), lazy_gettext("验收单价与订单单价不同")),
}
WHO = {
    Acts.HOSPITAL: lazy_gettext("医院"),
    Acts.ENTERPRISE: lazy_gettext("企业"),
    Acts.BOTH: lazy_gettext("双方"),
}


class DeliveriesView(Screen):
    """The differences of a month, by kind and one by one."""

    page: ClassVar[Page] = Page.DELIVERIES

    @expose("/")
    def index(self) -> str:
        """Show the month: the kinds of differences with their sums, then the positions."""
        months = choices.months()
        period = asked.period(default=months.last or calendar.period_of(clock.today()))
        view = request.args.get("view", "")
        view = view if view == "all" or view in set(Difference) else ""
        page, area = asked.page(), asked.area_field()
        part = request.args.get("part") == "board"
        waits = not part and "now" not in request.args and late.is_large()
        found = None if waits else _month(period, view, page)
        offered = asked.months()
        return self.render(
            "zhijie/work/deliveries_board.html" if part else "zhijie/work/deliveries.html",
            waits=waits,
            period=period,
            found=found,
            view=view,
            page=page,
            kinds=[one for one in Difference if found and one.value in found.kinds],
            names=WORDS,
            who={one: WHO[acts] for one, acts in WHO_ACTS.items()},
            D=Difference,
            bp=_bp,
            plain=_plain,
            page_url=screen.pager_url,
            narrowed=screen.narrowed("hospital", "enterprise", "area", "view"),
            fields=[
                asked.period_field(offered if period in offered else [period, *offered], period),
                *asked.party_fields(),
                *([area] if area else []),
            ],
        )


def _month(period: str, view: str, page: int) -> Any:
    rows = scope.current()
    return deliveries.month(
        asked.own_areas(),
        period,
        clock.today(),
        seat=(rows.hospital_code, rows.enterprise_code),
        named=(asked.text("hospital"), asked.text("enterprise")),
        view=view,
        page=page,
    )


def _bp(part: int, whole: int) -> str:
    """Return a share in per cent with two decimals, half up; a dash where there is no whole."""
    if not whole:
        return "—"
    value = (2 * 10_000 * part + whole) // (2 * whole)
    return f"{value // 100}.{value % 100:02d}%"


def _plain(value: Decimal | None) -> str:
    """Return a quantity without needless zeros."""
    return "—" if value is None else f"{value.normalize():,f}"


def views() -> list[Screen]:
    """Return the page."""
    return [DeliveriesView(lazy_gettext("订单与验收"), endpoint="deliveries", url="/deliveries")]
