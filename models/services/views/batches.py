"""Payment batches as the pages show them: control totals, payees, and what a run would take."""

from typing import Any

from models.records.lost_files import held
from models.rules.states import SHEET, SheetMove, sources
from models.services import shortfalls
from models.services.views.reading import PAGE_ROWS, Rows, Where, fetch, one

#: A batch belongs to the area it was asked for and to that of the agency that pays.
_MINE = "({area}) OR ({agency})"

_LIST = """
SELECT b.id, b.batch_no, b.period, b.agency_code, a.name AS agency_name, b.debtor_account_no,
       b.profile_code, b.execution_on, b.lines_count, b.total_fen, b.state, b.made_by, b.made_at,
       b.sent_at, b.file_name
  FROM payment_batch b JOIN agency a USING (agency_code)
 WHERE {where} ORDER BY b.id DESC LIMIT %(rows)s OFFSET %(skip)s
"""
_TOTALS = """
SELECT count(*) AS batches, coalesce(sum(b.lines_count), 0)::bigint AS lines,
       coalesce(sum(b.total_fen), 0)::bigint AS total_fen
  FROM payment_batch b JOIN agency a USING (agency_code) WHERE {where}
"""
_BATCH = """
SELECT b.*, a.name AS agency_name, f.size_bytes, f.sha256 AS stored_sha256, p.name AS profile_name,
       p.format, coalesce(nullif(u.full_name, ''), b.made_by) AS maker_name
  FROM payment_batch b JOIN agency a USING (agency_code)
  LEFT JOIN stored_file f ON f.id = b.file_id
  LEFT JOIN bank_profile p ON p.profile_code = b.profile_code AND p.version = b.profile_version
  LEFT JOIN app_user u ON u.name = b.made_by
 WHERE b.batch_no = %(batch_no)s AND {where}
"""
#: Sums of three independent tables: what was approved, what was ordered, what each order pays.
_CONTROL = """
SELECT (SELECT count(DISTINCT a.sheet_id) FROM payment_allocation a JOIN payment_instruction i
            ON i.id = a.instruction_id WHERE i.batch_id = %(id)s) AS sheets,
       (SELECT coalesce(sum(s.payable_fen), 0)::bigint FROM settlement_sheet s WHERE s.id IN (
            SELECT a.sheet_id FROM payment_allocation a JOIN payment_instruction i
                ON i.id = a.instruction_id WHERE i.batch_id = %(id)s)) AS sheets_fen,
       (SELECT count(*) FROM payment_instruction i WHERE i.batch_id = %(id)s) AS orders,
       (SELECT coalesce(sum(i.amount_fen), 0)::bigint FROM payment_instruction i
         WHERE i.batch_id = %(id)s) AS orders_fen,
       (SELECT coalesce(sum(a.amount_fen), 0)::bigint FROM payment_allocation a
          JOIN payment_instruction i ON i.id = a.instruction_id
                 WHERE i.batch_id = %(id)s) AS parts_fen
"""
#: The payee's sum of the batches of the month before, to be compared.
_PAYEES = """
SELECT i.id, i.reference, i.line_in_batch, i.enterprise_code, i.payee_account_name,
       i.payee_account_no, i.payee_bank_name, i.payee_cnaps_code, i.amount_fen, i.state,
              i.booked_on, i.written_name, i.rail,
       i.returned_on, i.bank_reason, i.purpose, n.sheets, b.before_fen, o.reference AS reissue_of,
       (SELECT max(c.decided_at) FROM account_change c
         WHERE c.credit_code = i.enterprise_code AND c.state = 'in_force') AS account_changed_at
  FROM payment_instruction i
  LEFT JOIN LATERAL (SELECT count(*) AS sheets FROM payment_allocation a
                      WHERE a.instruction_id = i.id) n ON true
  LEFT JOIN LATERAL (SELECT sum(x.amount_fen)::bigint AS before_fen FROM payment_instruction x
                      WHERE x.enterprise_code = i.enterprise_code AND x.period = %(before)s
                        AND x.area_code = i.area_code AND x.reissue_of IS NULL) b ON true
  LEFT JOIN payment_instruction o ON o.id = i.reissue_of
 WHERE i.batch_id = %(id)s ORDER BY i.amount_fen DESC, i.id LIMIT %(rows)s OFFSET %(skip)s
"""
_STATES = """
SELECT state, count(*) AS orders, sum(amount_fen)::bigint AS sum_fen
  FROM payment_instruction WHERE batch_id = %(id)s GROUP BY state ORDER BY state
"""
_EVENTS = """
SELECT e.to_state, e.cause, coalesce(nullif(u.full_name, ''), e.actor) AS actor,
       date_trunc('minute', e.happened_at) AS happened_at, count(*) AS orders
  FROM instruction_event e JOIN payment_instruction i ON i.id = e.instruction_id
  LEFT JOIN app_user u ON u.name = e.actor
 WHERE i.batch_id = %(id)s GROUP BY 1, 2, 3, 4 ORDER BY 4, min(e.id) LIMIT 50
"""
_REVIEWERS = """
SELECT r.level, coalesce(nullif(u.full_name, ''), r.reviewer) AS name,
       count(DISTINCT r.sheet_id) AS sheets,
       max(r.reviewed_at) AS last_at
  FROM sheet_review r LEFT JOIN app_user u ON u.name = r.reviewer
 WHERE r.counts AND r.approved AND r.sheet_id IN (
       SELECT a.sheet_id FROM payment_allocation a JOIN payment_instruction i
           ON i.id = a.instruction_id WHERE i.batch_id = %(id)s)
 GROUP BY 1, 2 ORDER BY 1, 2
"""

