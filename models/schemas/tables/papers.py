"""Which papers an area makes and who must come to an interview, as files tell it (监测规则)."""

from models.rules.papers import PaperKind
from models.schemas.number_columns import WholeColumn
from models.schemas.table import About, Scope, TableSchema
from models.schemas.table_rules import NotBefore
from models.schemas.text_columns import (
    AreaColumn,
    ChoicesColumn,
    DayColumn,
    EmailsColumn,
    LineColumn,
)


class CadenceRules(TableSchema):
    """Rules of monitoring and bulletins of an area (监测规则)."""

    about = About(
        kind="cadence_rules",
        title="监测规则",
        table="cadence_rule",
        key=("area_code", "valid_from"),
        scope=Scope.AREA,
        rules=(NotBefore("valid_to", "valid_from"),),
        notes=(
            "有这一行的统筹区到日子自动起草列出的文书；没有的不自动起草，"
            "人工起草时按最近的上级统筹区的规则，都没有的按进度为 0 或落后序时 25 个百分点、"
            "滞后产品 15 个列入约谈名单。",
            "界限为空表示不按这一项约谈；参与问题只数到期末仍未办结的。",
        ),
    )

    area_code = AreaColumn("统筹区", references="area")
    valid_from = DayColumn()
    valid_to = DayColumn(optional=True)
    kinds = ChoicesColumn("文书种类", PaperKind)
    progress_gap_bp = WholeColumn("落后序时约谈(基点)", optional=True, low=1, high=10_000)
    lagging_products = WholeColumn("滞后产品约谈数", optional=True, low=1)
    settlement_rate_bp = WholeColumn("结算率约谈下限(基点)", optional=True, low=1, high=10_000)
    online_rate_bp = WholeColumn("网采率约谈下限(基点)", optional=True, low=1, high=10_000)
    participation_findings = WholeColumn("参与问题约谈数", optional=True, low=1)
    rectify_days = WholeColumn("答复整改天数", low=1, high=366)
    health_department = LineColumn("同级卫生健康部门", optional=True)
    copy_to = EmailsColumn("抄送", optional=True)
