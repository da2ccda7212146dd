"""Turnover money as the pages show it: the grants of a year, one of them, and who may apply."""

from dataclasses import dataclass
from typing import Any

from models.rules.turnover import TurnoverState
from models.services.turnover.eligible import OUTSTANDING
from models.services.views.reading import PAGE_ROWS, Rows, Where, fetch, name_hospital, one

EXPORT_MAX = 5_000

_FROM = f"""
  FROM (SELECT g.*, h.name AS hospital_name, {OUTSTANDING} AS outstanding_fen,
               EXISTS (SELECT 1 FROM money_request q WHERE q.kind = 'repayment'
                          AND q.state = 'asked'
                          AND q.source = 'turnover:' || g.turnover_no) AS is_asked
          FROM turnover_grant g JOIN hospital h USING (hospital_code)) g
 WHERE {{where}}
"""
_LIST = f"SELECT g.* {_FROM} ORDER BY g.year DESC, g.id DESC LIMIT %(size)s OFFSET %(skip)s"
_TOTALS = f"""
SELECT count(*) AS grants, coalesce(sum(g.amount_fen), 0)::bigint AS amount_fen,
       coalesce(sum(g.amount_fen) FILTER (WHERE g.voucher_no IS NOT NULL), 0)::bigint AS paid_fen,
       coalesce(sum(g.outstanding_fen), 0)::bigint AS outstanding_fen
{_FROM}
"""
_COUNTS = f"""
SELECT count(*) AS all, count(*) FILTER (WHERE g.state = 'applied') AS applied,
       count(*) FILTER (WHERE g.state = 'approved') AS approved,
       count(*) FILTER (WHERE g.outstanding_fen > 0) AS outstanding
{_FROM}
"""
_YEARS = f"SELECT DISTINCT g.year {_FROM} ORDER BY 1 DESC"
_RECOVERIES = """
SELECT r.booked_on AS happened_on, 'repaid' AS way, r.voucher_no AS evidence, r.amount_fen,
       v.voucher_no IS NOT NULL AS from_subledger
  FROM money_receipt r JOIN money_request q ON q.id = r.request_id
  LEFT JOIN prepayment_voucher v ON v.voucher_no = r.voucher_no AND v.kind = 'refund'
 WHERE q.kind = 'repayment' AND q.source = 'turnover:' || %(no)s
 UNION ALL
SELECT (o.offset_at AT TIME ZONE 'Asia/Shanghai')::date, 'offset', o.period, o.recovered_fen, false
  FROM hospital_offset o WHERE o.turnover_no = %(no)s
 ORDER BY 1, 3
"""
_REQUESTS = """
SELECT request_no, amount_fen, received_fen, amount_fen - received_fen AS open_fen, due_on, state
  FROM money_request WHERE kind = 'repayment' AND source = 'turnover:' || %(no)s ORDER BY id
"""
#: What the reader looks for.
VIEWS = {
    "applied": "g.state = 'applied'",
    "approved": "g.state = 'approved'",
    "outstanding": "g.outstanding_fen > 0",
}


@dataclass(frozen=True)
class Asked:
    """The conditions of the address."""

    view: str = ""
    year: int | None = None
    state: str = ""
    hospital: str = ""
    areas: tuple[str, ...] = ()


@dataclass(frozen=True)
class Story:
    """What became of a grant."""

    recoveries: list[Any]
    requests: list[Any]


def page(
    rows: Rows, wanted: Asked, *, number: int = 0, size: int = PAGE_ROWS
) -> tuple[Any, list[Any]]:
    """Return the totals of all and a page of the grants, the latest first."""
    found = _where(rows, wanted)
    told = {**found.told, "size": size + 1, "skip": number * size}
    return one(_TOTALS.format(where=found.text), told), fetch(_LIST.format(where=found.text), told)


def counts(rows: Rows, year: int | None) -> Any:  # noqa: ANN401 - a row by name
    """Return how many grants each view of a year has."""
    found = _where(rows, Asked(year=year))
    return one(_COUNTS.format(where=found.text), found.told)


def years(rows: Rows) -> list[int]:
    """Return the years that have a grant, the latest first."""
    found = _where(rows, Asked())
    return [row.year for row in fetch(_YEARS.format(where=found.text), found.told)]


def find(rows: Rows, turnover_no: str) -> Any:  # noqa: ANN401 - a row by name
    """Return one grant within the reader's rows, or None."""
    found = _where(rows, Asked()).add("g.turnover_no = %(no)s", no=turnover_no)
    return one(_LIST.format(where=found.text), {**found.told, "size": 1, "skip": 0})


def story(turnover_no: str) -> Story:
    """Return what came back of a grant, and what is asked of the hospital for it."""
    told = {"no": turnover_no}
    return Story(fetch(_RECOVERIES, told), fetch(_REQUESTS, told))


def _where(rows: Rows, wanted: Asked) -> Where:
    found = Where.of(rows, area="g.area_code", hospital="g.hospital_code")
    if wanted.view in VIEWS:
        found.add(VIEWS[wanted.view])
    found.add_if(wanted.year, "g.year = %(year)s", "year")
    if wanted.state in set(TurnoverState):
        found.add("g.state = %(state)s", state=wanted.state)
    found.add_if(list(wanted.areas) or None, "g.area_code = ANY (%(areas)s)", "areas")
    name_hospital(found, wanted.hospital, "g.hospital_code")
    return found
