"""The forms of measures: what is filled in when one is taken, and for each thing done to it."""

from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import pgettext

from models import clock
from models.rules.remedies import Authority, MeasureKind, MeasureMove, MeasureState
from models.services.remedies import Meeting, Plan
from models.services.remedies.measuring import TEXT_CHARS_MAX, Evidence
from web import formats, words
from web.admin import answering, asked
from web.admin.answering import Field, Looked
from web.admin.screen import Check


@dataclass(frozen=True)
class Act:
    """Something that can be done to a measure: from which states, by whom, with which words."""

    name: str
    label: str
    action: str
    states: tuple[MeasureState, ...]
    sentence: str
    done: str
    danger: bool = False
    #: None: somebody else than who made it; True: only who made it; False: anybody.
    own: bool | None = False


_S = MeasureState


def acts() -> list[Act]:
    """Return what can be done to measures, in the order of the buttons."""
    return [
        Act("approve", _("批准暂停拨付"), "measure_decide", (_S.PROPOSED,),
            _("批准后暂停拨付生效并告知机构；本系统只登记，不改变抵扣和付款。"),
            _("已批准，暂停拨付自开始日起生效。"), own=None),
        Act("refuse", _("退回提议"), "measure_decide", (_S.PROPOSED,),
            _("退回后暂停拨付不生效。"), _("已退回暂停拨付提议。"), danger=True, own=None),
        Act("withdraw", _("撤回提议"), "measure", (_S.PROPOSED,),
            _("撤回后暂停拨付不生效。"), _("已撤回暂停拨付提议。"), danger=True, own=True),
        Act("lift", _("恢复拨付"), "measure_decide", (_S.IN_FORCE,),
            _("恢复后告知机构；再次暂停须重新提出和批准。"), _("已恢复拨付。")),
        Act("hold", _("登记约谈结果"), "measure", (_S.PLANNED,),
            _("登记到场人员和约谈纪要，可以附上签字的纪要。"), _("已登记约谈结果。")),
        Act("miss", _("登记未到场"), "measure", (_S.PLANNED,),
            _("机构没有到场；可以改期再约。"), _("已登记未到场。"), danger=True),
        Act("plan_again", _("改期"), "measure", (_S.PLANNED, _S.MISSED),
            _("时间或地点改变后，重新告知机构。"), _("已改期，新的通知发给机构。")),
        Act("copy", _("登记抄送"), "measure", (_S.PLANNED, _S.HELD, _S.MISSED, _S.ISSUED,
            _S.IN_FORCE, _S.LIFTED), _("登记抄送了哪个部门、何时、文号。"), _("已登记抄送。")),
        Act("attach", _("添加附件"), "measure", (_S.PLANNED, _S.HELD, _S.MISSED, _S.ISSUED,
            _S.IN_FORCE, _S.LIFTED), _("如签字的纪要、回执、正式文件。"), _("已添加附件。")),
        Act("revoke", _("撤销"), "measure", (_S.PLANNED, _S.MISSED, _S.ISSUED),
            _("撤销后告知机构；记录保留。"), _("已撤销。"), danger=True),
    ]  # fmt: skip


def act(name: str) -> Act | None:
    """Return the act of that name."""
    return next((one for one in acts() if one.name == name), None)


def possible(measure: Any, reader: str) -> list[Act]:
    """Return what this reader may do to the measure now."""
    return [
        one
        for one in acts()
        if measure.state in one.states
        and answering.may(one.action)
        and (one.own is False or (measure.made_by == reader) is bool(one.own))
    ]


def _meeting_fields(measure: Any = None) -> list[Field]:
    return [
        Field(
            "meet_on",
            _("约谈日期"),
            "date",
            required=True,
            value=str(measure.meet_on) if measure is not None else "",
        ),
        Field("meet_time", _("时间"), "time", value=(measure.meet_time or "") if measure else ""),
        Field("place", _("地点"), required=True, value=measure.place if measure else ""),
        Field(
            "invited", _("参加人员"), value=(measure.invited or "") if measure is not None else ""
        ),
    ]


def inputs_of_kind(kind: MeasureKind) -> list[Field]:
    """Return the fields of a new measure."""
    about = Field(
        "words",
        _("事由") if kind is not MeasureKind.BULLETIN else _("通报内容"),
        "area",
        required=True,
        max=TEXT_CHARS_MAX,
    )
    rectify = Field("rectify_by_on", _("整改期限"), "date")
    if kind is MeasureKind.INTERVIEW:
        return [about, *_meeting_fields()]
    if kind is MeasureKind.SUSPENSION:
        return [
            about,
            Field("from_on", _("开始日"), "date", required=True, value=str(clock.today())),
            Field("until_on", _("截止日"), "date", hint=_("不填则到恢复拨付为止。")),
        ]
    return [about, rectify]


