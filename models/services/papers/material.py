"""Everything a paper can tell of: the area now and before, its hospitals, who must come and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from models.rules import cadence
from models.rules.cadence import Span
from models.rules.monitoring import percent
from models.rules.papers import InterviewReason, InterviewRule, reasons
from models.services.papers import figures, words
from models.services.papers.figures import Figures, Hospital


@dataclass(frozen=True)
class Named:
    """A hospital of a paper: what it missed and why it must come."""

    hospital: Hospital
    place: int | None
    missed: list[str]
    reasons: list[tuple[InterviewReason, str]]


class Material:
    """Everything a paper can tell of, each read once when a section asks for it."""

    def __init__(
        self, areas: Sequence[str], span: Span, rule: InterviewRule, rectify_days: int
    ) -> None:
        self.areas, self.span, self.rule = areas, span, rule
        self.rectify_days = rectify_days
        self.hospitals = figures.hospitals(areas, span, rule)

    @cached_property
    def now(self) -> Figures:
        """Return the whole area in the span."""
        return figures.overall(self.areas, self.span.months)

    @cached_property
    def before(self) -> Figures:
        """Return the whole area in the span before."""
        return figures.overall(self.areas, cadence.before(self.span).months)

    @cached_property
    def ranked(self) -> list[tuple[Hospital, int, int]]:
        """Return hospitals with progress and time progress, the furthest ahead first."""
        found = []
        for one in self.hospitals:
            whole = one.over_rounds(figures.PROGRESS)
            if whole is not None and whole.target_bp is not None:
                found.append((one, whole.value_bp, whole.target_bp))
        return sorted(found, key=lambda told: (told[2] - told[1], told[0].code))

    @cached_property
    def named(self) -> list[Named]:
        """Return every hospital with its place, what it missed, and why it must come."""
        places = {one.code: place for place, (one, *_) in enumerate(self.ranked, start=1)}
        names = figures.round_names()
        found = []
        for one in self.hospitals:
            why = reasons(self.rule, one.standing(names))
            found.append(Named(one, places.get(one.code), _missed(one, names), why))
        return found

    @property
    def called(self) -> list[Named]:
        """Return the interview list."""
        return [one for one in self.named if one.reasons]


def _missed(hospital: Hospital, names: dict[str, str]) -> list[str]:
    told = []
    for (indicator, subject), one in sorted(
        hospital.figures.items(), key=lambda item: words.order(item[0])
    ):
        if not one.missed or one.target_bp is None:
            continue
        about = "" if subject in words.SUBJECTS else names.get(subject, subject)
        asked = "不高于" if one.limit else "应达到"
        told.append(
            f"{about}{' ' if about else ''}{words.name(indicator, subject)}"
            f" {percent(one.value_bp)}，{asked} {percent(one.target_bp)}"
        )
    return told
