"""What other systems read: a schema for each kind of row; money in yuan as text, never a float."""

from typing import Any

from marshmallow import Schema, fields

from models.rules.money import yuan
from models.rules.words import (
    Category,
    Funding,
    Hold,
    InstructionState,
    JobState,
    Lane,
    LineKind,
    Platform,
    SheetState,
)


class Yuan(fields.Field[Any]):
    """An amount kept in fen, told in yuan with two decimals."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:  # noqa: ANN401
        del attr, obj, kwargs
        return None if value is None else yuan(int(value))


class Number(fields.Field[Any]):
    """A quantity or price, told without an exponent."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:  # noqa: ANN401
        del attr, obj, kwargs
        return None if value is None else format(value, "f")


class Word(fields.String):
    """One word of an enumeration."""

    def __init__(self, words: Any, **options: Any) -> None:  # noqa: ANN401 - an enumeration
        super().__init__(**options)
        self.words = tuple(word.value for word in words)


def _text(told: str, *, empty: bool = False) -> fields.String:
    return fields.String(metadata={"description": told}, allow_none=empty)


def _yuan(name: str, told: str, *, empty: bool = False) -> Yuan:
    return Yuan(attribute=name, metadata={"description": told}, allow_none=empty)


def _day(told: str, *, empty: bool = False) -> fields.Date:
    return fields.Date(metadata={"description": told}, allow_none=empty)


class LineAnswer(Schema):
    """A purchase line and where it stands."""

    line_no = _text("明细编号")
    line_kind = Word(LineKind, metadata={"description": "明细类型"})
    original_line_no = _text("原明细编号", empty=True)
    order_no = _text("订单编号")
    hospital_code = _text("医疗机构编码")
    enterprise_code = _text("配送企业")
    nhsa_code = _text("医保编码")
    quantity = Number(metadata={"description": "数量"})
    unit_price_yuan = Number(metadata={"description": "单价"})
    amount_yuan = _yuan("amount_fen", "金额")
    delivered_on = _day("配送日期")
    accepted_on = _day("验收入库日期")
    platform = Word(Platform, metadata={"description": "采购渠道"})
    lane = Word(Lane, allow_none=True, metadata={"description": "结算方式；空：尚未判定"})
    holds = fields.List(Word(Hold), metadata={"description": "最近一次结算时的挂起原因"})
    sheet_no = _text("结算单号；空：未进结算单", empty=True)
    voided = fields.Boolean(metadata={"description": "已作废"})


class SheetAnswer(Schema):
    """A settlement sheet."""

    sheet_no = _text("结算单号")
    period = _text("月份")
    area_code = _text("统筹区代码")
    hospital_code = _text("医疗机构编码")
    enterprise_code = _text("企业统一社会信用代码")
    funding = Word(Funding, metadata={"description": "资金模式"})
    lines_count = fields.Integer(metadata={"description": "明细行数"})
    received_yuan = _yuan("received_fen", "验收金额")
    returned_yuan = _yuan("returned_fen", "退货金额")
    adjusted_yuan = _yuan("adjusted_fen", "调价金额")
    carried_in_yuan = _yuan("carried_in_fen", "上期结转")
    payable_yuan = _yuan("payable_fen", "应付金额")
    carried_out_yuan = _yuan("carried_out_fen", "结转下期")
    due_on = _day("应付日", empty=True)
    state = Word(SheetState, metadata={"description": "状态"})


class SheetLineAnswer(Schema):
    """A line on its sheet."""

    line_no = _text("明细编号")
    line_kind = Word(LineKind, metadata={"description": "明细类型"})
    category = Word(Category, metadata={"description": "类别"})
    amount_yuan = _yuan("amount_fen", "金额")
    due_on = _day("应付日")
    contract_no = _text("协议编号", empty=True)


class PaymentAnswer(Schema):
    """A payment order; for a hospital its own part of it."""

    reference = _text("付款参考号")
    period = _text("月份")
    area_code = _text("统筹区代码")
    enterprise_code = _text("收款企业")
    amount_yuan = _yuan("amount_fen", "金额；医院：本单位部分")
    state = Word(InstructionState, metadata={"description": "状态"})
    sent_on = _day("发送银行日期", empty=True)
    booked_on = _day("入账日期", empty=True)
    returned_on = _day("退票或冲账日期", empty=True)
    bank_reason = _text("银行原因", empty=True)
    reissue_of = _text("重付自", empty=True)
    sheets = fields.List(fields.String(), metadata={"description": "所付结算单号，最多 200 张"})


class HoldAnswer(Schema):
    """A line the settlement of a month left out, and why."""

    line_no = _text("明细编号")
    period = _text("月份")
    hospital_code = _text("医疗机构编码")
    enterprise_code = _text("配送企业")
    amount_yuan = _yuan("amount_fen", "金额")
    accepted_on = _day("验收入库日期")
    reasons = fields.List(Word(Hold), metadata={"description": "挂起原因"})


class OverdueAnswer(Schema):
    """An overdue receipt."""

    line_no = _text("明细编号")
    lane = Word(Lane, metadata={"description": "结算方式"})
    hospital_code = _text("医疗机构编码")
    enterprise_code = _text("配送企业")
    accepted_on = _day("验收入库日期")
    due_on = _day("应付日")
    days_late = fields.Integer(metadata={"description": "逾期天数"})
    unpaid_yuan = _yuan("unpaid_fen", "未付金额")
    interest_yuan = _yuan("interest_fen", "逾期利息")
    responsible = _text("责任方：hospital、enterprise 或 agency")
    step = fields.Integer(allow_none=True, metadata={"description": "催办阶梯"})


class JobError(Schema):
    """Why a job failed."""

    code = _text("代码")
    error = _text("说明")


class JobAnswer(Schema):
    """A job: how far it is and what came of it."""

    id = fields.Integer(metadata={"description": "任务编号"})
    name = _text("任务种类")
    state = Word(JobState, metadata={"description": "状态"})
    done = fields.Integer(metadata={"description": "已处理"})
    total = fields.Integer(allow_none=True, metadata={"description": "总数"})
    result = fields.Dict(allow_none=True, metadata={"description": "结果"})
    error = fields.Nested(JobError, allow_none=True)
    error_file = _text("错误文件地址", empty=True)
