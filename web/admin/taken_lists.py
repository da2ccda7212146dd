"""The columns of short lists taken out as files, in the words of their pages."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from models.rules.money import yuan
from models.rules.words import (
    AccountChangeState,
    BatchState,
    JobState,
    MailLanguage,
    MailTopic,
    Role,
)
from models.services import audit
from models.services.exports.listed import Cell
from web import account_sight, formats, language, words
from web.admin.taking_out import TakenOut
from web.people import person

_ACCOUNT = ("account_no", "account_name", "bank_name", "cnaps_code")


def batches(found: Iterable[Any]) -> TakenOut:
    """Return payment batches (付款批次)."""
    titles = [
        _("批次号"), _("结算月"), _("经办机构"), _("付款账户"), _("银行格式"), _("笔数"),
        _("金额（元）"), _("付款日"), _("制单"), _("状态"), _("文件"),
    ]  # fmt: skip
    rows = (
        (
            one.batch_no, one.period, one.agency_name, _account(one.debtor_account_no),
            one.profile_code, one.lines_count, _yuan(one.total_fen), _day(one.execution_on),
            person(one.made_by), words.word(BatchState(one.state)), one.file_name,
        )
        for one in found
    )  # fmt: skip
    return TakenOut("batches", _("付款批次"), titles, rows)


def results(found: Iterable[Any]) -> TakenOut:
    """Return result files of the bank (银行回盘)."""
    titles = [_("文件"), _("银行格式"), _("行数"), _("导入人"), _("导入时间"), "SHA-256"]
    rows = (
        (
            one.file_name, one.profile_code, (one.counts or {}).get("lines", 0),
            person(one.imported_by),
            _moment(one.imported_at), one.sha256,
        )
        for one in found
    )  # fmt: skip
    return TakenOut("results", _("银行回盘"), titles, rows)


def contacts(found: Iterable[Any]) -> TakenOut:
    """Return contacts of institutions (联系人)."""
    titles = [
        _("单位编码"), _("单位"), _("姓名"), _("职务"), _("邮箱"), _("邮件类别"), _("语言"),
        _("启用"), _("停用"), _("退信"),
    ]  # fmt: skip
    rows = (
        (
            one.party_code, one.party_name, one.name, one.duty, one.email,
            _("、").join(str(words.word(MailTopic(topic))) for topic in one.topics),
            words.word(MailLanguage(one.language)), _day(one.active_from), _day(one.active_to),
            one.bounce_answer,
        )
        for one in found
    )  # fmt: skip
    return TakenOut("contacts", _("联系人"), titles, rows)


def own_payments(found: Iterable[Any]) -> TakenOut:
    """Return what hospitals paid themselves (自行付款)."""
    titles = [
        _("付款编号"), _("明细编号"), _("产品"), _("医疗机构"), _("医药企业"), _("付款日期"),
        _("付款金额（元）"), _("明细金额（元）"), _("登记人"), _("登记时间"),
    ]  # fmt: skip
    rows = (
        (
            one.payment_no, one.line_no, one.product_name, one.hospital_name, one.enterprise_name,
            _day(one.paid_on), _yuan(one.amount_fen), _yuan(one.line_fen), person(one.imported_by),
            _moment(one.imported_at),
        )
        for one in found
    )  # fmt: skip
    return TakenOut("own_payments", _("自行付款"), titles, rows)


def account_changes(
    found: Iterable[Any],
    what: str,
    who: Callable[[str | None], str],
    told: Callable[[str, str | None], str],
) -> TakenOut:
    """Return changes of accounts, of enterprises or of hospitals (账户变更)."""
    titles = [
        _("编号"), _("单位编码"), _("单位"), _("账号"), _("户名"), _("开户行"), _("联行号"),
        _("申请人"), _("申请时间"), _("状态"), _("办理人"), _("办理时间"),
    ]  # fmt: skip
    rows = (
        (
            one.id, one.party_code, one.party_name,
            *(told(field, one.after.get(field)) for field in _ACCOUNT),
            who(one.requested_by), _moment(one.requested_at),
            words.word(AccountChangeState(one.state)), who(one.decided_by),
            _moment(one.decided_at),
        )
        for one in found
    )  # fmt: skip
    return TakenOut(what, _("账户变更"), titles, rows)


def events(found: Iterable[Any]) -> TakenOut:
    """Return the trail (审计日志) with the hash that binds each event to the one before it."""
    titles = [
        _("编号"), _("时间"), _("人"), _("动作"), _("对象"), _("内容"), _("上一事件哈希"),
        _("哈希"),
    ]  # fmt: skip
    rows = (
        (
            one.id, _moment(one.happened_at), person(one.actor), one.action, one.subject,
            audit.canonical(one.facts), one.prev_hash, one.hash,
        )
        for one in found
    )  # fmt: skip
    return TakenOut("audit", _("审计日志"), titles, rows)


def jobs(found: Iterable[Any], label: Any) -> TakenOut:
    """Return queued work (后台任务)."""
    titles = [
        _("编号"), _("任务"), _("申请人"), _("申请时间"), _("开始"), _("结束"), _("状态"),
        _("说明"),
    ]  # fmt: skip
    rows = (
        (
            one.id, str(label(one.name)), person(one.requested_by), _moment(one.requested_at),
            _moment(one.started_at), _moment(one.finished_at), words.word(JobState(one.state)),
            language.why(one),
        )
        for one in found
    )  # fmt: skip
    return TakenOut("jobs", _("后台任务"), titles, rows)


def imports(found: Iterable[Any], titles_of: dict[str, Any]) -> TakenOut:
    """Return files taken in (导入记录)."""
    titles = [
        _("编号"), _("表"), _("文件"), _("总行数"), _("收入"), _("未变"), _("退回行数"),
        _("导入人"), _("导入时间"), "SHA-256",
    ]  # fmt: skip
    rows = (
        (
            one.id, str(titles_of.get(one.kind, one.kind)), one.file_name, one.rows_count,
            one.accepted_count, one.unchanged_count, one.rejected_count, person(one.imported_by),
            _moment(one.imported_at), one.sha256,
        )
        for one in found
    )  # fmt: skip
    return TakenOut("imports", _("导入记录"), titles, rows)


def users(found: Iterable[Any]) -> TakenOut:
    """Return users (用户), without anything that lets one in."""
    titles = [
        _("用户名"), _("姓名"), _("角色"), _("统筹区代码"), _("单位编码"), _("邮箱"), _("状态"),
    ]  # fmt: skip
    rows = (
        (
            one.name, one.full_name, words.word(Role(one.role)), one.area_code, one.party_code,
            one.email, _("正常") if one.active else _("已停用"),
        )
        for one in found
    )  # fmt: skip
    return TakenOut("users", _("用户"), titles, rows)


def _account(number: str | None) -> Cell:
    return account_sight.told("account_no", number) if number else ""


def _yuan(amount_fen: int | None) -> Cell:
    return None if amount_fen is None else Decimal(yuan(amount_fen))


def _day(value: date | None) -> str:
    return value.isoformat() if value else ""


def _moment(value: datetime | None) -> str:
    return formats.moment(value) if value else ""
