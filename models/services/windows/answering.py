"""A party answers for its lines on a page: one by one or all that a filter finds."""

import csv
import io
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from models import clock
from models.records.base import db, sql
from models.rules.errors.payment import SelectionChanged
from models.rules.errors.windows import NothingAwaited, TooManyAwaited, WhyNeeded
from models.rules.money import yuan
from models.rules.words import Decision, Party, Role
from models.schemas.tables.intake import Confirmations
from models.services import access, audit
from models.services.access import Actor
from models.services.imports.rows import ROWS_MAX, take_rows
from models.services.judgement import judge, leads

REASON_CHARS_MAX = 500
#: Rows of a file made on request.
FILE_ROWS_MAX = 100_000

_LINES = """
  LEFT JOIN sheet_line s USING (line_no) LEFT JOIN line_void v USING (line_no)
 WHERE s.line_no IS NULL AND v.line_no IS NULL AND h.area_code = ANY (%(areas)s)
   AND (%(hospital)s = '' OR p.hospital_code = ANY (%(hospitals)s))
   AND (%(enterprise)s = '' OR p.enterprise_code = %(enterprise)s)
   AND (%(first)s::date IS NULL OR p.accepted_on >= %(first)s)
   AND (%(last)s::date IS NULL OR p.accepted_on <= %(last)s)
   AND (%(lines)s::text[] IS NULL OR p.line_no = ANY (%(lines)s))
"""
_CHOOSE = """
CREATE TEMP TABLE awaited_line ON COMMIT DROP AS
SELECT r.line_no, r.hospital_code, r.enterprise_code, r.accepted_on, r.amount_fen,
       w.due_on, w.state AS window_state
  FROM judged r
  LEFT JOIN confirm_window w ON w.line_no = r.line_no AND w.party = %(party)s
       AND w.state IN ('open', 'escalated')
 WHERE r.is_direct AND (%(hospital)s = '' OR {speaker} = %(hospital)s)
   AND CASE WHEN %(disputed)s THEN {party}_disputes IS TRUE
       ELSE {party}_live IS NOT TRUE AND {party}_disputes IS NOT TRUE END
   AND (%(until)s::date IS NULL OR w.due_on <= %(until)s)
"""
#: Whoever names this hospital as its lead; whose word counts is asked of each line.
_MEMBERS = "SELECT hospital_code FROM hospital WHERE lead_hospital_code = %s"
_OWN_AREA = "SELECT area_code FROM hospital WHERE hospital_code = %s"
_SEEN = "SELECT count(*), coalesce(sum(amount_fen), 0)::bigint FROM awaited_line"
_ROWS = "SELECT line_no, amount_fen FROM awaited_line ORDER BY line_no"
_SAMPLE = """
SELECT a.line_no, a.accepted_on, a.amount_fen, a.due_on, a.window_state, h.name AS hospital_name,
       e.name AS enterprise_name, d.name AS product_name
  FROM awaited_line a JOIN purchase_line p USING (line_no)
  JOIN hospital h ON h.hospital_code = a.hospital_code
  JOIN enterprise e ON e.credit_code = a.enterprise_code JOIN product d USING (nhsa_code)
 ORDER BY a.due_on NULLS LAST, a.accepted_on, a.line_no LIMIT %s
"""


@dataclass(frozen=True)
class Wanted:
    """Which lines are meant; empty conditions ask nothing. One of the two parties answers."""

    party: Party
    hospital_code: str = ""
    enterprise_code: str = ""
    first_on: date | None = None
    last_on: date | None = None
    #: Windows that end by then.
    due_until: date | None = None
    lines: tuple[str, ...] = ()
    #: What the party disputes, not what it is silent about.
    disputed: bool = False


class Seen(NamedTuple):
    """What a person looked at: another content is refused."""

    lines: int
    amount_fen: int


@dataclass(frozen=True)
class Answer:
    """What the party says, in one word for all of them."""

    decision: Decision
    reason: str = ""
    #: The instant of the word; empty: now.
    at: datetime | None = None


def awaited(actor: Actor, wanted: Wanted, on: date, *, sample: int = 20) -> tuple[Seen, list[Any]]:
    """Return count and sum of the lines that wait for the party, and the first of them to show."""
    with db.atomic():
        seen = _collect(actor, wanted, on)
        return seen, list(sql(_SAMPLE, (sample,)).fetchall())


