"""Reporting for volume procurement as files tell it: terms, catalogue, hospitals' lines, grades."""

from models.rules.errors.imports import RowCode
from models.rules.grades import GradeSource
from models.rules.reporting import Participants
from models.schemas.number_columns import QuantityColumn, WholeColumn
from models.schemas.table import About, Scope, TableSchema
from models.schemas.table_rules import NotBefore
from models.schemas.text_columns import (
    AreaColumn,
    ChoiceColumn,
    CodeColumn,
    DayColumn,
    HospitalColumn,
    LineColumn,
)

_SIGN = RowCode.BAD_SIGN


class RoundTerms(TableSchema):
    """What a round asks of an area's hospitals (批次执行参数)."""

    about = About(
        kind="round_terms",
        title="批次执行参数",
        table="round_term",
        key=("round_code", "area_code"),
        scope=Scope.AREA,
        rules=(NotBefore("report_by", "report_from"), NotBefore("use_to", "use_from")),
        notes=(
            "医疗机构按所在统筹区取值，没有时取最近的上级统筹区；没有任何一行的批次不作报量和签约检查。",
            "使用量期间为空时，为报量截止日所在月之前的十二个月。",
        ),
    )

    round_code = CodeColumn(references="vbp_round")
    area_code = AreaColumn(references="area")
    report_from = DayColumn("报量开始日期", optional=True)
    report_by = DayColumn("报量截止日期", optional=True)
    sign_by = DayColumn("签约截止日期", optional=True)
    agreed_share_bp = WholeColumn(
        "约定比例(基点)", optional=True, default="10000", low=0, high=10_000
    )
    under_report_bp = WholeColumn("少报界限(基点)", optional=True, low=1)
    over_report_bp = WholeColumn("多报界限(基点)", optional=True, low=1)
    use_from = DayColumn("使用量起始日期", optional=True)
    use_to = DayColumn("使用量截止日期", optional=True)
    participants = ChoiceColumn("参加机构", Participants, optional=True, default="public")


class RoundProducts(TableSchema):
    """What is to be reported in a round (报量目录)."""

    about = About(
        kind="round_products",
        title="报量目录",
        table="round_product",
        key=("round_code", "nhsa_code"),
        notes=("批次的中选产品自动属于目录；同一通用名和类别的产品合并比较使用量和报量。",),
    )

    round_code = CodeColumn(references="vbp_round")
    nhsa_code = CodeColumn(references="product")
    note = LineColumn("说明", optional=True)


class ReportLines(TableSchema):
    """What hospitals say they will need (报量填报)."""

    about = About(
        kind="report_lines",
        title="报量填报",
        table="quantity_report_line",
        key=("hospital_code", "round_code", "nhsa_code"),
        scope=Scope.HOSPITAL,
        notes=("报量提交以后不能再改（conflict），需要更正时先撤回或由审核人退回。",),
    )

    hospital_code = HospitalColumn(references="hospital")
    round_code = CodeColumn(references="vbp_round")
    nhsa_code = CodeColumn(references="product")
    reported_quantity = QuantityColumn("报量", low=0, range_code=_SIGN)
    reason = LineColumn("说明", optional=True)


class GradeItems(TableSchema):
    """Items of the yearly form (绩效分级项目)."""

    about = About(
        kind="grade_items",
        title="绩效分级项目",
        table="grade_item",
        key=("scheme_code", "valid_from", "item_code"),
        scope=Scope.SCHEME,
        notes=(
            "一个年度使用生效日期不晚于该年12月31日的最近一版的全部项目。",
            "取值来源为 indicator 时填写指标代码，按零分值与满分值之间的比例给分；"
            "为 findings 时每个参与问题扣分。",
        ),
    )

    scheme_code = CodeColumn("方案代码", references="scheme")
    valid_from = DayColumn()
    item_code = CodeColumn("项目代码")
    name = LineColumn()
    points = QuantityColumn("分值", places=2, above_zero=True)
    source = ChoiceColumn("取值来源", GradeSource)
    measure = CodeColumn("指标或问题", optional=True)
    subject = CodeColumn("指标对象", optional=True)
    none_bp = WholeColumn("零分值(基点)", optional=True)
    full_bp = WholeColumn("满分值(基点)", optional=True)
    per_finding = QuantityColumn("每个问题扣分", optional=True, places=2, low=0)


class GradeTiers(TableSchema):
    """Grades and the least points they take (绩效分级档次)."""

    about = About(
        kind="grade_tiers",
        title="绩效分级档次",
        table="grade_tier",
        key=("scheme_code", "valid_from", "min_points"),
        scope=Scope.SCHEME,
    )

    scheme_code = CodeColumn("方案代码", references="scheme")
    valid_from = DayColumn()
    min_points = QuantityColumn("最低得分", low=0, high=100, places=2)
    grade = LineColumn("等级")
    factor_bp = WholeColumn("总额系数(基点)", optional=True, low=0)


class GradePoints(TableSchema):
    """Points a person gave (绩效分级给分)."""

    about = About(
        kind="grade_points",
        title="绩效分级给分",
        table="grade_point",
        key=("year", "hospital_code", "item_code"),
        scope=Scope.HOSPITAL,
    )

    year = WholeColumn("年度", low=2000, high=2200)
    hospital_code = HospitalColumn(references="hospital")
    item_code = CodeColumn("项目代码")
    points = QuantityColumn("得分", places=2, low=0)
    note = LineColumn("说明", optional=True)
