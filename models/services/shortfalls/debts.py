"""What each hospital still owes of what was advanced for it, since when, and who is suspended."""

from datetime import date
from typing import NamedTuple

from models.records.base import sql
from models.services.judgement import in_force

#: One row for each hospital that was ever offset. `debt_fen`: carried on by its last offset, less
#: what it paid in since. `since_on`: the last day of the first month of the present row of carries.
#: Suspended (欠款暂停垫付): the scheme of the day says so at once, or after so many days.
_DEBTS = f"""
WITH scheme_of_area AS ({in_force.of_areas("%(on)s", "c.shortfall, c.suspend_after_days")}),
last AS (
    SELECT DISTINCT ON (hospital_code) hospital_code, period, carried_out_fen,
           sum(collected_fen) OVER (PARTITION BY hospital_code) AS counted_fen,
           max(period) FILTER (WHERE carried_out_fen <= 0)
               OVER (PARTITION BY hospital_code) AS clear_in
      FROM hospital_offset ORDER BY hospital_code, period DESC
),
first AS (
    SELECT o.hospital_code, min(o.period) AS period
      FROM hospital_offset o JOIN last l USING (hospital_code)
     WHERE o.carried_out_fen > 0 AND o.period > coalesce(l.clear_in, '')
     GROUP BY o.hospital_code
),
paid_in AS (
    SELECT q.hospital_code, sum(r.amount_fen) AS paid_in_fen
      FROM money_receipt r JOIN money_request q ON q.id = r.request_id
     WHERE q.kind = 'collection' GROUP BY q.hospital_code
),
waiting AS (
    SELECT hospital_code, count(*) AS requests,
           coalesce(sum(amount_fen - received_fen) FILTER (WHERE kind = 'collection'), 0)
               AS asked_fen,
           min(asked_on) AS asked_on, min(due_on) AS due_on
      FROM money_request WHERE state = 'asked' GROUP BY hospital_code
),
debt AS (
    SELECT h.hospital_code, h.area_code, l.period,
           coalesce(l.carried_out_fen + l.counted_fen, 0) - coalesce(p.paid_in_fen, 0) AS debt_fen,
           (date_trunc('month', (f.period || '-01')::date)
            + interval '1 month - 1 day')::date AS since_on,
           coalesce(w.requests, 0) AS requests, coalesce(w.asked_fen, 0) AS asked_fen,
           w.asked_on, w.due_on, coalesce(c.shortfall, 'carry') AS shortfall, c.suspend_after_days
      FROM hospital h LEFT JOIN last l USING (hospital_code)
      LEFT JOIN first f USING (hospital_code)
      LEFT JOIN paid_in p USING (hospital_code) LEFT JOIN waiting w USING (hospital_code)
      LEFT JOIN scheme_of_area c ON c.of_area = h.area_code
     WHERE l.hospital_code IS NOT NULL OR w.hospital_code IS NOT NULL
)
SELECT d.hospital_code, d.area_code, d.period, d.debt_fen::bigint AS debt_fen,
       CASE WHEN d.debt_fen > 0 THEN d.since_on END AS since_on, d.requests,
       d.asked_fen::bigint AS asked_fen, d.due_on, d.shortfall, d.suspend_after_days,
       d.debt_fen > 0 AND d.shortfall = 'suspend'
       OR coalesce(least(CASE WHEN d.debt_fen > 0 THEN d.since_on END, d.asked_on)
                   + d.suspend_after_days < %(on)s, false) AS suspended
  FROM debt d
"""
_SUSPENDS = """
SELECT EXISTS (SELECT 1 FROM scheme WHERE shortfall = 'suspend' OR suspend_after_days IS NOT NULL)
"""
_ONE = f"SELECT debt_fen, asked_fen, area_code, suspended FROM ({_DEBTS}) d"


class Debt(NamedTuple):
    """What a hospital owes beyond its funds, and what of it is asked for; in fen."""

    debt_fen: int
    asked_fen: int
    area_code: str
    suspended: bool


def debts_sql() -> str:
    """Return the query of every hospital's debt on %(on)s, one row a hospital."""
    return _DEBTS


def debt_of(hospital_code: str, on: date) -> Debt | None:
    """Return a hospital's debt, or None where it never had an offset nor was asked."""
    told = {"on": on, "hospital": hospital_code}
    row = sql(_ONE + " WHERE hospital_code = %(hospital)s", told).fetchone()
    return None if row is None else Debt(int(row[0]), int(row[1]), row[2], bool(row[3]))


def suspends_anywhere() -> bool:
    """Say whether any scheme suspends at all; where none does, nobody needs to look."""
    return bool(sql(_SUSPENDS).fetchone()[0])
