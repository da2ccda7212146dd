"""What papers rest on: the indicators of a span by hospital and month, and products behind time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from models.records.base import sql
from models.rules.cadence import Span
from models.rules.monitoring import value_bp
from models.rules.papers import GAP_BP, InterviewRule, Standing
from models.rules.participation import LIVE
from models.services.papers import words

PROGRESS, ONLINE, SETTLED = "purchase_progress", "online_rate", "settlement_rate"
#: Counted from the beginning of a term or year: the last month tells all of it.
_RUNNING = (PROGRESS, "arrears_ratio")
#: Months are added up; what runs on is taken of the last month of the span that was measured.
_VALUES = """
SELECT i.hospital_code, h.name, h.level, i.indicator, i.subject, sum(i.numerator) AS numerator,
       sum(i.denominator) AS denominator,
       (array_agg(i.target_bp ORDER BY i.period DESC))[1] AS target_bp,
       bool_or(coalesce(i.direction = 'at_most', false)) AS is_limit
  FROM indicator_value i JOIN hospital h USING (hospital_code)
 WHERE h.area_code = ANY (%(areas)s) AND i.indicator = ANY (%(told)s)
   AND (i.period = %(last)s OR i.period = ANY (%(months)s) AND i.indicator <> ALL (%(running)s))
 GROUP BY 1, 2, 3, 4, 5
 ORDER BY 1, 4, 5
"""
_BY_MONTH = """
SELECT i.period, i.indicator, sum(i.numerator), sum(i.denominator)
  FROM indicator_value i JOIN hospital h USING (hospital_code)
 WHERE h.area_code = ANY (%(areas)s) AND i.indicator = ANY (%(told)s)
   AND i.period = ANY (%(months)s) GROUP BY 1, 2
HAVING sum(i.denominator) > 0 ORDER BY 1
"""
#: Each product a hospital agreed to buy in a round that runs on the last day: quantities of its
#: contracts, what time asks for, what was bought in their terms, returns on their receipt's day.
_LAGGING = """
WITH running AS (
    SELECT c.hospital_code, c.nhsa_code, c.enterprise_code, c.committed_quantity, c.term_start,
           c.term_end, (%(day)s::date - c.term_start + 1)::numeric
           / (c.term_end - c.term_start + 1) AS elapsed
      FROM contract c JOIN hospital h USING (hospital_code)
     WHERE h.area_code = ANY (%(areas)s) AND c.round_code IS NOT NULL
       AND %(day)s BETWEEN c.term_start AND c.term_end
),
agreed AS (
    SELECT hospital_code, nhsa_code, sum(committed_quantity) AS quantity,
           sum(committed_quantity * elapsed) AS asked
      FROM running GROUP BY 1, 2 HAVING sum(committed_quantity) > 0
),
terms AS (
    SELECT hospital_code, nhsa_code, enterprise_code, min(term_start) AS from_on,
           max(term_end) AS to_on
      FROM running GROUP BY 1, 2, 3
),
lines AS (
    SELECT line_no, hospital_code, nhsa_code, enterprise_code, quantity, accepted_on AS counted_on
      FROM purchase_line WHERE original_line_no IS NULL AND accepted_on <= %(day)s
    UNION ALL
    SELECT p.line_no, p.hospital_code, p.nhsa_code, p.enterprise_code, p.quantity,
           coalesce(o.accepted_on, p.accepted_on)
      FROM purchase_line p LEFT JOIN purchase_line o ON o.line_no = p.original_line_no
     WHERE p.original_line_no IS NOT NULL AND p.accepted_on <= %(day)s
),
bought AS (
    SELECT t.hospital_code, t.nhsa_code, sum(l.quantity) AS quantity
      FROM terms t JOIN lines l USING (hospital_code, nhsa_code, enterprise_code)
     WHERE l.counted_on BETWEEN t.from_on AND t.to_on
       AND NOT EXISTS (SELECT FROM line_void v WHERE v.line_no = l.line_no)
     GROUP BY 1, 2
)
SELECT a.hospital_code, count(*),
       count(*) FILTER (WHERE coalesce(b.quantity, 0) <= 0
           OR (a.asked - b.quantity) * 10000 >= a.quantity * %(gap)s)
  FROM agreed a LEFT JOIN bought b USING (hospital_code, nhsa_code) GROUP BY 1
"""
#: What is not settled of how hospitals take part, found by the last day (参与问题).
_FINDINGS = """
SELECT f.hospital_code, h.name, h.level, f.kind, count(*)
  FROM participation_finding f JOIN hospital h USING (hospital_code)
 WHERE h.area_code = ANY (%(areas)s) AND f.state = ANY (%(live)s) AND f.found_on <= %(day)s
 GROUP BY 1, 2, 3, 4 ORDER BY 1, array_position(%(kinds)s, f.kind)
