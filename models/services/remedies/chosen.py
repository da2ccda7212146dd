"""The late lines an answer is about: one institution's of today, one by one or by filter."""

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from models import clock
from models.records.base import sql
from models.rules.errors.payment import SelectionChanged
from models.rules.errors.remedies import NothingLate, TooManyLines, UnknownParty
from models.rules.overdue import Responsible
from models.rules.words import Role
from models.services import access
from models.services.access import Actor
from models.services.overdue import listing, register, watched

#: One answer is about so many lines at most.
LINES_MAX = 100_000

_PARTIES = {
    Responsible.HOSPITAL: "SELECT name, area_code FROM hospital WHERE hospital_code = %s",
    Responsible.ENTERPRISE: "SELECT name, NULL FROM enterprise WHERE credit_code = %s",
    Responsible.AGENCY: "SELECT name, area_code FROM agency WHERE agency_code = %s",
}
_SEATS = {Role.HOSPITAL: Responsible.HOSPITAL, Role.ENTERPRISE: Responsible.ENTERPRISE}

#: Without the register every open receipt is judged anew.
_JUDGED = """
SELECT late.*, coalesce((SELECT sum(i.interest_fen) FROM late_part i
                          WHERE i.line_no = late.line_no), 0)::bigint AS interest_fen FROM late
"""
_CHOOSE = """
CREATE TEMP TABLE chosen ON COMMIT DROP AS
SELECT l.* FROM ({source}) l
 WHERE l.responsible = %(kind)s AND l.party_code = %(code)s
   AND (%(lines)s::text[] IS NULL OR l.line_no = ANY (%(lines)s))
   AND (%(lane)s = '' OR l.lane = %(lane)s)
   AND (%(step)s::int IS NULL OR l.step = %(step)s)
   AND (%(hospital)s = '' OR l.hospital_code = %(hospital)s)
   AND (%(enterprise)s = '' OR l.enterprise_code = %(enterprise)s)
   AND (NOT %(unexcused)s OR NOT EXISTS (
        SELECT FROM line_excuse x WHERE x.line_no = l.line_no AND (x.state = 'asked'
           OR x.state = 'granted' AND coalesce(x.until_on >= %(on)s, true))))
"""
_SEEN = "SELECT count(*), coalesce(sum(unpaid_fen), 0)::bigint FROM chosen"


class Institution(NamedTuple):
    """Who must act on the lines."""

    kind: Responsible
    code: str
    name: str
    #: Where it lies; an enterprise lies nowhere.
    area_code: str | None


@dataclass(frozen=True)
class Wanted:
    """Which of an institution's late lines are meant; empty conditions ask nothing."""

    kind: Responsible
    code: str
    lines: tuple[str, ...] = ()
    lane: str = ""
    step: int | None = None
    hospital_code: str = ""
    enterprise_code: str = ""
    #: Leaves out what is excused or asked for already; lines named one by one are never left out.
    unexcused: bool = False


class Seen(NamedTuple):
    """What a person looked at: another content is refused."""

    lines: int
    unpaid_fen: int


def institution(actor: Actor, wanted: Wanted) -> Institution:
    """Return the institution if it is the actor's to answer for. Raises UnknownParty.

    A seat answers for itself alone, the agency's staff for the institutions of its areas.
    """
    found = sql(_PARTIES[wanted.kind], (wanted.code,)).fetchone()
    if found is None or not _is_mine(actor, wanted, found[1]):
        raise UnknownParty(party=wanted.code)
    return Institution(wanted.kind, wanted.code, *found)


def _is_mine(actor: Actor, wanted: Wanted, area_code: str | None) -> bool:
    if actor.role in _SEATS:
        return _SEATS[Role(actor.role)] is wanted.kind and actor.party_code == wanted.code
    # An enterprise lies nowhere and an agency pays for areas below: the lines' areas bind them.
    if area_code is None or wanted.kind is Responsible.AGENCY:
        return True
    return access.reaches(actor, area_code)


def collect(actor: Actor, wanted: Wanted, on: date) -> Seen:
    """Make `chosen` of the wanted lines that are late on the day; return how many and how much."""
    areas = _areas(actor, institution(actor, wanted))
    told = {
        "on": on,
        "areas": areas,
        "kind": wanted.kind.value,
        "code": wanted.code,
        "lines": list(wanted.lines) or None,
        "lane": wanted.lane,
        "step": wanted.step,
        "hospital": wanted.hospital_code,
        "enterprise": wanted.enterprise_code,
        "unexcused": wanted.unexcused and not wanted.lines,
    }
    sql("DROP TABLE IF EXISTS pg_temp.chosen")
    sql(_CHOOSE.format(source=_source(areas, on)), told)
    sql("ANALYZE pg_temp.chosen")
    return whole()


def _source(areas: list[str], on: date) -> str:
    """Return SQL of what is late with its interest: from the register where it shows the day."""
    if on <= clock.today() and register.refresh(on):
        listing.collect_rungs(on)
        mine = "o.responsible = %(kind)s AND o.party_code = %(code)s"
        return register.late_rows(f"{mine} AND {register.areas_of(areas)}")
    listing.collect(areas, on)
    watched.collect_interest(on)
    return _JUDGED


def whole() -> Seen:
    """Return how many lines were chosen and what is open of them."""
    return Seen(*(int(value) for value in sql(_SEEN).fetchone()))


def areas() -> list[str]:
    """Return the areas in which the chosen lines lie."""
    found = sql("SELECT DISTINCT area_code FROM chosen ORDER BY area_code").fetchall()
    return [row[0] for row in found]


def require(actor: Actor, wanted: Wanted, on: date, seen: Seen | None) -> Institution:
    """Collect the lines for writing, and refuse unless they are what the person looked at.

    Raises UnknownParty, NothingLate, TooManyLines, SelectionChanged.
    """
    party = institution(actor, wanted)
    require_seen(party, collect(actor, wanted, on), seen)
    return party


def require_seen(party: Institution, now: Seen, seen: Seen | None) -> None:
    """Refuse no lines, too many lines, and other lines than the person looked at."""
    if now.lines == 0:
        raise NothingLate(party=party.name)
    if now.lines > LINES_MAX:
        raise TooManyLines(limit=LINES_MAX, count=now.lines)
    if seen is not None and now != seen:
        raise SelectionChanged(what="逾期明细")


def _areas(actor: Actor, party: Institution) -> list[str]:
    """Return the areas whose lines may be the institution's: a hospital's lie in its own."""
    if party.kind is Responsible.HOSPITAL and party.area_code is not None:
        return [party.area_code]
    return access.areas(access.SYSTEM if actor.party_code else actor, None)


def sample(rows: int, *, within: str = "chosen") -> list[Any]:
    """Return the worst of the chosen lines as they are shown before anything is done.

    `within` names a temporary table that holds those of them that count.
    """
    return list(
        sql(
            "SELECT c.line_no, h.name, e.name, c.due_on, c.days_late, c.unpaid_fen, c.step_name"
            " FROM chosen c JOIN hospital h USING (hospital_code)"
            " JOIN enterprise e ON e.credit_code = c.enterprise_code"
            f" WHERE c.line_no IN (SELECT line_no FROM {within})"
            " ORDER BY c.days_late DESC, c.unpaid_fen DESC, c.line_no LIMIT %s",
            (rows,),
        ).fetchall()
    )