def inputs_of(name: str, measure: Any) -> list[Field]:
    """Return the fields of something done to a measure."""
    reason = Field("reason", _("原因"), "area", required=True, max=TEXT_CHARS_MAX)
    return {
        "approve": [Field("answer", _("说明"), "area")],
        "hold": [
            Field("attended", _("参加人员"), "area", required=True),
            Field("outcome", _("约谈纪要"), "area", required=True, max=TEXT_CHARS_MAX),
            Field("rectify_by_on", _("整改期限"), "date"),
            answering.file_field(_("签字的纪要")),
        ],
        "plan_again": _meeting_fields(measure),
        "copy": [
            Field(
                "authority",
                _("抄送"),
                "select",
                required=True,
                choices=words.choices(Authority),
            ),
            Field("name", _("单位名称"), required=True),
            Field("letter_no", _("文号")),
        ],
        "attach": [answering.file_field()],
    }.get(name, [reason])


def plan(kind: MeasureKind) -> Plan:
    """Return the measure the form asks for."""
    return Plan(
        kind=kind,
        words=request.form.get("words", ""),
        meeting=meeting() if kind is MeasureKind.INTERVIEW else None,
        from_on=asked.day("from_on"),
        until_on=asked.day("until_on"),
        rectify_by_on=asked.day("rectify_by_on"),
    )


def meeting() -> Meeting | None:
    """Return the meeting the form asks for; None without a day."""
    day = asked.day("meet_on")
    if day is None:
        return None
    return Meeting(
        meet_on=day,
        place=request.form.get("place", ""),
        meet_time=request.form.get("meet_time", ""),
        invited=request.form.get("invited", ""),
    )


def taking(kind: MeasureKind, looked: Looked, found: Evidence) -> Check:
    """Repeat what a measure rests on."""
    proposal = kind is MeasureKind.SUSPENSION
    verb = pgettext("act", "提出") if proposal else pgettext("act", "登记")
    notes = []
    if not found.lines:
        notes = [("", _("没有已登记催办等级的逾期明细，不能采取措施。请先发送提醒。"))]
    elif proposal and not found.suspends:
        notes = [("wait", _("没有达到“暂停拨付”等级的逾期明细，不能提出暂停拨付。"))]
    return Check(
        title=f"{verb}{words.word(kind)}",
        sentence=_("措施以已登记的催办等级为依据；免催的明细不计。"),
        button=_("%(verb)s%(kind)s", verb=verb, kind=words.word(kind)),
        seen={"kind": kind, "party": looked.party[:2], "seen": found.seen},
        figures=[
            (_("责任机构"), looked.party.name),
            (_("作为依据的明细"), _("%(n)s 行", n=formats.count(found.lines))),
            (_("最长逾期"), _("%(n)s 天", n=found.days_late_max)),
            (_("逾期利息（元）"), formats.money(found.interest_fen)),
        ],
        sum_fen=found.unpaid_fen,
        notes=notes,
        after=_after(kind),
        possible=bool(found.lines) and (not proposal or found.suspends),
        back=url_for("measures.index"),
        hidden=[*answering.hidden(looked.wanted), ("kind", kind.value)],
        crumbs=crumbs(looked.party.name),
    )


def _after(kind: MeasureKind) -> list[str]:
    if kind is MeasureKind.SUSPENSION:
        return [
            _("由另一名审批或监管人员决定"),
            _("批准后生效、告知机构并列在“暂停拨付”名单"),
            _("本系统只登记：抵扣和付款不因此改变"),
        ]
    if kind is MeasureKind.INTERVIEW:
        return [_("约谈通知发给机构"), _("到日子列入今日待办"), _("登记到场人员、纪要和整改期限")]
    if kind is MeasureKind.BULLETIN:
        return [_("通报发给机构"), _("可以打印、登记抄送和添加附件")]
    return [_("打印函件"), _("登记抄送的部门和文号")]


def doing(one: Act, measure: Any) -> Check:
    """Repeat what something is done to."""
    return Check(
        title=f"{one.label} · {measure.measure_no}",
        sentence=one.sentence,
        button=one.label,
        seen={"id": measure.id, "state": measure.state},
        figures=[
            (_("责任机构"), measure.name),
            (_("文号"), measure.measure_no),
            (_("明细"), _("%(n)s 行", n=formats.count(measure.lines_count))),
        ],
        sum_fen=measure.unpaid_fen if one.name in ("approve", MeasureMove.LIFT) else None,
        notes=[("", measure.words)],
        back=url_for("measures.one", number=measure.id),
        crumbs=crumbs(measure.measure_no),
        danger=one.danger,
    )


def crumbs(last: str) -> list[tuple[str, str]]:
    """Return the way to a page of measures."""
    return [(_("监督"), ""), (_("通报与约谈"), url_for("measures.index")), (last, "")]
