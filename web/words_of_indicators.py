"""The words of indicators: what is divided by what, against which target, and the verdict."""

from typing import Any

from flask_babel import lazy_gettext as _

from models.rules.measures import Measure
from models.rules.monitoring import Direction, Target, Verdict

#: Codes that the program knows; others are called as their definition says.
INDICATORS: dict[str, Any] = {
    "online_rate": _("网采率"),
    "purchase_progress": _("采购进度"),
    "vbp_share_amount": _("集采金额占比"),
    "non_selected_share": _("非中选占比"),
    "settlement_rate": _("结算率"),
    "on_time_rate": _("按时结算率"),
    "paid_in_30_days": _("30天回款率"),
    "arrears_ratio": _("欠款比例"),
    "completion": _("约定采购量完成率"),
    "vbp_share_quantity": _("集采数量占比"),
    "trace_capture_rate": _("追溯码采集率"),
    "trace_capture_amount": _("追溯码采集率（金额）"),
    "offline_share": _("线下结算占比"),
    "non_selected_amount": _("非中选金额占比"),
    "direct_settlement_rate": _("直接结算率"),
    "paid_in_60_days": _("60天回款率"),
    "order_fill_rate": _("订单金额满足率"),
    "spec_fill_rate": _("订单品规满足率"),
    "response_24h": _("24小时响应率"),
    "fill_in_7_days": _("7日金额满足率"),
}

#: Measure → what it adds up.
MEASURES: dict[str, Any] = {
    "online_amount": _("网上采购金额（上报）"),
    "total_amount": _("采购总金额（上报）"),
    "vbp_amount": _("集采中选药品、耗材的线上净额"),
    "countable_amount": _("线上药品、耗材净额，不含国谈药"),
    "vbp_quantity": _("集采中选药品、耗材的线上净数量"),
    "countable_quantity": _("线上药品、耗材净数量，不含国谈药"),
    "offline_amount": _("应线上结算而线下采购的净额"),
    "scoped_amount": _("应线上结算的净额（方案范围内、医院已纳入）"),
    "traced_receipts": _("有追溯码的药品收货行数"),
    "drug_receipts": _("药品收货行数"),
    "traced_amount": _("有追溯码的药品收货金额"),
    "drug_amount": _("药品收货金额"),
    "bought_quantity": _("协议期内的净采购量"),
    "committed_quantity": _("月末在协议期内的约定采购量"),
    "ended_bought_quantity": _("本月到期协议的净采购量"),
    "ended_committed_quantity": _("本月到期协议的约定采购量"),
    "other_quantity": _("同名非中选产品净数量"),
    "rival_quantity": _("中选与同名非中选产品净数量"),
    "other_amount": _("同名非中选产品净额"),
    "rival_amount": _("中选与同名非中选产品净额"),
    "due_amount": _("本月到期的收货金额"),
    "due_paid_amount": _("到期金额中已付的部分"),
    "due_punctual_amount": _("到期金额中按时付清的部分"),
    "direct_due_amount": _("本月到期的直接结算金额"),
    "direct_paid_amount": _("到期的直接结算金额中已付的部分"),
    "received_amount": _("本月验收的收货金额"),
    "paid_in_30_amount": _("验收金额中30天内付款的部分"),
    "paid_in_60_amount": _("验收金额中60天内付款的部分"),
    "overdue_amount": _("月末次日仍逾期未付的金额"),
    "year_amount": _("本年累计验收净额"),
    "ordered_amount": _("本月订购金额"),
    "delivered_amount": _("本月订单的配送金额"),
    "delivered_in_7_amount": _("7日内开始到货的订单的到货金额"),
    "ordered_specs": _("本月订购的品规数"),
    "delivered_specs": _("订购品规中已有配送的"),
    "filled_specs": _("订购品规中足量配送的"),
    "responded_specs": _("订购品规中次日前响应的"),
}

#: For forms and lists, merged with the words of all other choices.
CHOICES = {
    Measure: MEASURES,
    Direction: {"at_least": _("不低于"), "at_most": _("不高于")},
    Target: {
        "none": _("无目标"),
        "fixed": _("固定值"),
        "time_progress": _("序时进度"),
        "round_limit": _("批次规定的上限"),
    },
    Verdict: {"pass": _("达标"), "fail": _("未达标")},
}
