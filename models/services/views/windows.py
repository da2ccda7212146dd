"""Confirmation windows as the pages show them: what awaits whom until when, and how it went."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from models.services.views.listing import Counted, Listing
from models.services.views.reading import PAGE_ROWS, Rows, Where, fetch, name_parties, one
from models.services.views.turning import Key, Order, Place, Turned, day, whole

EXPORT_MAX = 100_000

#: Both parties of a line see its windows; its party alone answers.
SCOPE = {"area": "w.area_code", "hospital": "w.hospital_code", "enterprise": "w.enterprise_code"}

RUNNING = "w.state IN ('open', 'escalated')"
#: An automatic confirmation that its party may take back today.
REVOCABLE = """
(w.state = 'auto_confirmed' AND coalesce(w.revocable_until >= %(on)s, true)
 AND NOT EXISTS (SELECT FROM sheet_line l JOIN settlement_sheet x ON x.id = l.sheet_id
                  WHERE l.line_no = w.line_no AND x.state <> 'draft'))
"""
VIEWS = {
    "waiting": RUNNING,
    "late": "(w.state IN ('open', 'escalated') AND w.due_on < %(on)s)",
    "automatic": REVOCABLE,
    #: What a seat waits for from its trading partners.
    "others": RUNNING,
    "answered": "w.state = 'answered'",
    "ended": "w.state NOT IN ('open', 'escalated', 'answered')",
}
_COLUMNS = """
SELECT w.line_no, w.party, w.round_no, w.kind, w.state, w.period, w.amount_fen, w.days, w.unit,
       w.opened_on, w.due_on, w.answered_on, w.closed_on, w.silence, w.revocable_until,
       w.scheme_code, w.hospital_code, w.enterprise_code, h.name AS hospital_name,
       e.name AS enterprise_name, d.name AS product_name, p.accepted_on,
       CASE WHEN p.hospital_code <> w.hospital_code THEN m.name END AS member_name
"""
_FROM = """
  FROM confirm_window w JOIN hospital h USING (hospital_code)
  JOIN enterprise e ON e.credit_code = w.enterprise_code
"""
#: The line and its product, and the member whose lead answers.
_LINE = """
  JOIN purchase_line p ON p.line_no = w.line_no JOIN product d USING (nhsa_code)
  JOIN hospital m ON m.hospital_code = p.hospital_code
"""
#: The page is chosen before anything is told about its rows.
_LIST = f"""
{_COLUMNS}
  FROM (SELECT w.* FROM confirm_window w WHERE {{where}}
         ORDER BY {{order}}
         LIMIT %(rows)s OFFSET %(skip)s) w
  JOIN hospital h USING (hospital_code) JOIN enterprise e ON e.credit_code = w.enterprise_code
  {_LINE}
 ORDER BY {{order}}
"""
#: The nearest deadline first; what has none comes last.
ORDER = Order(
    (
        Key("w.due_on", "due_on", day, can_be_null=True),
        Key("w.line_no", "line_no"),
        Key("w.party", "party"),
        Key("w.round_no", "round_no", whole),
    )
)
_COUNTS = f"""
SELECT count(*) FILTER (WHERE {RUNNING}) AS waiting,
       coalesce(sum(w.amount_fen) FILTER (WHERE {RUNNING}), 0)::bigint AS waiting_fen,
       count(*) FILTER (WHERE {VIEWS["late"]} AND {{mine}}) AS late,
       coalesce(sum(w.amount_fen) FILTER (WHERE {VIEWS["late"]} AND {{mine}}), 0)::bigint
           AS late_fen,
       min(w.due_on) FILTER (WHERE {RUNNING}) AS due_on,
       count(*) FILTER (WHERE {REVOCABLE} AND {{mine}}) AS automatic,
       count(*) FILTER (WHERE {RUNNING} AND {{mine}}) AS mine,
       coalesce(sum(w.amount_fen) FILTER (WHERE {RUNNING} AND {{mine}}), 0)::bigint AS mine_fen,
       min(w.due_on) FILTER (WHERE {RUNNING} AND {{mine}}) AS mine_due_on,
       count(*) AS windows
  FROM confirm_window w WHERE {{where}}
"""
_LISTING = Listing(
    _LIST,
    "FROM confirm_window w WHERE {where}",
    sums="coalesce(sum(w.amount_fen), 0)::bigint AS sum_fen",
    views=VIEWS,
    order=ORDER,
)
_PERIODS = "SELECT DISTINCT w.period FROM confirm_window w WHERE {where} ORDER BY 1 DESC LIMIT 36"
_OF_LINE = f"""
{_COLUMNS} {_FROM} {_LINE}
 WHERE w.line_no = %(line_no)s AND {{where}} ORDER BY w.party DESC, w.round_no
