"""The overdue board of a day: the ladder, the institutions on it, how old, whose turn it is.

The board reads sums by institution (arrears.cells). Where much is open they are those kept for the
day; else they are made of what is known at this moment. Both go through the same statements.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from models.records.base import db
from models.services.arrears import cells
from models.services.views import late_lines
from models.services.views.late_lines import is_large, would_send
from models.services.views.late_shapes import Asked, Board, Step
from models.services.views.reading import Where, fetch, one
from models.services.views.turning import Place, Turned

__all__ = ["BUCKETS", "Asked", "Board", "Step", "board", "is_large", "kept", "would_send"]

#: Ages in days: the last one is open.
BUCKETS = ((1, 14), (15, 29), (30, 44), (45, 59), (60, None))
INSTITUTIONS_ROWS = 20
_NO_LINES = Turned([], is_first=True, is_last=True)
KINDS = ("hospital", "enterprise", "agency")
LINES = "line"
SORTS = {"days": "days_late", "sum": "unpaid_fen", "interest": "interest_fen", "lines": "lines"}

_INSTITUTIONS = """
WITH cell AS (SELECT * FROM {source} f WHERE {where}),
top AS (SELECT code, max(step) AS step FROM cell GROUP BY code)
SELECT c.code, coalesce(h.name, e.name, a.name, c.code) AS name, h.level, t.step,
       max(c.step_name) FILTER (WHERE c.step = t.step) AS step_name,
       sum(c.lines)::bigint AS lines, sum(c.unpaid_fen)::bigint AS unpaid_fen,
       sum(c.interest_fen)::bigint AS interest_fen, max(c.days_late) AS days_late,
       t.step > 0 AND coalesce(sum(c.new_lines) FILTER (WHERE c.step = t.step)
           = sum(c.lines) FILTER (WHERE c.step = t.step), false) AS is_new,
       min(c.rises_on) FILTER (WHERE c.step = t.step) AS rises_on,
       (array_agg(c.rises_to ORDER BY c.rises_on) FILTER (WHERE c.step = t.step))[1] AS rises_to
  FROM cell c JOIN top t USING (code)
  LEFT JOIN hospital h ON c.kind = 'hospital' AND h.hospital_code = c.code
  LEFT JOIN enterprise e ON c.kind = 'enterprise' AND e.credit_code = c.code
  LEFT JOIN agency a ON c.kind = 'agency' AND a.agency_code = c.code
 GROUP BY c.code, h.name, e.name, a.name, h.level, t.step
"""
_STEPS = """
SELECT f.step, max(f.step_name) AS step_name, sum(f.lines)::bigint AS count,
       sum(f.unpaid_fen)::bigint AS unpaid_fen, sum(f.new_lines)::bigint AS new,
       sum(f.interest_fen)::bigint AS interest_fen, max(f.days_late) AS days_late
  FROM {source} f WHERE {where} GROUP BY f.step ORDER BY f.step
"""
_AGES = """
SELECT f.bucket, f.responsible, f.lane, sum(f.lines)::bigint AS lines,
       sum(f.unpaid_fen)::bigint AS unpaid_fen
  FROM {source} f WHERE {where} GROUP BY 1, 2, 3
"""
#: The steps of the ladders in force on the day; schemes may name and time them differently.
_LADDER = """
SELECT l.step, min(l.name) AS name, min(l.after_days) AS after_days
  FROM ladder_step l JOIN (SELECT scheme_code, max(valid_from) AS valid_from FROM ladder_step
                            WHERE valid_from <= %(on)s GROUP BY 1) v
       USING (scheme_code, valid_from)
 GROUP BY l.step HAVING min(l.after_days) >= 0 ORDER BY l.step
"""
#: The due days between which a step can lie, so that an index finds its lines.
_DUE_OF_STEP = """
l.due_on <= %(on)s - coalesce((SELECT min(from_days) FROM rung WHERE step = %(step)s), 0)
AND l.due_on > %(on)s - coalesce((SELECT max(least(to_days, 36500)) FROM rung
                                   WHERE step = %(step)s), 36500)
"""
_RUN = """
SELECT r.as_of, r.figured_at,
       EXISTS (SELECT 1 FROM open_line_change)
       OR EXISTS (SELECT 1 FROM open_line_state s
                   WHERE s.refreshed_at > r.figured_at AND s.judged_count > 0) AS changed
  FROM overdue_figure_run r WHERE r.as_of = %(on)s
