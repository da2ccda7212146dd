"""Every kind of queued work: who carries it, how often and how long."""

from dataclasses import dataclass
from enum import StrEnum


class Queue(StrEnum):
    """A lane of work: more load in one never stops another."""

    INTAKE = "intake"
    SETTLEMENT = "settlement"
    BANK = "bank"
    ALERTS = "alerts"
    REPORTS = "reports"
    #: Calls to other systems: a slow one keeps no mail waiting.
    OUTWARD = "outward"


class JobName(StrEnum):
    """What can be queued; the word is also the actor's name and stands in the job row."""

    IMPORT_DATA = "import_data"
    SETTLE = "settle"
    SCHEME_TRIAL = "scheme_trial"
    PAY = "pay"
    REISSUE = "reissue"
    RETENTION_PAY = "retention_pay"
    BANK_RESULT = "bank_result"
    STATEMENT = "statement"
    ADMIT_TOGETHER = "admit_together"
    WINDOWS = "windows"
    OFFSET = "offset"
    OPEN_LINES = "open_lines"
    OVERDUE = "overdue"
    OVERDUE_FIGURES = "overdue_figures"
    ARREARS_RANKING = "arrears_ranking"
    OVERDUE_PUBLICATION = "overdue_publication"
    PAYMENT_NEWS = "payment_news"
    ACCOUNTS = "accounts"
    REMEDY_NEWS = "remedy_news"
    MONEY_REQUESTS = "money_requests"
    ROUND_NEWS = "round_news"
    PAPER_NEWS = "paper_news"
    RETENTION_NEWS = "retention_news"
    RISK_NEWS = "risk_news"
    PROBLEM_NEWS = "problem_news"
    SEND_MAIL = "send_mail"
    WEBHOOKS = "webhooks"
    MONITOR = "monitor"
    RETENTION = "retention"
    RISKS = "risks"
    COVERAGE = "coverage"
    CADENCE = "cadence"
    PAPER = "paper"
    PARTICIPATION = "participation"
    PARTICIPATION_NEWS = "participation_news"
    GRADES = "grades"
    CHECK_BOOKS = "check_books"
    EXPORT = "export"
    EXPORT_LIST = "export_list"
    TIDY = "tidy"


#: Longest sign of life a worker may owe before its job is given to another, in seconds.
LEASE_SECONDS = 20


@dataclass(frozen=True)
class JobKind:
    """The policy of one kind of work."""

    name: JobName
    queue: Queue
    #: What people read on the jobs page.
    label: str
    #: Beginnings, counted before the work starts; after the last one the job is dead.
    attempts_max: int = 5
    #: A worker silent for so long has lost the job.
    lease_seconds: int = LEASE_SECONDS
    #: The lease is not renewed beyond this: a job that hangs is given up, not kept for ever.
    seconds_max: int = 3600
    #: True: the whole service is one transaction that ends with the job's `done`.
    #: False: the service commits its own steps and only the last one is shared with `done`.
    one_transaction: bool = True


KINDS: dict[JobName, JobKind] = {
    kind.name: kind
    for kind in (
        JobKind(JobName.IMPORT_DATA, Queue.INTAKE, "导入数据"),
        JobKind(JobName.SETTLE, Queue.SETTLEMENT, "结算"),
        JobKind(JobName.SCHEME_TRIAL, Queue.REPORTS, "试算结算方案"),
        JobKind(JobName.PAY, Queue.BANK, "生成付款批次"),
        JobKind(JobName.REISSUE, Queue.BANK, "关联重付"),
        JobKind(JobName.RETENTION_PAY, Queue.BANK, "拨付结余留用款"),
        JobKind(JobName.BANK_RESULT, Queue.BANK, "处理银行回盘"),
        JobKind(JobName.STATEMENT, Queue.BANK, "处理银行对账单"),
        JobKind(JobName.ADMIT_TOGETHER, Queue.BANK, "成批认定候选"),
        JobKind(JobName.WINDOWS, Queue.ALERTS, "更新确认时限"),
        JobKind(JobName.OFFSET, Queue.SETTLEMENT, "抵扣医院基金"),
        JobKind(JobName.OPEN_LINES, Queue.ALERTS, "更新未付登记"),
        JobKind(JobName.OVERDUE, Queue.ALERTS, "逾期检查"),
        JobKind(JobName.OVERDUE_FIGURES, Queue.REPORTS, "逾期数据汇总"),
        JobKind(JobName.ARREARS_RANKING, Queue.REPORTS, "登记欠款排行"),
        JobKind(JobName.OVERDUE_PUBLICATION, Queue.REPORTS, "起草公示表"),
        JobKind(JobName.PAYMENT_NEWS, Queue.ALERTS, "通知退票与拒绝"),
        JobKind(JobName.ACCOUNTS, Queue.ALERTS, "账户生效与告知"),
        JobKind(JobName.REMEDY_NEWS, Queue.ALERTS, "告知免催与措施"),
        JobKind(JobName.MONEY_REQUESTS, Queue.ALERTS, "款项通知与催办"),
        JobKind(JobName.ROUND_NEWS, Queue.ALERTS, "告知集采预付转付"),
        JobKind(JobName.PAPER_NEWS, Queue.ALERTS, "告知通报与整改"),
        JobKind(JobName.RETENTION_NEWS, Queue.ALERTS, "告知结余留用进展"),
        JobKind(JobName.RISK_NEWS, Queue.ALERTS, "告知风险线索"),
        JobKind(JobName.PROBLEM_NEWS, Queue.ALERTS, "告知问题进展与逾期"),
        JobKind(JobName.SEND_MAIL, Queue.ALERTS, "发送邮件", one_transaction=False),
        JobKind(JobName.WEBHOOKS, Queue.OUTWARD, "推送事件", one_transaction=False),
        JobKind(JobName.MONITOR, Queue.REPORTS, "监测指标"),
        JobKind(JobName.RETENTION, Queue.REPORTS, "结余留用"),
        JobKind(JobName.RISKS, Queue.REPORTS, "核查风险线索"),
        JobKind(JobName.COVERAGE, Queue.REPORTS, "统计推进情况"),
        JobKind(JobName.CADENCE, Queue.REPORTS, "按期安排监测与通报"),
        JobKind(JobName.PAPER, Queue.REPORTS, "起草通报与报告"),
        JobKind(JobName.PARTICIPATION, Queue.REPORTS, "检查参与情况"),
        JobKind(JobName.PARTICIPATION_NEWS, Queue.ALERTS, "告知参与问题"),
        JobKind(JobName.GRADES, Queue.REPORTS, "生成绩效分级名单"),
        JobKind(JobName.CHECK_BOOKS, Queue.REPORTS, "核对账目"),
        JobKind(JobName.EXPORT, Queue.REPORTS, "导出"),
        JobKind(JobName.EXPORT_LIST, Queue.REPORTS, "导出列表"),
        JobKind(JobName.TIDY, Queue.REPORTS, "清理后台记录"),
    )
}
