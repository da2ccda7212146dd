"""Drafts a paper: reads what was measured, writes it once, keeps the documents beside it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from models import clock
from models.records.base import db, sql
from models.records.papers import Paper
from models.rules import cadence
from models.rules.cadence import Span
from models.rules.errors.papers import NothingMeasured, SpanNotOver
from models.rules.paper_content import Content, digest
from models.rules.papers import PaperKind, PaperState
from models.services import access, audit, files, jobs
from models.services.papers import contents, rules
from models.services.papers.material import Material

#: One drafter at a time, so that no version is given twice.
DRAFT_LOCK = 7_466_051


@dataclass(frozen=True)
class Documents:
    """A paper as files."""

    docx: bytes
    xlsx: bytes


#: Turns what a paper says into documents; the workers bring one.
Writer = Callable[[Content], Documents]

_DROP = """
UPDATE paper SET state = 'dropped', ended_by = %(by)s, ended_at = %(now)s, end_reason = %(why)s
 WHERE kind = %(kind)s AND span = %(span)s AND area_code = %(area)s
   AND state IN ('draft', 'reviewed')
"""
_VERSION = """
SELECT coalesce(max(version), 0) + 1 FROM paper
 WHERE kind = %(kind)s AND span = %(span)s AND area_code = %(area)s
"""
_HOSPITALS = """
INSERT INTO paper_hospital (paper_id, hospital_code, place, missed, reasons, words)
VALUES (%s, %s, %s, %s, %s, %s)
"""
_OFFICE = """
SELECT a.name, coalesce((SELECT g.name FROM paying_agency p JOIN agency g USING (agency_code)
                          WHERE p.area_code = a.area_code), '')
  FROM area a WHERE a.area_code = %s
"""


def run(claim: jobs.Claim, write: Writer) -> dict[str, Any]:
    """Do the job `paper`: draft args.kind of args.span for args.area."""
    actor = access.load(claim.requested_by)
    kind = PaperKind(claim.args["kind"])
    with db.atomic():
        claim.progress(0, 1, "汇总指标，编写文书")
        number = draft(
            actor,
            cadence.span(kind, str(claim.args["span"])),
            str(claim.args["area"]),
            claim.on,
            write,
        )
        result = {"paper": number}
        jobs.finish(claim, result)
    return result


def draft(actor: access.Actor, span: Span, area: str, on: date, write: Writer) -> int:
    """Write the next version of a paper in the caller's transaction and return its row.

    An open version makes room: it is dropped. Raises NotAllowed, UnknownArea, OutOfScope,
    SpanNotOver, NothingMeasured.
    """
    access.require(actor, "paper")
    areas = access.areas(actor, area)
    if on <= span.last:
        raise SpanNotOver(span=span.words)
    sql("SELECT pg_advisory_xact_lock(%s)", (DRAFT_LOCK,))
    rule = rules.of(area, on)
    material = Material(areas, span, rule.interview, rule.rectify_days)
    if not material.hospitals:
        raise NothingMeasured(months="、".join(span.months))
    name, office = sql(_OFFICE, (area,)).fetchone()
    content = contents.write(material, name, office, on)
    told = {
        "kind": span.kind.value, "span": span.key, "area": area, "by": actor.name,
        "now": clock.now(), "why": "重新起草",
    }  # fmt: skip
    sql(_DROP, told)
    version = int(sql(_VERSION, told).fetchone()[0])
    documents, stem = write(content), f"{content.title}_{span.key}_v{version}"
    row = Paper.create(
        kind=span.kind,
        span=span.key,
        area_code=area,
        version=version,
        state=PaperState.DRAFT,
        due_on=span.due_on,
        content=content.told(),
        content_hash=digest(content),
        docx_file_id=_kept(f"{stem}.docx", documents.docx, actor.name),
        xlsx_file_id=_kept(f"{stem}.xlsx", documents.xlsx, actor.name),
        made_by=actor.name,
        made_at=clock.now(),
        made_on=on,
    )
    _keep_hospitals(int(row.id), material)
    audit.wrote(
        "paper.drafted", actor=actor.name, subject=f"paper:{row.id}", kind=span.kind.value,
        span=span.key, area=area, version=version, hospitals=len(material.hospitals),
        called=len(material.called),
    )  # fmt: skip
    return int(row.id)


def _kept(name: str, content: bytes, by: str) -> int:
    return int(files.store(name, [content], by=by, kind="paper").id)


def _keep_hospitals(paper_id: int, material: Material) -> None:
    rows = [
        (
            paper_id, one.hospital.code, one.place, one.missed,
            [reason.value for reason, _ in one.reasons], [told for _, told in one.reasons],
        )
        for one in material.named
    ]  # fmt: skip
    with db.connection().cursor() as cursor:
        cursor.executemany(_HOSPITALS, rows)
