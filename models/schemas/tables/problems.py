"""Kinds of reported problems and the working days they may take, as files tell them."""

import re

from models.rules.errors.imports import RowCode
from models.rules.grammar import BadCell
from models.schemas.number_columns import WholeColumn
from models.schemas.table import About, TableSchema
from models.schemas.table_rules import NotBefore
from models.schemas.text_columns import CodeColumn, DayColumn, LineColumn

_KIND = re.compile(r"[a-z][a-z0-9_]{0,39}")


class KindColumn(CodeColumn):
    """The code of a kind of problem."""

    form = "小写字母开头，字母、数字和下划线，至多 40 个"

    def parse(self, text: str) -> str:
        """Return the code."""
        if not _KIND.fullmatch(text):
            raise BadCell(RowCode.BAD_CODE)
        return text


class ProblemKinds(TableSchema):
    """Dated kinds of problems with their deadlines (问题类别)."""

    about = About(
        kind="problem_kinds",
        title="问题类别",
        table="problem_kind",
        key=("kind_code", "valid_from"),
        rules=(NotBefore("valid_to", "valid_from"),),
        notes=(
            "没有行时用内置类别 supply、price、quality、contract、settlement、payment、other；"
            "同一类别以生效日期最近的一行为准，该行已失效的类别不再可选。",
            "天数都是工作日；已提出的问题期限不变。",
        ),
    )

    kind_code = KindColumn("问题类别代码")
    valid_from = DayColumn()
    valid_to = DayColumn(optional=True)
    name = LineColumn("名称")
    name_en = LineColumn("英文名称", optional=True)
    take_days = WholeColumn("受理天数", low=1, high=250)
    result_days = WholeColumn("办结天数", low=1, high=250)
    urgent_take_days = WholeColumn("紧急受理天数", low=1, high=250)
    urgent_result_days = WholeColumn("紧急办结天数", low=1, high=250)
    reopen_days = WholeColumn("可重开天数", low=1, high=250)
    source_note = LineColumn("来源", optional=True)
