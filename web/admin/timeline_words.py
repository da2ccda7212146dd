"""What an event of the audit trail is called: the thing it was done to, and what was done."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

_THINGS = {
    "accounts": lazy_gettext("收款账户"),
    "account": lazy_gettext("收款账户"),
    "excuse": lazy_gettext("免催"),
    "overdue": lazy_gettext("逾期"),
    "measure": lazy_gettext("措施"),
    "paper": lazy_gettext("通报与报告"),
    "rectification": lazy_gettext("整改"),
    "turnover": lazy_gettext("周转金"),
    "subledger_closing": lazy_gettext("分簿销户"),
    "round_prepayment": lazy_gettext("集采预付"),
    "mandate": lazy_gettext("委托书"),
    "problem": lazy_gettext("集采问题"),
    "contact": lazy_gettext("联系人"),
    "money_request": lazy_gettext("款项通知"),
    "scheme": lazy_gettext("结算方案"),
    "batch": lazy_gettext("付款批次"),
    "payment": lazy_gettext("付款"),
    "hospital": lazy_gettext("直接结算"),
    "master": lazy_gettext("基础数据"),
}
_DEEDS = {
    "requested": lazy_gettext("申请变更"),
    "checked": lazy_gettext("核验通过"),
    "approved": lazy_gettext("已批准"),
    "in_force": lazy_gettext("已生效"),
    "rejected": lazy_gettext("已驳回"),
    "withdrawn": lazy_gettext("已撤回"),
    "stopped": lazy_gettext("已叫停"),
    "evidence_read": lazy_gettext("查看附件"),
    "shown": lazy_gettext("查看完整账号"),
    "asked": lazy_gettext("已提出"),
    "granted": lazy_gettext("已同意"),
    "refused": lazy_gettext("已驳回"),
    "ended": lazy_gettext("已结束"),
    "acknowledged": lazy_gettext("登记知悉与承诺"),
    "interview": lazy_gettext("登记约谈"),
    "bulletin": lazy_gettext("登记通报"),
    "suspension": lazy_gettext("提出暂停拨付"),
    "copied": lazy_gettext("抄送"),
    "attached": lazy_gettext("附上材料"),
    "applied": lazy_gettext("已申请"),
    "paid": lazy_gettext("已拨付"),
    "refunded": lazy_gettext("余额已退回"),
    "recovering": lazy_gettext("开始收回"),
    "recovered": lazy_gettext("已收回"),
    "proposed": lazy_gettext("已提出"),
    "passed_on": lazy_gettext("医院已转付企业"),
    "passed_down": lazy_gettext("企业已转付配送"),
    "received": lazy_gettext("登记到账"),
    "receipt_reversed": lazy_gettext("冲销到账"),
    "registered": lazy_gettext("已登记"),
    "documented": lazy_gettext("补交签署件"),
    "added": lazy_gettext("已添加"),
    "created": lazy_gettext("已建立"),
    "changed": lazy_gettext("已修改"),
    "joined": lazy_gettext("已纳入"),
    "drafted": lazy_gettext("起草"),
    "draft_written": lazy_gettext("修改草案"),
    "draft_submitted": lazy_gettext("提交草案"),
    "draft_withdrawn": lazy_gettext("撤回草案"),
    "draft_given_back": lazy_gettext("退回草案"),
    "tried": lazy_gettext("试算"),
    "downloaded": lazy_gettext("下载银行文件"),
    "sent": lazy_gettext("生成付款文件"),
    "reissued": lazy_gettext("重付"),
    "unknown": lazy_gettext("认定状态不明"),
    "plan_again": lazy_gettext("改期"),
    "hold": lazy_gettext("已约谈"),
    "miss": lazy_gettext("未到场"),
    "revoke": lazy_gettext("已撤销"),
    "approve": lazy_gettext("已批准"),
    "refuse": lazy_gettext("已驳回"),
    "withdraw": lazy_gettext("已撤回"),
    "lift": lazy_gettext("已解除"),
    "agree": lazy_gettext("已同意"),
    "stop": lazy_gettext("已叫停"),
    "reported": lazy_gettext("已提出"),
    "assigned": lazy_gettext("已分派"),
    "said": lazy_gettext("已说明"),
    "answered": lazy_gettext("已答复"),
    "invited": lazy_gettext("请对方说明"),
    "escalated": lazy_gettext("已上报"),
    "transferred": lazy_gettext("已转办"),
    "closed": lazy_gettext("已办结"),
    "accepted": lazy_gettext("提出方已确认"),
    "reopened": lazy_gettext("已重开"),
    "close": lazy_gettext("已销户"),
    "reopen": lazy_gettext("已恢复"),
}


def told(action: str) -> str:
    """Return an action in the reader's language; an unknown one under its own name."""
    thing, _dot, deed = action.partition(".")
    if thing not in _THINGS or deed not in _DEEDS:
        return action
    return _("%(thing)s：%(deed)s", thing=_THINGS[thing], deed=_DEEDS[deed])


def reason(facts: dict[str, Any]) -> str:
    """Return the words a person gave with the event."""
    return str(facts.get("reason") or facts.get("answer") or facts.get("note") or "")
