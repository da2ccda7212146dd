"""What waits for a reader today, and where the month stands, in few statements."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _

from models import clock
from models.records.base import db
from models.rules.words import Role
from models.services.access import Actor
from web import scope, working_days

#: A deadline this near is for today or late.
SOON_DAYS = 3

_SHEET = {"area": "s.area_code", "hospital": "s.hospital_code", "enterprise": "s.enterprise_code"}
_HELD = {"area": "h.area_code", "hospital": "p.hospital_code", "enterprise": "p.enterprise_code"}


@dataclass(frozen=True)
class Kind:
    """A kind of task: what is counted and what it is called."""

    key: str
    roles: frozenset[Role]
    #: SELECT count, sum of fen, earliest deadline; {scope} stands for the reader's rows.
    statement: str
    columns: dict[str, str]
    url: str
    #: mine: this reader acts; others: he waits.
    mine: bool = True


_M, _C, _A = Role.MAKER, Role.CHECKER, Role.APPROVER
_H, _E, _S, _U = Role.HOSPITAL, Role.ENTERPRISE, Role.SUPERVISOR, Role.AUDITOR
_AGENCY = frozenset({_M, _C, _A, _S, _U})


def _sheets(states: str) -> str:
    return (
        "SELECT count(*), sum(s.payable_fen)::bigint, min(s.due_on) FROM settlement_sheet s"
        f" WHERE s.state IN ({states}) AND {{scope}}"
    )


def _held(reasons: str) -> str:
    return (
        "SELECT count(*), sum(p.amount_fen)::bigint, NULL::date FROM held_line h"
        " JOIN purchase_line p USING (line_no) WHERE h.period = %(period)s"
        f" AND h.reasons && ARRAY[{reasons}] AND {{scope}}"
    )


KINDS = (
    Kind(
        "exceptions",
        frozenset({_M, _C}),
        "SELECT count(*), sum(amount_fen)::bigint, min(opened_on) FROM payment_exception"
        " WHERE closed_at IS NULL",
        {},
        "/exceptions/",
    ),
    Kind(
        "batches",
        frozenset({_M}),
        "SELECT count(*), sum(total_fen)::bigint, min(execution_on) FROM payment_batch"
        " WHERE state = 'prepared'",
        {},
        "/batches/?state=prepared",
    ),
    Kind("review", frozenset({_C}), _sheets("'draft'"), _SHEET, "/sheets/?state=draft"),
    Kind("approve", frozenset({_A}), _sheets("'in_review'"), _SHEET, "/sheets/?state=in_review"),
    Kind("pay", frozenset({_M}), _sheets("'approved'"), _SHEET, "/sheets/?state=approved"),
    Kind("short", frozenset({_M, _S}), _sheets("'short'"), _SHEET, "/sheets/?state=short"),
    Kind(
        "came_back",
        frozenset({_M}),
        _sheets("'returned', 'rejected'"),
        _SHEET,
        "/sheets/?state=returned",
    ),
    Kind(
        "accounts",
        frozenset({_C, _A}),
        "SELECT count(*), NULL::bigint, NULL::date FROM account_change"
        " WHERE decided_by IS NULL AND requested_by <> %(reader)s",
        {},
        "/accounts/",
    ),
    Kind(
        "refused_rows",
        frozenset({_M, _H, _E}),
        "SELECT coalesce(sum(rejected_count), 0)::bigint, NULL::bigint, NULL::date FROM import_run"
        " WHERE imported_by = %(reader)s AND rejected_count > 0 AND imported_at > %(since)s",
        {},
        "/imports/",
    ),
    Kind(
        "failed_jobs",
        frozenset({*_AGENCY, _H, _E, Role.ADMINISTRATOR}),
        "SELECT count(*), NULL::bigint, NULL::date FROM job WHERE state = 'failed'"
        " AND requested_by = %(reader)s AND requested_at > %(since)s",
        {},
        "/jobs/?state=failed",
    ),
    Kind(
        "confirm_hospital", frozenset({_H}), _held("'waiting_hospital'"), _HELD, "/confirmations/"
    ),
    Kind(
        "confirm_enterprise",
        frozenset({_E}),
        _held("'waiting_enterprise'"),
        _HELD,
        "/confirmations/",
    ),
    Kind(
        "invoice",
        frozenset({_E}),
        _held("'invoice_missing', 'invoice_mismatch'"),
        _HELD,
        "/holds/?reason=invoice_missing",
    ),
    Kind(
        "unconfirmed",
        frozenset({_M}),
        "SELECT count(*), sum(amount_fen)::bigint, min(sent_on) FROM payment_instruction"
        " WHERE state IN ('sent', 'unknown', 'accepted')",
        {},
        "/unconfirmed/",
        mine=False,
    ),
    Kind(
        "wait_hospital",
        frozenset({_M, _S}),
        _held("'waiting_hospital'"),
        _HELD,
        "/holds/?reason=waiting_hospital",
        mine=False,
    ),
    Kind(
        "wait_enterprise",
        frozenset({_M, _S}),
        _held("'waiting_enterprise'"),
        _HELD,
        "/holds/?reason=waiting_enterprise",
        mine=False,
    ),
    Kind(
        "wait_review",
        frozenset({_M}),
        _sheets("'draft', 'in_review'"),
        _SHEET,
        "/sheets/?state=draft",
        mine=False,
    ),
)


def _words() -> dict[str, tuple[str, str, str]]:
    """Return task → (name, hint, unit)."""
    return {
        "exceptions": (
            _("处理银行回盘异常"),
            _("认定之前，这些应付既不重付，也不记为到账"),
            _("笔"),
        ),
        "batches": (_("下载并提交付款文件"), _("批次已生成，尚未提交银行"), _("批")),
        "review": (_("复核结算单"), _("通过后进入审批；制单人不能复核"), _("张")),
        "approve": (_("审批结算单"), _("复核已通过；通过后可以付款"), _("张")),
        "pay": (_("为已审批结算单生成付款批次"), _("按付款账户和银行格式分批"), _("张")),
        "short": (_("分簿不足的结算单"), _("等待医院补足预付款"), _("张")),
        "came_back": (_("处理银行拒绝与退票"), _("核对收款账户后关联重付"), _("张")),
        "accounts": (_("核验账户变更"), _("核验前该企业不付款"), _("户")),
        "refused_rows": (_("更正导入退回的行"), _("近三十天内退回；错误文件可下载更正"), _("行")),
        "failed_jobs": (_("查看失败的后台任务"), _("近三十天内；原因写在任务页"), _("项")),
        "confirm_hospital": (_("确认采购明细"), _("贵单位尚未确认，确认后才能付款"), _("行")),
        "confirm_enterprise": (_("确认采购明细"), _("贵企业尚未确认，确认后才能付款"), _("行")),
        "invoice": (_("补齐或更正发票"), _("缺发票，或发票合计与明细不符"), _("行")),
        "unconfirmed": (
            _("银行尚未确认到账"),
            _("没有消息既不是成功也不是失败，不会自动重付"),
            _("笔"),
        ),
        "wait_hospital": (_("医院未确认"), _("等待医院在平台确认"), _("行")),
        "wait_enterprise": (_("企业未确认"), _("等待企业在平台确认"), _("行")),
        "wait_review": (_("待复核与待审批"), _("等待复核、审批人员办理"), _("张")),
    }


@dataclass(frozen=True)
class Task:
    """One line of the list of tasks."""

    name: str
    hint: str
    unit: str
    count: int
    sum_fen: int | None
    due_on: date | None
    left: int | None
    url: str
    section: str
    tone: str
    status: str


def latest_period() -> str | None:
    """Return the last settled month."""
    return db.execute_sql("SELECT max(period) FROM settled_period").fetchone()[0]


def tasks(actor: Actor, period: str | None) -> list[Task]:
    """Return what waits for the reader, in one statement, empty kinds left out."""
    rows, parts = scope.of(actor), []
    told: dict[str, Any] = {}
    kinds = [kind for kind in KINDS if actor.role in kind.roles]
    for kind in kinds:
        condition, facts = rows.sql(**kind.columns) if kind.columns else ("true", {})
        told |= facts
        parts.append(f"({kind.statement.format(scope=condition)})")
    if not parts:
        return []
    told |= {"reader": actor.name, "period": period or "", "since": _since()}
    found = db.execute_sql(" UNION ALL ".join(parts), told).fetchall()
    words = _words()
    return [
        _task(kind, row, words[kind.key]) for kind, row in zip(kinds, found, strict=True) if row[0]
    ]


def _since() -> Any:
    return clock.now() - timedelta(days=30)


def _task(kind: Kind, row: Any, words: tuple[str, str, str]) -> Task:
    left = working_days.left(row[2])
    soon = left is not None and left <= SOON_DAYS
    late = left is not None and left < 0
    section = "others" if not kind.mine else "today" if soon else "week"
    tone = "wait" if not kind.mine else "bad" if late else "wait" if soon else "todo"
    status = {
        "bad": _("需处理"),
        "todo": _("可开始"),
        "wait": _("快到期") if kind.mine else _("等待他人"),
    }[tone]
    return Task(*words, row[0], row[1], row[2], left, kind.url, section, tone, status)


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
SELECT h.period, h.reasons && ARRAY['waiting_hospital', 'waiting_enterprise'] AS unconfirmed,
       count(*), sum(p.amount_fen)::bigint
  FROM held_line h JOIN purchase_line p USING (line_no)
 WHERE h.period > %(after)s AND h.lane = 'direct' AND {scope} GROUP BY 1, 2
"""


