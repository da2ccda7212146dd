"""Payment systems with their caps and hours, and the days of banks, as files tell them."""

import re

from models.rules.errors.imports import RowCode
from models.rules.grammar import BadCell
from models.rules.words import DayKind, Rail
from models.schemas.number_columns import YuanColumn
from models.schemas.table import About, TableSchema
from models.schemas.table_rules import NotBefore
from models.schemas.text_columns import (
    ChoiceColumn,
    ClockColumn,
    CodeColumn,
    DayColumn,
    LineColumn,
)

_PROFILE = re.compile(r"\*|[a-z][a-z0-9_]{0,39}")


class ProfileColumn(CodeColumn):
    """The code of a bank profile, or `*` for every bank."""

    form = "银行格式代码，* 表示所有银行"

    def parse(self, text: str) -> str:
        """Return the code."""
        if not _PROFILE.fullmatch(text):
            raise BadCell(RowCode.BAD_CODE)
        return text


class RailRules(TableSchema):
    """Dated caps and hours of payment systems (支付通道)."""

    about = About(
        kind="rail_rules",
        title="支付通道",
        table="rail_rule",
        key=("profile_code", "rail", "valid_from"),
        rules=(NotBefore("valid_to", "valid_from"),),
        notes=(
            "银行格式自己的行优先于“*”的行；只在银行格式要求按通道拆分或判断截止时间时起作用。",
            "单笔上限为空表示不限，截止时间为空表示不截止。",
        ),
    )

    profile_code = ProfileColumn("银行格式")
    rail = ChoiceColumn("通道", Rail)
    valid_from = DayColumn()
    valid_to = DayColumn(optional=True)
    cap_yuan = YuanColumn("单笔上限", optional=True, above_zero=True)
    opens = ClockColumn("开始受理", optional=True)
    cut_off = ClockColumn("当日截止", optional=True)
    source_note = LineColumn("来源", optional=True)


class BankDays(TableSchema):
    """Days on which a bank differs from the calendar (银行日历)."""

    about = About(
        kind="bank_days",
        title="银行日历",
        table="bank_day",
        key=("profile_code", "day"),
        notes=("只列与工作日历不同的日期；银行格式自己的行优先于“*”的行。",),
    )

    profile_code = ProfileColumn("银行格式")
    day = DayColumn("日期")
    kind = ChoiceColumn("类型", DayKind)
