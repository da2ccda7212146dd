"""The words people read for every choice of a form or a rule."""

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext

from models.rules import deductions as dd
from models.rules import prepaid as p
from models.rules import problems as pr
from models.rules import remedies as r
from models.rules import requests as q
from models.rules import risks as k
from models.rules import scope as s
from models.rules import trace_codes as tc
from models.rules import turnover as t
from models.rules import windows as cw
from models.rules import words as w
from web.words_of_indicators import CHOICES as INDICATOR_WORDS
from web.words_of_papers import CHOICES as PAPER_WORDS
from web.words_of_reporting import CHOICES as REPORTING_WORDS

CHOICES: dict[type[StrEnum], dict[str, Any]] = {
    w.MailTopic: {
        "overdue": _("逾期与到期提醒"),
        "payments": _("退回与付款异常"),
        "accounts": _("账户变更（抄送）"),
        "problems": _("集采问题"),
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
    tc.Form: {"standard": _("20 位"), "gs1": "GS1", "other": _("其他形式")},
    dd.DeductionKind: {"quality_deposit": _("质量保证金"), "assessment": _("考核扣款")},
    k.RiskKind: {
        "above_award": _("高于中选价"),
        "above_contract": _("高于协议价"),
        "above_list": _("高于挂网价"),
        "short_supply_price": _("短缺药价格异常"),
        "new_delivery_area": _("配送区域异常"),
        "sudden_quantity": _("采购量骤增"),
        "department_overuse": _("科室非中选使用过多"),
        "prescriber_overuse": _("开方人非中选使用过多"),
        "code_reused": _("追溯码重复使用"),
        "code_twice": _("同一明细追溯码重复"),
        "code_form": _("追溯码不是 20 位"),
    },
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
        "refund": lazy_pgettext("voucher", "退回"),
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
    pr.Urgency: {"normal": _("一般"), "urgent": _("紧急")},
    pr.ProblemParty: {
        "hospital": _("医疗机构"),
        "enterprise": _("医药企业"),
        "agency": _("经办机构"),
    },
    pr.LinkKind: {
        "line": lazy_pgettext("one", "明细"),
        "product": lazy_pgettext("one", "产品"),
        "order": lazy_pgettext("one", "订单"),
        "round": lazy_pgettext("one", "集采批次"),
        "sheet": lazy_pgettext("one", "结算单"),
    },
    pr.ProblemResult: {
        "resolved": _("已解决"),
        "partly": _("部分解决"),
        "explained": _("已说明，无需处理"),
        "handed_over": _("已移交其他部门"),
        "unresolved": _("未能解决"),
    },
    pr.Satisfaction: {
        "satisfied": _("满意"),
        "fair": _("基本满意"),
        "dissatisfied": _("不满意"),
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
    **INDICATOR_WORDS,
    **REPORTING_WORDS,
    **PAPER_WORDS,
}
