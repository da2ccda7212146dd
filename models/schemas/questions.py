"""What other systems may ask with a reading call: page size, cursor and filters, all checked."""

from marshmallow import RAISE, Schema, fields, validate

from models.rules.words import InstructionState, SheetState

LIMIT_MAX = 1_000
LIMIT = 200

_PERIOD = validate.Regexp(r"\A[0-9]{4}-(0[1-9]|1[0-2])\Z", error="YYYY-MM")
_CODE = validate.Regexp(r"\A[A-Za-z0-9][A-Za-z0-9_.-]{0,63}\Z", error="A-Z a-z 0-9 _ . -")


def _period(*, required: bool = False) -> fields.String:
    told = {"description": "月份"}
    if required:
        return fields.String(required=True, validate=_PERIOD, metadata=told)
    return fields.String(load_default="", validate=_PERIOD, metadata=told)


def _code(told: str) -> fields.String:
    return fields.String(load_default="", validate=_CODE, metadata={"description": told})


class Question(Schema):
    """What every list takes."""

    class Meta:
        """A parameter nobody knows is a mistake of the caller."""

        unknown = RAISE

    limit = fields.Integer(
        load_default=LIMIT,
        validate=validate.Range(1, LIMIT_MAX, error=f"1-{LIMIT_MAX}"),
        metadata={"description": "每页行数"},
    )
    cursor = fields.String(
        load_default="",
        validate=validate.Length(max=400),
        metadata={"description": "上一页的 next 中的游标"},
    )


class _OfParties(Question):
    hospital_code = _code("医疗机构编码")
    enterprise_code = _code("企业统一社会信用代码")


class LinesQuestion(_OfParties):
    """Purchase lines by the month of their acceptance."""

    period = _period(required=True)


class SheetsQuestion(_OfParties):
    """Settlement sheets."""

    period = _period()
    state = fields.String(
        load_default="",
        validate=validate.OneOf([state.value for state in SheetState]),
        metadata={"description": "状态"},
    )


class PaymentsQuestion(Question):
    """Payment orders."""

    period = _period()
    enterprise_code = _code("企业统一社会信用代码")
    state = fields.String(
        load_default="",
        validate=validate.OneOf([state.value for state in InstructionState]),
        metadata={"description": "状态"},
    )


class HoldsQuestion(_OfParties):
    """Held lines of a settled month."""

    period = _period(required=True)


class OverdueQuestion(_OfParties):
    """Overdue receipts of today."""


class JobsQuestion(Question):
    """The institution's jobs."""


class Nothing(Schema):
    """A call without parameters."""

    class Meta:
        """A parameter nobody knows is a mistake of the caller."""

        unknown = RAISE
