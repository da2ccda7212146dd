"""Who may be paid retention, and how the score comes about, as files tell it (结余留用)."""

from models.rules.errors.imports import RowCode
from models.schemas.number_columns import QuantityColumn, WholeColumn
from models.schemas.table import About, Scope, TableSchema
from models.schemas.text_columns import (
    CodeColumn,
    DayColumn,
    FlagColumn,
    LineColumn,
    TextColumn,
)


class RetentionRules(TableSchema):
    """Conditions, days of publicity and the funds' parts (留用规则)."""

    about = About(
        kind="retention_rules",
        title="留用规则",
        table="retention_rule",
        key=("scheme_code", "valid_from"),
        scope=Scope.SCHEME,
        notes=(
            "决定哪些留用款可以列入公示、公示多少天、由职工和居民医保各负担多少；不改变测算结果。",
            "没有这张表时只要求医院已申报，公示 5 天，不分险种。",
        ),
    )

    scheme_code = CodeColumn("方案代码", references="scheme")
    valid_from = DayColumn()
    inpatient_required = FlagColumn("要求开通住院结算")
    reporting_required = FlagColumn("要求已报量")
    signing_required = FlagColumn("要求按时签约")
    publicity_days = WholeColumn("公示天数", low=1, high=60)
    employee_share_bp = WholeColumn("职工医保份额(基点)", optional=True, low=0, high=10_000)


class AssessmentItems(TableSchema):
    """Items of the assessment form of a scheme (考核项目)."""

    about = About(
        kind="assessment_items",
        title="考核项目",
        table="assessment_item",
        key=("scheme_code", "valid_from", "item_code"),
        scope=Scope.SCHEME,
        notes=(
            "使用生效日期不晚于测算月最后一天的最近一版的全部项目；各项目得分之和写入考核表的得分。",
            "填写指标代码的，考核时旁边列出该医院当月的指标值作为依据，得分仍由人评定。",
        ),
    )

    scheme_code = CodeColumn("方案代码", references="scheme")
    valid_from = DayColumn()
    item_code = CodeColumn("项目代码")
    name = LineColumn()
    points = QuantityColumn(
        "分值", places=2, low=0, high=100, above_zero=True, range_code=RowCode.BAD_NUMBER
    )
    how = TextColumn("评分办法", optional=True)
    indicator = CodeColumn("指标", optional=True)
