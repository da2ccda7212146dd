"""What kinds of problems, their moves and linked things are called, and where links lead."""

from typing import Any
from urllib.parse import quote

from flask_babel import get_locale, lazy_gettext, lazy_pgettext

from models import clock
from models.rules.problems import LinkKind, ProblemParty
from models.services import problems

SIDES = {
    ProblemParty.HOSPITAL: lazy_gettext("医疗机构"),
    ProblemParty.ENTERPRISE: lazy_gettext("医药企业"),
    ProblemParty.AGENCY: lazy_gettext("经办机构"),
}
MOVES = {
    "report": lazy_pgettext("problem", "提出"),
    "invite": lazy_gettext("请对方说明"),
    "assign": lazy_gettext("受理"),
    "answer": lazy_gettext("答复"),
    "transfer": lazy_gettext("转办"),
    "escalate": lazy_gettext("上报"),
    "accept": lazy_gettext("提出方确认"),
    "close": lazy_gettext("办结"),
    "rate": lazy_gettext("评价"),
    "reopen": lazy_gettext("重开"),
    "withdraw": lazy_gettext("撤回"),
}
#: Kind of link → its page; what is linked stands at the end.
_PAGES = {
    LinkKind.LINE: "/purchases/{}",
    LinkKind.SHEET: "/sheets/{}",
    LinkKind.ORDER: "/find/?q={}",
    LinkKind.PRODUCT: "/find/?q={}",
    LinkKind.ROUND: "/find/?q={}",
}


def is_english() -> bool:
    """Return whether the reader reads English."""
    return str(get_locale() or "zh").startswith("en")


def kind_names() -> dict[str, str]:
    """Return code → name of every kind there was, in the reader's language."""
    place = 1 if is_english() else 0
    return {code: told[place] for code, told in problems.names(clock.today()).items()}


def kind_choices() -> list[tuple[str, str]]:
    """Return code and name of the kinds that count today."""
    english = is_english()
    return [
        (one.code, one.name_en if english else one.name)
        for one in problems.kinds(clock.today()).values()
    ]


def link_url(link: Any) -> str:
    """Return the page of what a problem is about."""
    return _PAGES[LinkKind(link.kind)].format(quote(link.code, safe=""))