def file_of(actor: Actor, wanted: Wanted, on: date, at: datetime) -> tuple[bytes, int]:
    """Return the CSV with which the party could confirm them all, and its rows.

    It is meant to be imported, so nothing in it is written for spreadsheets. Raises NotAllowed,
    TooManyAwaited.
    """
    access.require_import(actor, "confirmations")
    with db.atomic():
        seen = _collect(actor, wanted, on)
        if seen.lines > FILE_ROWS_MAX:
            raise TooManyAwaited(limit=FILE_ROWS_MAX, count=seen.lines)
        rows = _rows(wanted.party, Answer(Decision.CONFIRM), at)
        audit.wrote("export.written", actor=actor.name, subject="confirmation_file", rows=len(rows))
    target = io.StringIO()
    writer = csv.DictWriter(target, list(Confirmations.columns()), lineterminator="\r\n")
    writer.writerow({name: field.label for name, field in Confirmations.columns().items()})
    writer.writerows(rows)
    return ("\ufeff" + target.getvalue()).encode(), len(rows)


def answer(
    actor: Actor, wanted: Wanted, said: Answer, on: date, *, seen: Seen | None = None
) -> Seen:
    """Write what the party says about its waiting lines; return how many and how much.

    Raises NotAllowed, NothingAwaited, SelectionChanged, TooManyAwaited, WhyNeeded.
    """
    access.require_import(actor, "confirmations")
    if said.decision is not Decision.CONFIRM and not said.reason.strip():
        raise WhyNeeded
    with db.atomic():
        found = _collect(actor, wanted, on)
        if found.lines == 0:
            raise NothingAwaited
        if found.lines > ROWS_MAX:
            raise TooManyAwaited(limit=ROWS_MAX, count=found.lines)
        if seen is not None and found != seen:
            raise SelectionChanged(what="待确认明细")
        at = said.at or clock.now()
        rows = _rows(wanted.party, said, at)
        name = f"{wanted.party}_{said.decision}_{at:%Y%m%d%H%M%S}.ndjson"
        result = take_rows("confirmations", rows, actor, on=on, name=name)
        if result["rejected"]:
            raise NothingAwaited
        audit.wrote(
            "confirmation.answered",
            actor=actor.name,
            subject=f"import_run:{result['import_id']}",
            party=wanted.party.value,
            decision=said.decision.value,
            lines=found.lines,
            amount_fen=found.amount_fen,
            reason=said.reason.strip(),
        )
    return found


def _rows(party: Party, said: Answer, at: datetime) -> list[dict[str, str]]:
    return [
        {
            "line_no": line_no,
            "party": party.value,
            "decided_at": at.isoformat(),
            "decision": said.decision.value,
            "amount_yuan": yuan(amount_fen),
            "reason": said.reason.strip()[:REASON_CHARS_MAX],
        }
        for line_no, amount_fen in sql(_ROWS)
    ]


def bound(actor: Actor, wanted: Wanted) -> Wanted:
    """Return the wish kept to a seat's own rows; a seat answers for itself alone."""
    own = actor.party_code or ""
    if actor.role == Role.HOSPITAL:
        return replace(wanted, party=Party.HOSPITAL, hospital_code=own)
    if actor.role == Role.ENTERPRISE:
        return replace(wanted, party=Party.ENTERPRISE, enterprise_code=own)
    return wanted


def _collect(actor: Actor, wanted: Wanted, on: date) -> Seen:
    """Make `awaited_line`: direct lines on no sheet about which the party has not spoken."""
    wanted = bound(actor, wanted)
    party, hospital = wanted.party.value, wanted.hospital_code
    told: dict[str, object] = {
        "areas": _areas(actor),
        "hospital": hospital,
        "hospitals": [hospital, *(row[0] for row in sql(_MEMBERS, (hospital,)))],
        "enterprise": wanted.enterprise_code,
        "first": wanted.first_on,
        "last": wanted.last_on,
        "lines": list(wanted.lines) or None,
    }
    also = ("accepted_on", f"{party}_live", f"{party}_disputes")
    judge(_areas(actor), _LINES, told, on, also=also)
    sql("DROP TABLE IF EXISTS pg_temp.awaited_line")
    chosen = {
        "party": party,
        "hospital": hospital,
        "until": wanted.due_until,
        "disputed": wanted.disputed,
    }
    sql(_CHOOSE.format(party=party, speaker=leads.SPEAKER), chosen)
    sql("ANALYZE pg_temp.awaited_line")
    count, amount = sql(_SEEN).fetchone()
    return Seen(int(count), int(amount))


def _areas(actor: Actor) -> list[str]:
    """Return where the actor's lines may lie: a hospital's in its own area, with its members'."""
    if actor.role == Role.HOSPITAL:
        return [row[0] for row in sql(_OWN_AREA, (actor.party_code,))]
    return access.areas(access.SYSTEM if actor.party_code else actor, None)
