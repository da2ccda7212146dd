"""月度核对: payables = instructions = bank = ledger for a month, every figure with its list."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from flask import request
from flask_admin import expose
from flask_babel import lazy_gettext

from models import clock
from models.services import identity
from models.services.views import choices, late
from models.services.views import identity as months
from web.admin import asked
from web.admin.screen import Screen
from web.permissions import Page

NAMES = {
    identity.SETTLED: lazy_gettext("已到账"),
    identity.IN_FLIGHT: lazy_gettext("在途"),
    identity.UNKNOWN: lazy_gettext("状态不明"),
    identity.BACK: lazy_gettext("已退票、冲账，重新待付"),
    identity.REFUSED: lazy_gettext("拒绝、查明未付，重新待付"),
    identity.UNPAID: lazy_gettext("尚未付款"),
    identity.REPLACED: lazy_gettext("已由重付替代"),
}
#: The account in which the money of a status must be.
BOOKS = {
    identity.SETTLED: ("fund", lazy_gettext("基金专户支出")),
    identity.IN_FLIGHT: ("in_transit", lazy_gettext("在途资金")),
    identity.UNKNOWN: ("in_transit", lazy_gettext("在途资金")),
    identity.BACK: ("enterprise", lazy_gettext("应付企业")),
    identity.REFUSED: ("enterprise", lazy_gettext("应付企业")),
    identity.UNPAID: ("enterprise", lazy_gettext("应付企业")),
    identity.REPLACED: ("enterprise", lazy_gettext("已冲回")),
}
SOURCES = {
    "payable": lazy_gettext("应付与指令不等"),
    "bank": lazy_gettext("银行与指令不等"),
    "ledger": lazy_gettext("账簿与指令不等"),
}
#: Sheets of a status, for the list behind the payables.
SHEETS = {
    identity.SETTLED: "paid",
    identity.IN_FLIGHT: "sent",
    identity.UNKNOWN: "unknown",
    identity.BACK: "returned",
    identity.REFUSED: "rejected",
    identity.UNPAID: "approved",
}
ORDERS = {
    identity.SETTLED: "settled",
    identity.IN_FLIGHT: "in_flight",
    identity.UNKNOWN: "unknown",
    identity.BACK: "came_back",
    identity.REFUSED: "refused",
    identity.REPLACED: "replaced",
}


class IdentityView(Screen):
    """The identity of a month and area."""

    page: ClassVar[Page] = Page.IDENTITY

    @expose("/")
    def index(self) -> str:
        """Show the four sources side by side, and what disagrees in red."""
        periods = choices.periods()
        period = asked.period(default=periods[0] if periods else "")
        area = asked.area_field()
        return self.render(
            "zhijie/work/identity_board.html"
            if request.args.get("part") == "board"
            else "zhijie/work/identity.html",
            **_found(period),
            period=period,
            fields=[asked.period_field(periods, period), *([area] if area else [])],
            names=NAMES,
            books=BOOKS,
            sources=SOURCES,
            link=_links(period),
            now=clock.now(),
        )


def _found(period: str) -> dict[str, Any]:
    """Return the month and its sums; of many payments only what is known, the page asks again."""
    areas = asked.all_areas()
    at_once = any(request.args.get(name) for name in ("part", "now", "print"))
    if not period or not (at_once or months.is_ready(areas, period) or not late.is_large()):
        return {"found": None, "totals": {}}
    found = months.month(areas, period)
    return {"found": found, "totals": _totals(found["statuses"])}


def _totals(statuses: list[Any]) -> dict[str, int]:
    """Return the sums of the table; what a re-issue replaced is counted with its successor."""
    live = [one for one in statuses if one.status != identity.REPLACED]
    sums = {
        name: sum(getattr(one, name) for one in live)
        for name in ("sheets", "payable_fen", "order_fen", "bank_fen", "statement_fen")
    }
    unpaid = sum(one.payable_fen for one in live if one.status == identity.UNPAID)
    settled = sum(one.order_fen for one in live if one.status == identity.SETTLED)
    return {
        **sums,
        "orders": sum(one.orders for one in live if one.status != identity.UNPAID),
        "unpaid_fen": unpaid,
        "settled_fen": settled,
        "not_stated_fen": settled
        - sum(one.statement_fen for one in live if one.status == identity.SETTLED),
        "ledger_fen": sum(one.ledger_fen for one in live),
        "differing": sum(one.differing for one in statuses),
    }


def _links(period: str) -> dict[str, dict[str, str]]:
    """Return for each source the address of the list behind a status."""
    kept = {"period": period}
    if asked.text("area"):
        kept["area"] = asked.text("area")

    def address(page: str, **more: str) -> str:
        return f"/{page}/?{urlencode({**kept, **more})}"

    return {
        "sheets": {
            status: address("sheets", view="all", state=state) for status, state in SHEETS.items()
        },
        "orders": {status: address("payments", state=state) for status, state in ORDERS.items()},
        "books": {
            status: f"/ledger/?{urlencode({'account': book})}"
            for status, (book, _name) in BOOKS.items()
        },
    }


def views() -> list[Screen]:
    """Return the page."""
    return [IdentityView(lazy_gettext("月度核对"), endpoint="identity", url="/identity")]
