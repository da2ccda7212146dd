"""A report under the reader's hands: locked, within the reader's rows, able to make the move."""

from dataclasses import dataclass
from datetime import date

from models import clock
from models.records.base import sql
from models.rules.errors.reporting import MemberReported, ReportMoved, ReportUnknown
from models.rules.reporting import ReportMove, ReportState, target
from models.rules.words import Role
from models.services import access, audit
from models.services.access import Actor

_HELD = """
SELECT q.id, q.hospital_code, q.round_code, q.unified, q.state, q.letter_file_id,
       q.letter_signed_on, q.submitted_by, h.area_code, coalesce(a.parent_code, a.area_code),
       h.name
  FROM quantity_report q JOIN hospital h USING (hospital_code) JOIN area a USING (area_code)
 WHERE q.id = %s FOR UPDATE OF q
"""
#: The hospitals a report speaks for.
COVERED = """
SELECT h.hospital_code FROM hospital h
 WHERE h.hospital_code = %(hospital)s OR %(unified)s AND h.lead_hospital_code = %(hospital)s
 ORDER BY h.hospital_code
"""
_MEMBERS = """
SELECT h.name FROM quantity_report q JOIN hospital h USING (hospital_code)
 WHERE q.round_code = %(round)s AND q.hospital_code = ANY (%(hospitals)s)
   AND q.hospital_code <> %(hospital)s AND q.state IN ('submitted', 'reviewed')
 ORDER BY h.name
"""
#: Names told in one refusal.
SHOWN = 10
_EVENT = """
INSERT INTO quantity_report_event (report_id, move, from_state, to_state, lines, note,
                                   letter_file_id, actor, happened_on, happened_at)
SELECT %(id)s, %(move)s, %(from)s, %(to)s,
       coalesce((SELECT jsonb_agg(jsonb_build_array(l.hospital_code, l.nhsa_code,
                 l.reported_quantity::text) ORDER BY l.hospital_code, l.nhsa_code)
          FROM quantity_report_line l
         WHERE l.round_code = %(round)s AND l.hospital_code = ANY (%(hospitals)s)), '[]'),
       %(note)s, %(letter)s, %(actor)s, %(on)s, %(now)s
"""


@dataclass(frozen=True)
class Held:
    """A report as it stands."""

    id: int
    hospital_code: str
    round_code: str
    unified: bool
    state: ReportState
    letter_file_id: int | None
    letter_signed_on: date | None
    submitted_by: str | None
    area_code: str
    #: Where it is reviewed.
    above_code: str
    hospital_name: str

    @property
    def hospitals(self) -> list[str]:
        """Return the hospitals it speaks for."""
        told = {"hospital": self.hospital_code, "unified": self.unified}
        return [code for (code,) in sql(COVERED, told)]


def held(actor: Actor, report_id: int, move: ReportMove | None = None) -> Held:
    """Lock and return a report of the actor's rows, in the caller's transaction.

    Raises ReportUnknown; ReportMoved when `move` cannot be made from its state.
    """
    row = sql(_HELD, (report_id,)).fetchone()
    if row is None:
        raise ReportUnknown
    number, hospital, round_code, unified, state, letter, signed_on, by, area, above, name = row
    found = Held(
        number, hospital, round_code, unified, ReportState(state), letter, signed_on, by, area,
        above, name,
    )  # fmt: skip
    mine = (
        actor.party_code == found.hospital_code
        if actor.role == Role.HOSPITAL
        else access.reaches(actor, found.area_code)
    )
    if not mine:
        raise ReportUnknown
    if move is not None and target(found.state, move) is None:
        raise ReportMoved
    return found


def require_members_silent(report: Held) -> None:
    """Refuse with MemberReported while a member's own report stands."""
    told = {
        "round": report.round_code,
        "hospitals": report.hospitals,
        "hospital": report.hospital_code,
    }
    first = [name for (name,) in sql(_MEMBERS, told)]
    if first:
        raise MemberReported(hospitals="、".join(first[:SHOWN]), round=report.round_code)


def moved(actor: Actor, report: Held, move: ReportMove, *, on: date, note: str = "") -> ReportState:
    """Write down a move with the lines as they stand, and return the state it leads to."""
    to = target(report.state, move)
    if to is None:
        raise ReportMoved
    told = {
        "id": report.id,
        "move": move.value,
        "from": report.state.value,
        "to": to.value,
        "round": report.round_code,
        "hospitals": report.hospitals,
        "note": note,
        "letter": report.letter_file_id,
        "actor": actor.name,
        "on": on,
        "now": clock.now(),
    }
    sql(_EVENT, told)
    audit.wrote(
        f"report.{move.value}",
        actor=actor.name,
        subject=f"hospital:{report.hospital_code}",
        report=report.id,
        round=report.round_code,
        note=note,
    )
    return to