@dataclass(frozen=True)
class Sums:
    """Sheets and held lines of the last months, by period and state."""

    sheets: dict[tuple[str, str], tuple[int, int]]
    held: dict[tuple[str, bool], tuple[int, int]]


def sums(actor: Actor, after: str) -> Sums:
    """Return count and money of every state of the periods after one, within the reader's rows."""
    rows = scope.of(actor)
    sheet_where, sheet_told = rows.sql(**_SHEET)
    held_where, held_told = rows.sql(**_HELD)
    sheets = db.execute_sql(
        _SHEET_SUMS.format(scope=sheet_where), {"after": after, **sheet_told}
    ).fetchall()
    held = db.execute_sql(
        _HELD_SUMS.format(scope=held_where), {"after": after, **held_told}
    ).fetchall()
    return Sums(
        {(period, state): (count, fen or 0) for period, state, count, fen in sheets},
        {(period, flag): (count, fen or 0) for period, flag, count, fen in held},
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
        ("review", _("待复核"), sheets, "/sheets/?state=draft", "s1"),
        ("approve", _("待审批"), sheets, "/sheets/?state=in_review", "s1"),
        ("pay", _("待付款"), sheets, "/sheets/?state=approved", "s2"),
        ("bank", _("银行处理中"), sheets, "/unconfirmed/", "s3"),
        ("paid", _("已到账"), sheets, "/sheets/?state=paid", "s4"),
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
