"""The words people read for every state, each with its tone."""

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _

from models.rules import closing as cl
from models.rules import deductions as dd
from models.rules import entrance as en
from models.rules import prepaid as p
from models.rules import problems as pr
from models.rules import remedies as r
from models.rules import requests as q
from models.rules import retention_payment as rp
from models.rules import risks as k
from models.rules import scheme_drafts as d
from models.rules import turnover as t
from models.rules import windows as cw
from models.rules import words as w
from web.words_of_papers import STATES as PAPER_STATES
from web.words_of_reporting import STATES as REPORTING_STATES

#: Tones: rest, todo, wait, good, bad, unsure. A todo becomes wait for readers who may not act now.
STATES: dict[type[StrEnum], dict[str, tuple[Any, str]]] = {
    w.SheetState: {
        "draft": (_("待复核"), "todo"),
        "in_review": (_("待审批"), "todo"),
        "approved": (_("待付款"), "todo"),
        "short": (_("资金不足"), "bad"),
        "sent": (_("银行处理中"), "unsure"),
        "unknown": (_("银行未确认"), "unsure"),
        "paid": (_("已到账"), "good"),
        "rejected": (_("银行拒绝"), "bad"),
        "returned": (_("已退票"), "bad"),
        "nothing_payable": (_("无应付"), "rest"),
    },
    w.InstructionState: {
        "approved": (_("已审批"), "wait"),
        "batched": (_("已组批"), "wait"),
        "sent": (_("已发出未确认"), "unsure"),
        "unknown": (_("状态不明"), "unsure"),
        "accepted": (_("银行已受理"), "unsure"),
        "settled": (_("已到账"), "good"),
        "rejected": (_("银行拒绝"), "bad"),
        "returned": (_("已退票"), "bad"),
        "reversed": (_("已冲账"), "bad"),
        "cancelled": (_("已撤销"), "rest"),
    },
    k.RiskState: {
        "open": (_("待核查"), "todo"),
        "asked": (_("待机构说明"), "wait"),
        "answered": (_("已说明，待核"), "todo"),
        "explained": (_("说明属实"), "good"),
        "dismissed": (_("已排除"), "rest"),
        "rectifying": (_("整改中"), "wait"),
        "rectified": (_("已整改"), "good"),
        "handed_over": (_("已移交"), "bad"),
    },
    k.HandoverState: {
        "prepared": (_("待批准"), "todo"),
        "handed": (_("已移交"), "good"),
        "withdrawn": (_("已撤回"), "rest"),
    },
    dd.DeductionState: {
        "proposed": (_("待确认"), "todo"),
        "accepted": (_("已计入基金"), "good"),
        "withdrawn": (_("已撤回"), "rest"),
        "revoked": (_("已从基金退出"), "rest"),
    },
    rp.PublicityState: {
        "draft": (_("待公示"), "todo"),
        "public": (_("公示中"), "wait"),
        "ended": (_("已准予拨付"), "good"),
        "withdrawn": (_("已撤回"), "rest"),
    },
    rp.GrantState: {
        "listed": (_("待准予"), "wait"),
        "granted": (_("待拨付"), "todo"),
        "withdrawn": (_("已撤出"), "rest"),
        "sent": (_("银行处理中"), "unsure"),
        "unknown": (_("银行未确认"), "unsure"),
        "paid": (_("已到账"), "good"),
        "rejected": (_("银行拒绝"), "bad"),
        "returned": (_("已退票"), "bad"),
    },
    t.TurnoverState: {
        "applied": (_("待审批"), "todo"),
        "approved": (_("待拨付"), "todo"),
        "refused": (_("已退回"), "rest"),
        "withdrawn": (_("已撤回"), "rest"),
        "paid": (_("使用中"), "good"),
        "recovering": (_("收回中"), "wait"),
    },
    q.RequestState: {
        "asked": (_("待收款"), "wait"),
        "paid": (_("已收齐"), "good"),
        "withdrawn": (_("已撤销"), "rest"),
    },
    p.ClosingState: {
        "asked": (_("待同意"), "todo"),
        "refused": (_("未同意"), "rest"),
        "withdrawn": (_("已撤回"), "rest"),
        "running": (_("清理中"), "wait"),
        "stopped": (_("已终止"), "rest"),
        "closed": (_("已销户"), "good"),
        "reopened": (_("已重新启用"), "rest"),
    },
    p.RoundState: {
        "proposed": (_("待批准"), "todo"),
        "refused": (_("未批准"), "rest"),
        "withdrawn": (_("已撤回"), "rest"),
        "approved": (_("待拨付"), "todo"),
        "paid": (_("已拨付"), "good"),
        "recovered": (_("已收回"), "good"),
    },
    w.BatchState: {
        "prepared": (_("待发送"), "todo"),
        "sent": (_("已提交银行"), "unsure"),
        "partly_settled": (_("部分到账"), "wait"),
        "settled": (_("全部到账"), "good"),
        "voided": (_("已作废"), "rest"),
    },
    cw.WindowState: {
        "open": (_("待表态"), "todo"),
        "escalated": (_("逾期未表态"), "bad"),
        "answered": (_("已表态"), "good"),
        "rolled": (_("转入下月"), "wait"),
        "auto_confirmed": (_("自动确认"), "unsure"),
        "revoked": (_("已撤销自动确认"), "wait"),
        "overruled": (_("以本人表态为准"), "rest"),
        "suspended": (_("因异议中止"), "wait"),
        "dropped": (_("不再适用"), "rest"),
    },
    cw.DisputeState: {
        "open": (_("待处理"), "todo"),
        "advised": (_("已有意见"), "wait"),
        "closed": (_("已了结"), "rest"),
    },
    w.Hold: {
        "waiting_hospital": (_("医院未确认"), "wait"),
        "waiting_enterprise": (_("企业未确认"), "wait"),
        "disputed": (_("有争议"), "bad"),
        "contract_missing": (_("无有效协议"), "bad"),
        "price_above_award": (_("超中选价"), "bad"),
        "invoice_missing": (_("缺发票"), "bad"),
        "invoice_mismatch": (_("发票金额不符"), "bad"),
        "account_unverified": (_("账户未核验"), "bad"),
        "enterprise_suspended": (_("企业已停用"), "bad"),
        "mandate_missing": (_("无委托书"), "bad"),
        "trace_code_missing": (_("缺追溯码"), "bad"),
        "trace_code_reused": (_("追溯码重复"), "bad"),
        "original_missing": (_("无原明细"), "bad"),
        "original_waiting": (_("原明细待结"), "bad"),
        "return_exceeds_original": (_("退货超原量"), "bad"),
    },
    w.ExceptionKind: {
        "unmatched": (_("未匹配"), "wait"),
        "amount_differs": (_("金额不符"), "wait"),
        "name_differs": (_("户名不符"), "wait"),
        "account_differs": (_("账号不符"), "wait"),
        "status_unknown": (_("状态不明"), "unsure"),
        "contradiction": (_("先拒后付"), "bad"),
        "returned": (_("退票"), "bad"),
        "duplicate": (_("重复"), "bad"),
        "foreign": (_("非本批次"), "bad"),
        "late_evidence": (_("复核后新证据"), "bad"),
        "outside_bounds": (_("超出自动认定范围"), "wait"),
    },
    w.ProfileChange: {
        "proposed": (_("待启用"), "todo"),
        "activated": (_("已启用"), "done"),
        "refused": (_("已驳回"), "bad"),
        "withdrawn": (_("已撤回"), "rest"),
    },
    d.DraftState: {
        "draft": (_("草案"), "todo"),
        "submitted": (_("待施行"), "todo"),
        "in_force": (_("已施行"), "done"),
        "withdrawn": (_("已撤回"), "rest"),
    },
    cl.CloseState: {
        "proposed": (_("待决定"), "todo"),
        "closed": (_("已关账"), "good"),
        "refused": (_("已驳回"), "bad"),
        "withdrawn": (_("已撤回"), "rest"),
    },
    w.JobState: {
        "waiting": (_("排队中"), "rest"),
        "sent": (_("排队中"), "rest"),
        "running": (_("进行中"), "todo"),
        "done": (_("已完成"), "done"),
        "failed": (_("失败"), "bad"),
        "cancelled": (_("已取消"), "rest"),
    },
    w.MailState: {
        "waiting": (_("等待发送"), "rest"),
        "held": (_("暂不发送"), "wait"),
        "sending": (_("发送中"), "todo"),
        "sent": (_("已发送"), "done"),
        "failed": (_("发送失败"), "bad"),
        "cancelled": (_("已取消"), "rest"),
    },
    w.AccountChangeState: {
        "requested": (_("待核验"), "todo"),
        "checked": (_("待批准"), "todo"),
        "approved": (_("已批准，待生效"), "wait"),
        "in_force": (_("已生效"), "good"),
        "rejected": (_("已驳回"), "bad"),
        "withdrawn": (_("已撤回"), "rest"),
        "stopped": (_("已叫停"), "bad"),
    },
    r.ExcuseState: {
        "asked": (_("待决定"), "todo"),
        "granted": (_("免催中"), "wait"),
        "refused": (_("未同意"), "bad"),
        "withdrawn": (_("已撤回"), "rest"),
        "ended": (_("提前结束"), "rest"),
        "lapsed": (_("已到期"), "rest"),
    },
    r.Promise: {
        "waiting": (_("未到期"), "wait"),
        "kept": (_("已兑现"), "good"),
        "broken": (_("未兑现"), "bad"),
    },
    pr.ProblemState: {
        "reported": (_("待受理"), "todo"),
        "handling": (_("办理中"), "todo"),
        "answered": (_("待提出方确认"), "wait"),
        "closed": (_("已办结"), "good"),
        "withdrawn": (_("已撤回"), "rest"),
    },
    r.MeasureState: {
        "planned": (_("待约谈"), "todo"),
        "held": (_("已约谈"), "good"),
        "missed": (_("未到场"), "bad"),
        "issued": (_("已发出"), "done"),
        "revoked": (_("已撤销"), "rest"),
        "proposed": (_("待批准"), "todo"),
        "in_force": (_("暂停中"), "bad"),
        "refused": (_("未批准"), "rest"),
        "withdrawn": (_("已撤回"), "rest"),
        "lifted": (_("已恢复"), "good"),
        "lapsed": (_("已到期"), "rest"),
    },
    en.AttemptResult: {
        "entered": (_("登录成功"), "done"),
        "unknown_name": (_("用户不存在"), "bad"),
        "wrong_password": (_("密码错误"), "bad"),
        "wrong_code": (_("动态口令错误"), "bad"),
        "locked": (_("锁定期间被拒绝"), "bad"),
        "asked_reset": (_("申请重设密码"), "wait"),
    },
    w.Role: {
        "maker": (_("经办"), "rest"),
        "checker": (_("复核"), "rest"),
        "approver": (_("审批"), "rest"),
        "supervisor": (_("监管"), "rest"),
        "auditor": (_("审计"), "rest"),
        "administrator": (_("管理员"), "rest"),
        "hospital": (_("医院"), "rest"),
        "enterprise": (_("企业"), "rest"),
    },
    **REPORTING_STATES,
    **PAPER_STATES,
}
