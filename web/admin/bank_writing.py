"""What a bank format does to the payees of a run, and when it pays: shown before approval."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from models import clock
from models.rules import rails
from models.rules.errors import SettlementError
from models.services.bank_files import routing
from models.services.views import profiles
from web import bank_formats, formats
from web.bank_formats import Finding
from web.errors import sentence_of

#: Payees listed on a check page; the counts are of all.
SHOWN = 50


@dataclass(frozen=True)
class Writing:
    """The payees of some sheets under the latest version of a profile."""

    code: str
    name: str = ""
    version: int = 0
    payees: int = 0
    findings: list[Finding] = field(default_factory=list)
    #: Why nothing could be said: the profile itself is broken.
    refusal: str = ""
    #: It came with the program as an example nobody has compared with the bank.
    example: bool = False

    @property
    def cannot(self) -> list[Finding]:
        """Return the payees whose orders cannot be written: the bank would not take the file."""
        return [one for one in self.findings if one.problems]

    @property
    def mapped(self) -> list[Finding]:
        """Return the payees the file names otherwise than the register."""
        return [one for one in self.findings if one.mapped and not one.problems]

    @property
    def shown(self) -> list[Finding]:
        """Return what is listed, first what cannot be written."""
        return [*self.cannot, *self.mapped][:SHOWN]

    @property
    def seal(self) -> list[Any]:
        """Return what identifies what was seen."""
        return [self.version, [(one.payee.credit_code, one.mapped) for one in self.mapped]]

    @property
    def notes(self) -> list[tuple[str, str]]:
        """Return what a check page says about it: (tone, sentence)."""
        if self.refusal:
            return [("bad", self.refusal)]
        found = []
        if self.example:
            found.append(
                ("wait", _("这个银行格式是示例：请先与开户行核对，再由两人启用为本单位的格式。"))
            )
        if self.cannot:
            found.append(
                (
                    "bad",
                    _(
                        "%(n)s 家收款企业的资料不能写入这个银行格式，原因见下表。"
                        "请先更正账户资料，或在银行格式的字符对照中约定写法。",
                        n=len(self.cannot),
                    ),
                )
            )
        if self.mapped:
            found.append(
                ("wait", _("%(n)s 家收款企业的文字将按字符对照改写，见下表。", n=len(self.mapped)))
            )
        return found


def of(code: str, payees: Sequence[Any]) -> Writing:
    """Return what the latest version of a profile does to these payees."""
    version = profiles.version(code)
    if version is None:
        return Writing(code)
    try:
        profile = bank_formats.checked(version.spec)
    except SettlementError as error:
        return Writing(code, version.name, version.version, refusal=sentence_of(error))
    found = bank_formats.findings(profile, payees)
    return Writing(
        code, version.name, version.version, len(payees), found, example=version.is_example
    )


def usual(areas: list[str], payees: Sequence[Any]) -> Writing | None:
    """Return the same for the profile these areas paid with last; None before their first run."""
    code = profiles.usual(areas)
    return of(code, payees) if code and payees else None


@dataclass(frozen=True)
class Route:
    """A payment system a run may use, and the day it would pay."""

    rule: Any
    day: date
    late: bool


def routes(code: str, on: date, now: datetime | None = None) -> list[Route]:
    """Return the rails of a profile where it looks at them, else nothing."""
    version = profiles.version(code)
    split, cut_off = routing.switches(version.spec if version else {})
    if not split and cut_off == "ignore":
        return []
    at = (now or clock.now()).astimezone(routing.SHANGHAI)
    rules = routing.rules(code, on)
    days = routing.days(code, on, at, split=split) if cut_off != "ignore" else {}
    whole = days.get("", on)
    return [
        Route(rule, days.get(rule.rail.value, whole), bool(days) and rails.is_late(rule, at))
        for rule in rules
    ]


def route_notes(code: str, found: Sequence[Route], on: date) -> list[tuple[str, str]]:
    """Return what a check page says about cut-offs: (tone, sentence)."""
    moved = sorted({route.day for route in found if route.day != on})
    if not moved:
        return []
    version = profiles.version(code)
    _split, cut_off = routing.switches(version.spec)
    days = _("、").join(formats.day(day) for day in moved)
    if cut_off == "next_day":
        return [("wait", _("已过当日截止时间或当日为休息日，付款日将写为 %(d)s。", d=days))]
    return [("wait", _("已过当日截止时间或当日为休息日，银行可能在 %(d)s 才付款。", d=days))]
