"""Where the months stand: the seven stages of one, and what was paid in the last."""

from dataclasses import dataclass

from flask_babel import gettext as _

from models.records.base import db
from models.services.access import Actor
from web import scope
from web.today.bounds import HELD, SHEET


@dataclass(frozen=True)
class Stage:
    """A stage of the month: each direct line stands in exactly one."""

    key: str
    name: str
    unit: str
    count: int
    sum_fen: int
    url: str
    #: Class of the bar: h hatched, s1 … s4.
    style: str


_STAGE_OF = {
    "draft": "review",
    "in_review": "approve",
    "approved": "pay",
    "short": "pay",
    "rejected": "pay",
    "returned": "pay",
    "sent": "bank",
    "unknown": "bank",
    "paid": "paid",
    "nothing_payable": "paid",
}

_SHEET_SUMS = """
SELECT s.period, s.state, count(*), sum(s.payable_fen)::bigint FROM settlement_sheet s
 WHERE s.period > %(after)s AND {scope} GROUP BY s.period, s.state
"""
_HELD_SUMS = """
SELECT h.period, sum(h.lines_count)::bigint, sum(h.amount_fen)::bigint,
       sum(h.unconfirmed_count)::bigint, sum(h.unconfirmed_fen)::bigint
  FROM held_pair h WHERE h.period > %(after)s AND h.lane = 'direct' AND {scope} GROUP BY 1
"""


@dataclass(frozen=True)
class Sums:
    """Sheets and held lines of the last months, by period and state."""

    sheets: dict[tuple[str, str], tuple[int, int]]
    held: dict[tuple[str, bool], tuple[int, int]]


def latest_period() -> str | None:
    """Return the last settled month."""
    return db.execute_sql("SELECT max(period) FROM settled_period").fetchone()[0]


def sums(actor: Actor, after: str) -> Sums:
    """Return count and money of every state of the periods after one, within the reader's rows."""
    rows = scope.of(actor)
    sheet_where, sheet_told = rows.sql(**SHEET)
    held_where, held_told = rows.sql(**HELD)
    sheets = db.execute_sql(
        _SHEET_SUMS.format(scope=sheet_where), {"after": after, **sheet_told}
    ).fetchall()
    held = db.execute_sql(
        _HELD_SUMS.format(scope=held_where), {"after": after, **held_told}
    ).fetchall()
    return Sums(
        {(period, state): (count, fen or 0) for period, state, count, fen in sheets},
        {
            (period, flag): found
            for period, lines, fen, open_lines, open_fen in held
            for flag, found in (
                (True, (open_lines, open_fen)),
                (False, (lines - open_lines, fen - open_fen)),
            )
        },
    )


def stages(found: Sums, period: str) -> list[Stage]:
    """Return the seven stages of a month; one with nothing in it stays in place."""
    added: dict[str, list[int]] = {}
    for (of_period, state), (count, fen) in found.sheets.items():
        if of_period == period:
            total = added.setdefault(_STAGE_OF[state], [0, 0])
            total[0] += count
            total[1] += fen
    for (of_period, unconfirmed), (count, fen) in found.held.items():
        if of_period == period:
            added["confirm" if unconfirmed else "held"] = [count, fen]
    lines, sheets = _("行"), _("张")
    named = (
        ("confirm", _("待双方确认"), lines, "/holds/?reason=waiting_hospital", "h"),
        ("held", _("待发票等挂起"), lines, "/holds/", "h"),
        ("review", _("待复核"), sheets, _sheets("review"), "s1"),
        ("approve", _("待审批"), sheets, _sheets("approve"), "s1"),
        ("pay", _("待付款"), sheets, _sheets("pay"), "s2"),
        ("bank", _("银行处理中"), sheets, _sheets("bank"), "s3"),
        ("paid", _("已到账"), sheets, _sheets("paid"), "s4"),
    )
    return [
        Stage(
            key,
            name,
            unit,
            added.get(key, [0, 0])[0],
            added.get(key, [0, 0])[1],
            f"{url}{'&' if '?' in url else '?'}period={period}",
            style,
        )
        for key, name, unit, url, style in named
    ]


def _sheets(stage: str) -> str:
    """Return the address of the sheets a stage counts, which every reader may open."""
    return f"/sheets/?state={','.join(state for state, of in _STAGE_OF.items() if of == stage)}"


def months(found: Sums, periods: list[str]) -> list[tuple[str, int, int, int]]:
    """Return (period, paid, in work, held) in fen, for the chart and its table."""
    told = []
    for period in periods:
        paid = sum(
            fen
            for (p, s), (_n, fen) in found.sheets.items()
            if p == period and _STAGE_OF[s] == "paid"
        )
        whole = sum(fen for (p, _s), (_n, fen) in found.sheets.items() if p == period)
        held = sum(fen for (p, _f), (_n, fen) in found.held.items() if p == period)
        told.append((period, paid, whole - paid, held))
    return told
