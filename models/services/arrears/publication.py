"""The yearly list of overdue contracts: drafted, reviewed by a second person, published, frozen."""

import hashlib
import json

from models import clock
from models.records.base import db, sql
from models.rules import publication as rules
from models.rules.errors.publication import (
    PublicationByItsMaker,
    PublicationChanged,
    PublicationReasonMissing,
    PublicationUnderReview,
    YearNotOver,
)
from models.rules.publication import PUBLICATION, PublicationMove, PublicationState
from models.services import access, audit, jobs
from models.services.arrears import contracts

#: One drafter at a time.
DRAFT_LOCK = 7_466_013

_OPEN = """
SELECT id, state FROM overdue_publication
 WHERE year = %(year)s AND area_code = %(area)s AND state <> 'published' FOR UPDATE
"""
_NEW = """
INSERT INTO overdue_publication (year, area_code, version, state, drafted_by, drafted_at,
                                 content_hash, own_fault_lines, own_fault_fen)
SELECT %(year)s, %(area)s, coalesce(max(version), 0) + 1, 'draft', %(by)s, %(now)s, '', 0, 0
  FROM overdue_publication WHERE year = %(year)s AND area_code = %(area)s
RETURNING id
"""
_ROWS = """
INSERT INTO publication_row (publication_id, debtor_kind, debtor_code, debtor_name, area_code,
                             contracts, lines, unpaid_fen, year_contracts, year_lines, year_fen)
SELECT %(id)s, debtor_kind, debtor_code, debtor_name, area_code, contracts, lines, unpaid_fen,
       year_contracts, year_lines, year_fen
  FROM published_row
"""
_SEAL = """
UPDATE overdue_publication SET state = 'draft', drafted_by = %(by)s, drafted_at = %(now)s,
       content_hash = %(hash)s, own_fault_lines = %(lines)s, own_fault_fen = %(fen)s
 WHERE id = %(id)s
"""
#: Guarded: the state it had, and the content the person saw.
_MOVE = """
UPDATE overdue_publication SET state = %(to)s, {more}
 WHERE id = %(id)s AND state = %(from)s AND content_hash = %(hash)s
RETURNING year, area_code, version
"""


def run(claim: jobs.Claim) -> dict[str, int]:
    """Do the job `overdue_publication`: draft the list of args.year for args.area and below."""
    actor = access.load(claim.requested_by)
    with db.atomic():
        claim.progress(0, 1, "逐行判定上一年度末的欠款")
        result = draft(actor, int(claim.args["year"]), claim.args.get("area"), on=claim.on)
        jobs.finish(claim, result)
    return result


def draft(actor: access.Actor, year: int, area: str | None, *, on: object) -> dict[str, int]:
    """Calculate the list of a year anew, in the caller's transaction; a draft there is overwritten.

    Raises NotAllowed, UnknownArea, OutOfScope, YearNotOver, PublicationUnderReview.
    """
    access.require(actor, "overdue")
    if str(on) <= str(rules.last_day_of(year)):
        raise YearNotOver(year=year)
    areas = access.areas(actor, area)
    sql("SELECT pg_advisory_xact_lock(%s)", (DRAFT_LOCK,))
    told = {
        "year": year, "area": area or actor.area_code, "by": actor.name, "now": clock.now(),
    }  # fmt: skip
    found = sql(_OPEN, told).fetchone()
    if found is not None and found[1] != PublicationState.DRAFT:
        raise PublicationUnderReview(year=year)
    lines, fen = contracts.collect(areas, year)
    known = int(found[0] if found is not None else sql(_NEW, told).fetchone()[0])
    told |= {"id": known, "lines": lines, "fen": fen}
    sql("DELETE FROM publication_row WHERE publication_id = %(id)s", told)
    debtors = int(sql(_ROWS, told).rowcount)
    sql(_SEAL, {**told, "hash": content_hash(known)})
    audit.wrote(
        "publication.drafted", actor=actor.name, subject=f"publication:{known}", year=year,
        area=told["area"], debtors=debtors,
    )  # fmt: skip
    return {"publication": known, "debtors": debtors}


