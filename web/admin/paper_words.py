"""What pages say of papers and rectifications: acts, reasons, figures of a check page."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import g, url_for
from flask_babel import gettext as _

from models import clock
from models.rules import cadence
from models.rules.papers import (
    INTERVIEW_LIST,
    PAPER,
    RECTIFICATION,
    PaperKind,
    PaperMove,
    PaperState,
    RectificationMove,
    RectificationState,
)
from web import words
from web.admin import answering
from web.admin.answering import Field
from web.admin.screen import Check

#: Kinds whose content has an interview list.
LISTING = (PaperKind.WEEKLY, PaperKind.BULLETIN, PaperKind.HALF_YEAR)
#: Spans offered for drafting, of each kind.
SPANS = 4


@dataclass(frozen=True)
class Act:
    """Something that can be done: its button, the right it takes, what it says."""

    name: str
    label: str
    action: str
    sentence: str
    done: str
    danger: bool = False


def paper_acts() -> list[Act]:
    """Return what can be done to papers, in the order of the buttons."""
    return [
        Act("review", _("复核通过"), "paper_review",
            _("核对全文；通过后由经办发送。起草人不能复核。"), _("已复核，可以发送。")),
        Act("send", _("发送"), "paper",
            _("发送后编号，内容不再变动；约谈名单内的医院同时收到整改通知。"),
            _("已发送，邮件随后发出。")),
        Act("return", _("退回起草"), "paper_review", _("退回后须重新复核，或重新起草。"),
            _("已退回。"), danger=True),
        Act("withdraw", _("撤回"), "paper",
            _("撤回后已收到的机构会收到撤回通知；原文保留备查。"), _("已撤回。"), danger=True),
        Act("drop", _("放弃"), "paper", _("这一版不再办理；可以重新起草。"), _("已放弃。"),
            danger=True),
    ]  # fmt: skip


def rectification_acts() -> list[Act]:
    """Return what can be done to rectifications."""
    return [
        Act("answer", _("答复整改"), "rectify_answer",
            _("写明查明的原因、整改措施和完成的期限。"), _("已答复，等待经办机构审阅。")),
        Act("accept", _("同意整改措施"), "rectify",
            _("同意后按医院承诺的期限跟踪。"), _("已同意，期限前跟踪完成情况。")),
        Act("close", _("办结"), "rectify", _("写明怎样核实整改已完成。"), _("已办结。")),
        Act("give_back", _("退回整改措施"), "rectify",
            _("写明退回原因和新的答复期限。"), _("已退回，医院须重新答复。"), danger=True),
        Act("withdraw", _("撤销整改"), "rectify", _("撤销后告知医院；记录保留。"), _("已撤销。"),
            danger=True),
    ]  # fmt: skip


def possible(paper: Any) -> list[Act]:
    """Return what this reader may do to a paper now."""
    found = []
    for one in paper_acts():
        own = one.name == "review" and paper.made_by == g.actor.name
        if (
            (PaperState(paper.state), PaperMove(one.name)) in PAPER
            and answering.may(one.action)
            and not own
        ):
            found.append(one)
    return found


def possible_of_rectification(one: Any) -> list[Act]:
    """Return what this reader may do to a rectification now; a lead does not speak for members."""
    own = not g.actor.party_code or g.actor.party_code == one.hospital_code
    state = RectificationState(one.state)
    return [
        act
        for act in rectification_acts()
        if own
        and (state, RectificationMove(act.name)) in RECTIFICATION
        and answering.may(act.action)
    ]


def reason_names() -> dict[str, str]:
    """Return the moves of rectifications as their story tells them."""
    return {"open": _("提出整改"), **{one.name: one.label for one in rectification_acts()}}


def spans() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return kind → (key, words) of the last spans that are over."""
    found = []
    for kind in PaperKind:
        span, offered = cadence.last_ended(kind, clock.today()), []
        for _number in range(SPANS):
            offered.append((f"{kind.value}:{span.key}", span.key))
            span = cadence.before(span)
        found.append((words.word(kind), offered))
    return found


def check_of(paper: Any, act: Act) -> Check:
    """Return the check page of something done to a paper."""
    name = paper.paper_no or f"{words.word(PaperKind(paper.kind))} {paper.span}"
    return Check(
        title=f"{act.label} {name}",
        sentence=act.sentence,
        button=act.label,
        seen={"id": paper.id, "state": paper.state, "hash": paper.content_hash, "act": act.name},
        figures=[
            (_("文书"), words.word(PaperKind(paper.kind))),
            (_("期间"), paper.span),
            (_("统筹区"), paper.area_name),
            *(
                [(_("约谈名单"), _("%(n)s 家", n=_rows(paper, INTERVIEW_LIST)))]
                if paper.kind in LISTING
                else []
            ),
        ],
        back=url_for("papers.one", number=paper.id),
        danger=act.danger,
        crumbs=[
            (_("监督"), ""),
            (_("通报与报告"), url_for("papers.index")),
            (name, url_for("papers.one", number=paper.id)),
            (act.label, ""),
        ],
    )


def _rows(paper: Any, caption: str) -> int:
    """Return how many rows a table of a paper has."""
    return sum(
        len(table["rows"])
        for section in paper.content["sections"]
        for table in section["tables"]
        if table["caption"] == caption
    )


def inputs_of(act: str) -> list[Field]:
    """Return the fields of something done to a paper."""
    if act in {"review", "send"}:
        return []
    return [Field("reason", _("原因"), "area", required=True, max=2_000)]


def check_of_rectification(one: Any, act: Act) -> Check:
    """Return the check page of something done to a rectification."""
    number = one.rectification_no
    return Check(
        title=f"{act.label} {number}",
        sentence=act.sentence,
        button=act.label,
        seen={"id": one.id, "state": one.state, "at": one.answered_at, "act": act.name},
        figures=[
            (_("医疗机构"), one.hospital_name),
            (_("答复期限"), str(one.answer_by_on)),
            *([(_("整改期限"), str(one.promised_on))] if one.promised_on else []),
        ],
        notes=[("", one.findings), *([("", one.plan)] if one.plan else [])],
        back=url_for("rectifications.one", number=one.id),
        danger=act.danger,
        crumbs=[
            (_("监督"), ""),
            (_("整改"), url_for("rectifications.index")),
            (number, url_for("rectifications.one", number=one.id)),
            (act.label, ""),
        ],
    )


def inputs_of_rectification(act: str) -> list[Field]:
    """Return the fields of something done to a rectification."""
    today = clock.today()
    return {
        "answer": [
            Field("plan", _("整改措施"), "area", required=True, max=4_000),
            Field("promised_on", _("整改期限"), "date", required=True),
            answering.file_field(_("盖章的答复")),
        ],
        "accept": [Field("reply", _("意见"), "area")],
        "give_back": [
            Field("reason", _("原因"), "area", required=True, max=4_000),
            Field("answer_by_on", _("新的答复期限"), "date", required=True,
                  value=str(today + timedelta(days=7))),
        ],
        "close": [Field("reason", _("核实情况"), "area", required=True, max=4_000)],
    }.get(act, [Field("reason", _("原因"), "area", required=True, max=4_000)])  # fmt: skip
