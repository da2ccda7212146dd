"""The story of a problem: each thing that happened is a row, added in its own transaction."""

from datetime import date

from models import clock
from models.records.problems import ProblemEvent


def add_event(
    problem_id: int,
    move: str,
    start: str | None,
    end: str,
    on: date,
    actor: str,
    **facts: object,
) -> None:
    """Add what happened to a problem in the caller's transaction."""
    ProblemEvent.create(
        problem_id=problem_id,
        move=move,
        from_state=start,
        to_state=end,
        happened_on=on,
        happened_at=clock.now(),
        actor=actor,
        facts={name: str(value) for name, value in facts.items() if value not in (None, "")},
    )
