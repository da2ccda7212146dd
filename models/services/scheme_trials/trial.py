"""The job `scheme_trial`: a month settled under a draft in a transaction that is taken back."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from models.records.base import db, sql
from models.rules import calendar
from models.rules.errors.access import NotAllowed
from models.rules.errors.schemes import DraftSettled, TrialEmpty
from models.rules.errors.settlement import PeriodNotOver
from models.services import access, audit, files, jobs
from models.services.access import Actor
from models.services.judgement import judge
from models.services.scheme_drafts import values
from models.services.scheme_trials import compare, shadow, workbook
from models.services.settle import OPEN_LINES, sheets
from models.services.views.reading import fetch

#: Rows of each list kept in the job's result; the file has them all.
KEPT_ROWS = 200

_DRAFT = "SELECT cells, area_code, revision FROM scheme_draft WHERE id = %s"
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Asked:
    """What is tried: a month of the draft's area and all below."""

    period: str
    areas: list[str]
    read: dict[str, Any]
    days: shadow.Term


def run(claim: jobs.Claim) -> dict[str, object]:
    """Try args.draft_id on args.period and return both sides; keeps nothing but its own file.

    Raises NotAllowed, OutOfScope, DraftSettled, PeriodNotOver, TrialEmpty.
    """
    args, actor = claim.args, access.load(claim.requested_by)
    draft_id, period = int(args["draft_id"]), str(args["period"])
    with db.atomic(), tempfile.TemporaryDirectory(prefix="zhijie-trial-") as folder:
        asked, revision = _asked(actor, draft_id, period, claim.on)
        path = Path(folder) / f"方案试算_{asked.read['scheme_code']}_{period}.xlsx"
        with db.atomic() as everything:
            found = _both_sides(asked, claim.progress)
            claim.progress(4, 5, "写出文件")
            lines = fetch(f"{compare.CHANGED_LINES} LIMIT {workbook.LINES_MAX}")
            workbook.write(path, found, lines, _head(asked, found))
            everything.rollback()
        stored = files.store_path(path, by=actor.name, kind="export")
        result = {
            "draft_id": draft_id,
            "revision": revision,
            "period": period,
            "area": asked.read["area_code"],
            "as_from": asked.days.begins_on.isoformat(),
            "brought_forward": asked.days.brought_forward,
            "file_id": int(stored.id),
            **_told(found),
        }
        audit.wrote(
            "scheme.tried",
            actor=actor.name,
            subject=f"scheme_draft:{draft_id}",
            period=period,
            revision=revision,
            sheets_changed=len(found.sheets),
        )
        jobs.finish(claim, result)
    return result


def _asked(actor: Actor, draft_id: int, period: str, on: date) -> tuple[Asked, int]:
    if not access.MAY.get(actor.role, frozenset()) & {"scheme_draft", "scheme_decide"}:
        raise NotAllowed(actor=actor.name, role=actor.role, action="scheme_draft")
    row = sql(_DRAFT, (draft_id,)).fetchone()
    if row is None:
        raise DraftSettled(draft=draft_id)
    cells, area, revision = row
    areas = access.areas(actor, area)
    last_day = calendar.last_day(period)
    if on <= last_day:
        raise PeriodNotOver(period=period, on=on, last_day=last_day)
    read = values(cells)
    days = shadow.term(read["valid_from"], read["valid_to"], period)
    return Asked(period, areas, read, days), int(revision)


def _both_sides(asked: Asked, progress: Progress) -> compare.Outcome:
    """Settle the month twice before tables that vanish, and compare."""
    progress(0, 5, "备好试算")
    shadow.sheets(asked.period, asked.areas)
    progress(1, 5, "按现行方案结算")
    if not _settle(asked.period, asked.areas):
        raise TrialEmpty(area=asked.read["area_code"], period=asked.period)
    compare.keep(compare.WAS)
    progress(2, 5, "按草案结算")
    shadow.scheme(asked.read, asked.days)
    _settle(asked.period, asked.areas)
    compare.keep(compare.WOULD)
    progress(3, 5, "比较")
    return compare.outcome()


def _settle(period: str, areas: Sequence[str]) -> int:
    """Judge the open lines and add up their sheets as a settlement would; return how many lines."""
    period_end = calendar.last_day(period)
    told: dict[str, Any] = {"areas": list(areas), "period": period, "period_end": period_end}
    judge(areas, OPEN_LINES, told, period_end)
    sheets.total(told)
    return int(sql("SELECT count(*) FROM judged").fetchone()[0])


def _head(asked: Asked, found: compare.Outcome) -> list[tuple[str, str]]:
    return [
        ("方案代码", str(asked.read["scheme_code"])),
        ("统筹区", str(asked.read["area_code"])),
        ("结算月", asked.period),
        ("草案视同生效日期", asked.days.begins_on.isoformat()),
        ("变化的结算单", str(len(found.sheets))),
        ("变化的明细", str(found.lines_changed)),
    ]


def _told(found: compare.Outcome) -> dict[str, Any]:
    """Return both sides as the job's row keeps them: whole totals, the first rows of each list."""
    return {
        "was": found.was._asdict(),
        "would": found.would._asdict(),
        "sheets_changed": len(found.sheets),
        "lines_changed": found.lines_changed,
        **{
            name: [_plain(row) for row in getattr(found, name)[:KEPT_ROWS]]
            for name in ("sheets", "hospitals", "enterprises", "categories", "reasons")
        },
    }


def _plain(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row by name
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in row._asdict().items()
    }
