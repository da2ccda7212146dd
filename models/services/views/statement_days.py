"""Days of our accounts' statements as a calendar tells them: open, fed, closed, or with a gap."""

from datetime import date, timedelta
from typing import Any

from models.services.views.reading import PAGE_ROWS, Rows, Where, fetch, one

#: The accounts we pay from, now or by a batch, with what their days tell at a glance.
_ACCOUNTS = """
WITH known AS (
    SELECT g.account_no, g.agency_code FROM agency g WHERE {where}
    UNION
    SELECT b.debtor_account_no, b.agency_code FROM payment_batch b JOIN agency g USING (agency_code)
     WHERE {where}
)
SELECT k.account_no, left(md5(k.account_no), 12) AS key, min(g.name) AS agency_name,
       count(DISTINCT d.day) AS days, count(DISTINCT d.day) FILTER (WHERE NOT d.closed) AS unclosed,
       max(d.day) FILTER (WHERE d.closed) AS closed_to, max(d.day) AS last_on
  FROM known k JOIN agency g USING (agency_code)
  LEFT JOIN statement_day d ON d.account_no = k.account_no
 GROUP BY k.account_no ORDER BY min(g.agency_code), k.account_no
"""
_MONTH = """
SELECT c.day::date AS day, d.opening_fen, d.closing_fen, d.entries_fen, d.entries_count, d.closed,
       d.recorded_by, d.recorded_at, d.file_id, d.sequence,
       d.opening_fen - b.closing_fen AS gap_fen, b.day AS before_on, b.sequence AS before_sequence,
       d.closing_fen - d.opening_fen - d.entries_fen AS missing_fen,
       (SELECT count(*) FROM statement_entry t WHERE (t.account_no, t.day) = (d.account_no, d.day)
           AND t.instruction_id IS NOT NULL) AS matched,
       (SELECT count(*) FROM payment_exception x WHERE x.closed_at IS NULL AND starts_with(
           x.evidence, 'statement:' || d.account_no || ':' || d.day || ':')) AS cases,
       s.orders, s.sum_fen AS sent_fen, o.actor AS opened_by, o.happened_at AS opened_at
  FROM generate_series(%(first)s::date, %(last)s::date, interval '1 day') c(day)
  LEFT JOIN statement_day d ON d.account_no = %(account)s AND d.day = c.day::date
  LEFT JOIN LATERAL (SELECT b.day, b.closing_fen, b.sequence FROM statement_day b
                      WHERE b.account_no = %(account)s AND b.day < c.day::date
                      ORDER BY b.day DESC LIMIT 1) b ON d.day IS NOT NULL
  LEFT JOIN (SELECT i.sent_on, count(*) AS orders, sum(i.amount_fen)::bigint AS sum_fen
               FROM payment_instruction i JOIN payment_batch b ON b.id = i.batch_id
              WHERE b.debtor_account_no = %(account)s
                AND i.sent_on BETWEEN %(first)s::date AND %(last)s::date GROUP BY 1) s
         ON s.sent_on = c.day::date
  LEFT JOIN LATERAL (SELECT v.actor, v.happened_at FROM statement_day_event v
                      WHERE v.account_no = %(account)s AND v.day = c.day::date
                        AND v.what = 'opened' LIMIT 1) o ON true
 ORDER BY c.day DESC
"""
_BOUNDS = """
SELECT least(min(d.day), (SELECT min(i.sent_on) FROM payment_instruction i
           JOIN payment_batch b ON b.id = i.batch_id WHERE b.debtor_account_no = %(account)s))
           AS first,
       greatest(max(d.day), (SELECT max(i.sent_on) FROM payment_instruction i
           JOIN payment_batch b ON b.id = i.batch_id WHERE b.debtor_account_no = %(account)s))
           AS last
  FROM statement_day d WHERE d.account_no = %(account)s
"""
_EVENTS = """
SELECT v.what, v.happened_at, v.actor, v.file_id, v.facts, f.name AS file_name
  FROM statement_day_event v LEFT JOIN stored_file f ON f.id = v.file_id
 WHERE v.account_no = %(account)s AND v.day = %(day)s ORDER BY v.id LIMIT 200
"""
_ENTRIES = """
SELECT t.entry_no, t.booked_on, t.amount_fen, t.counter_account, t.counter_name, t.reference,
       t.purpose, t.reversal, t.row, i.reference AS ours, i.state, x.id AS case_id, x.kind,
       x.closed_at
  FROM statement_entry t LEFT JOIN payment_instruction i ON i.id = t.instruction_id
  LEFT JOIN LATERAL (SELECT x.id, x.kind, x.closed_at FROM payment_exception x
                      WHERE x.evidence = 'statement:' || t.account_no || ':' || t.day || ':'
                            || t.entry_no ORDER BY x.closed_at IS NOT NULL, x.id LIMIT 1) x ON true
 WHERE {where} ORDER BY x.id IS NULL OR x.closed_at IS NOT NULL, t.row NULLS LAST, t.entry_no
 LIMIT %(rows)s OFFSET %(skip)s
"""


def accounts(rows: Rows) -> list[Any]:
    """Return the paying accounts of the reader's agencies."""
    area, told = rows.sql(area="g.area_code")
    return fetch(_ACCOUNTS.format(where=f"({area})"), told)


def months(account_no: str) -> tuple[date | None, date | None]:
    """Return the first and the last day anything is known of an account."""
    found = one(_BOUNDS, {"account": account_no})
    return found.first, found.last


def days(account_no: str, first: date, last: date) -> list[Any]:
    """Return every day from first to last, the latest first, with what is known of it."""
    return fetch(_MONTH, {"account": account_no, "first": first, "last": last})


def day(account_no: str, on: date) -> Any:  # noqa: ANN401 - a row by name
    """Return one day as `days` does."""
    return days(account_no, on, on)[0]


def events(account_no: str, on: date) -> list[Any]:
    """Return what became of a day, in order."""
    return fetch(_EVENTS, {"account": account_no, "day": on})


def entries(account_no: str, on: date, number: int = 0) -> list[Any]:
    """Return the entries of a day, those that wait for a person first, one more than a page."""
    found = Where(["t.account_no = %(account)s", "t.day = %(day)s"])
    told = {"account": account_no, "day": on, "rows": PAGE_ROWS + 1, "skip": number * PAGE_ROWS}
    return fetch(_ENTRIES.format(where=found.text), told)


def state_of(found: Any, *, working: bool, within: bool) -> str:  # noqa: ANN401
    """Return closed, fed, gap, open, missing or '' for a day.

    A gap is V20: it does not open where the day before it ended. Missing is a working day between
    recorded days of which nothing came.
    """
    if found.closed:
        return "closed"
    if found.opening_fen is not None:
        return "gap" if found.gap_fen else "fed"
    if found.orders or found.opened_at:
        return "open"
    return "missing" if working and within else ""


def skipped(found: Any) -> int:  # noqa: ANN401
    """Return how many statements the bank's running number says are missing before this day."""
    if found.sequence is None or found.before_sequence is None:
        return 0
    return max(int(found.sequence) - int(found.before_sequence) - 1, 0)


def month_of(on: date) -> tuple[date, date]:
    """Return the first and the last day of a day's month."""
    first = on.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    return first, after - timedelta(days=1)
