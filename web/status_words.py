"""What the signs of the status page are called, and what to do when they are not good."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import g, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, lazy_pgettext

from models.services.status.judging import Level, Sign
from web import formats, guard


@dataclass(frozen=True)
class Worded:
    """A sign as people read it."""

    level: Level
    name: str
    found: str
    #: What to do; empty while it is good.
    todo: str
    link: str


TONES = {Level.GOOD: "good", Level.LOOK: "wait", Level.BAD: "bad"}
LEVELS = {
    Level.GOOD: lazy_pgettext("status", "正常"),
    Level.LOOK: lazy_pgettext("status", "需查看"),
    Level.BAD: lazy_pgettext("status", "需处理"),
}
NAMES = {
    "database": lazy_gettext("数据库"),
    "relay": lazy_gettext("转发进程"),
    "schedule": lazy_gettext("定时进程"),
    "workers": lazy_gettext("工作进程"),
    "lost": lazy_gettext("失去联系的进程"),
    "lag": lazy_gettext("转发延迟"),
    "queues": lazy_gettext("最久未开始的任务"),
    "failed": lazy_gettext("一天内失败的任务"),
    "unknown": lazy_gettext("状态不明的付款"),
    "statement": lazy_gettext("最近的对账单日"),
    "books": lazy_gettext("账务核对"),
    "books_never": lazy_gettext("账务核对"),
    "books_broken": lazy_gettext("账务核对"),
    "mails": lazy_gettext("邮件"),
    "deliveries": lazy_gettext("事件推送"),
    "disk": lazy_gettext("磁盘"),
    "versions": lazy_gettext("程序版本"),
}
TODO = {
    "database": lazy_gettext("连接数接近上限：请减少网页或工作进程，或调高数据库的上限。"),
    "relay": lazy_gettext("没有转发进程：新任务不会开始。请启动 relay。"),
    "schedule": lazy_gettext("没有定时进程：到点的任务不会排队。请启动 schedule。"),
    "workers": lazy_gettext("有队列没有工作进程：请启动 worker，或检查它的 --queues。"),
    "lost": lazy_gettext("进程没有正常退出：请看日志里的原因；它的任务会自动交给别的进程。"),
    "lag": lazy_gettext("任务到时没有被送出：请看转发进程的日志，Redis 是否能连接。"),
    "queues": lazy_gettext("队列里有长任务，或工作进程太少：请看后台任务。"),
    "failed": lazy_gettext("请逐个查看原因，排除后再次运行。"),
    "unknown": lazy_gettext("请向银行查询并登记答复；没有消息时不要重付。"),
    "statement": lazy_gettext("请向银行索取对账单并导入。"),
    "books": lazy_gettext("一天以上没有核对：请检查定时进程和核对任务。"),
    "books_never": lazy_gettext("还没有核对过：每天凌晨自动核对，也可以在月度核对页面进行。"),
    "books_broken": lazy_gettext("停止付款，保留数据库现状，按核对结果逐项查明。"),
    "mails": lazy_gettext("请看邮件页面上的原因和邮件服务器的答复。"),
    "deliveries": lazy_gettext("请看事件推送页面上的答复，对方恢复后重新发送。"),
    "disk": lazy_gettext("请清理或扩充磁盘；写满后文件存不进去，任务会重试。"),
    "versions": lazy_gettext("各进程的版本不一致：升级还没有完成，请重新启动旧的进程。"),
}
#: Where one looks: an endpoint and what stands in its address.
LINKS: dict[str, tuple[str, dict[str, Any]]] = {
    "failed": ("jobs.index", {"state": "failed"}),
    "queues": ("jobs.index", {}),
    "unknown": ("payments.index", {"state": "unknown"}),
    "statement": ("statements.index", {}),
    "mails": ("mails.index", {}),
    "deliveries": ("webhooks.index", {}),
    "books": ("ledger.index", {}),
    "books_never": ("ledger.index", {}),
    "books_broken": ("ledger.index", {}),
}


def worded(sign: Sign) -> Worded:
    """Return a sign in the reader's language."""
    name = str(NAMES[sign.key])
    if sign.key == "disk":
        name = f"{name} {sign.facts['host']}"
    todo = "" if sign.level is Level.GOOD else str(TODO[sign.key])
    return Worded(sign.level, name, _found(sign.key, sign.facts), todo, _link(sign.key))


def _link(key: str) -> str:
    """Return where one looks, or nothing where this reader may not."""
    endpoint, told = LINKS.get(key, ("", {}))
    return url_for(endpoint, **told) if endpoint and guard.opens(endpoint, g.actor.role) else ""


def _found(key: str, facts: dict[str, Any]) -> str:
    """Return what was found, in a few words."""
    if key in {"relay", "schedule"}:
        return _("%(n)s 个进程", n=facts["count"])
    if key == "workers":
        told = _("%(n)s 个进程", n=facts["count"])
        idle = _("、").join(queue_name(one) for one in facts["unserved"])
        return told + (_("，无人处理：%(queues)s", queues=idle) if idle else "")
    if key in {"failed", "deliveries", "books_broken"}:
        return _("%(n)s 项", n=formats.count(facts["count"]))
    return _more(key, facts)


def _more(key: str, facts: dict[str, Any]) -> str:
    found: dict[str, Callable[[], str]] = {
        "database": lambda: _(
            "%(n)s / %(most)s 个连接", n=facts["connections"], most=facts["most"]
        ),
        "lost": lambda: _("、").join(facts["processes"]) or _("无"),
        "lag": lambda: _span(facts["seconds"]),
        "queues": lambda: _queue(facts),
        "unknown": lambda: _unknown(facts),
        "statement": lambda: str(facts["day"]),
        "books": lambda: formats.moment(facts["at"]),
        "books_never": lambda: _("从未核对"),
        "mails": lambda: _("待发 %(n)s，失败 %(m)s", n=facts["waiting"], m=facts["failed"]),
        "disk": lambda: _("剩余 %(n)s / %(all)s", n=size(facts["free"]), all=size(facts["whole"])),
        "versions": lambda: _("、").join(facts["versions"]) or "—",
    }
    return str(found[key]())


def _unknown(facts: dict[str, Any]) -> str:
    told = _("%(n)s 笔", n=formats.count(facts["count"]))
    return told + (_("，最久 %(h)s 小时", h=facts["hours"]) if facts["count"] else "")


def _queue(facts: dict[str, Any]) -> str:
    name = f"{queue_name(facts['queue'])} " if facts["seconds"] else ""
    return name + _span(facts["seconds"])


def _span(seconds: float) -> str:
    return formats.span(seconds) if seconds else _("无")


def size(count: int) -> str:
    """Return bytes as people read them."""
    return f"{Decimal(count) / 10**9:,.1f} GB" if count >= 10**9 else formats.size(count)


QUEUES = {
    "intake": lazy_pgettext("queue", "导入"),
    "settlement": lazy_pgettext("queue", "结算"),
    "bank": lazy_pgettext("queue", "银行"),
    "alerts": lazy_pgettext("queue", "提醒与邮件"),
    "reports": lazy_pgettext("queue", "报表与检查"),
    "outward": lazy_pgettext("queue", "对外推送"),
}
KINDS = {
    "web": lazy_pgettext("process", "网页"),
    "worker": lazy_pgettext("process", "工作"),
    "relay": lazy_pgettext("process", "转发"),
    "schedule": lazy_pgettext("process", "定时"),
}


def queue_name(queue: str) -> str:
    """Return what a queue is called."""
    return str(QUEUES.get(queue, queue))
