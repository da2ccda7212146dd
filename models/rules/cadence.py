"""When papers are due and what they are about: weeks, months, quarters, half-years, years."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from models.rules.calendar import first_day, last_day
from models.rules.errors.papers import BadSpan
from models.rules.papers import PaperKind

_FORMS = {
    PaperKind.WEEKLY: re.compile(r"([0-9]{4})-W(0[1-9]|[1-4][0-9]|5[0-3])"),
    PaperKind.REMINDER: re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])"),
    PaperKind.BULLETIN: re.compile(r"([0-9]{4})-Q([1-4])"),
    PaperKind.HALF_YEAR: re.compile(r"([0-9]{4})-H([12])"),
    PaperKind.YEARLY: re.compile(r"([0-9]{4})()"),
}
_MONTHS = {PaperKind.BULLETIN: 3, PaperKind.HALF_YEAR: 6, PaperKind.YEARLY: 12}
#: Days after the end of the span on which the clock drafts. The 10th is the day of Jiangxi's
#: half-yearly report, the 1st that of the monthly reminder; the others are ours.
_DRAFT_AFTER = {PaperKind.BULLETIN: 5, PaperKind.YEARLY: 15}
_DUE_AFTER = {PaperKind.REMINDER: 1, PaperKind.HALF_YEAR: 10}


@dataclass(frozen=True)
class Span:
    """What a paper of a kind is about."""

    kind: PaperKind
    key: str
    first: date
    last: date
    #: Months whose indicators it adds up, in order; a week looks at its month so far.
    months: tuple[str, ...]

    @property
    def drafted_on(self) -> date:
        """Return the day on which the clock drafts it."""
        return self.last + timedelta(days=_DRAFT_AFTER.get(self.kind, 1))

    @property
    def due_on(self) -> date | None:
        """Return the day by which it must be out, where a notice says one."""
        days = _DUE_AFTER.get(self.kind)
        return None if days is None else self.last + timedelta(days=days)

    @property
    def words(self) -> str:
        """Return the span as a paper says it."""
        year = self.last.year
        if self.kind is PaperKind.WEEKLY:
            return f"{self.first.isoformat()} 至 {self.last.isoformat()}"
        if self.kind is PaperKind.REMINDER:
            return f"{year} 年 {self.last.month} 月"
        if self.kind is PaperKind.BULLETIN:
            return f"{year} 年第{'一二三四'[self.last.month // 3 - 1]}季度"
        if self.kind is PaperKind.HALF_YEAR:
            return f"{year} 年{'上' if self.last.month == 6 else '下'}半年"
        return f"{year} 年度"


def span(kind: PaperKind, key: str) -> Span:
    """Return a span by its key, as 2026-Q3; raises BadSpan for another form."""
    found = _FORMS[kind].fullmatch(key)
    if found is None:
        raise BadSpan(span=key)
    year, part = int(found[1]), int(found[2] or 1)
    if kind is PaperKind.WEEKLY:
        try:
            monday = date.fromisocalendar(year, part, 1)
        except ValueError:
            raise BadSpan(span=key) from None
        sunday = monday + timedelta(days=6)
        return Span(kind, key, monday, sunday, (sunday.isoformat()[:7],))
    size = _MONTHS.get(kind, 1)
    numbers = range((part - 1) * size + 1, part * size + 1)
    months = tuple(f"{year:04d}-{month:02d}" for month in numbers)
    return Span(kind, key, first_day(months[0]), last_day(months[-1]), months)


def containing(kind: PaperKind, day: date) -> Span:
    """Return the span of a kind that a day lies in."""
    if kind is PaperKind.WEEKLY:
        year, week, _ = day.isocalendar()
        return span(kind, f"{year:04d}-W{week:02d}")
    part = (day.month - 1) // _MONTHS.get(kind, 1) + 1
    keys = {
        PaperKind.REMINDER: f"{day:%Y-%m}",
        PaperKind.BULLETIN: f"{day.year:04d}-Q{part}",
        PaperKind.HALF_YEAR: f"{day.year:04d}-H{part}",
        PaperKind.YEARLY: f"{day.year:04d}",
    }
    return span(kind, keys[kind])


def last_ended(kind: PaperKind, day: date) -> Span:
    """Return the latest span that is over on a day."""
    return before(containing(kind, day))


def before(one: Span) -> Span:
    """Return the span before another."""
    return containing(one.kind, one.first - timedelta(days=1))


def to_draft(kind: PaperKind, day: date) -> Span:
    """Return the latest span whose day of drafting has come."""
    found = last_ended(kind, day)
    return found if found.drafted_on <= day else before(found)
