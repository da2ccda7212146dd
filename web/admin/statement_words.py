"""The words of statement days and of what a statement does: state, tone, reason."""

from datetime import date, timedelta
from typing import Any

from flask_babel import get_locale, lazy_gettext

from models.rules.words import ExceptionKind
from models.services.statements import days
from models.services.views.statement_days import skipped
from web import words

STATES = {
    "closed": (lazy_gettext("已结平"), "good"),
    "fed": (lazy_gettext("未结平"), "bad"),
    "gap": (lazy_gettext("与前日不衔接"), "bad"),
    "open": (lazy_gettext("待收对账单"), "todo"),
    "missing": (lazy_gettext("缺对账单"), "wait"),
    "": (lazy_gettext("无需对账"), "rest"),
}
EVENTS = {
    "opened": lazy_gettext("开立，等待对账单"),
    "fed": lazy_gettext("登记对账单"),
    "closed": lazy_gettext("结平"),
    "reopened": lazy_gettext("重新打开：与前日不再衔接"),
}
#: What an entry does, in the order a person wants to know it.
OUTCOMES = {
    "settle": (lazy_gettext("认定到账"), "good"),
    "return": (lazy_gettext("登记退票"), "bad"),
    "reverse": (lazy_gettext("登记冲账"), "bad"),
    "confirms": (lazy_gettext("印证已知结果"), "good"),
    "known": (lazy_gettext("此前已登记"), "rest"),
}


def state(name: str) -> tuple[str, str, str]:
    """Return name, word and tone of a day's state."""
    word, tone = STATES[name]
    return name, str(word), tone


def event(name: str) -> str:
    """Return the word of what became of a day."""
    return str(EVENTS.get(name, name))


def outcome(name: str) -> tuple[str, str]:
    """Return word and tone of what an entry does; a kind of case keeps its own."""
    if name in OUTCOMES:
        word, tone = OUTCOMES[name]
        return str(word), tone
    kind = ExceptionKind(name)
    return words.word(kind), words.tone(kind)


def groups(outcomes: dict[str, dict[str, int]]) -> list[tuple[str, str, int, int, bool]]:
    """Return word, tone, count, sum in fen and whether a person must look, in their order."""
    known = [name for name in OUTCOMES if name in outcomes]
    cases = sorted(set(outcomes) - set(OUTCOMES))
    return [
        (*outcome(name), outcomes[name]["count"], outcomes[name]["sum_fen"], name in cases)
        for name in (*known, *cases)
    ]


def why(day: Any) -> str:
    """Return why a fed day is not closed, and whether the bank's running number jumped."""
    parts = []
    if day.opening_fen is not None and not day.closed:
        english = str(get_locale() or "zh").startswith("en")
        told = days.why_en if english else days.why
        parts.append(told(day.missing_fen, day.gap_fen, day.before_on))
    lost = skipped(day)
    if lost:
        parts.append(str(lazy_gettext("银行流水号跳过 %(n)s 份，可能缺对账单。", n=lost)))
    return "".join(parts)


def neighbour(edge: date, step: int) -> str:
    """Return the month beside a day at the edge of one."""
    return f"{edge + timedelta(days=step):%Y-%m}"