"""


def kept(on: date) -> Any:  # noqa: ANN401 - a row by name
    """Return the run that made the figures of a day, or None."""
    return one(_RUN, {"on": on})


def board(
    areas: Sequence[str],
    on: date,
    asked: Asked,
    *,
    number: int = 0,
    place: Place | None = None,
    use_kept: bool = False,
) -> Board:
    """Return the board of the areas on a day.

    `use_kept` reads the sums kept for the day, and the register where they do not tell; without
    them everything is judged as it stands at this moment. `number` turns institutions, `place`
    lines.
    """
    with db.atomic():
        run = kept(on) if use_kept else None
        sums_tell = run is not None and not asked.names_a_party
        source, rows = "overdue_figure", None
        if not sums_tell or asked.tab == LINES:
            rows = late_lines.rows(areas, on, _parties(asked), use_register=use_kept)
        if not sums_tell and rows is not None:
            cells.add_up(*rows)
            source = "late_cell"
        made = _board(source, _where(areas, on, asked, kept=sums_tell), asked, number)
        if asked.tab == LINES and rows is not None:
            made = replace(made, listed=late_lines.page(*rows, _of_lines(asked), place))
        made = replace(made, steps=_with_empty(made.steps, on))
        if run is not None:
            made = replace(made, figured_at=run.figured_at, changed=run.changed)
        if not use_kept:
            made = replace(made, would=late_lines.would(areas, on))
        if not made.lines:
            made = replace(made, next_due_on=late_lines.next_due(on, use_register=use_kept))
        return made


def _parties(asked: Asked) -> dict[str, list[str]]:
    """Return the columns that name the parties asked for, with their codes."""
    asked_for = {"hospital_code": asked.hospitals, "enterprise_code": asked.enterprises}
    return {column: list(codes) for column, codes in asked_for.items() if codes}


def _of_lines(asked: Asked) -> Where:
    """Return the conditions over the late rows (called l), but for areas and parties."""
    found = Where(["true"])
    found.add_if(asked.lane, "l.lane = %(lane)s", "lane")
    found.add_if(asked.responsible, "l.responsible = %(responsible)s", "responsible")
    if asked.step is not None:
        found.add(f"coalesce(l.step, 0) = %(step)s AND {_DUE_OF_STEP}", step=asked.step)
    if asked.bucket is not None:
        youngest, oldest = BUCKETS[asked.bucket]
        found.add("l.due_on <= %(on)s - %(youngest)s::int", youngest=youngest)
        found.add_if(oldest, "l.due_on >= %(on)s - %(oldest)s::int", "oldest")
    return found


def _where(areas: Sequence[str], on: date, asked: Asked, *, kept: bool) -> Where:
    """Return the condition over the sums, but for the step."""
    kind = "hospital" if asked.tab == LINES else asked.tab
    found = Where(["f.kind = %(kind)s"], {"kind": kind})
    if kept:
        found.add("f.as_of = %(on)s AND f.area_code = ANY (%(areas)s)", on=on, areas=list(areas))
    found.add_if(asked.lane, "f.lane = %(lane)s", "lane")
    found.add_if(asked.responsible, "f.responsible = %(responsible)s", "responsible")
    return found.add_if(asked.bucket, "f.bucket = %(bucket)s", "bucket")


def _board(source: str, where: Where, asked: Asked, number: int) -> Board:
    if asked.tab == LINES:
        return _board_of_lines(source, where, asked)
    rows = fetch(_INSTITUTIONS.format(source=source, where=where.text), where.told)
    steps = _steps(rows)
    if asked.step is not None:
        rows = [row for row in rows if row.step == asked.step]
        where.add("f.code = ANY (%(codes)s)", codes=[row.code for row in rows])
    column = SORTS[asked.sort]
    rows.sort(key=lambda row: (-getattr(row, column), -row.unpaid_fen, row.code))
    skip = number * INSTITUTIONS_ROWS
    return Board(
        count=len(rows),
        lines=sum(row.lines for row in rows),
        unpaid_fen=sum(row.unpaid_fen for row in rows),
        interest_fen=sum(row.interest_fen for row in rows),
        days_late=max((row.days_late for row in rows), default=0),
        steps=steps,
        institutions=rows[skip : skip + INSTITUTIONS_ROWS],
        listed=_NO_LINES,
        ages=fetch(_AGES.format(source=source, where=where.text), where.told),
    )


def _board_of_lines(source: str, where: Where, asked: Asked) -> Board:
    rows = fetch(_STEPS.format(source=source, where=where.text), where.told)
    steps = [Step(r.step, r.step_name or "", r.count, r.unpaid_fen, r.new) for r in rows]
    if asked.step is not None:
        rows = [row for row in rows if row.step == asked.step]
        where.add("f.step = %(step)s", step=asked.step)
    lines = sum(row.count for row in rows)
    return Board(
        count=lines,
        lines=lines,
        unpaid_fen=sum(row.unpaid_fen for row in rows),
        interest_fen=sum(row.interest_fen for row in rows),
        days_late=max((row.days_late for row in rows), default=0),
        steps=steps,
        institutions=[],
        listed=_NO_LINES,
        ages=fetch(_AGES.format(source=source, where=where.text), where.told),
    )


def _with_empty(steps: list[Step], on: date) -> list[Step]:
    """Return the whole ladder of the day: a step on which nobody stands stays in its place."""
    found = {step.step: step for step in steps}
    if not found:
        return []
    for row in fetch(_LADDER, {"on": on}):
        known = found.get(row.step, Step(row.step, row.name, 0, 0, 0))
        found[row.step] = replace(known, after_days=row.after_days)
    return [found[step] for step in sorted(found)]


def _steps(rows: list[Any]) -> list[Step]:
    """Return the ladder: each institution stands on the highest step of its lines."""
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.step, []).append(row)
    steps = []
    for step, those in sorted(found.items()):
        rises_on = min((row.rises_on for row in those if row.rises_on), default=None)
        steps.append(
            Step(
                step=step,
                name=next((row.step_name for row in those if row.step_name), ""),
                count=len(those),
                unpaid_fen=sum(row.unpaid_fen for row in those),
                new=sum(row.is_new for row in those),
                rising=sum(row.rises_on == rises_on for row in those) if rises_on else 0,
                rises_on=rises_on,
            )
        )
    return steps
