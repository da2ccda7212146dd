"""Which indicators count for an area on a day, by what they are measured, and on whose word."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from models.rules.measures import Measure
from models.rules.monitoring import Direction, Indicator, Target

#: The subject of a definition that holds for every subject of its indicator.
EVERY = "all"
#: A default is farther away than any area.
FARTHEST = 1_000
_BEGINNING = date(2000, 1, 1)


@dataclass(frozen=True)
class Definition:
    """One version of an indicator: what is divided by what, which target, since when, by whom."""

    indicator: str
    name: str
    numerator: Measure
    denominator: Measure
    direction: Direction = Direction.AT_LEAST
    target: Target = Target.NONE
    target_bp: int | None = None
    subject: str = EVERY
    #: Empty: the default of the program, which holds everywhere.
    area_code: str = ""
    valid_from: date = _BEGINNING
    valid_to: date | None = None
    source_title: str = ""
    source_article: str = ""

    def counts_on(self, day: date) -> bool:
        """Return whether the definition is in force; both end days count."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


_M, _I, _T = Measure, Indicator, Target
_GUIGANG = "贵港市医疗保障局《关于进一步做好药品和医用耗材采购工作的通知》（2024-03-04）"
_JIANGXI = (
    "江西省《关于进一步优化药品医用耗材集中带量采购落地执行管理的实施意见》（2026-01-01起施行）"
)
_NHSA31 = (
    "国家医保局、国家卫生健康委《关于完善医药集中带量采购和执行工作机制的通知》"
    "（医保发〔2024〕31号）"
)
_ZHEJIANG = "浙江省药械采购平台结算专区通报（2025）"
_PAYMENTS = "国务院办公厅《关于完善公立医院药品集中采购工作的指导意见》（国办发〔2015〕7号）"
_R802 = "《保障中小企业款项支付条例》（国务院令第802号）"
_ARREARS = "广州公共资源交易中心医疗机构欠款情况通报（2023-04-11）"
_DELIVERY = "深圳药品交易平台配送指标（适用潮州）"
_CODES = "国家医保局药品追溯码采集应用公告（应采尽采）"

#: What is measured where no definition says otherwise: exactly the table of the outside contract.
DEFAULTS: tuple[Definition, ...] = (
    Definition(
        _I.ONLINE_RATE, "网采率", _M.ONLINE_AMOUNT, _M.TOTAL_AMOUNT, target=_T.FIXED,
        target_bp=9_000, subject="drug", source_title=_GUIGANG,
        source_article="药品网采率不低于90%",
    ),
    Definition(
        _I.ONLINE_RATE, "网采率", _M.ONLINE_AMOUNT, _M.TOTAL_AMOUNT, target=_T.FIXED,
        target_bp=8_000, subject="consumable", source_title=_GUIGANG,
        source_article="医用耗材网采率不低于80%",
    ),
    Definition(
        _I.PURCHASE_PROGRESS, "采购进度", _M.BOUGHT_QUANTITY, _M.COMMITTED_QUANTITY,
        target=_T.TIME_PROGRESS, source_title=_GUIGANG, source_article="序时进度",
    ),
    Definition(
        _I.VBP_SHARE_AMOUNT, "集采金额占比", _M.VBP_AMOUNT, _M.COUNTABLE_AMOUNT,
        source_title=_JIANGXI, source_article="挂网药品（不含国谈药）和医用耗材",
    ),
    Definition(
        _I.NON_SELECTED_SHARE, "非中选占比", _M.OTHER_QUANTITY, _M.RIVAL_QUANTITY,
        direction=Direction.AT_MOST, target=_T.ROUND_LIMIT, source_title=_NHSA31,
        source_article="各批次通知规定的非中选产品比例",
    ),
    Definition(
        _I.SETTLEMENT_RATE, "结算率", _M.DUE_PAID_AMOUNT, _M.DUE_AMOUNT,
        source_title=_GUIGANG, source_article="结算率",
    ),
    Definition(
        _I.ON_TIME_RATE, "按时结算率", _M.DUE_PUNCTUAL_AMOUNT, _M.DUE_AMOUNT,
        source_title=_ZHEJIANG, source_article="按时结算率",
    ),
    Definition(
        _I.PAID_IN_30_DAYS, "30天回款率", _M.PAID_IN_30_AMOUNT, _M.RECEIVED_AMOUNT,
        source_title=_PAYMENTS, source_article="从交货验收合格到付款不得超过30天",
    ),
    Definition(
        _I.ARREARS_RATIO, "欠款比例", _M.OVERDUE_AMOUNT, _M.YEAR_AMOUNT,
        direction=Direction.AT_MOST, source_title=_ARREARS, source_article="欠款比例",
    ),
)  # fmt: skip