def content_hash(publication_id: int) -> str:
    """Return the sha256 over the rows of a list, which reviews are bound to."""
    rows = sql(
        "SELECT debtor_kind, debtor_code, debtor_name, contracts, lines, unpaid_fen,"
        " year_contracts, year_lines, year_fen FROM publication_row WHERE publication_id = %s"
        " ORDER BY 1, 2",
        (publication_id,),
    ).fetchall()
    told = json.dumps([list(row) for row in rows], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()


def review(actor: access.Actor, publication_id: int, seen_hash: str) -> None:
    """Agree to a draft as seen. Raises NotAllowed, OutOfScope, PublicationByItsMaker, …Changed."""
    access.require(actor, "publication_review")
    with db.atomic():
        drafter = _locked(actor, publication_id)
        if drafter == actor.name:
            raise PublicationByItsMaker
        more = "reviewed_by = %(by)s, reviewed_at = %(now)s, reason = NULL"
        _move(actor, publication_id, PublicationMove.REVIEW, seen_hash, more)


def give_back(actor: access.Actor, publication_id: int, seen_hash: str, reason: str) -> None:
    """Take a review back, with a reason: the list is a draft again."""
    if "publication_review" not in access.MAY.get(actor.role, frozenset()):
        access.require(actor, "overdue")
    if not reason.strip():
        raise PublicationReasonMissing
    with db.atomic():
        _locked(actor, publication_id)
        more = "reviewed_by = NULL, reviewed_at = NULL, reason = %(reason)s"
        _move(actor, publication_id, PublicationMove.RETURN, seen_hash, more, reason=reason.strip())


def publish(actor: access.Actor, publication_id: int, seen_hash: str, *, on: object) -> str:
    """Publish a reviewed list: it gets its number and day and never changes; return the number."""
    access.require(actor, "overdue")
    with db.atomic():
        _locked(actor, publication_id)
        more = (
            "published_by = %(by)s, published_at = %(now)s, published_on = %(on)s,"
            " publication_no = 'GS' || year || '-' || upper(area_code) || '-' || version"
        )
        _move(actor, publication_id, PublicationMove.PUBLISH, seen_hash, more, on=on)
        number = sql(
            "SELECT publication_no FROM overdue_publication WHERE id = %s", (publication_id,)
        ).fetchone()[0]
    return str(number)


def _locked(actor: access.Actor, publication_id: int) -> str:
    """Lock a list of the actor's areas and return who drafted it."""
    found = sql(
        "SELECT area_code, drafted_by, year FROM overdue_publication WHERE id = %s FOR UPDATE",
        (publication_id,),
    ).fetchone()
    if found is None:
        raise PublicationChanged(year="")
    area, drafter, _year = found
    wide = [row[0] for row in sql("SELECT area_code FROM area")] if area == "all" else [area]
    access.require_rows(actor, wide, subject=f"publication:{publication_id}")
    return str(drafter)


def _move(
    actor: access.Actor,
    publication_id: int,
    move: PublicationMove,
    seen_hash: str,
    more: str,
    **told: object,
) -> None:
    """Move a list from the one state the move begins in, or refuse."""
    start, end = next((s, e) for (s, m), e in PUBLICATION.items() if m is move)
    facts = {
        "id": publication_id, "from": start.value, "to": end.value, "hash": seen_hash,
        "by": actor.name, "now": clock.now(), **told,
    }  # fmt: skip
    if sql(_MOVE.format(more=more), facts).fetchone() is None:
        year = sql("SELECT year FROM overdue_publication WHERE id = %s", (publication_id,))
        raise PublicationChanged(year=year.fetchone()[0])
    audit.wrote(
        f"publication.{move}", actor=actor.name, subject=f"publication:{publication_id}", **told
    )