#: As a run would choose (services.payments), without taking a lock or marking anything.
_CANDIDATES = f"""
SELECT s.id, s.sheet_no, s.period, s.hospital_code, s.enterprise_code, s.area_code, s.payable_fen,
       s.funding, s.payment_per, s.due_on, s.state, h.name AS hospital_name,
              e.name AS enterprise_name,
       CASE WHEN NOT e.account_verified THEN 'account_unverified'
            WHEN e.suspended_on <= %(on)s AND e.suspended_set_at > s.approved_at
                THEN 'enterprise_suspended' END AS kept_out,
       s.id || ':' || s.content_hash AS seal
  FROM settlement_sheet s JOIN hospital h USING (hospital_code)
  JOIN enterprise e ON e.credit_code = s.enterprise_code
 WHERE s.area_code = ANY (%(areas)s) AND s.period <= %(period)s AND s.state = ANY (%(states)s)
   AND s.payable_fen > 0
   AND NOT EXISTS (SELECT 1 FROM payment_allocation a WHERE a.sheet_id = s.id)
   AND NOT {held("s.hospital_code", "s.enterprise_code")}
   AND s.reviews_needed = (
       SELECT count(*) FROM sheet_review r
        WHERE r.sheet_id = s.id AND r.counts AND r.approved AND r.content_hash = s.content_hash)
"""
_RUN = f"""
WITH chosen AS ({_CANDIDATES})
SELECT count(*) FILTER (WHERE kept_out IS NULL) AS sheets,
       coalesce(sum(payable_fen) FILTER (WHERE kept_out IS NULL), 0)::bigint AS total_fen,
       count(DISTINCT (enterprise_code, area_code)) FILTER (WHERE kept_out IS NULL) AS payees,
       count(*) FILTER (WHERE kept_out IS NULL AND funding IN ('prepaid_subledger',
              'turnover')) AS prepaid,
       count(*) FILTER (WHERE kept_out IS NOT NULL) AS kept,
       coalesce(sum(payable_fen) FILTER (WHERE kept_out IS NOT NULL), 0)::bigint AS kept_fen,
       count(*) FILTER (WHERE kept_out IS NULL AND period < %(period)s) AS earlier,
       min(due_on) FILTER (WHERE kept_out IS NULL) AS due_on,
       encode(sha256(convert_to(coalesce(string_agg(seal || coalesce(kept_out, ''), ','
              ORDER BY id), ''),
           'UTF8')), 'hex') AS selection_hash
  FROM chosen
"""
_KEPT = f"""
WITH chosen AS ({_CANDIDATES})
SELECT * FROM chosen WHERE kept_out IS NOT NULL ORDER BY id LIMIT 50
"""
#: What a run would leave short because its hospital owes too long (see shortfalls).
_SUSPENDED = f"""
WITH chosen AS ({_CANDIDATES})
SELECT count(*) AS sheets, coalesce(sum(c.payable_fen), 0)::bigint AS sum_fen,
       count(DISTINCT c.hospital_code) AS hospitals
  FROM chosen c JOIN ({shortfalls.debts_sql()}) d USING (hospital_code)
 WHERE c.kept_out IS NULL AND d.suspended
   AND c.funding NOT IN ('prepaid_subledger', 'turnover')
"""
_LARGEST = f"""
WITH chosen AS ({_CANDIDATES})
SELECT enterprise_code, enterprise_name, count(*) AS sheets, sum(payable_fen)::bigint AS sum_fen
  FROM chosen WHERE kept_out IS NULL GROUP BY 1, 2 ORDER BY 4 DESC, 1 LIMIT 10
"""
#: The receiving accounts a run would pay, each once.
_ACCOUNTS = f"""
WITH chosen AS ({_CANDIDATES})
SELECT e.credit_code, e.account_no, e.account_name, e.bank_name, e.cnaps_code,
       count(*) AS sheets, sum(c.payable_fen)::bigint AS sum_fen
  FROM chosen c JOIN enterprise e ON e.credit_code = c.enterprise_code
 WHERE c.kept_out IS NULL GROUP BY e.credit_code ORDER BY e.credit_code
"""
_NOT_YET = """
SELECT state, count(*) AS sheets, coalesce(sum(payable_fen), 0)::bigint AS sum_fen
  FROM settlement_sheet WHERE area_code = ANY (%(areas)s) AND period <= %(period)s
   AND state IN ('draft', 'in_review') GROUP BY state ORDER BY state
"""

