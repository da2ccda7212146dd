"""后台任务 in words: what a kind of work is called, how far it is, and what came of it."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext, lazy_pgettext

from models import clock
from models.records.jobs import Job
from models.rules.job_names import KINDS, JobName
from models.rules.job_states import ENDED
from web import formats, words
from web.admin.columns import translated
from web.language import worded

#: Remaining time is not told before this share is done: it would be a guess.
TOLD_FROM_PERCENT = 10

#: What the numbers of a result are called; anything else is shown under its own name.
RESULT_WORDS = {
    "rows": lazy_gettext("总行数"),
    "accepted": lazy_gettext("收入"),
    "unchanged": lazy_gettext("未变"),
    "rejected": lazy_pgettext("rows", "退回"),
    "sheets": lazy_gettext("结算单"),
    "lines": lazy_gettext("明细"),
    "held": lazy_gettext("挂起"),
    "payable_yuan": lazy_gettext("应付（元）"),
    "settled": lazy_gettext("已到账"),
    "returned": lazy_gettext("已退票"),
    "unknown": lazy_gettext("状态不明"),
    "exceptions": lazy_gettext("异常"),
    "entries": lazy_gettext("对账单行"),
    "matched": lazy_gettext("已匹配"),
    "hospitals": lazy_gettext("医疗机构"),
    "offset_yuan": lazy_gettext("抵扣（元）"),
    "carried_yuan": lazy_gettext("结转（元）"),
    "overdue": lazy_gettext("逾期明细"),
    "escalated": lazy_gettext("升级"),
    "mails": lazy_gettext("邮件"),
    "indicators": lazy_gettext("指标"),
    "failed": lazy_gettext("未达标"),
    "base_yuan": lazy_gettext("留用基数（元）"),
    "retained_yuan": lazy_gettext("留用（元）"),
    "sheets_changed": lazy_gettext("变化的结算单"),
    "lines_changed": lazy_gettext("变化的明细"),
    "checked": lazy_gettext("核对项"),
    "broken": lazy_gettext("不平"),
    "opened": lazy_gettext("新开时限"),
    "answered": lazy_gettext("已答复"),
    "confirmed": lazy_gettext("自动确认"),
    "rolled": lazy_gettext("顺延下期"),
    "disputes": lazy_gettext("异议"),
    "asked": lazy_gettext("发出通知"),
    "withdrawn": lazy_gettext("撤回"),
    "cases": lazy_gettext("异常邮件"),
    "debtors": lazy_gettext("欠款单位"),
    "months": lazy_gettext("月份"),
    "judged": lazy_gettext("重新判断的明细"),
    "open": lazy_gettext("未付明细"),
    "in_force": lazy_gettext("生效"),
    "count": lazy_gettext("笔数"),
}


def label(name: str) -> Any:
    """Return what a kind of work is called."""
    try:
        return translated(KINDS[JobName(name)].label)
    except ValueError:
        return name


def percent(job: Job) -> int | None:
    """Return how much is done, in percent; None while nobody knows."""
    return min(100, 100 * job.done_count // job.total_count) if job.total_count else None


def seconds(job: Job) -> float | None:
    """Return how long the job ran or has run."""
    if job.started_at is None:
        return None
    return ((job.finished_at or clock.now()) - job.started_at).total_seconds()


def remaining(job: Job) -> float | None:
    """Return a fair guess of the seconds left, or None."""
    done, passed = percent(job), seconds(job)
    if job.state in ENDED or not done or passed is None or done < TOLD_FROM_PERCENT:
        return None
    return passed * (100 - done) / done


def told(job: Job) -> dict[str, Any]:
    """Return the progress of a job as the page and the poll tell it."""
    done, left = percent(job), remaining(job)
    return {
        "id": job.id,
        "state": words.word(job.state),
        "ended": job.state in ENDED,
        "stage": worded(job.stage or ""),
        "done": job.done_count,
        "total": job.total_count or 0,
        "percent": done or 0,
        "counts": f"{formats.count(job.done_count)} / {formats.count(job.total_count)}",
        "elapsed": formats.span(seconds(job)),
        "left": formats.span(left) if left is not None else "",
        "spoken": _("已完成 %(n)s%%", n=done or 0),
    }


def figures(job: Job) -> list[tuple[str, str]]:
    """Return the numbers of a result with their words."""
    result = job.result if isinstance(job.result, dict) else {}
    return [
        (str(RESULT_WORDS.get(name, name)), _figure(name, value))
        for name, value in result.items()
        if isinstance(value, int | str) and not isinstance(value, bool) and name in RESULT_WORDS
    ]


def _figure(name: str, value: int | str) -> str:
    if name.endswith("_yuan"):
        return formats.grouped(str(value))
    return formats.count(value) if isinstance(value, int) else str(value)
