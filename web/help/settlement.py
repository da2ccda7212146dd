"""Help of the settlement screens: sheets, month's close, offsets, sub-ledgers, prepayments."""

from flask_babel import lazy_gettext as _

from web.help import sources as s
from web.help.screen import Screen

SCREENS = {
    "sheets": Screen(
        _(
            "一家医院、一家企业、一个月的应付货款。经办计算，复核通过，再由另一人审批，之后才能付款；"
            "制单人不能复核自己的单。"
        ),
        s.TIERED,
        "review#复核结算单",
    ),
    "sheets.one": Screen(
        _(
            "一张结算单的全部依据：收货减退货加减调整，加上期结转，等于应付。"
            "右侧是三人流转、收款账户和经过；没有进入结算单的挂起明细列在下面。"
        ),
        s.TIERED,
        "review#复核结算单",
    ),
    "sheets.calculate": Screen(
        _("把这个月可以结算的明细按医院和企业汇总成结算单。再算一次不会重复，只带入新的明细。"),
        s.GUIZHOU,
        "maker#计算结算单",
    ),
    "sheets.check": Screen(
        _("办理之前再核对一次张数和金额。核对期间有任何变化，都不会执行。"),
        s.TIERED,
        "review#复核结算单",
    ),
    "close": Screen(
        _(
            "两个人确认一个月已经完整，此后这个月的单据和分录不再变动；"
            "以后发现的差错在以后的月份更正。"
        ),
        s.KEPT,
        "maker#关账",
    ),
    "offsets": Screen(
        _(
            "已代付的货款从应付医院的医保基金中扣回：审核应付减去已拨付、清算和保证金，才是可以抵扣的数额。"
            "不够抵扣的结转下期。"
        ),
        f"{s.GUIZHOU}（当月或次月抵扣）",
        "maker#抵扣医院基金",
    ),
    "deductions": Screen(
        _(
            "质量保证金和考核扣款：逐院写明金额和原因，由另一人确认后计入月度医保基金，"
            "抵扣时从可用基金中扣除。抵扣用过的基金不再扣，重新导入的基金以导入为准。"
        ),
        s.GUIGANG,
        "maker#抵扣医院基金",
    ),
    "shortfalls": Screen(
        _("医院的基金不够抵扣而欠下的款项，按结算方案结转、托收、补足或暂停代付；到账在这里登记。"),
        s.GUIZHOU,
        "maker#抵扣医院基金",
    ),
    "subledgers": Screen(
        _(
            "预付款进入每家医院自己的分簿，货款从分簿支付。"
            "账面余额减去冻结是可用余额；不够付时通知医院补足。"
        ),
        s.HUBEI,
        "maker#分簿与周转金",
    ),
    "money_requests": Screen(
        _("向医院收取的款项：补足分簿、追缴抵扣不足、归还周转金。每份通知有编号、金额和期限。"),
        s.HUBEI,
        "maker#分簿与周转金",
    ),
    "turnover": Screen(
        _(
            "医保基金预付给医院的周转金：年初申请、另一人批准、按凭证拨付，年底前收回。只能用于药品耗材货款。"
        ),
        s.TURNOVER,
        "maker#分簿与周转金",
    ),
    "round_prepayments": Screen(
        _("集采批次按约定采购金额预付的货款，以及医院、配送企业有没有按期转付。"),
        f"{s.VOLUME}（不低于年度约定采购金额的30%）",
        "maker#分簿与周转金",
    ),
    "closings": Screen(
        _("停用一家医院的分簿：先付清、再到账、再退利息和余额，余额为零后由未经手的人确认销户。"),
        s.EARMARKED,
        "maker#分簿与周转金",
    ),
}
