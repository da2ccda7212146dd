"""Somebody reports a problem: a hospital, a manufacturer, a distributor or an agency."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from models import clock
from models.records.base import db, sql
from models.records.problems import Problem, ProblemLink, ProblemSide
from models.rules.errors.problems import ProblemPartyRefused
from models.rules.errors.remedies import FieldMissing
from models.rules.problems import ProblemParty, ProblemState, Urgency, result_by, take_by
from models.services import access, audit, documents
from models.services.access import Actor
from models.services.documents import Document
from models.services.judgement import leads
from models.services.judgement.due import day_kinds
from models.services.problems import news
from models.services.problems.desks import above, side_of
from models.services.problems.events import add_event
from models.services.problems.linking import Concerned, Link, checked
from models.services.problems.talking import add_word
from models.services.problems.terms import terms

TITLE_CHARS_MAX = 100
TEXT_CHARS_MAX = 4_000

_HOSPITAL = "SELECT area_code FROM hospital WHERE hospital_code = %s"
_ENTERPRISE = "SELECT 1 FROM enterprise WHERE credit_code = %s"
_AREA = "SELECT 1 FROM area WHERE area_code = %s"
_NUMBER = "SELECT nextval(pg_get_serial_sequence('problem', 'id'))"


@dataclass(frozen=True)
class Report:
    """A problem as somebody reports it."""

    kind_code: str
    title: str
    words: str
    urgency: Urgency = Urgency.NORMAL
    #: No rule speaks of it: the highest desk has it at once.
    is_new: bool = False
    #: For the agencies alone, until they show it to somebody.
    confidential: bool = False
    hospital_code: str = ""
    enterprise_code: str = ""
    #: Where it happened, when no hospital says so.
    area_code: str = ""
    links: Sequence[Link] = ()
    document: Document | None = None


@dataclass(frozen=True)
class _Whom:
    hospital_code: str | None
    enterprise_code: str | None
    manufacturer_code: str | None
    area_code: str


def report(actor: Actor, told: Report, on: date) -> str:
    """Record a problem at the desk of its area and return its number; the same twice is one.

    Raises NotAllowed, FieldMissing, UnknownProblemKind, LinkRefused, TooManyLinks,
    ProblemPartyRefused, OutOfScope, DocumentRefused.
    """
    access.require(actor, "problem_report")
    for text, what, what_en in (
        (told.title, "标题", "the title"),
        (told.words, "问题描述", "what happened"),
    ):
        if not text.strip():
            raise FieldMissing(what=what, what_en=what_en)
    counts = terms(told.kind_code, on)
    with db.atomic():
        key = _key(actor, told, on)
        sql("SELECT pg_advisory_xact_lock(hashtext(%s))", (key,))
        known = Problem.get_or_none(Problem.dedupe_key == key)
        if known is not None:
            return str(known.problem_no)
        whom = _whom(actor, told, checked(actor, told.links))
        side, code = side_of(actor)
        days = day_kinds()
        number = int(sql(_NUMBER).fetchone()[0])
        desk = (above(whom.area_code) or [whom.area_code])[-1] if told.is_new else whom.area_code
        row = Problem.create(
            id=number,
            problem_no=f"WT{on.year}{number:06d}",
            kind_code=told.kind_code,
            urgency=told.urgency,
            is_new=told.is_new,
            title=told.title.strip()[:TITLE_CHARS_MAX],
            words=told.words.strip()[:TEXT_CHARS_MAX],
            party_kind=side,
            party_code=code,
            area_code=whom.area_code,
            desk_area_code=desk,
            hospital_code=whom.hospital_code,
            enterprise_code=whom.enterprise_code,
            manufacturer_code=whom.manufacturer_code,
            state=ProblemState.REPORTED,
            reported_by=actor.name,
            reported_at=clock.now(),
            reported_on=on,
            take_due_on=take_by(on, counts, told.urgency, days),
            result_due_on=result_by(on, counts, told.urgency, days),
            escalated_count=0,
            reopened_count=0,
            dedupe_key=key,
        )
        _join(actor, row.id, told, whom, on)
        for link in dict.fromkeys(told.links):
            ProblemLink.create(problem_id=row.id, kind=link.kind, code=link.code)
        if told.document is not None and told.document.content:
            add_word(
                actor, row.id, "", on,
                file_id=documents.keep(told.document, by=actor.name), inside=told.confidential,
            )  # fmt: skip
        add_event(
            row.id, "report", None, ProblemState.REPORTED, on, actor.name,
            side=side.value, code=code, desk=desk,
        )  # fmt: skip
        audit.wrote(
            "problem.reported",
            actor=actor.name,
            subject=f"problem:{row.problem_no}",
            kind=told.kind_code,
            urgency=told.urgency.value,
            area=whom.area_code,
            desk=desk,
        )
        news.tell_soon(actor.name, on)
        return str(row.problem_no)


def _key(actor: Actor, told: Report, on: date) -> str:
    links = sorted(f"{one.kind}:{one.code}" for one in told.links)
    parts = (
        *side_of(actor), told.kind_code, told.title.strip(), told.words.strip(),
        told.hospital_code, told.enterprise_code, told.area_code, *links, on,
    )  # fmt: skip
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()


def _whom(actor: Actor, told: Report, linked: Concerned) -> _Whom:
    """Return whom it concerns and where. Raises ProblemPartyRefused, FieldMissing, OutOfScope."""
    side, own = side_of(actor)
    hospital = _agreed(told.hospital_code, linked.hospital_code, "医院", "Hospital")
    enterprise = _agreed(told.enterprise_code, linked.enterprise_code, "企业", "Enterprise")
    manufacturer = linked.manufacturer_code
    if side is ProblemParty.HOSPITAL:
        hospital = hospital or own
        if hospital != own and hospital not in leads.members(own, clock.today()):
            raise ProblemPartyRefused(what="医院", what_en="Hospital", number=hospital)
    if side is ProblemParty.ENTERPRISE:
        if enterprise and enterprise != own:
            manufacturer = own
        enterprise = enterprise or own
    if enterprise and sql(_ENTERPRISE, (enterprise,)).fetchone() is None:
        raise ProblemPartyRefused(what="企业", what_en="Enterprise", number=enterprise)
    if manufacturer and sql(_ENTERPRISE, (manufacturer,)).fetchone() is None:
        manufacturer = None
    return _Whom(hospital, enterprise, manufacturer, _area(actor, told, hospital))


def _agreed(named: str, linked: str | None, what: str, what_en: str) -> str | None:
    """Return the party that is named or linked; both must be the same."""
    if named and linked and named != linked:
        raise ProblemPartyRefused(what=what, what_en=what_en, number=named)
    return named or linked or None


def _area(actor: Actor, told: Report, hospital: str | None) -> str:
    if hospital:
        row = sql(_HOSPITAL, (hospital,)).fetchone()
        if row is None:
            raise ProblemPartyRefused(what="医院", what_en="Hospital", number=hospital)
        area = str(row[0])
    else:
        area = told.area_code
        if not area and actor.area_code != access.ALL_AREAS and not actor.party_code:
            area = actor.area_code
        if not area or sql(_AREA, (area,)).fetchone() is None:
            raise FieldMissing(what="发生地统筹区或医院", what_en="the hospital or the area")
    if side_of(actor)[0] is ProblemParty.AGENCY:
        access.require_rows(actor, [area], f"area:{area}")
    return area


def _join(actor: Actor, problem_id: int, told: Report, whom: _Whom, on: date) -> None:
    """Let the reporter in and, unless it is confidential, everybody it concerns."""
    side, own = side_of(actor)
    seats: set[tuple[ProblemParty, str]] = set()
    if side is not ProblemParty.AGENCY:
        seats.add((side, own))
    if not told.confidential:
        seats |= {
            (kind, code)
            for kind, code in (
                (ProblemParty.HOSPITAL, whom.hospital_code),
                (ProblemParty.ENTERPRISE, whom.enterprise_code),
                (ProblemParty.ENTERPRISE, whom.manufacturer_code),
            )
            if code
        }
    for kind, code in sorted(seats):
        ProblemSide.create(
            problem_id=problem_id,
            party_kind=kind,
            party_code=code,
            joined_on=on,
            joined_by=actor.name,
        )
