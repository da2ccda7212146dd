"""When a purchase line must be paid: the earliest day that any rule names, and why."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from models.rules import calendar
from models.rules.words import DueStart, HolidayShift

#: 国办发〔2015〕7号: at most 30 days from acceptance to payment, where nothing else is said.
DEFAULT_DAYS = 30


@dataclass(frozen=True)
class DueRule:
    """What the scheme of the line's day says about its due day."""

    start: DueStart
    #: Empty: no candidate counted from the start.
    days: int | None
    #: 交货验收入库并取得发票之日后次月底.
    month_end: bool
    shift: HolidayShift


@dataclass(frozen=True)
class LineDays:
    """The four clocks of a line and what its contract agreed."""

    delivered_on: date
    accepted_on: date
    #: Latest day of its invoices.
    invoiced_on: date | None = None
    #: The later of the two live confirmations, as a day in Asia/Shanghai.
    joint_on: date | None = None
    #: Days from acceptance by its contract (约定付款天数).
    payment_days: int | None = None
    #: Days from delivery that its contract gives the acceptance (约定验收天数).
    acceptance_days: int | None = None

    @property
    def acceptance_from(self) -> date:
        """Return the day from which acceptance counts.

        Late acceptance counts from the end of the agreed period, as if it had been in time
        (国务院令第802号 art. 10: 拖延检验或者验收的，付款期限自约定的检验或者验收期限届满之日起算).
        """
        if self.acceptance_days is None:
            return self.accepted_on
        return min(self.accepted_on, self.delivered_on + timedelta(days=self.acceptance_days))

    @property
    def is_accepted_late(self) -> bool:
        """Say whether the goods were accepted after the agreed period."""
        return self.acceptance_from < self.accepted_on

    def start(self, kind: DueStart) -> date | None:
        """Return the day the payment period begins, None while it has not begun."""
        return {
            DueStart.DELIVERY: self.delivered_on,
            DueStart.ACCEPTANCE: self.acceptance_from,
            DueStart.JOINT_CONFIRMATION: self.joint_on,
        }[kind]


@dataclass(frozen=True)
class Candidate:
    """A day that one rule names, with the rule in both languages."""

    day: date
    zh: str
    en: str
    #: Acceptance has a part in it, so that late acceptance may move it.
    by_acceptance: bool = False


@dataclass(frozen=True)
class DueDay:
    """The due day of a line and how it came about."""

    due_on: date
    #: The candidate that decided, before the shift.
    decided_by: Candidate
    candidates: tuple[Candidate, ...]
    line: LineDays

    @property
    def shifted(self) -> bool:
        """Say whether a day of rest moved the due day."""
        return self.due_on != self.decided_by.day

    @property
    def sentence(self) -> str:
        """Explain the due day in Chinese: clocks → day, rule, shift."""
        clocks = "，".join(
            f"{label} {day:%m-%d}" + (self._late_zh() if label == "验收" else "")
            for label, day in self._clocks()
        )
        moved = f"；{self.decided_by.day:%m-%d} 为休息日，顺延规则调整" if self.shifted else ""
        return f"{clocks} → {self.due_on:%m-%d}，规则：{self.decided_by.zh}{moved}"

    @property
    def sentence_en(self) -> str:
        """Explain the due day in English."""
        names = {
            "配送": "delivered",
            "验收": "accepted",
            "发票": "invoice",
            "双方确认": "both confirmed",
        }
        clocks = ", ".join(
            f"{names[label]} {day:%m-%d}" + (self._late_en() if label == "验收" else "")
            for label, day in self._clocks()
        )
        moved = f"; moved from {self.decided_by.day:%m-%d}, a day of rest" if self.shifted else ""
        return f"{clocks} → {self.due_on:%m-%d}, rule: {self.decided_by.en}{moved}"

    @property
    def counts_late_acceptance(self) -> bool:
        """Say whether late acceptance had a part in a candidate."""
        return self.line.is_accepted_late and any(c.by_acceptance for c in self.candidates)

    def _late_zh(self) -> str:
        days, start = self.line.acceptance_days, self.line.acceptance_from
        told = f"（约定 {days} 日内验收，自 {start:%m-%d} 期满起算）"
        return told if self.counts_late_acceptance else ""

    def _late_en(self) -> str:
        days, start = self.line.acceptance_days, self.line.acceptance_from
        told = f" (late, agreed within {days} days: counts from {start:%m-%d})"
        return told if self.counts_late_acceptance else ""

    def _clocks(self) -> list[tuple[str, date]]:
        known = (
            ("配送", self.line.delivered_on),
            ("验收", self.line.accepted_on),
            ("发票", self.line.invoiced_on),
            ("双方确认", self.line.joint_on),
        )
        return [(label, day) for label, day in known if day is not None]


_STARTS = {
    DueStart.DELIVERY: ("配送", "delivery"),
    DueStart.ACCEPTANCE: ("验收", "acceptance"),
    DueStart.JOINT_CONFIRMATION: ("双方确认金额", "joint confirmation"),
}


#: How the start is called when acceptance came too late.
_PERIOD_OVER = ("约定验收期满", "the end of the agreed acceptance period")


def _after(line: LineDays, start: date, days: int, kind: DueStart) -> Candidate:
    """Return the candidate so many days after the start of that kind."""
    by_acceptance = kind is DueStart.ACCEPTANCE
    zh, en = _PERIOD_OVER if by_acceptance and line.is_accepted_late else _STARTS[kind]
    day = start + timedelta(days=days)
    return Candidate(day, f"{zh}之日起 {days} 日内付款", f"{days} days from {en}", by_acceptance)


def _after_acceptance(line: LineDays, days: int) -> Candidate:
    return _after(line, line.acceptance_from, days, DueStart.ACCEPTANCE)


def candidates(line: LineDays, rule: DueRule) -> tuple[Candidate, ...]:
    """Return every day a rule names; a rule whose part is missing names none."""
    found = []
    start = line.start(rule.start)
    if rule.days is not None and start is not None:
        found.append(_after(line, start, rule.days, rule.start))
    if rule.month_end and line.invoiced_on is not None:
        day = calendar.end_of_next_month(max(line.acceptance_from, line.invoiced_on))
        zh = "交货验收入库并取得发票之日后次月底付款"
        en = "end of the month after acceptance and invoice"
        found.append(Candidate(day, zh, en, by_acceptance=True))
    if line.payment_days is not None:
        agreed = _after_acceptance(line, line.payment_days)
        found.append(replace(agreed, zh=f"协议约定：{agreed.zh}", en=f"{agreed.en} by contract"))
    return tuple(found)


def due_day(line: LineDays, rule: DueRule | None, kinds: calendar.Kinds) -> DueDay:
    """Return the due day: the earliest candidate, shifted; without one, 30 days from acceptance.

    Without a scheme (no rule) it is 30 days from acceptance, unshifted, whatever a contract
    says (国办发〔2015〕7号; 保障中小企业款项支付条例, 国务院令第802号, art. 9 and 10).
    """
    if rule is None:
        line = replace(line, payment_days=None, acceptance_days=None)
        default = _after_acceptance(line, DEFAULT_DAYS)
        return DueDay(default.day, default, (default,), line)
    named = candidates(line, rule) or (_after_acceptance(line, DEFAULT_DAYS),)
    earliest = min(named, key=lambda candidate: candidate.day)
    return DueDay(calendar.shift(earliest.day, rule.shift, kinds), earliest, named, line)
