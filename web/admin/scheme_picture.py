"""The time line of an area's schemes as a bare picture: one bar for each span, in turn coloured."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup, escape

from models.rules.schemes import Term

WIDTH, BAR, HEIGHT = 1_120, 28, 60
#: Colours of the charts in turn.
COLOURS = 3
#: The picture ends so many days after today or the last beginning.
AFTER_DAYS = 180


@dataclass(frozen=True)
class Bar:
    """A span as it is drawn, in the units of the picture."""

    x: int
    width: int
    colour: int
    words: str


def drawn(spans: Sequence[Term], today: date, label: str) -> Markup:
    """Return the picture; the table beside it says the same in words."""
    if not spans:
        return Markup("")
    first = min(one.from_on for one in spans)
    last = max([today, *(one.from_on for one in spans)]) + timedelta(days=AFTER_DAYS)
    whole = max((last - first).days, 1)

    def x(day: date) -> int:
        return WIDTH * (min(day, last) - first).days // whole

    bars = [
        Bar(
            x(one.from_on),
            max(x(one.to_on or last) - x(one.from_on), 2),
            place % COLOURS,
            f"{one.version.scheme_code} {one.from_on}",
        )
        for place, one in enumerate(spans)
    ]
    return _svg(bars, x(today), today, label)


def _svg(bars: Sequence[Bar], now: int, today: date, label: str) -> Markup:
    shapes = [
        Markup(
            '<g><title>{}</title><rect class="lg{}" x="{}" y="4" width="{}" height="{}"/></g>'
        ).format(bar.words, bar.colour, bar.x, max(bar.width - 1, 1), BAR)
        for bar in bars
    ]
    shapes += [
        Markup('<text x="{}" y="{}">{}</text>').format(bar.x, BAR + 20, bar.words[-10:])
        for place, bar in enumerate(bars)
        if place == 0 or bar.x - bars[place - 1].x > WIDTH // 9
    ]
    mark = Markup('<rect x="{}" y="0" width="2" height="{}"/><text x="{}" y="{}">{}</text>').format(
        now, BAR + 8, min(now + 4, WIDTH - 70), HEIGHT - 6, today
    )
    return Markup(
        '<svg class="pygal" role="img" aria-label="{}" viewBox="0 0 {} {}">{}{}</svg>'
    ).format(escape(label), WIDTH, HEIGHT, Markup("").join(shapes), mark)
