"""How closing a month speaks: its points, where each is mended, what each move repeats."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models.rules.closing import CARRIED_ON, CloseState, Finding, Point
from models.rules.money import yuan
from models.services.exports import listed
from models.services.period_close import Checklist
from web import formats
from web.admin.screen import Check

#: point → what must be true, and what to do where it is not.
WORDS: dict[Point, tuple[Any, Any]] = {
    Point.PERIOD_OVER: (lazy_gettext("月份已经结束"), lazy_gettext("月末之后才能关账")),
    Point.EARLIER_OPEN: (
        lazy_gettext("以前各月都已关账"),
        lazy_gettext("按先后顺序，先为较早的月份关账"),
    ),
    Point.SETTLED: (
        lazy_gettext("每个统筹区都已结算"),
        lazy_gettext("为尚未结算的统筹区计算结算单"),
    ),
    Point.UNREVIEWED: (
        lazy_gettext("没有待复核、待审批的结算单"),
        lazy_gettext("由复核、审批人员办理"),
    ),
    Point.UNPAID: (lazy_gettext("审批通过的结算单都已付款"), lazy_gettext("生成付款批次")),
    Point.UNANSWERED: (
        lazy_gettext("付款都有银行结果"),
        lazy_gettext("导入回盘或对账单，或向银行查询"),
    ),
    Point.CASES: (lazy_gettext("没有未办结的异常"), lazy_gettext("认定或办结异常")),
    Point.REQUESTS: (lazy_gettext("没有待决定的重付申请"), lazy_gettext("放行或驳回重付申请")),
    Point.DIFFERENCES: (
        lazy_gettext("应付、付款指令、银行与账簿逐笔一致"),
        lazy_gettext("在月度核对中逐笔查明"),
    ),
    Point.BOOKS: (
        lazy_gettext("账目在一天之内核对过，全部相符"),
        lazy_gettext("核对账目；不平的先查明更正"),
    ),
    Point.STATEMENTS: (
        lazy_gettext("当月收到的对账单都已结平"),
        lazy_gettext("补齐或更正未结平的对账日"),
    ),
    Point.OFFSET_MISSING: (lazy_gettext("当月抵扣已计算"), lazy_gettext("计算当月抵扣")),
    Point.OFFSET_STALE: (
        lazy_gettext("抵扣之后没有新的付款或退回"),
        lazy_gettext("抵扣之后付款有变化，再计算一次抵扣"),
    ),
    Point.SHORT: (
        lazy_gettext("没有等待分簿补足的结算单"),
        lazy_gettext("补足后照常付款，记入付款当月"),
    ),
    Point.CAME_BACK: (
        lazy_gettext("没有退回、被拒而未重付的付款"),
        lazy_gettext("更正账户后关联重付，记入重付当月"),
    ),
    Point.HELD: (lazy_gettext("没有挂起的明细"), lazy_gettext("原因消除后进入以后月份的结算单")),
    Point.CARRIED: (lazy_gettext("抵扣没有结转"), lazy_gettext("结转至下月抵扣")),
    Point.OWED: (
        lazy_gettext("没有未交回的款项"),
        lazy_gettext("医院补足、追缴或归还的款项，到账当月入账"),
    ),
    Point.FUND_MISSING: (
        lazy_gettext("抵扣所用的基金数据齐全"),
        lazy_gettext("没有基金数据的医院按 0 抵扣，余额结转"),
    ),
}
#: What a point counts.
UNITS: dict[Point, Any] = {
    Point.PERIOD_OVER: lazy_gettext("项"),
    Point.EARLIER_OPEN: lazy_gettext("个月"),
    Point.SETTLED: lazy_gettext("个统筹区"),
    Point.CASES: lazy_gettext("笔"),
    Point.REQUESTS: lazy_gettext("笔"),
    Point.DIFFERENCES: lazy_gettext("笔"),
    Point.BOOKS: lazy_gettext("处"),
    Point.STATEMENTS: lazy_gettext("天"),
    Point.OFFSET_MISSING: lazy_gettext("家"),
    Point.OFFSET_STALE: lazy_gettext("家"),
    Point.HELD: lazy_gettext("行"),
    Point.CARRIED: lazy_gettext("家"),
    Point.OWED: lazy_gettext("笔"),
    Point.FUND_MISSING: lazy_gettext("家"),
}
_PAGES: dict[Point, tuple[str, dict[str, str]]] = {
    Point.SETTLED: ("/sheets/calculate", {}),
    Point.UNREVIEWED: ("/sheets/", {"view": "all", "state": "draft"}),
    Point.UNPAID: ("/sheets/", {"view": "all", "state": "approved"}),
    Point.UNANSWERED: ("/unconfirmed/", {}),
    Point.CASES: ("/exceptions/", {}),
    Point.REQUESTS: ("/returns/", {}),
    Point.DIFFERENCES: ("/identity/", {}),
    Point.BOOKS: ("/ledger/", {}),
    Point.STATEMENTS: ("/statements/", {}),
    Point.OFFSET_MISSING: ("/offsets/", {}),
    Point.OFFSET_STALE: ("/offsets/", {}),
    Point.SHORT: ("/sheets/", {"view": "all", "state": "short"}),
    Point.CAME_BACK: ("/returns/", {}),
    Point.HELD: ("/holds/", {}),
    Point.CARRIED: ("/offsets/", {}),
    Point.OWED: ("/money-requests/", {}),
    Point.FUND_MISSING: ("/imports/", {"kind": "monthly_funds"}),
}
#: move → its words, and what it makes of the proposal.
MOVES = {
    "close": lazy_gettext("关账"),
    "refuse": lazy_gettext("驳回"),
    "withdraw": lazy_gettext("撤回"),
}


@dataclass(frozen=True)
class Shown:
    """A point as a page shows it."""

    point: Point
    title: Any
    to_do: Any
    count: int
    sum_fen: int | None
    unit: Any
    url: str
    #: ok, open (keeps the month open) or carried (goes on).
    mark: str


def points(findings: Sequence[Finding], period: str, area: str) -> list[Shown]:
    """Return the points with their words and where they are mended, what is open first."""
    order = ("open", "carried", "ok")
    shown = [_shown(one, period, area) for one in findings]
    return sorted(shown, key=lambda one: order.index(one.mark))


def kept_points(told: Sequence[dict[str, Any]], period: str, area: str) -> list[Shown]:
    """Return the points as a proposal kept them."""
    found = [
        Finding(Point(one["point"]), one["count"], one["sum_fen"], one["example"]) for one in told
    ]
    return points(found, period, area)


def _shown(one: Finding, period: str, area: str) -> Shown:
    title, to_do = WORDS[one.point]
    return Shown(
        one.point,
        title,
        to_do,
        one.count,
        one.sum_fen,
        UNITS.get(one.point, _("张")),
        _address(one, period, area),
        "open" if one.blocks else "carried" if one.is_carried else "ok",
    )


def _address(one: Finding, period: str, area: str) -> str:
    if one.point is Point.EARLIER_OPEN:
        return f"/close/?{urlencode({'period': one.example})}" if one.example else ""
    if one.point not in _PAGES:
        return ""
    page, kept = _PAGES[one.point]
    told = {"period": period, **kept, **({"area": area} if area else {})}
    return f"{page}?{urlencode(told)}"


def proposal(found: Checklist, back: str) -> Check:
    """Return what is repeated before a month is proposed to close."""
    carried = len(found.carried)
    return Check(
        title=_("核对：提出 %(p)s 关账", p=found.period),
        sentence=_("提出后由另一人决定；数字或事项有变化时须重新提出。"),
        button=_("提出 %(p)s 关账", p=found.period),
        seen={"seal": found.seal, "areas": list(found.areas)},
        figures=_figures(found.totals, len(found.areas)),
        sum_fen=found.totals["payable_fen"],
        notes=[("bad", _("尚有 %(n)s 项未办结，见下方清单。", n=len(found.blocking)))]
        if found.blocking
        else [],
        after=[
            _("复核或审批人员决定，不能由您本人决定"),
            _("关账之后不再结算、退回、抵扣，也不能记账到该月"),
            _("发现错误的，在以后月份更正，并注明原单据"),
        ],
        possible=not found.blocking,
        reason=_("有 %(n)s 项转入以后月份，请说明理由", n=carried) if carried else "",
        back=back,
        crumbs=_crumbs(_("核对")),
    )


def decision(close: Any, move: str, found: Checklist | None) -> Check:
    """Return what is repeated before a proposal is decided."""
    words = MOVES[move]
    sentences = {
        "close": _("关账之后不再结算、退回、抵扣，也不能记账到该月，并且不能撤销。"),
        "refuse": _("驳回后月份仍然开放，可以重新提出。"),
        "withdraw": _("撤回后月份仍然开放，可以重新提出。"),
    }
    changed = found is not None and found.seal != close.content_hash
    return Check(
        title=_("核对：%(w)s %(p)s", w=words, p=close.period),
        sentence=sentences[move],
        button=_("%(w)s %(p)s · %(n)s 个统筹区", w=words, p=close.period, n=len(close.area_codes)),
        seen={
            "id": close.id,
            "state": close.state,
            "hash": close.content_hash,
            "now": found.seal if found else "",
            "move": move,
        },
        figures=_figures(close.totals, len(close.area_codes)),
        sum_fen=close.totals["payable_fen"],
        notes=[("bad", _("提出之后数字或事项有变化，不能关账。请驳回，由经办重新提出。"))]
        if changed
        else [],
        after=[_("该月的结算单、抵扣和账簿不再变动"), _("关账单可以打印存档")]
        if move == "close"
        else [],
        possible=close.state == CloseState.PROPOSED and not changed,
        reason="" if move == "close" else _("%(w)s原因", w=words),
        danger=move != "withdraw",
        back=url_for("close.one", close_no=close.close_no),
        crumbs=_crumbs(close.close_no),
    )


def _figures(totals: dict[str, int], areas: int) -> list[tuple[str, str]]:
    return [
        (_("统筹区"), _("%(n)s 个", n=areas)),
        (_("结算单"), _("%(n)s 张", n=f"{totals['sheets']:,}")),
        (_("明细"), _("%(n)s 行", n=f"{totals['lines']:,}")),
        (_("已到账"), f"¥{formats.money(totals['paid_fen'])}"),
        (_("抵扣"), f"¥{formats.money(totals['offset_fen'])}"),
    ]


def _crumbs(last: str) -> list[tuple[str, str]]:
    return [(_("结算"), ""), (_("关账"), url_for("close.index")), (last, "")]


def exported(shown: Sequence[Shown]) -> Iterator[list[listed.Cell]]:
    """Yield the rows of the file of a checklist."""
    marks = {"ok": _("已办结"), "open": _("未办结"), "carried": _("转入以后月份")}
    for one in shown:
        yield [
            str(one.title),
            _("须办结") if one.point not in CARRIED_ON else _("可结转"),
            marks[one.mark],
            one.count,
            None if one.sum_fen is None else Decimal(yuan(one.sum_fen)),
        ]
