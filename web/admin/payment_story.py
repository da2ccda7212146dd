"""The story of a payment in the order it happened: moves, answers, inquiries, cases, requests."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models.rules.words import ExceptionKind, InquiryAnswer, InstructionState
from web import words
from web.admin import proof_words
from web.people import person

CAUSES = {
    "pay": lazy_gettext("付款批次"),
    "bank_result": lazy_gettext("银行回盘"),
    "bank_silence": lazy_gettext("回盘未列明，按约定"),
    "statement": lazy_gettext("银行对账单"),
    "bank_inquiry": lazy_gettext("银行查询"),
}


@dataclass(frozen=True)
class Step:
    """One thing that happened: when, what, by whom, on what evidence."""

    at: datetime
    what: str
    who: str
    told: str = ""
    url: str = ""
    #: State reached, for the tag; none where the payment did not move.
    state: InstructionState | None = None


def trail(story: dict[str, list[Any]], *, inside: bool) -> list[Step]:
    """Return the steps in the order they happened; the seats are told no names of people."""
    steps = [_move(one) for one in story["events"]]
    if inside:
        steps += [_case(one) for one in story["cases"]]
        for one in story["inquiries"]:
            steps += _inquiry(one)
        for one in story["requests"]:
            steps += _request(one)
    else:
        steps = [Step(one.at, one.what, _("经办机构"), "", "", one.state) for one in steps]
    return sorted(steps, key=lambda step: step.at)


def _move(one: Any) -> Step:
    told, url = _evidence(one)
    cause = str(CAUSES.get(one.cause, one.cause))
    return Step(
        at=one.happened_at,
        what=cause,
        who=one.name,
        told=told,
        url=url,
        state=InstructionState(one.to_state),
    )


def _evidence(one: Any) -> tuple[str, str]:
    """Return the evidence of a move in words and where it is."""
    kind, _colon, rest = (one.evidence or "").partition(":")
    if kind == "bank_result":
        file_id, row = rest.split(":")[:2]
        told = _("回盘 %(f)s 第 %(r)s 行", f=file_id, r=row)
        said = " ".join(part for part in (one.status_text, one.bank_reason) if part)
        return f"{told} {said}".strip(), f"/results/{file_id}"
    if kind == "statement":
        _account, _c, entry = rest.partition(":")
        day, _c, number = entry.partition(":")
        return _("对账单 %(d)s 第 %(n)s 笔", d=day, n=number), "/statements/"
    if kind == "file":
        return _("银行文件 %(s)s…", s=rest[:16]), ""
    if kind == "inquiry":
        return _("查询 %(n)s", n=rest), "#inquiry"
    if kind == "case":
        return _("异常 %(n)s", n=rest), f"/exceptions/{rest}"
    return one.evidence or "", ""


def _case(one: Any) -> Step:
    kind = words.word(ExceptionKind(one.kind))
    told = (
        _("由 %(who)s 处理：%(r)s", who=person(one.closed_by), r=one.resolution)
        if one.closed_at
        else ""
    )
    return Step(one.opened_at, _("列入异常：%(k)s", k=kind), "", told, f"/exceptions/{one.id}")


def _inquiry(one: Any) -> list[Step]:
    answer = str(proof_words.ANSWERS[InquiryAnswer(one.answer)])
    steps = [
        Step(
            one.recorded_at,
            _("登记银行答复：%(a)s", a=answer),
            person(one.recorded_by),
            one.words,
            f"/payments/inquiries/{one.id}/file" if one.file_id else "",
        )
    ]
    if one.confirmed_at:
        steps.append(Step(one.confirmed_at, _("第二人核定未支付"), person(one.confirmed_by)))
    return steps


def _request(one: Any) -> list[Step]:
    url = f"/returns/requests/{one.request_no}"
    steps = [
        Step(
            one.asked_at,
            _("申请重付 %(n)s", n=one.request_no),
            person(one.asked_by),
            one.reason,
            url,
        )
    ]
    if one.decided_at:
        what = _("放行重付") if one.released else _("驳回重付")
        steps.append(
            Step(one.decided_at, what, person(one.decided_by), one.decision_reason or "", url)
        )
    return steps
