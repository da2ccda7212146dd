"""What is said of retention: a hospital declares a round or appeals, the agency answers."""

from typing import Any

from models import clock
from models.records.base import db, sql
from models.rules.errors.retention import (
    RetentionClosed,
    RetentionMoved,
    RetentionReasonMissing,
    RetentionUnknown,
)
from models.rules.money import yuan
from models.rules.retention import RETENTION, RetentionMove
from models.services import access, audit
from models.services.access import Actor
from models.services.views import retention
from models.services.views.reading import Rows

NOTE_CHARS_MAX = 2_000
#: Who may say it.
_ACTIONS = {
    RetentionMove.DECLARE: "retention_say",
    RetentionMove.APPEAL: "retention_say",
    RetentionMove.ANSWER: "retention_answer",
}
_ADD = """
INSERT INTO retention_word (period, hospital_code, round_code, move, base_fen, score, ratio_bp,
                            retained_fen, note, said_by, said_at)
VALUES (%(period)s, %(hospital)s, %(round)s, %(move)s, %(base_fen)s, %(score)s, %(ratio_bp)s,
        %(retained_fen)s, %(note)s, %(by)s, %(now)s)
"""


def figures(found: Any) -> list[str]:  # noqa: ANN401 - a row of the list
    """Return the figures a word is about, as they were looked at."""
    return [str(v) for v in (found.base_fen, found.score, found.ratio_bp, found.retained_fen)]


def say(
    actor: Actor,
    rows: Rows,
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
        found = retention.find(rows, *key)
        if found is None:
            raise RetentionUnknown(**told)
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