#: What an agency may switch on by importing the row: nothing of it counts until then.
PRESETS: tuple[Definition, ...] = (
    Definition(
        "completion", "约定采购量完成率", _M.ENDED_BOUGHT_QUANTITY, _M.ENDED_COMMITTED_QUANTITY,
        target=_T.FIXED, target_bp=10_000, source_title=_NHSA31,
        source_article="按约定采购量完成采购",
    ),
    Definition(
        "vbp_share_quantity", "集采数量占比", _M.VBP_QUANTITY, _M.COUNTABLE_QUANTITY,
        source_title=_JIANGXI, source_article="季度数量、金额双通报",
    ),
    Definition(
        "trace_capture_rate", "追溯码采集率", _M.TRACED_RECEIPTS, _M.DRUG_RECEIPTS,
        target=_T.FIXED, target_bp=10_000, source_title=_CODES, source_article="应采尽采",
    ),
    Definition(
        "trace_capture_amount", "追溯码采集率（金额）", _M.TRACED_AMOUNT, _M.DRUG_AMOUNT,
        target=_T.FIXED, target_bp=10_000, source_title=_CODES, source_article="应采尽采",
    ),
    Definition(
        "offline_share", "线下结算占比", _M.OFFLINE_AMOUNT, _M.SCOPED_AMOUNT,
        direction=Direction.AT_MOST, target=_T.FIXED, target_bp=0, source_title=_JIANGXI,
        source_article="不得线下采购、线下结算",
    ),
    Definition(
        "non_selected_amount", "非中选金额占比", _M.OTHER_AMOUNT, _M.RIVAL_AMOUNT,
        direction=Direction.AT_MOST, source_title=_NHSA31, source_article="非中选产品采购",
    ),
    Definition(
        "direct_settlement_rate", "直接结算率", _M.DIRECT_PAID_AMOUNT, _M.DIRECT_DUE_AMOUNT,
        source_title=_GUIGANG, source_article="结算率（直接结算部分）",
    ),
    Definition(
        "paid_in_60_days", "60天回款率", _M.PAID_IN_60_AMOUNT, _M.RECEIVED_AMOUNT,
        source_title=_R802, source_article="第九条：约定付款期限最长不得超过60日",
    ),
    Definition(
        "order_fill_rate", "订单金额满足率", _M.DELIVERED_AMOUNT, _M.ORDERED_AMOUNT,
        source_title=_DELIVERY, source_article="订单金额满足率",
    ),
    Definition(
        "spec_fill_rate", "订单品规满足率", _M.DELIVERED_SPECS, _M.ORDERED_SPECS,
        source_title=_DELIVERY, source_article="订单品规满足率",
    ),
    Definition(
        "response_24h", "24小时响应率", _M.RESPONDED_SPECS, _M.ORDERED_SPECS,
        source_title=_DELIVERY, source_article="24小时响应率",
    ),
    Definition(
        "fill_in_7_days", "7日金额满足率", _M.DELIVERED_IN_7_AMOUNT, _M.ORDERED_AMOUNT,
        source_title=_DELIVERY, source_article="7日金额满足率",
    ),
)  # fmt: skip


def in_force(
    definitions: Iterable[Definition], above: Sequence[str], day: date
) -> dict[str, list[Definition]]:
    """Return indicator → its definitions for an area on a day, the one that counts first.

    `above` is the area and the areas above it, nearest first. The nearest area counts, then the
    latest version, then the definition of the very subject (see `of_subject`); defaults come last.
    """
    distance = {code: place for place, code in enumerate(above)} | {"": FARTHEST}
    found: dict[str, list[Definition]] = {}
    for one in definitions:
        if one.area_code in distance and one.counts_on(day):
            found.setdefault(one.indicator, []).append(one)
    for versions in found.values():
        versions.sort(key=lambda one: (distance[one.area_code], -one.valid_from.toordinal()))
    return found


def of_subject(versions: Sequence[Definition], subject: str) -> Definition | None:
    """Return the definition of a subject: its own before the one of all, else the nearest."""
    nearest = [one for one in versions if one.subject in (subject, EVERY)]
    if not nearest:
        return None
    same = [one for one in nearest if one.area_code == nearest[0].area_code]
    own = [one for one in same if one.subject == subject]
    return (own or same)[0]
