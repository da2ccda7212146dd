"""What is repeated before an excuse is asked for, granted, refused, withdrawn or ended."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from models import clock
from models.rules import remedies as rules
from web import formats, words
from web.admin import answering
from web.admin.answering import Field, Looked
from web.admin.screen import Check


def inputs() -> list[Field]:
    """Return the fields of a request."""
    return [
        Field(
            "reason",
            _("原因"),
            "select",
            required=True,
            choices=words.choices(rules.ExcuseReason),
        ),
        Field("note", _("说明"), "area", hint=_("以“其他”为由的必须说明。")),
        Field("from_on", _("开始日"), "date", required=True, value=str(clock.today())),
        Field(
            "until_on",
            _("截止日"),
            "date",
            hint=_("待退货、发票在途和其他必须填写；过后自动恢复催办。"),
        ),
        answering.file_field(_("依据")),
    ]


def asking(looked: Looked) -> Check:
    """Repeat the lines somebody asks not to be urged."""
    return Check(
        title=_("申请免催"),
        sentence=_("免催只停催办和提醒邮件：货款仍是逾期应付，利息照计，名单中标明免催。"),
        button=_("申请免催 %(n)s 行", n=formats.count(looked.seen.lines)),
        seen={"party": looked.party[:2], "seen": looked.seen},
        figures=looked.figures,
        sum_fen=looked.seen.unpaid_fen,
        notes=[]
        if looked.seen.lines
        else [
            (
                "",
                _("没有可以申请的逾期明细：可能已付款、已在免催期内或已有申请，或不由该机构负责。"),
            )
        ],
        after=[
            _("由另一名复核、审批或监管人员决定；经办机构自己的逾期由监管人员决定"),
            _("同意之前照常催办；同意后从开始日起不升级、不重复、不列入邮件"),
            _("截止日过后自动恢复，也可以提前结束"),
        ],
        possible=bool(looked.seen.lines),
        back=url_for("excuses.index"),
        hidden=answering.hidden(looked.wanted),
        crumbs=crumbs(looked.party.name),
    )


def granting(found: Any) -> Check:
    """Repeat what is granted."""
    check = _about(found, _("核对：同意免催"), _("同意后，这些明细在免催期内不再催办。"))
    check.button = _(
        "同意 %(n)s 行 ¥%(s)s", n=formats.count(found.lines), s=formats.money(found.unpaid_fen)
    )
    check.after = [_("今天的逾期检查起不再升级和提醒"), _("结果用邮件告知机构")]
    return check


def refusing(found: Any) -> Check:
    """Repeat what is refused."""
    check = _about(found, _("核对：退回免催申请"), _("退回后照常催办，机构可以重新申请。"))
    check.button = _("退回 %(n)s 行", n=formats.count(found.lines))
    check.reason, check.danger = _("退回原因（告知机构）"), True
    return check


def withdrawing(found: Any) -> Check:
    """Repeat what is taken back."""
    check = _about(found, _("核对：撤回免催申请"), _("撤回后照常催办。"))
    check.button = _("撤回 %(n)s 行", n=formats.count(found.lines))
    check.reason, check.danger = _("撤回原因"), True
    return check


def ending(found: Any, lines: list[str]) -> Check:
    """Repeat what is ended early: the whole request, or the chosen lines of it."""
    count = len(lines) or found.lines
    check = _about(found, _("核对：提前结束免催"), _("结束后从今天起恢复催办，不能恢复免催。"))
    check.figures.append((_("本次结束"), _("%(n)s 行", n=formats.count(count))))
    check.button = _("结束 %(n)s 行", n=formats.count(count))
    check.reason, check.danger = _("结束原因（告知机构）"), True
    check.hidden = [("line", one) for one in lines]
    check.seen["chosen"] = lines
    return check


def _about(found: Any, title: str, sentence: str) -> Check:
    until = str(found.until_on) if found.until_on else _("另行结束")
    return Check(
        title=title,
        sentence=sentence,
        button="",
        seen={"no": found.request_no, "states": found.states, "sum": found.unpaid_fen},
        figures=[
            (_("责任机构"), found.name),
            (_("明细"), _("%(n)s 行", n=formats.count(found.lines))),
            (_("原因"), words.word(rules.ExcuseReason(found.reason))),
            (_("期间"), f"{found.from_on} – {until}"),
            (_("申请人"), found.asked_by),
        ],
        sum_fen=found.unpaid_fen,
        notes=[("", found.note)] if found.note else [],
        back=url_for("excuses.one", request_no=found.request_no),
        crumbs=crumbs(found.request_no),
    )


def crumbs(last: str) -> list[tuple[str, str]]:
    """Return the way to a page of excuses."""
    return [(_("监督"), ""), (_("免催"), url_for("excuses.index")), (last, "")]
