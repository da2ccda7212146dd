"""What is said of retention: a hospital declares a round or appeals, the agency answers."""

from decimal import Decimal
from typing import Any, NamedTuple

from models import clock
from models.records.base import db, sql
from models.rules.errors.retention import (
    RetentionClosed,
    RetentionMoved,
    RetentionReasonMissing,
    RetentionUnknown,
)
from models.rules.money import yuan
from models.rules.retention import RETENTION, RetentionMove, RetentionState
from models.rules.words import Role
from models.services import access, audit
from models.services.access import Actor

NOTE_CHARS_MAX = 2_000
#: Who may say it.
_ACTIONS = {
    RetentionMove.DECLARE: "retention_say",
    RetentionMove.APPEAL: "retention_say",
    RetentionMove.ANSWER: "retention_answer",
}
#: The last word about the very figures of the last run; words about others count no more.
SPOKEN_OF = """
  FROM retention_result r JOIN hospital h USING (hospital_code)
  LEFT JOIN vbp_round b USING (round_code)
  LEFT JOIN LATERAL (
      SELECT w.move, w.said_at FROM retention_word w
       WHERE (w.period, w.hospital_code, w.round_code)
             = (r.period, r.hospital_code, r.round_code)
         AND (w.base_fen, w.ratio_bp, w.retained_fen) = (r.base_fen, r.ratio_bp, r.retained_fen)
         AND w.score IS NOT DISTINCT FROM r.score
       ORDER BY w.id DESC LIMIT 1) w ON true
"""
STATE = """
CASE w.move WHEN 'declare' THEN 'declared' WHEN 'appeal' THEN 'appealed'
            WHEN 'answer' THEN 'answered' ELSE 'waiting' END
"""
_ROUND = f"""
SELECT r.base_fen, r.score, r.ratio_bp, r.retained_fen, h.area_code, {STATE} {SPOKEN_OF}
 WHERE r.period = %s AND r.hospital_code = %s AND r.round_code = %s
"""
_ADD = """
INSERT INTO retention_word (period, hospital_code, round_code, move, base_fen, score, ratio_bp,
                            retained_fen, note, said_by, said_at)
VALUES (%(period)s, %(hospital)s, %(round)s, %(move)s, %(base_fen)s, %(score)s, %(ratio_bp)s,
        %(retained_fen)s, %(note)s, %(by)s, %(now)s)
"""


class _Round(NamedTuple):
    """A round as it stands: its figures in fen and basis points, and what was said of them."""

    base_fen: int
    score: Decimal | None
    ratio_bp: int
    retained_fen: int
    area_code: str
    state: RetentionState


def figures(found: Any) -> list[str]:  # noqa: ANN401 - a row of the list
    """Return the figures a word is about, as they were looked at."""
    return [str(v) for v in (found.base_fen, found.score, found.ratio_bp, found.retained_fen)]


def say(
    actor: Actor,
    key: tuple[str, str, str],
    move: RetentionMove,
    note: str,
    *,
    seen: list[str],
) -> None:
    """Keep a word about a round: `key` is month, hospital and round, `seen` what was looked at.

    Raises NotAllowed, RetentionUnknown, RetentionMoved, RetentionClosed (somebody was first, or
    the same word again), RetentionReasonMissing.
    """
    access.require(actor, _ACTIONS[move])
    period, hospital_code, round_code = key
    told = {"period": period, "round": round_code}
    note = note.strip()[:NOTE_CHARS_MAX]
    if move is not RetentionMove.DECLARE and not note:
        raise RetentionReasonMissing
    with db.atomic():
        # One word at a time about a round; a run that replaces its row waits, too.
        sql(
            "SELECT 1 FROM retention_result WHERE period = %s AND hospital_code = %s"
            " AND round_code = %s FOR UPDATE",
            key,
        )
        row = sql(_ROUND, key).fetchone()
        if row is None or not _is_mine(actor, hospital_code, row[4]):
            raise RetentionUnknown(**told)
        base_fen, score, ratio_bp, retained_fen, area_code, state = row
        found = _Round(base_fen, score, ratio_bp, retained_fen, area_code, RetentionState(state))
        if figures(found) != seen:
            raise RetentionMoved(**told)
        if (found.state, move) not in RETENTION:
            raise RetentionClosed(**told)
        sql(
            _ADD,
            {
                **told,
                "hospital": hospital_code,
                "move": move.value,
                "base_fen": found.base_fen,
                "score": found.score,
                "ratio_bp": found.ratio_bp,
                "retained_fen": found.retained_fen,
                "note": note,
                "by": actor.name,
                "now": clock.now(),
            },
        )
        audit.wrote(
            f"retention.{RETENTION[found.state, move]}",
            actor=actor.name,
            subject=f"hospital:{hospital_code}",
            period=period,
            round=round_code,
            retained_yuan=yuan(found.retained_fen),
            note=note,
        )


def _is_mine(actor: Actor, hospital_code: str, area_code: str) -> bool:
    if actor.role == Role.HOSPITAL:
        return actor.party_code == hospital_code
    return access.reaches(actor, area_code)
