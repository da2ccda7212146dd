"""How an area settles: schemes, calendar, ladder, LPR and retention tiers as files tell them."""

from models.rules.errors.imports import RowCode
from models.rules.words import (
    Category,
    ConfirmUnit,
    DayKind,
    DeductMonth,
    DueStart,
    Funding,
    HolidayShift,
    Initiator,
    LadderAction,
    Ownership,
    PaymentPer,
    Shortfall,
    Silence,
    TraceCodes,
    TurnoverRecovery,
)
from models.schemas.number_columns import QuantityColumn, WholeColumn, YuanColumn
from models.schemas.table import About, Scope, TableSchema
from models.schemas.table_rules import NotBefore
from models.schemas.text_columns import (
    AreaColumn,
    ChoiceColumn,
    ChoicesColumn,
    CodeColumn,
    DayColumn,
    EmailsColumn,
    FlagColumn,
    LineColumn,
)


class Schemes(TableSchema):
    """Dated settlement schemes (结算方案)."""

    about = About(
        kind="schemes",
        title="结算方案",
        table="scheme",
        key=("scheme_code", "valid_from"),
        scope=Scope.AREA,
        rules=(NotBefore("valid_to", "valid_from"),),
        notes=(
            "确认天数、天数单位、逾期未确认只在“启用确认时限”为 yes 时起作用。",
            "医共体牵头单位只在“牵头单位结算”为 yes 时替成员结算。",
            "“账户核验人数”为 2 时，收款账户变更由复核人核验、再由审批人批准；"
            "“账户冷静天数”从批准之日起算，期满生效。企业只有一个收款账户，"
            "当日有效的各方案中以最严的为准。",
            "“到期前提醒天数”为空的不作到期前提醒；每行只提醒一次，不计入逾期提醒的封数。",
        ),
    )

    scheme_code = CodeColumn("方案代码")
    valid_from = DayColumn()
    valid_to = DayColumn(optional=True)
    area_code = AreaColumn("统筹区", references="area")
    funding = ChoiceColumn("资金模式", Funding)
    scope = ChoicesColumn("结算范围", Category)
    deduct_month = ChoiceColumn("抵扣月份", DeductMonth)
    confirm_days = WholeColumn("确认天数", low=0)
    confirm_unit = ChoiceColumn("天数单位", ConfirmUnit)
    silence = ChoiceColumn("逾期未确认", Silence)
    payment_per = ChoiceColumn("付款粒度", PaymentPer)
    trace_codes = ChoiceColumn("追溯码要求", TraceCodes)
    holiday_shift = ChoiceColumn("节假日顺延", HolidayShift)
    due_start = ChoiceColumn("付款期起点", DueStart)
    due_days = WholeColumn("付款天数", optional=True, low=0, high=36_500)
    due_month_end = FlagColumn("次月底付款")
    windows = FlagColumn("启用确认时限", optional=True, default="no")
    lead_settles = FlagColumn("牵头单位结算", optional=True, default="no")
    account_reviews = WholeColumn("账户核验人数", optional=True, default="1", low=1, high=2)
    account_cooling_days = WholeColumn("账户冷静天数", optional=True, default="0", low=0, high=365)
    account_name_binds = FlagColumn("户名须与登记名称一致", optional=True, default="no")
    upcoming_days = WholeColumn("到期前提醒天数", optional=True, low=1, high=60)

    # Where the rules come from.
    legal_basis = LineColumn("依据文号", optional=True)
    preset = CodeColumn("预设", optional=True)

    # Who and what is paid directly, beyond `scope`; how invoices must agree.
    drugs_from = DayColumn("药品起始日期", optional=True)
    consumables_from = DayColumn("耗材起始日期", optional=True)
    not_above_selected = FlagColumn("低价非中选纳入", optional=True, default="no")
    ownerships = ChoicesColumn("机构性质", Ownership, optional=True)
    min_level = WholeColumn("最低等级", optional=True, low=1, high=3)
    mandates = FlagColumn("须有委托书", optional=True, default="no")
    invoice_tolerance_yuan = YuanColumn("发票容差(元)", optional=True, default="0", low=0)
    target_on = DayColumn("推进目标日期", optional=True)
    target_share_bp = WholeColumn("目标直接结算占比(基点)", optional=True, low=0, high=10_000)

    # How a month is confirmed.
    initiator = ChoiceColumn("发起方", Initiator, optional=True, default="system")
    apply_day = WholeColumn("申报截止日", optional=True, low=1, high=28)
    revocable_days = WholeColumn("自动确认可撤销天数", optional=True, low=0, high=365)
    dispute_days = WholeColumn("异议处理天数", optional=True, low=1, high=365)

    # Where the money comes from and how it comes back.
    shortfall = ChoiceColumn("抵扣不足处理", Shortfall, optional=True, default="carry")
    shortfall_days = WholeColumn("追缴期限(工作日)", optional=True, low=1, high=250)
    suspend_after_days = WholeColumn("欠款暂停拨付天数", optional=True, low=1, high=3_650)
    turnover_months = WholeColumn("周转金基数月数", optional=True, low=1, high=36)
    turnover_drug_bp = WholeColumn("周转金药品比例(基点)", optional=True, low=0, high=20_000)
    turnover_consumable_bp = WholeColumn("周转金耗材比例(基点)", optional=True, low=0, high=20_000)
    turnover_recovery = ChoiceColumn("周转金收回方式", TurnoverRecovery, optional=True)
    top_up_days = WholeColumn("补足期限(工作日)", optional=True, low=1, high=250)
    top_up_remind_days = WholeColumn("补足催办间隔", optional=True, low=1, high=365)
    round_prepay_bp = WholeColumn("集采预付比例(基点)", optional=True, low=0, high=10_000)
    pass_on_days = WholeColumn("医院转付期限(工作日)", optional=True, low=1, high=250)
    pass_down_days = WholeColumn("配送企业转付期限(工作日)", optional=True, low=1, high=250)

    # What the agency is measured by and who reviews.
    cycle_days = WholeColumn("结算周期上限(工作日)", optional=True, low=1, high=250)
    third_review_yuan = YuanColumn("三级审核金额(元)", optional=True, low=0)