"""
#: By who had to answer: how many windows, how they ended, how long answers took.
_STATISTICS = """
SELECT w.party,
       CASE w.party WHEN 'hospital' THEN w.hospital_code ELSE w.enterprise_code END AS code,
       CASE w.party WHEN 'hospital' THEN h.name ELSE e.name END AS name,
       count(*) AS windows, sum(w.amount_fen)::bigint AS amount_fen,
       count(*) FILTER (WHERE w.state = 'answered' AND w.answered_on <= w.due_on) AS in_time,
       count(*) FILTER (WHERE w.state = 'answered' AND w.answered_on > w.due_on) AS late,
       count(*) FILTER (WHERE w.state = 'open') AS waiting,
       count(*) FILTER (WHERE w.state = 'escalated') AS silent,
       count(*) FILTER (WHERE w.state = 'rolled') AS rolled,
       count(*) FILTER (WHERE w.automatic_at IS NOT NULL) AS automatic,
       count(*) FILTER (WHERE w.state = 'revoked') AS revoked,
       round(avg(greatest(w.answered_on - w.opened_on, 0))
             FILTER (WHERE w.state = 'answered'), 1) AS days,
       coalesce(sum(x.disputes) FILTER (WHERE w.round_no = 1), 0)::bigint AS disputes
  FROM confirm_window w JOIN hospital h USING (hospital_code)
  JOIN enterprise e ON e.credit_code = w.enterprise_code
  LEFT JOIN (SELECT line_no, party, count(*) AS disputes FROM line_dispute GROUP BY 1, 2) x
    ON x.line_no = w.line_no AND x.party = w.party
 WHERE {where} AND w.kind = 'answer'
 GROUP BY 1, 2, 3
 ORDER BY count(*) FILTER (WHERE w.state IN ('escalated', 'rolled') OR w.automatic_at IS NOT NULL
                              OR w.state = 'answered' AND w.answered_on > w.due_on) DESC,
          count(*) DESC, 2
 LIMIT %(rows)s
"""


@dataclass(frozen=True)
class Asked:
    """The conditions of the list; empty ones ask nothing."""

    view: str = ""
    party: str = ""
    hospital: str = ""
    enterprise: str = ""
    period: str = ""
    due_until: date | None = None
    line_no: str = ""
    areas: tuple[str, ...] = ()


def _where(rows: Rows, asked: Asked, on: date) -> Where:
    where = Where.of(rows, **SCOPE).add("true", on=on)
    _LISTING.viewed(where, asked.view)
    where.add_if(asked.party, "w.party = %(party)s", "party")
    where.add_if(asked.period, "w.period = %(period)s", "period")
    where.add_if(asked.due_until, "w.due_on <= %(due_until)s", "due_until")
    where.add_if(asked.line_no, "w.line_no = %(line_no)s", "line_no")
    if asked.areas:
        where.add("w.area_code = ANY (%(areas)s)", areas=list(asked.areas))
    return name_parties(
        where, asked.hospital, asked.enterprise, "w.hospital_code", "w.enterprise_code"
    )


def page(
    rows: Rows, asked: Asked, on: date, place: Place | None = None, *, size: int = PAGE_ROWS
) -> Turned:
    """Return the page of windows at a place, the nearest deadline first."""
    return _LISTING.turned(_where(rows, asked, on), place, size)


def counted(rows: Rows, asked: Asked, on: date) -> Counted:
    """Return what a saved view of the list counts."""
    return _LISTING.counted(_where(rows, asked, on))


def statement(rows: Rows, asked: Asked, on: date) -> tuple[str, dict[str, Any]]:
    """Return the statement of the list and its parameters, but for how many and from where."""
    where = _where(rows, asked, on)
    return _LIST.format(where=where.text, order=ORDER.sql), where.told


def totals(rows: Rows, asked: Asked, on: date) -> Any:  # noqa: ANN401 - a row by name
    """Return count and sum of everything the conditions find."""
    return _LISTING.totals(_where(rows, asked, on))


def counts(rows: Rows, on: date, *, party: str = "") -> Any:  # noqa: ANN401 - a row by name
    """Return what waits, is late or may be revoked; of a seat's party only what is its own to do.

    `mine` counts what the party must answer, `waiting` what anybody must.
    """
    where = _where(rows, Asked(), on)
    mine = "w.party = %(mine)s" if party else "true"
    return one(_COUNTS.format(where=where.text, mine=mine), {**where.told, "mine": party})


def periods(rows: Rows, on: date) -> list[str]:
    """Return the months that have windows, the latest first."""
    where = _where(rows, Asked(), on)
    return [row.period for row in fetch(_PERIODS.format(where=where.text), where.told)]


def of_line(rows: Rows, line_no: str) -> list[Any]:
    """Return the windows of one line."""
    where = Where.of(rows, **SCOPE)
    return fetch(_OF_LINE.format(where=where.text), {**where.told, "line_no": line_no})


def statistics(rows: Rows, asked: Asked, on: date, *, size: int = 200) -> list[Any]:
    """Return how each institution answered, those with the most silence first."""
    where = _where(rows, asked, on)
    return fetch(_STATISTICS.format(where=where.text), {**where.told, "rows": size})


def is_switched_on() -> bool:
    """Return whether any scheme has windows."""
    found = one("SELECT EXISTS (SELECT FROM scheme WHERE windows) AS yes")
    return bool(found.yes)
