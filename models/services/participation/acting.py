"""What is done about findings: reminded, asked, set right, answered, settled; each step is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from models import clock
from models.records.base import db, sql
from models.rules.errors.reporting import FindingIncomplete, FindingsChanged
from models.rules.participation import WITH_DAY, WITH_WORDS, FindingMove, sources, target
from models.services import access, audit, documents
from models.services.access import Actor
from models.services.documents import Document
from models.services.participation import news

#: Findings moved by one request.
FINDINGS_MAX = 500
WORDS_CHARS_MAX = 1_000
ACTIONS = {
    FindingMove.REMIND: "participation",
    FindingMove.ASK: "participation",
    FindingMove.RECTIFY: "participation",
    FindingMove.ANSWER: "participation_answer",
    FindingMove.SETTLE: "participation_settle",
}
#: Moves the hospital is told of by mail.
TOLD = (FindingMove.REMIND, FindingMove.ASK, FindingMove.RECTIFY)

_HELD = """
SELECT f.id, f.state, f.hospital_code, h.area_code,
       (SELECT s.actor FROM participation_step s WHERE s.finding_id = f.id
           AND s.move IN ('remind', 'ask', 'rectify') ORDER BY s.id DESC LIMIT 1) AS urged_by
  FROM participation_finding f JOIN hospital h USING (hospital_code)
 WHERE f.id = ANY (%s) ORDER BY f.id FOR UPDATE OF f
"""
_STEPS = """
INSERT INTO participation_step (finding_id, act_no, move, from_state, to_state, due_on, words,
                                file_id, actor, happened_on, happened_at)
SELECT id, %(act_no)s, %(move)s, state, %(to)s, %(due_on)s, %(words)s, %(file)s, %(actor)s,
       %(on)s, %(now)s
  FROM participation_finding WHERE id = ANY (%(ids)s) ORDER BY id
"""
_MOVE = """
UPDATE participation_finding SET state = %(to)s,
       due_on = CASE WHEN %(move)s IN ('ask', 'rectify') THEN %(due_on)s
                     WHEN %(move)s = 'settle' THEN NULL ELSE due_on END
 WHERE id = ANY (%(ids)s)
"""
_NUMBER = "SELECT nextval(pg_get_serial_sequence('participation_step', 'id'))"


@dataclass(frozen=True)
class Step:
    """What somebody does about findings."""

    move: FindingMove
    words: str = ""
    due_on: date | None = None
    document: Document | None = None


def act(actor: Actor, findings: Sequence[int], step: Step, *, on: date) -> int:
    """Do one thing about findings, all or none, and return about how many.

    Raises NotAllowed, FindingIncomplete, FindingsChanged (one moved on, is not the actor's, or
    would be settled by who urged it), DocumentRefused.
    """
    access.require(actor, ACTIONS[step.move])
    words = step.words.strip()[:WORDS_CHARS_MAX]
    if step.move in WITH_WORDS and not words:
        raise FindingIncomplete
    if step.move in WITH_DAY and (step.due_on is None or step.due_on < on):
        raise FindingIncomplete
    wanted = sorted(set(findings))[:FINDINGS_MAX]
    with db.atomic():
        rows = sql(_HELD, (wanted,)).fetchall()
        fitting = [row for row in rows if _fits(actor, step.move, row)]
        if not wanted or len(fitting) < len(wanted):
            raise FindingsChanged(count=max(len(wanted) - len(fitting), 1))
        told = {
            "ids": wanted,
            "act_no": f"A{sql(_NUMBER).fetchone()[0]}",
            "move": step.move.value,
            "to": target(fitting[0][1], step.move),
            "due_on": step.due_on if step.move in WITH_DAY else None,
            "words": words,
            "file": documents.keep(step.document, by=actor.name),
            "actor": actor.name,
            "on": on,
            "now": clock.now(),
        }
        sql(_STEPS, told)
        sql(_MOVE, told)
        audit.wrote_all(
            f"participation.{step.move.value}",
            actor=actor.name,
            about=[
                (f"hospital:{code}", {"findings": [row[0] for row in fitting if row[2] == code],
                                      "words": words, "due_on": told["due_on"]})
                for code in sorted({row[2] for row in fitting})
            ],
        )  # fmt: skip
        if step.move in TOLD:
            news.tell_soon(actor.name, on)
    return len(wanted)


def _fits(actor: Actor, move: FindingMove, row: Any) -> bool:  # noqa: ANN401 - a row
    _, state, hospital_code, area_code, urged_by = row
    mine = (
        actor.party_code == hospital_code
        if move is FindingMove.ANSWER
        else access.reaches(actor, area_code)
    )
    by_another = move is not FindingMove.SETTLE or urged_by != actor.name
    return mine and by_another and state in {one.value for one in sources(move)}