"""


@dataclass(frozen=True)
class Figure:
    """One indicator of somebody."""

    numerator: Decimal
    denominator: Decimal
    target_bp: int | None
    limit: bool

    @property
    def value_bp(self) -> int:
        """Return the value in basis points."""
        return value_bp(self.numerator, self.denominator)

    @property
    def missed(self) -> bool:
        """Return whether there is a target and it was missed."""
        if self.target_bp is None:
            return False
        value = self.value_bp
        return value > self.target_bp if self.limit else value < self.target_bp


#: indicator, subject → figure
Figures = dict[tuple[str, str], Figure]


@dataclass
class Hospital:
    """How a hospital stands."""

    code: str
    name: str
    level: str
    figures: Figures = field(default_factory=dict)
    products: int = 0
    lagging: int = 0
    #: words of a kind of finding about taking part → how many are not settled
    findings: dict[str, int] = field(default_factory=dict)

    def over_rounds(self, indicator: str) -> Figure | None:
        """Return an indicator with its subjects added up; None without any."""
        return added(one for (of, _), one in self.figures.items() if of == indicator)

    def standing(self, names: Mapping[str, str]) -> Standing:
        """Return what interview rules look at; rounds by their names."""
        progress = {
            names.get(subject, subject): (one.value_bp, one.target_bp or 0)
            for (of, subject), one in self.figures.items()
            if of == PROGRESS
        }
        settled = self.figures.get((SETTLED, ""))
        online = {
            subject: one.value_bp for (of, subject), one in self.figures.items() if of == ONLINE
        }
        rate = settled.value_bp if settled else None
        return Standing(progress, self.lagging, rate, online, self.findings)


def added(figures: Iterable[Figure]) -> Figure | None:
    """Return figures of one indicator as one: sums, and the target weighted by what it is of."""
    found = [one for one in figures if one.denominator > 0]
    if not found:
        return None
    whole = sum((one.denominator for one in found), Decimal(0))
    asked = [(one.target_bp, one.denominator) for one in found if one.target_bp is not None]
    target = None
    if len(asked) == len(found):
        target = int((sum((t * d for t, d in asked), Decimal(0)) / whole).to_integral_value())
    numerator = sum((one.numerator for one in found), Decimal(0))
    return Figure(numerator, whole, target, found[0].limit)


def hospitals(areas: Sequence[str], span: Span, rule: InterviewRule) -> list[Hospital]:
    """Return the hospitals of the areas with anything measured in a span, by their codes."""
    found: dict[str, Hospital] = {}
    rows = sql(_VALUES, _asked(areas, span.months)).fetchall()
    for code, name, level, indicator, subject, numerator, denominator, target, limit in rows:
        one = found.setdefault(code, Hospital(code, name, level))
        if denominator > 0:
            figure = Figure(numerator, denominator, target, limit)
            one.figures[indicator, subject] = figure
    gap = rule.progress_gap_bp if rule.progress_gap_bp is not None else GAP_BP
    told = {"areas": list(areas), "day": span.last, "gap": gap}
    for code, products, lagging in sql(_LAGGING, told):
        if code in found:
            found[code].products, found[code].lagging = products, lagging
    if rule.participation_findings is not None:
        _add_findings(found, areas, span)
    return list(found.values())


def _add_findings(found: dict[str, Hospital], areas: Sequence[str], span: Span) -> None:
    """Add what is not settled of taking part; who bought nothing may have taken no part, too."""
    told = {
        "areas": list(areas),
        "day": span.last,
        "live": list(LIVE),
        "kinds": list(words.FINDINGS),
    }
    for code, name, level, kind, number in sql(_FINDINGS, told):
        one = found.setdefault(code, Hospital(code, name, level))
        one.findings[words.FINDINGS[kind]] = number


def overall(areas: Sequence[str], months: Sequence[str]) -> Figures:
    """Return each indicator of all hospitals together, over kinds and rounds apart and together."""
    parts: dict[tuple[str, str], list[Figure]] = defaultdict(list)
    for row in sql(_VALUES, _asked(areas, months)):
        _, _, _, indicator, subject, numerator, denominator, target, limit = row
        kept = subject if indicator == ONLINE else ""
        parts[indicator, kept].append(Figure(numerator, denominator, target, limit))
    whole = {key: added(figures) for key, figures in parts.items()}
    return {key: one for key, one in whole.items() if one is not None}


def by_month(areas: Sequence[str], months: Sequence[str]) -> dict[tuple[str, str], int]:
    """Return (month, indicator) → value in basis points of all hospitals together."""
    rows = sql(_BY_MONTH, _asked(areas, months))
    return {(row[0], row[1]): value_bp(row[2], row[3]) for row in rows}


def _asked(areas: Sequence[str], months: Sequence[str]) -> dict[str, Any]:
    return {
        "areas": list(areas),
        "months": list(months),
        "last": months[-1],
        "told": list(words.NAMES),
        "running": list(_RUNNING),
    }


def round_names() -> dict[str, str]:
    """Return the names of the rounds."""
    return dict(sql("SELECT round_code, name FROM vbp_round").fetchall())
