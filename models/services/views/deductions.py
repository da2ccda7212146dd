"""Lists of deductions as the pages show them: what is proposed, what is in the fund, and why."""

from collections.abc import Sequence
from typing import Any

from models.rules.deductions import DeductionState
from models.services.views.listing import Listing
from models.services.views.reading import Rows, Where, fetch

SCOPE = {"area": "h.area_code", "hospital": "d.hospital_code"}
#: Lines of a list in a file; rules/deductions.LINES_MAX keeps a list below it.
ALL_LINES = 10_000

_FROM = """
  FROM deduction_list l JOIN deduction d ON d.list_id = l.id JOIN hospital h USING (hospital_code)
 WHERE {where}
"""
LISTS = Listing(
    rows=f"""
SELECT l.*, coalesce((SELECT a.name FROM area a WHERE a.area_code = l.area_code), '') AS area_name,
       count(*) AS hospitals, sum(d.amount_fen)::bigint AS total_fen
{_FROM} GROUP BY l.id ORDER BY l.id DESC LIMIT %(rows)s OFFSET %(skip)s
""",
    source=_FROM,
    key="l.id",
)
#: The fund as it stands now tells whether it was imported anew since.
_LINES = """
SELECT d.*, h.name AS hospital_name, m.audited_fen, m.deposit_fen AS now_fen,
       l.state = 'accepted' AND coalesce(m.deposit_fen, 0) < (
           SELECT sum(o.amount_fen) FROM deduction o JOIN deduction_list p ON p.id = o.list_id
            WHERE p.state = 'accepted' AND p.period = l.period
              AND o.hospital_code = d.hospital_code) AS overwritten,
       EXISTS (SELECT FROM hospital_offset x
                WHERE (x.fund_period, x.hospital_code) = (l.period, d.hospital_code)) AS offset_done
  FROM deduction d JOIN deduction_list l ON l.id = d.list_id JOIN hospital h USING (hospital_code)
  LEFT JOIN monthly_fund m ON (m.period, m.hospital_code) = (l.period, d.hospital_code)
 WHERE d.list_id = %(id)s AND {where} ORDER BY h.name, d.hospital_code LIMIT %(rows)s
"""

#: The latest months whose funds were imported: where a deduction can go.
_FUNDS = """
SELECT m.period, count(*) AS hospitals
  FROM monthly_fund m JOIN hospital h USING (hospital_code)
 WHERE {where} GROUP BY 1 ORDER BY 1 DESC LIMIT 3
"""


def funds(rows: Rows) -> list[Any]:
    """Return the latest months with funds of the reader's hospitals, and of how many."""
    where = Where.of(rows, area="h.area_code", hospital="m.hospital_code")
    return fetch(_FUNDS.format(where=where.text), where.told)


def seen(rows: Rows, *, seat: bool, period: str = "", states: Sequence[str] = ()) -> Where:
    """Return the lists the reader may see; a seat sees what is or was in the fund alone."""
    found = Where.of(rows, **SCOPE)
    if seat:
        found.add("l.decided_by IS NOT NULL")
    found.add_if(period, "l.period = %(period)s", "period")
    wanted = [one for one in states if one in set(DeductionState)]
    return found.add_if(wanted or None, "l.state = ANY (%(states)s)", "states")


def find(rows: Rows, number: int, *, seat: bool) -> Any:  # noqa: ANN401 - a row by name
    """Return a list of the reader's rows with its sums, or None."""
    return LISTS.find(seen(rows, seat=seat).add("l.id = %(id)s", id=number))


def lines(rows: Rows, number: int) -> list[Any]:
    """Return the reader's lines of a list with the fund they are taken from."""
    where = Where.of(rows, **SCOPE)
    told = {**where.told, "id": number, "rows": ALL_LINES}
    return fetch(_LINES.format(where=where.text), told)
