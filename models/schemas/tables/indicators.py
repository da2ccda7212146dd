"""Inputs of monitoring and retention as files tell them."""

from models.rules.errors.imports import RowCode
from models.rules.measures import GROUP_OF, Measure
from models.rules.monitoring import Direction, Target
from models.rules.words import ProductKind
from models.schemas.number_columns import PriceColumn, QuantityColumn, WholeColumn, YuanColumn
from models.schemas.table import About, Scope, TableSchema
from models.schemas.table_rules import NotBefore, SaidWith, SameGroup
from models.schemas.text_columns import (
    AreaColumn,
    ChoiceColumn,
    CodeColumn,
    DayColumn,
    HospitalColumn,
    LineColumn,
    PeriodColumn,
    TextColumn,
)

_SIGN = RowCode.BAD_SIGN


class ProcurementTotals(TableSchema):
    """What a hospital bought in all and online (采购总额)."""

    about = About(
        kind="procurement_totals",
        title="采购总额",
        table="procurement_total",
        key=("period", "hospital_code", "kind"),
        scope=Scope.HOSPITAL,
    )

    period = PeriodColumn()
    hospital_code = HospitalColumn(references="hospital")
    kind = ChoiceColumn("类别", ProductKind)
    total_yuan = YuanColumn("采购总金额")
    online_yuan = YuanColumn("网上采购金额")


class IndicatorDefinitions(TableSchema):
    """What indicators are, in dated versions (指标定义)."""

    about = About(
        kind="indicator_definitions",
        title="指标定义",
        table="indicator_definition",
        key=("indicator", "subject", "area_code", "valid_from"),
        scope=Scope.AREA,
        rules=(
            NotBefore("valid_to", "valid_from"),
            SameGroup("numerator", "denominator", GROUP_OF),
            SaidWith("target", "fixed", "target_bp"),
        ),
        notes=(
            "没有指标定义时按八项默认指标计算；有则从生效日期起替换同一代码的默认指标，或增加一项指标。",
            "细分填 all、产品类别或批次代码；就近的统筹区优先，同一统筹区以生效日期最晚的为准。",
            "分子与分母的口径须同一维度、同一计量单位；“目标(基点)”只在目标类型为 fixed 时填写。",
        ),
    )

    indicator = CodeColumn("指标代码")
    subject = CodeColumn("细分")
    area_code = AreaColumn(references="area")
    valid_from = DayColumn()
    valid_to = DayColumn(optional=True)
    name = LineColumn()
    numerator = ChoiceColumn("分子", Measure)
    denominator = ChoiceColumn("分母", Measure)
    direction = ChoiceColumn("方向", Direction)
    target = ChoiceColumn("目标类型", Target)
    target_bp = WholeColumn("目标(基点)", low=0, high=1_000_000, optional=True)
    source_title = LineColumn("依据文件")
    source_article = LineColumn("依据条款", optional=True)


class ReportedQuantities(TableSchema):
    """What a hospital reported and agreed to buy (报量)."""

    about = About(
        kind="reported_quantities",
        title="报量",
        table="reported_quantity",
        key=("hospital_code", "round_code", "nhsa_code"),
        scope=Scope.HOSPITAL,
    )

    hospital_code = HospitalColumn(references="hospital")
    round_code = CodeColumn(references="vbp_round")
    nhsa_code = CodeColumn(references="product")
    reported_quantity = QuantityColumn("报量", low=0, range_code=_SIGN)
    committed_quantity = QuantityColumn("约定采购量", low=0, range_code=_SIGN)
    letter_signed_on = DayColumn("承诺函日期", optional=True)


class Assessments(TableSchema):
    """Scores of hospitals in a round (考核)."""

    about = About(
        kind="assessments",
        title="考核",
        table="assessment",
        key=("period", "hospital_code", "round_code"),
        scope=Scope.HOSPITAL,
    )

    period = PeriodColumn()
    hospital_code = HospitalColumn(references="hospital")
    round_code = CodeColumn(references="vbp_round")
    score = QuantityColumn("得分", low=0, high=100, places=2)


class RetentionInputs(TableSchema):
    """What retention of a product is calculated from (结余留用测算)."""

    about = About(
        kind="retention_inputs",
        title="结余留用测算",
        table="retention_input",
        key=("period", "hospital_code", "round_code", "nhsa_code"),
        scope=Scope.HOSPITAL,
    )

    period = PeriodColumn()
    hospital_code = HospitalColumn(references="hospital")
    round_code = CodeColumn(references="vbp_round")
    nhsa_code = CodeColumn(references="product")
    base_quantity = QuantityColumn("采购量基数")
    agreed_quantity = QuantityColumn("约定采购量")
    actual_quantity = QuantityColumn("实际采购量")
    price_before_yuan = PriceColumn("集采前价格", low=0, range_code=_SIGN)
    award_price_yuan = PriceColumn("中选价", low=0, range_code=_SIGN)
    non_selected_yuan = YuanColumn("非中选金额")
    fund_ratio_bp = WholeColumn("基金支付比例(基点)", low=0, high=10_000)
    insured_share_bp = WholeColumn("参保占比(基点)", low=0, high=10_000)
    excluded_reason = TextColumn("不考核原因", optional=True)
