"""A reported problem as other systems send and read it."""

from marshmallow import RAISE, Schema, fields, validate

from models.rules.problems import LinkKind, ProblemParty, ProblemResult, ProblemState, Urgency
from models.schemas.answers import Word
from models.schemas.questions import Question

LINKS_MAX = 20


def _text(told: str, high: int, *, required: bool = False) -> fields.String:
    size = validate.Length(min=1 if required else 0, max=high)
    about = {"description": told}
    if required:
        return fields.String(required=True, validate=size, metadata=about)
    return fields.String(load_default="", validate=size, metadata=about)


class ProblemLinkBody(Schema):
    """One thing a problem is about."""

    class Meta:
        """A member nobody knows is a mistake of the caller."""

        unknown = RAISE

    kind = fields.String(required=True, validate=validate.OneOf([one.value for one in LinkKind]))
    code = _text("编号", 64, required=True)


class ProblemBody(Schema):
    """A problem as a system reports it."""

    class Meta:
        """A member nobody knows is a mistake of the caller."""

        unknown = RAISE

    kind = _text("问题类别代码", 40, required=True)
    title = _text("标题", 100, required=True)
    words = _text("问题描述", 4_000, required=True)
    urgency = fields.String(
        load_default="normal", validate=validate.OneOf([one.value for one in Urgency])
    )
    is_new = fields.Boolean(load_default=False, metadata={"description": "新情况，直达最高一级"})
    confidential = fields.Boolean(load_default=False, metadata={"description": "仅经办机构可见"})
    hospital_code = _text("医疗机构编码", 64)
    enterprise_code = _text("企业统一社会信用代码", 64)
    area_code = _text("发生地统筹区；没有医疗机构时必填", 64)
    links = fields.List(
        fields.Nested(ProblemLinkBody), load_default=list, validate=validate.Length(max=LINKS_MAX)
    )


class ProblemsQuestion(Question):
    """Problems the caller sees, in the order they were reported."""

    state = fields.String(
        load_default="",
        validate=validate.OneOf([one.value for one in ProblemState]),
        metadata={"description": "状态"},
    )
    kind = _text("问题类别代码", 40)


def _out(told: str, *, empty: bool = False) -> fields.String:
    return fields.String(allow_none=empty, metadata={"description": told})


def _day(told: str, *, empty: bool = False) -> fields.Date:
    return fields.Date(allow_none=empty, metadata={"description": told})


class ProblemAnswer(Schema):
    """A reported problem; what was said inside the agencies is no part of it."""

    problem_no = _out("问题编号")
    kind = fields.String(attribute="kind_code", metadata={"description": "问题类别代码"})
    urgency = Word(Urgency, metadata={"description": "紧急程度"})
    title = _out("标题")
    words = _out("问题描述")
    state = Word(ProblemState, metadata={"description": "状态"})
    reported_by = Word(ProblemParty, attribute="party_kind", metadata={"description": "提出方"})
    reported_on = _day("提出日")
    hospital_code = _out("医疗机构编码", empty=True)
    enterprise_code = _out("配送企业", empty=True)
    manufacturer_code = _out("生产企业", empty=True)
    area_code = _out("发生地")
    desk_area_code = _out("办理机构所在统筹区")
    take_due_on = _day("受理期限")
    result_due_on = _day("办结期限")
    answered_on = _day("答复日", empty=True)
    closed_on = _day("办结日", empty=True)
    result = Word(ProblemResult, allow_none=True, metadata={"description": "办理结果"})


class ProblemWordAnswer(Schema):
    """What a side said, as the caller may read it."""

    side = Word(ProblemParty, metadata={"description": "说明方"})
    party_code = _out("机构代码", empty=True)
    words = _out("说明")
    said_on = _day("日期")
    inside = fields.Boolean(metadata={"description": "仅经办机构可见"})


class ProblemDetailAnswer(ProblemAnswer):
    """A reported problem with its thread."""

    thread = fields.List(fields.Nested(ProblemWordAnswer), metadata={"description": "各方说明"})
