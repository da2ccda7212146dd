"""The words people read for every state and choice, each with its tone."""

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _

from models.rules import closing as cl
from models.rules import entrance as en
from models.rules import prepaid as p
from models.rules import remedies as r
from models.rules import requests as q
from models.rules import scheme_drafts as d
from models.rules import scope as s
from models.rules import turnover as t
from models.rules import windows as cw
from models.rules import words as w

#: Tones: rest, todo, wait, good, bad, unsure. A todo becomes wait for readers who may not act now.
_WORDS: dict[type[StrEnum], dict[str, tuple[Any, str]]] = {
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
}

_CHOICES: dict[type[StrEnum], dict[str, Any]] = {
    w.MailTopic: {
        "overdue": _("逾期与到期提醒"),
        "payments": _("退回与付款异常"),
        "accounts": _("账户变更（抄送）"),
    },
    w.MailLanguage: {"zh": _("中文"), "en": _("英文")},
    w.FileFormat: {"csv": "CSV", "xlsx": "XLSX"},
    w.AreaLevel: {"province": _("省级"), "city": _("市级"), "county": _("县级")},
    w.Ownership: {"public": _("公立"), "private": _("民营"), "military": _("军队")},
    w.HospitalLevel: {"3": _("三级"), "2": _("二级"), "1": _("一级"), "0": _("未定级")},
    w.EnterpriseRole: {
        "manufacturer": _("生产企业"),
        "distributor": _("配送企业"),
        "both": _("生产兼配送"),
    },
    w.EnterpriseSize: {
        "micro": _("微型"),
        "small": _("小型"),
        "medium": _("中型"),
        "large": _("大型"),
    },
    w.ProductKind: {"drug": _("药品"), "consumable": _("医用耗材"), "cloud_film": _("云胶片")},
    w.RoundLevel: {
        "national": _("国家"),
        "alliance": _("联盟"),
        "province": _("省级"),
        "city": _("市级"),
    },
    w.Category: {
        "national_vbp": _("国家集采"),
        "alliance_vbp": _("联盟集采"),
        "province_vbp": _("省级集采"),
        "city_vbp": _("市级集采"),
        "negotiated": _("国谈药品"),
        "cloud_film": _("云胶片"),
        "listed": _("挂网产品"),
    },
    w.Funding: {
        "offset": _("基金抵扣"),
        "prepaid_subledger": _("预付分簿"),
        "turnover": _("周转金"),
        "bank_debit": _("银行代扣"),
    },
    w.Rail: {
        "in_bank": _("行内转账"),
        "beps": _("小额支付"),
        "ibps": _("网上支付跨行清算"),
        "hvps": _("大额支付"),
    },
    w.DeductMonth: {"current": _("当月"), "next": _("次月")},
    w.ConfirmUnit: {
        "working_day": _("工作日"),
        "calendar_day": _("自然日"),
        "day_of_month": _("每月几号"),
    },
    w.Initiator: {
        "enterprise": _("企业申报"),
        "hospital": _("医院发起"),
        "system": _("系统汇总"),
    },
    w.Shortfall: {
        "carry": _("结转下期"),
        "collect": _("向医院托收"),
        "top_up": _("通知医院补足"),
        "suspend": _("暂停代付"),
    },
    w.TurnoverRecovery: {
        "repay": _("退回支出户"),
        "offset": _("从结算款抵扣"),
    },
    w.Silence: {
        "escalate": _("升级督办"),
        "roll": _("转入下期"),
        "auto_confirm": _("视同确认"),
    },
    w.PaymentPer: {"enterprise": _("按企业合并"), "sheet": _("按结算单")},
    w.TraceCodes: {"ignore": _("不要求"), "warn": _("提示"), "require": _("必须")},
    w.HolidayShift: {
        "next_working_day": _("顺延至下一工作日"),
        "after_holiday_plus_2": _("节后第二个工作日"),
        "previous_working_day": _("提前至上一工作日"),
    },
    w.DueStart: {
        "delivery": _("配送"),
        "acceptance": _("验收入库"),
        "joint_confirmation": _("双方确认"),
    },
    w.DayKind: {
        "working": _("工作日"),
        "weekend": _("周末"),
        "holiday": _("节假日"),
        "makeup": _("调休上班"),
    },
    w.LineKind: {
        "receipt": _("收货"),
        "goods_return": _("退货"),
        "price_adjustment": _("调价"),
    },
    w.Platform: {"online": _("网上采购"), "offline": _("线下采购")},
    w.Party: {"hospital": _("医院"), "enterprise": _("企业")},
    w.Decision: {"confirm": _("确认"), "dispute": _("有异议"), "withdraw": _("撤回")},
    cw.WindowKind: {"apply": _("申报"), "answer": _("确认")},
    cw.Advice: {
        "confirm": _("应予确认"),
        "void": _("作废重报"),
        "goods_return": _("待退货"),
        "adjust": _("调价冲减"),
    },
    cw.DisputeEnd: {
        "agreed": _("已确认"),
        "withdrawn": _("已撤回异议"),
        "voided": _("明细已作废"),
    },
    w.InvoiceKind: {"blue": _("蓝字"), "red": _("红字")},
    t.Pool: {"employee": _("职工医保"), "resident": _("居民医保")},
    q.RequestKind: {
        "top_up": _("补足分簿"),
        "collection": _("追缴抵扣不足"),
        "repayment": _("归还周转金"),
    },
    p.Destination: {"sub_ledger": _("转入分簿"), "hospital": _("拨付医院")},
    p.RecoveryWay: {"clawback": _("基金清算"), "repaid": _("医院归还")},
    w.VoucherKind: {
        "prepayment": _("预付"),
        "top_up": _("补足"),
        "interest": _("利息"),
        "refund": _("退回"),
        "round_prepayment": _("集采预付"),
    },
    w.LadderAction: {
        "remind": _("提醒"),
        "urge": _("催办"),
        "bulletin": _("通报"),
        "interview": _("约谈"),
        "suspend": _("暂停拨付"),
    },
    r.ExcuseReason: {reason.value: _(terms.zh) for reason, terms in r.REASONS.items()},
    r.Channel: {
        "seat": _("本机构账号"),
        "phone": _("电话"),
        "letter": _("函件"),
        "meeting": _("会议"),
        "mail": _("邮件"),
    },
    r.MeasureKind: {
        "bulletin": _("通报"),
        "interview": _("约谈"),
        "referral": _("函告"),
        "suspension": _("暂停拨付"),
    },
    r.Authority: {
        "health_commission": _("卫生健康部门"),
        "city_bureau": _("上级医保局"),
        "discipline_inspection": _("纪检监察机关"),
    },
    w.AccountSource: {
        "import": _("文件导入"),
        "page": _("经办提出"),
        "seat": _("企业提出"),
    },
    w.Lane: {"direct": _("直接结算"), "self": _("自行结算")},
    s.ListRule: {"in": _("纳入"), "out": _("不纳入")},
    s.Outside: {
        "offline": _("线下采购"),
        "no_scheme": _("无结算方案"),
        "not_joined": _("机构未纳入"),
        "joined_later": _("纳入前验收"),
        "ownership": _("机构性质不符"),
        "level": _("机构等级不足"),
        "drugs_later": _("药品未开始"),
        "consumables_later": _("耗材未开始"),
        "product_out": _("产品不纳入"),
        "round_out": _("批次不纳入"),
        "above_selected": _("高于中选价"),
        "category": _("类别不在范围"),
    },
}


def word(value: StrEnum | None) -> str:
    """Return the word of a state or choice; an unknown one as it stands."""
    if value is None:
        return ""
    known = type(value)
    if known in _WORDS:
        return str(_WORDS[known].get(value.value, (value.value,))[0])
    return str(_CHOICES.get(known, {}).get(value.value, value.value))


def tone(value: StrEnum, *, mine: bool = True) -> str:
    """Return the tone of a state; what waits for somebody else is `wait`, not `todo`."""
    found = _WORDS.get(type(value), {}).get(value.value, ("", "rest"))[1]
    return "wait" if found == "todo" and not mine else found


def choices(kind: type[StrEnum]) -> list[tuple[str, str]]:
    """Return (value, word) of every member, for selects."""
    return [(member.value, word(member)) for member in kind]