class Calendar(TableSchema):
    """Days whose kind is stated (工作日历)."""

    about = About(
        kind="calendar",
        title="工作日历",
        table="calendar_day",
        key=("day",),
        notes=("未列出的日期按星期几判断。",),
    )

    day = DayColumn("日期")
    kind = ChoiceColumn("类型", DayKind)


class Ladder(TableSchema):
    """Steps of the overdue ladder (催办阶梯)."""

    about = About(
        kind="ladder",
        title="催办阶梯",
        table="ladder_step",
        key=("scheme_code", "valid_from", "step"),
        scope=Scope.SCHEME,
    )

    scheme_code = CodeColumn("方案代码", references="scheme")
    valid_from = DayColumn()
    step = WholeColumn("阶梯")
    name = LineColumn()
    after_days = WholeColumn("逾期天数", low=0)
    action = ChoiceColumn("措施", LadderAction)
    repeat_days = WholeColumn("重复间隔", optional=True, low=1)
    copy_to = EmailsColumn("抄送", optional=True)


class Lpr(TableSchema):
    """The one-year loan prime rate (贷款市场报价利率)."""

    about = About(kind="lpr", title="贷款市场报价利率", table="lpr_rate", key=("valid_from",))

    valid_from = DayColumn()
    one_year_bp = WholeColumn("一年期(基点)", low=0)


class RetentionTiers(TableSchema):
    """Tiers of surplus retention (留用档次)."""

    about = About(
        kind="retention_tiers",
        title="留用档次",
        table="retention_tier",
        key=("scheme_code", "valid_from", "min_score"),
        scope=Scope.SCHEME,
    )

    scheme_code = CodeColumn("方案代码", references="scheme")
    valid_from = DayColumn()
    min_score = QuantityColumn("最低得分", low=0, high=100, range_code=RowCode.BAD_NUMBER)
    ratio_bp = WholeColumn("留用比例(基点)", low=0, high=5_000)
