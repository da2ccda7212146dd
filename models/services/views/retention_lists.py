"""Lists of retained amounts as the pages show them: publicity, amounts, and what became of each."""

from typing import Any

from models.services.views.reading import PAGE_ROWS, Rows, Where, fetch, one

#: Amounts of a list shown at once; a city has fewer hospitals and rounds.
GRANTS_MAX = 5_000

#: A seat sees lists that were public and hold an amount of its own, and of those its own amounts.
_MINE = {"area": "g.area_code", "hospital": "g.hospital_code"}
_SHOWN_TO_SEATS = "p.published_by IS NOT NULL"

_SUMS = """
count(g.id) FILTER (WHERE g.state <> 'withdrawn') AS amounts,
       coalesce(sum(g.amount_fen) FILTER (WHERE g.state <> 'withdrawn'), 0)::bigint AS total_fen,
       coalesce(sum(g.amount_fen) FILTER (WHERE g.state = 'paid'), 0)::bigint AS paid_fen,
       count(g.id) FILTER (WHERE g.state = 'granted' AND NOT EXISTS (
           SELECT 1 FROM retention_allocation a WHERE a.grant_id = g.id)) AS to_pay,
       count(g.id) FILTER (WHERE g.state IN ('rejected', 'returned')) AS came_back
"""
_LISTS = f"""
SELECT p.*, coalesce(r.name, '') AS area_name, {_SUMS}
  FROM retention_publicity p JOIN retention_grant g ON g.publicity_id = p.id
  LEFT JOIN area r ON r.area_code = p.area_code
 WHERE {{where}}
 GROUP BY p.id, r.name ORDER BY p.id DESC LIMIT %(rows)s OFFSET %(skip)s
"""
#: The columns that are made public (as in 凤山县's table): products bought, told, completed, and
#: not completed, then what was declared, scored and granted.
_GRANTS = """
SELECT g.*, h.name AS hospital_name, coalesce(b.name, g.round_code) AS round_name,
       n.bought, n.told, n.unfinished, n.told - n.unfinished AS completed,
       i.reference, i.state AS order_state, i.booked_on, i.bank_reason, h.account_verified
  FROM retention_grant g JOIN hospital h USING (hospital_code)
  LEFT JOIN vbp_round b USING (round_code)
  LEFT JOIN LATERAL (
      SELECT count(*) AS told, count(*) FILTER (WHERE x.actual_quantity > 0) AS bought,
             count(*) FILTER (WHERE x.actual_quantity < x.agreed_quantity
                 AND coalesce(trim(x.excluded_reason), '') = '') AS unfinished
        FROM retention_input x
       WHERE (x.period, x.hospital_code, x.round_code)
             = (g.period, g.hospital_code, g.round_code)) n ON true
  LEFT JOIN LATERAL (
      SELECT o.reference, o.state, o.booked_on, o.bank_reason
        FROM retention_allocation a JOIN payment_instruction o ON o.id = a.instruction_id
       WHERE a.grant_id = g.id ORDER BY a.instruction_id DESC LIMIT 1) i ON true
 WHERE g.publicity_id = %(list)s AND {where}
 ORDER BY g.hospital_code, g.round_code LIMIT %(rows)s
"""
_BATCHES = """
SELECT DISTINCT b.batch_no, b.lines_count, b.total_fen, b.state, b.made_by, b.made_at
  FROM retention_grant g JOIN retention_allocation a ON a.grant_id = g.id
  JOIN payment_instruction i ON i.id = a.instruction_id JOIN payment_batch b ON b.id = i.batch_id
 WHERE g.publicity_id = %(list)s AND {where} ORDER BY b.batch_no
"""


def _where(rows: Rows, *, seat: bool) -> Where:
    found = Where.of(rows, **_MINE)
    return found.add(_SHOWN_TO_SEATS) if seat else found


def page(rows: Rows, *, seat: bool, state: str = "", number: int = 0) -> list[Any]:
    """Return lists with their sums, the latest first, one more than a page."""
    found = _where(rows, seat=seat).add_if(state, "p.state = %(state)s", "state")
    told = {**found.told, "rows": PAGE_ROWS + 1, "skip": number * PAGE_ROWS}
    return fetch(_LISTS.format(where=found.text), told)


def find(rows: Rows, publicity_no: str, *, seat: bool) -> Any:  # noqa: ANN401 - a row by name
    """Return one list of the reader with its sums, or None."""
    found = _where(rows, seat=seat).add("p.publicity_no = %(no)s", no=publicity_no)
    return one(_LISTS.format(where=found.text), {**found.told, "rows": 1, "skip": 0})


def grants(rows: Rows, found: Any) -> list[Any]:  # noqa: ANN401 - a row of the lists
    """Return the reader's amounts of a list with the columns of publicity and their payment."""
    where = Where.of(rows, **_MINE)
    told = {**where.told, "list": found.id, "rows": GRANTS_MAX}
    return fetch(_GRANTS.format(where=where.text), told)


def batches(rows: Rows, found: Any) -> list[Any]:  # noqa: ANN401 - a row of the lists
    """Return the payment batches of a list."""
    where = Where.of(rows, **_MINE)
    return fetch(_BATCHES.format(where=where.text), {**where.told, "list": found.id})
