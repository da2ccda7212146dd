"""What becomes of a finding: asked, explained, dismissed, to be rectified; each with its words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from models import clock
from models.records.base import JsonField, db, sql
from models.rules.errors.risks import DayNeeded, FindingMoved, UnknownFinding, WordsNeeded
from models.rules.overdue import Responsible
from models.rules.risks import ASKS, RISK, RiskKind, RiskMove, RiskState
from models.rules.states import sources, target
from models.rules.words import Role
from models.services import access, audit
from models.services.access import Actor
from models.services.risks import news

TEXT_CHARS_MAX = 2_000
#: Moves of a person, with the right each takes; new evidence and handovers move by themselves.
TAKES: Mapping[RiskMove, str] = {
    RiskMove.ASK: "risk",
    RiskMove.ANSWER: "risk_answer",
    RiskMove.EXPLAIN: "risk",
    RiskMove.DISMISS: "risk",
    RiskMove.RECTIFY: "risk",
    RiskMove.FINISH: "risk",
}
#: Moves that set a day, and the column it is kept in.
DAYS: Mapping[RiskMove, str] = {
    RiskMove.ASK: "answer_by_on",
    RiskMove.RECTIFY: "rectify_by_on",
}
_LOCK = """
SELECT id, kind, state, area_code, hospital_code, enterprise_code, asked_kind, asked_on
  FROM risk_finding WHERE id = %(id)s FOR UPDATE
"""
_EVENT = """
INSERT INTO risk_event (finding_id, move, from_state, to_state, happened_on, happened_at, actor,
                        note, facts)
SELECT f.id, %(move)s, %(before)s, f.state, %(on)s, %(now)s, %(actor)s, %(note)s, %(facts)s
  FROM risk_finding f WHERE f.id = ANY (%(ids)s) ORDER BY f.id
"""


@dataclass(frozen=True)
class Finding:
    """A locked finding as far as a decision asks."""

    id: int
    kind: RiskKind
    state: RiskState
    area_code: str
    hospital_code: str
    enterprise_code: str | None
    asked_kind: str | None
    asked_on: date | None


def decide(
    actor: Actor,
    finding_id: int,
    move: RiskMove,
    words: str,
    on: date,
    *,
    by_on: date | None = None,
) -> RiskState:
    """Take one step with a finding and return its state; twice is refused, not done again.

    Raises NotAllowed, UnknownFinding, WordsNeeded, DayNeeded, FindingMoved.
    """
    access.require(actor, TAKES[move])
    note = words.strip()[:TEXT_CHARS_MAX]
    with db.atomic():
        finding = _locked(actor, finding_id)
        if not note:
            raise WordsNeeded()
        if move in DAYS and (by_on is None or by_on < on):
            raise DayNeeded(earliest=on)
        after = RiskState(target(RISK, move))
        if finding.state not in sources(RISK, move):
            raise FindingMoved(finding=finding_id)
        changes = ["state = %(after)s"]
        if move in DAYS:
            changes.append(f"{DAYS[move]} = %(by_on)s")
        if move is RiskMove.ASK:
            changes.append("asked_kind = %(asks)s, asked_on = %(on)s")
        told = {
            "id": finding_id, "after": after, "by_on": by_on, "asks": asks(finding), "on": on,
        }  # fmt: skip
        sql(f"UPDATE risk_finding SET {', '.join(changes)} WHERE id = %(id)s", told)
        facts = {"by_on": str(by_on)} if move in DAYS else {}
        add_event([finding_id], move, finding.state, actor, on, note=note, facts=facts)
        audit.wrote(
            f"risk.{move.value}", actor=actor.name, subject=f"risk:{finding_id}",
            before=finding.state.value, after=after.value, note=note, **facts,
        )  # fmt: skip
        if move is not RiskMove.ANSWER:
            news.tell_soon(actor.name, on)
    return after


def asks(finding: Finding) -> Responsible:
    """Return who is asked to explain; the hospital where no enterprise is known."""
    kind = ASKS[finding.kind]
    if kind is Responsible.ENTERPRISE and finding.enterprise_code is None:
        return Responsible.HOSPITAL
    return kind


def add_event(
    ids: list[int],
    move: RiskMove,
    before: RiskState | None,
    actor: Actor,
    on: date,
    *,
    note: str | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Write down what happened to findings whose state was changed already."""
    sql(
        _EVENT,
        {
            "ids": ids, "move": move.value, "before": before.value if before else None, "on": on,
            "now": clock.now(), "actor": actor.name, "note": note,
            "facts": JsonField().db_value(dict(facts or {})),
        },
    )  # fmt: skip


def _locked(actor: Actor, finding_id: int) -> Finding:
    row = sql(_LOCK, {"id": finding_id}).fetchone()
    if row is None:
        raise UnknownFinding(finding=finding_id)
    number, kind, state, *rest = row
    finding = Finding(number, RiskKind(kind), RiskState(state), *rest)
    if actor.role in {Role.HOSPITAL, Role.ENTERPRISE}:
        own = {
            Responsible.HOSPITAL: finding.hospital_code,
            Responsible.ENTERPRISE: finding.enterprise_code,
        }.get(Responsible(finding.asked_kind) if finding.asked_kind else None)  # type: ignore[arg-type]
        if finding.asked_kind != actor.role or own != actor.party_code:
            raise UnknownFinding(finding=finding_id)
    elif not access.reaches(actor, finding.area_code):
        raise UnknownFinding(finding=finding_id)
    return finding
