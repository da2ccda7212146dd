"""The words people read for papers and rectifications."""

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _

from models.rules.papers import InterviewReason, PaperKind, PaperState, RectificationState

STATES: dict[type[StrEnum], dict[str, tuple[Any, str]]] = {
    PaperState: {
        "draft": (_("待复核"), "todo"),
        "reviewed": (_("待发送"), "todo"),
        "sent": (_("已发送"), "good"),
        "dropped": (_("已放弃"), "rest"),
        "withdrawn": (_("已撤回"), "bad"),
        "replaced": (_("已被取代"), "rest"),
    },
    RectificationState: {
        "open": (_("待答复"), "todo"),
        "answered": (_("待审阅"), "todo"),
        "returned": (_("已退回，待答复"), "bad"),
        "accepted": (_("整改中"), "wait"),
        "closed": (_("已办结"), "good"),
        "withdrawn": (_("已撤销"), "rest"),
    },
}
CHOICES: dict[type[StrEnum], dict[str, Any]] = {
    PaperKind: {
        "weekly": _("周监测"),
        "reminder": _("月度提醒"),
        "bulletin": _("季度通报"),
        "half_year": _("半年报告"),
        "yearly": _("年度考核报告"),
    },
    InterviewReason: {
        "zero_progress": _("采购进度为 0"),
        "behind_time": _("落后序时"),
        "lagging_products": _("滞后产品过多"),
        "low_settlement": _("结算率低"),
        "low_online": _("网采率低"),
        "participation": _("参与问题未办结"),
    },
}
