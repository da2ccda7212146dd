"""Excuses and measures as mails and prints show them."""

from datetime import date
from typing import NamedTuple

from models.records.base import sql
from models.rules.remedies import REASONS, ExcuseReason, ReasonTerms

_EXCUSE = """
SELECT request_no, min(reason), min(note), min(from_on), min(until_on), count(*),
       sum(unpaid_fen)::bigint, count(*) FILTER (WHERE state = 'ended'),
       coalesce(sum(unpaid_fen) FILTER (WHERE state = 'ended'), 0)::bigint, min(answer),
       min(end_reason) FILTER (WHERE state = 'ended'), min(asked_on)
  FROM line_excuse WHERE request_no = %s GROUP BY request_no
"""
_MEASURE = """
SELECT id, measure_no, kind, state, words, lines_count, unpaid_fen, interest_fen, days_late_max,
       opened_on, meet_on, meet_time, place, invited, rectify_by_on, from_on, until_on, answer,
       end_reason, ended_on
  FROM measure WHERE id = %s
"""


class Excuse(NamedTuple):
    """A request as the institution is told of it; amounts in fen."""

    request_no: str
    reason: str
    note: str | None
    from_on: date
    until_on: date | None
    lines: int
    unpaid_fen: int
    ended_lines: int
    ended_fen: int
    answer: str | None
    end_reason: str | None
    asked_on: date

    @property
    def terms(self) -> ReasonTerms:
        """Return the reason in words."""
        return REASONS[ExcuseReason(self.reason)]


class Described(NamedTuple):
    """A measure as the institution is told of it; amounts in fen."""

    id: int
    measure_no: str
    kind: str
    state: str
    words: str
    lines: int
    unpaid_fen: int
    interest_fen: int
    days_late_max: int
    opened_on: date
    meet_on: date | None
    meet_time: str | None
    place: str | None
    invited: str | None
    rectify_by_on: date | None
    from_on: date | None
    until_on: date | None
    answer: str | None
    end_reason: str | None
    ended_on: date | None


def excuse(request_no: str) -> Excuse:
    """Return a request that exists."""
    return Excuse(*sql(_EXCUSE, (request_no,)).fetchone())


def measure(measure_id: int) -> Described:
    """Return a measure that exists."""
    return Described(*sql(_MEASURE, (measure_id,)).fetchone())