#: Bank files that left before a restore and are not settled: nobody in them is paid.
_LOST = """
SELECT count(*) AS files, coalesce(sum(total_fen), 0)::bigint AS sum_fen,
       min(batch_no) AS batch_no
  FROM lost_file WHERE state = 'open' AND area_codes && %(areas)s
"""


def _mine(rows: Rows) -> Where:
    area, told = rows.sql(area="b.area_code")
    agency, _ = rows.sql(area="a.area_code")
    return Where([_MINE.format(area=area, agency=agency)], dict(told))


def _where(rows: Rows, period: str, state: str, areas: tuple[str, ...] = ()) -> Where:
    found = _mine(rows)
    found.add_if(period, "b.period = %(period)s", "period")
    found.add_if(state, "b.state = %(state)s", "state")
    found.add_if(
        list(areas) or None,
        "b.area_code = ANY (%(areas)s) OR a.area_code = ANY (%(areas)s)",
        "areas",
    )
    return found


def page(
    rows: Rows,
    *,
    period: str,
    state: str,
    areas: tuple[str, ...] = (),
    number: int = 0,
    size: int = PAGE_ROWS,
) -> tuple[Any, list[Any]]:
    """Return the totals of the batches found, and a page of them, the latest first."""
    found = _where(rows, period, state, areas)
    told = {**found.told, "rows": size, "skip": number * size}
    return one(_TOTALS.format(where=found.text), told), fetch(_LIST.format(where=found.text), told)


def find(rows: Rows, batch_no: str) -> Any:  # noqa: ANN401 - a row by name
    """Return a batch of the reader, or None."""
    found = _mine(rows)
    return one(_BATCH.format(where=found.text), {**found.told, "batch_no": batch_no})


def control(batch: Any) -> Any:  # noqa: ANN401
    """Return counts and sums of the sheets, orders and allocations of a batch."""
    return one(_CONTROL, {"id": batch.id})


def payees(batch: Any, before: str, *, number: int = 0, count: int = 200) -> list[Any]:  # noqa: ANN401
    """Return the orders of a batch by amount, with what the payee got of the month before."""
    told = {"id": batch.id, "before": before, "rows": count, "skip": number * count}
    return fetch(_PAYEES, told)


def states(batch: Any) -> list[Any]:  # noqa: ANN401
    """Return how many orders of a batch are in which state."""
    return fetch(_STATES, {"id": batch.id})


def events(batch: Any) -> list[Any]:  # noqa: ANN401
    """Return the moves of the batch's orders, those of one minute together."""
    return fetch(_EVENTS, {"id": batch.id})


def reviewers(batch: Any) -> list[Any]:  # noqa: ANN401
    """Return who reviewed the sheets that the batch pays."""
    return fetch(_REVIEWERS, {"id": batch.id})


def preview(areas: list[str], period: str, on: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return what a run would take now, what it would keep out, and what is not approved."""
    told = {
        "areas": areas,
        "period": period,
        "on": on,
        "states": sources(SHEET, SheetMove.PAY),
    }
    # A sheet that came back is paid by a re-issue, never by a run.
    told["states"] = [state for state in told["states"] if state in ("approved", "short")]
    return {
        "run": one(_RUN, told),
        "kept": fetch(_KEPT, told),
        "largest": fetch(_LARGEST, told),
        "suspended": one(_SUSPENDED, told) if shortfalls.suspends_anywhere() else None,
        "lost": one(_LOST, told),
        "not_yet": fetch(_NOT_YET, told),
        "accounts": fetch(_ACCOUNTS, told),
    }
