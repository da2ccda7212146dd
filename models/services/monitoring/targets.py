"""What indicators are to reach: a fixed number, the time that has passed, the limit of a round."""

from dataclasses import dataclass

from models.records.base import sql
from models.rules import monitoring
from models.rules.definitions import Definition
from models.rules.monitoring import Target, Term
from models.services.monitoring.selection import Selection

#: The terms of the contracts that run on the last day of the month.
_TERMS = """
SELECT c.hospital_code, c.round_code, sum(c.committed_quantity), c.term_start, c.term_end
  FROM contract c JOIN hospital h USING (hospital_code)
 WHERE h.area_code = ANY (%(areas)s) AND c.round_code IS NOT NULL
   AND %(last)s BETWEEN c.term_start AND c.term_end
 GROUP BY 1, 2, 4, 5
"""


@dataclass(frozen=True)
class Targets:
    """Time progress by hospital and round, limits by round."""

    progress: dict[tuple[str, str], int | None]
    limits: dict[str, int | None]

    def of(self, definition: Definition, hospital_code: str, subject: str) -> int | None:
        """Return the target of an indicator in basis points, or None."""
        if definition.target is Target.FIXED:
            return definition.target_bp
        if definition.target is Target.TIME_PROGRESS:
            return self.progress.get((hospital_code, subject))
        return self.limits.get(subject) if definition.target is Target.ROUND_LIMIT else None


def find(chosen: Selection) -> Targets:
    """Return the targets of a month."""
    terms: dict[tuple[str, str], list[Term]] = {}
    for hospital_code, round_code, committed, term_start, term_end in sql(_TERMS, chosen.told):
        term = Term(committed, term_start, term_end)
        terms.setdefault((hospital_code, round_code), []).append(term)
    return Targets(
        {key: monitoring.time_progress_bp(found, chosen.last) for key, found in terms.items()},
        dict(sql("SELECT round_code, non_selected_limit_bp FROM vbp_round")),
    )
