"""Data of the risk rules as files tell them: thresholds, short supply, prescriptions."""

from models.rules.errors.imports import RowCode
from models.rules.risks import RiskKind
from models.schemas.number_columns import QuantityColumn, WholeColumn, YuanColumn
from models.schemas.table import About, Scope, TableSchema
from models.schemas.table_rules import NotBefore
from models.schemas.text_columns import (
    AreaColumn,
    ChoiceColumn,
    CodeColumn,
    DayColumn,
    FlagColumn,
    HospitalColumn,
    PeriodColumn,
    TextColumn,
)

_SIGN = RowCode.BAD_SIGN


class RiskRules(TableSchema):
    """Thresholds of the risk rules of an area (风险规则)."""

    about = About(
        kind="risk_rules",
        title="风险规则",
        table="risk_rule",
        key=("area_code", "rule", "valid_from"),
        scope=Scope.AREA,
        notes=(
            "最近的上级统筹区、最近的生效日期的一行起作用；没有的按默认阈值。",
            "线索只供核查，不挂起明细，也不影响付款。",
        ),
    )

    area_code = AreaColumn("统筹区", references="area")
    rule = ChoiceColumn("规则", RiskKind)
    valid_from = DayColumn()
    active = FlagColumn("启用", optional=True, default="yes")
    threshold_bp = WholeColumn("阈值(基点)", optional=True, low=0, high=1_000_000)
    minimum_yuan = YuanColumn("最低金额", optional=True, low=0)


class ShortSupplies(TableSchema):
    """Products in short supply (短缺药品)."""

    about = About(
        kind="short_supply",
        title="短缺药品",
        table="short_supply",
        key=("nhsa_code", "valid_from"),
        rules=(NotBefore("valid_to", "valid_from"),),
    )

    nhsa_code = CodeColumn(references="product")
    valid_from = DayColumn()
    valid_to = DayColumn(optional=True)
    source = TextColumn("依据", optional=True)


class Prescriptions(TableSchema):
    """What was prescribed by department and prescriber (处方点评)."""

    about = About(
        kind="prescriptions",
        title="处方点评",
        table="prescription",
        key=("period", "hospital_code", "department", "prescriber_code", "nhsa_code"),
        scope=Scope.HOSPITAL,
        notes=("开方人用机构内部的编码，不用姓名；编码只对本院和获准移交的清单完整显示。",),
    )

    period = PeriodColumn()
    hospital_code = HospitalColumn(references="hospital")
    department = TextColumn("科室")
    prescriber_code = CodeColumn("开方人编码")
    nhsa_code = CodeColumn(references="product")
    quantity = QuantityColumn("数量", low=0, range_code=_SIGN)
    amount_yuan = YuanColumn("金额", low=0, range_code=_SIGN)
