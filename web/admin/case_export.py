"""The cases of the queue as a file: the same conditions, the same rows, written down."""

from datetime import date
from decimal import Decimal
from typing import Any

from flask import Response, g
from flask_babel import gettext as _

from models import clock
from models.rules.money import yuan
from models.rules.words import ExceptionKind, InstructionState
from models.services.exports import listed
from web import downloads, words


def answer(found: list[Any], kind: str) -> Response:
    """Return the cases as a csv or xlsx download."""
    titles = [
        _("编号"), _("类型"), _("列入日"), _("参考号"), _("企业或户名"),
        _("银行金额（元）"), _("指令金额（元）"), _("付款状态"), _("证据"), _("提出认定"),
        _("处理人"), _("处理说明"),
    ]  # fmt: skip
    content = listed.written(g.actor, "exceptions", kind, titles, map(_exported, found))
    name = f"{_('异常')}_{clock.today():%Y%m%d}_{len(found)}.{kind}"
    return downloads.made(name, content)


def _exported(case: Any) -> list[listed.Cell]:
    return [
        case.id,
        words.word(ExceptionKind(case.kind)),
        str(_date(case.opened_on)),
        case.reference or (case.facts or {}).get("reference"),
        case.enterprise_name,
        _yuan(case.amount_fen),
        _yuan(case.order_fen),
        words.word(InstructionState(case.order_state)) if case.order_state else "",
        case.evidence,
        case.asked_by,
        case.closed_by,
        case.resolution,
    ]


def _date(value: date | None) -> str:
    return value.isoformat() if value else ""


def _yuan(fen: int | None) -> listed.Cell:
    return None if fen is None else Decimal(yuan(fen))
