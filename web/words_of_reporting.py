"""The words of reporting, signing, findings and grades: choices, and states with their tones."""

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _

from models.rules import grades as g
from models.rules import participation as p
from models.rules import reporting as r

CHOICES: dict[type[StrEnum], dict[str, Any]] = {
    r.Participants: {
        "public": _("公立和军队医疗机构"),
        "all": _("全部医疗机构"),
        "none": _("自愿参加"),
    },
    r.ReportMove: {
        "submit": _("提交"),
        "take_back": _("撤回"),
        "review": _("审核通过"),
        "give_back": _("退回"),
    },
    p.FindingKind: {
        "absent": _("未参加"),
        "unreported": _("用而不报"),
        "under_reported": _("报少"),
        "over_reported": _("虚报"),
        "no_contract": _("无协议"),
        "unsigned": _("未签约"),
        "signed_late": _("未按时签约"),
    },
    p.FindingMove: {
        "remind": _("提醒"),
        "ask": _("要求说明"),
        "rectify": _("责令整改"),
        "answer": _("答复"),
        "settle": _("办结"),
        "vanish": _("数据显示已消除"),
        "return": _("数据显示再次出现"),
    },
    g.GradeSource: {
        "indicator": _("监测指标"),
        "assessment": _("考核得分"),
        "findings": _("参与问题"),
        "given": _("人工给分"),
    },
}

STATES: dict[type[StrEnum], dict[str, tuple[Any, str]]] = {
    r.ReportState: {
        "draft": (_("填报中"), "todo"),
        "submitted": (_("待上级审核"), "todo"),
        "reviewed": (_("已审核"), "good"),
        "returned": (_("已退回待更正"), "bad"),
    },
    r.SigningState: {
        "in_time": (_("已签约"), "good"),
        "late": (_("逾期签约"), "wait"),
        "unsigned": (_("未签约"), "bad"),
    },
    r.UseState: {
        "reported": (_("已报量"), "good"),
        "unreported": (_("用而不报"), "bad"),
        "under": (_("报少"), "bad"),
        "over": (_("虚报"), "bad"),
        "unused": (_("未使用"), "rest"),
    },
    p.FindingState: {
        "open": (_("待处理"), "todo"),
        "reminded": (_("已提醒"), "wait"),
        "asked": (_("待说明"), "wait"),
        "rectifying": (_("整改中"), "wait"),
        "answered": (_("已答复待办结"), "todo"),
        "settled": (_("已办结"), "good"),
        "gone": (_("已消除"), "good"),
    },
    g.GradeState: {
        "proposed": (_("待确认"), "todo"),
        "confirmed": (_("已确认"), "good"),
        "withdrawn": (_("已撤销"), "rest"),
    },
}
