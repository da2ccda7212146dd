"""The parameters of a scheme in the order people think of them, each with what it does."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _


@dataclass(frozen=True)
class Group:
    """Parameters of one question, with the help of each."""

    key: str
    title: Any
    #: column of the file → what it does.
    helps: dict[str, Any]


GROUPS: tuple[Group, ...] = (
    Group(
        "identity",
        _("适用"),
        {
            "scheme_code": _("一个代码属于一个统筹区；同一代码可以有多个生效日期的版本。"),
            "area_code": _("对本区和没有自己方案的下级都起作用。"),
            "valid_from": _("从这一天验收的明细起适用。"),
            "valid_to": _("最后一天；空为长期有效。"),
            "legal_basis": _("依据的文号，凡列出方案的地方都会显示。"),
            "preset": _("由哪个预设而来；页面据此逐项注明文件和条款。"),
        },
    ),
    Group(
        "scope",
        _("谁和什么直接结算"),
        {
            "scope": _("在范围内的类别直接结算；其余由医院自行结算，仍受逾期监督。"),
            "ownerships": _("不选为全部机构。"),
            "min_level": _("只收这个等级以上的医院；空为不限。"),
            "drugs_from": _("此日前验收的药品和云胶片自行结算；空为不限。"),
            "consumables_from": _("此日前验收的耗材自行结算；空为不限。"),
            "not_above_selected": _("非中选产品单价不高于同名中选价的也直接结算。"),
            "lead_settles": _("由医共体牵头医院确认和结算其成员的明细。"),
            "mandates": _("医院没有覆盖当日的委托书，明细挂起，不予支付。"),
            "target_on": _("纳入工作的目标日期，覆盖情况页按它比较。"),
            "target_share_bp": _("直接结算应占的金额比例，万分之几：9000 即 90%。"),
        },
    ),
    Group(
        "confirmation",
        _("一个月怎样确认"),
        {
            "initiator": _("由谁发起一个月的结算。"),
            "apply_day": _("每月几号前申报上月。"),
            "windows": _("为“是”时下面的时限才起作用。"),
            "confirm_days": _("医院和企业确认的天数，或每月几号。"),
            "confirm_unit": _("工作日按工作日历计算，含调休。"),
            "silence": _("到期没有答复怎么办；缺省为升级督办，不视同确认。"),
            "revocable_days": _("系统自动确认之后，可撤销的天数。"),
            "dispute_days": _("对异议须作答复的天数；无异议部分照常结算。"),
        },
    ),
    Group(
        "evidence",
        _("发票与追溯"),
        {
            "invoice_tolerance_yuan": _("发票合计与明细金额之差不超过它就算相符；0 为完全一致。"),
            "trace_codes": _("药品收货没有追溯码时：不管、提示或挂起。"),
        },
    ),
    Group(
        "funding",
        _("钱从哪里来，怎样收回"),
        {
            "funding": _("先付后扣、预付分簿、周转金，或由医院授权银行扣款。"),
            "deduct_month": _("从哪个月的医保基金拨付中抵扣。"),
            "shortfall": _("当月基金不足以抵扣时：结转、托收、补足或暂停代付。"),
            "shortfall_days": _("要求医院付款的期限，工作日。"),
            "suspend_after_days": _("欠款超过这些天，暂停拨付医院的基金；空为不暂停。"),
            "turnover_months": _("周转金按多少个月的平均支出计算。"),
            "turnover_drug_bp": _("月均药品支出的万分之几：3000 即 30%。"),
            "turnover_consumable_bp": _("月均耗材支出的万分之几：2000 即 20%。"),
            "turnover_recovery": _("年底前怎样收回周转金。"),
            "top_up_days": _("分簿不足时，医院补足的期限，工作日。"),
            "top_up_remind_days": _("未补足时每隔多少天催办一次。"),
            "round_prepay_bp": _("集采批次按约定金额预付的万分之几：3000 即 30%。"),
            "pass_on_days": _("医院收到预付后转付配送企业的期限，工作日。"),
            "pass_down_days": _("配送企业转付生产企业的期限，工作日。"),
        },
    ),
    Group(
        "payment",
        _("什么时候付"),
        {
            "due_start": _("付款期限从哪一天起算。"),
            "due_days": _("起算之后的天数；与次月底、协议约定比较，以最早的为准。"),
            "due_month_end": _("不晚于验收并取得发票之日的次月底。"),
            "holiday_shift": _("到期日遇休息日时移到哪一天。"),
            "payment_per": _("同一企业合并为一笔，或一张结算单一笔。"),
            "upcoming_days": _("到期前多少天提醒；空为不提醒。"),
            "cycle_days": _("从月末到银行付出的工作日上限，统计页按它考核。"),
        },
    ),
    Group(
        "control",
        _("复核与账户"),
        {
            "third_review_yuan": _("应付超过它的结算单，审批后由另一名审批人终审；空为两级。"),
            "account_reviews": _("收款账户变更由几人核验。"),
            "account_cooling_days": _("账户批准后多少天生效。"),
            "account_name_binds": _("收款户名须与登记名称一致。"),
        },
    ),
)

#: What names a version; all else is how it settles.
NAMES = ("scheme_code", "valid_from", "area_code")


def place(column: str) -> str:
    """Return the key of the group a parameter belongs to."""
    return next(group.key for group in GROUPS if column in group.helps)
