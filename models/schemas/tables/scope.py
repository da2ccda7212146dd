"""Who and what a scheme pays directly, beyond its own columns, as files tell it."""

from models.rules.scope import ListRule
from models.schemas.table import About, Scope, TableSchema
from models.schemas.table_rules import NotBefore
from models.schemas.text_columns import (
    ChoiceColumn,
    CodeColumn,
    DayColumn,
    HospitalColumn,
    LineColumn,
)

_LISTS = (
    "对方案的所有版本起作用；同一{0}同日有多行时以生效日期最晚的为准。",
    "产品名单优先于批次名单，批次名单优先于结算范围；不改变机构、采购渠道和起始日期的条件。",
)


class SchemeProducts(TableSchema):
    """Products that a scheme puts in or out (方案产品名单)."""

    about = About(
        kind="scheme_products",
        title="方案产品名单",
        table="scheme_product",
        key=("scheme_code", "valid_from", "nhsa_code"),
        scope=Scope.SCHEME,
        rules=(NotBefore("valid_to", "valid_from"),),
        notes=tuple(note.format("产品") for note in _LISTS),
    )

    scheme_code = CodeColumn("方案代码", references="scheme")
    valid_from = DayColumn()
    nhsa_code = CodeColumn(references="product")
    valid_to = DayColumn(optional=True)
    rule = ChoiceColumn("规则", ListRule)
    note = LineColumn("说明", optional=True)


class SchemeRounds(TableSchema):
    """Rounds that a scheme puts in or out (方案批次名单)."""

    about = About(
        kind="scheme_rounds",
        title="方案批次名单",
        table="scheme_round",
        key=("scheme_code", "valid_from", "round_code"),
        scope=Scope.SCHEME,
        rules=(NotBefore("valid_to", "valid_from"),),
        notes=tuple(note.format("批次") for note in _LISTS),
    )

    scheme_code = CodeColumn("方案代码", references="scheme")
    valid_from = DayColumn()
    round_code = CodeColumn(references="vbp_round")
    valid_to = DayColumn(optional=True)
    rule = ChoiceColumn("规则", ListRule)
    note = LineColumn("说明", optional=True)


class Mandates(TableSchema):
    """Mandates of hospitals (结算委托书)."""

    about = About(
        kind="mandates",
        title="结算委托书",
        table="mandate",
        key=("hospital_code", "valid_from"),
        scope=Scope.HOSPITAL,
        rules=(NotBefore("valid_to", "valid_from"),),
        notes=(
            "只在方案的“须有委托书”为 yes 时起作用：验收日没有有效委托书的明细挂起。",
            "失效日期为空表示长期有效；签署件在页面“结算委托书”上传。",
        ),
    )

    hospital_code = HospitalColumn(references="hospital")
    valid_from = DayColumn()
    valid_to = DayColumn(optional=True)
    document_no = LineColumn("委托书编号")
    signed_on = DayColumn("签署日期", optional=True)
