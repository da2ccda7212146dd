"""Which order a line without our reference may be about: by the bank's line number, or as advice.

The bank's batch and line name an order as surely as our reference, once it is known which of our
batches they count. Account, name, amount and day only suggest: a person takes a suggestion, a
second one agrees, and nothing is booked before that.
"""

from collections.abc import Mapping
from typing import Any

from models.records.base import sql
from models.rules.bank_news import Status
from models.rules.case_acts import admission
from models.rules.states import AWAITED
from models.rules.words import InstructionState

#: Days between sending and booking within which a line is worth suggesting.
DAYS_MAX = 31
#: A bank that cuts names leaves so many characters; shorter ones prove nothing.
NAME_CHARS_MIN = 11

#: Names are compared without the difference of full-width and half-width brackets and blanks.
NAME = "translate({}, '（）　 ', '()')"

#: A bank's line number is batch and line: the batch is ours by its number, or because other lines
#: of it carry our references at their very places. The line then is that line of our batch.
_BY_BANK_LINE = """
WITH said AS (
    SELECT row, reference, amount_fen, account_no,
           substring(bank_line_no FROM '^(.+)[-_/][0-9]{1,9}$') AS bank_batch,
           substring(bank_line_no FROM '[-_/]([0-9]{1,9})$')::bigint AS bank_line
      FROM result_line WHERE bank_line_no IS NOT NULL
),
known AS (
    SELECT s.bank_batch, b.id AS batch_id FROM said s JOIN payment_batch b
           ON b.batch_no = s.bank_batch AND b.profile_code = %(profile)s
    UNION
    SELECT s.bank_batch, i.batch_id FROM said s JOIN payment_instruction i USING (reference)
     WHERE s.bank_batch IS NOT NULL AND i.batch_id IS NOT NULL
),
ours AS (
    SELECT k.bank_batch, min(k.batch_id) AS batch_id FROM known k GROUP BY k.bank_batch
    HAVING count(*) = 1 AND NOT EXISTS (
        SELECT 1 FROM said s JOIN payment_instruction i USING (reference)
         WHERE s.bank_batch = k.bank_batch AND i.line_in_batch <> s.bank_line)
)
UPDATE result_line r SET reference = i.reference
  FROM said s JOIN ours o USING (bank_batch)
  JOIN payment_instruction i ON i.batch_id = o.batch_id AND i.line_in_batch = s.bank_line
 WHERE s.row = r.row AND r.reference IS NULL AND i.amount_fen = s.amount_fen
   AND (s.account_no IS NULL OR s.account_no = i.payee_account_no)
"""

#: A word the profile has learnt since counts: two people gave it its meaning there.
_RESULTS = """
SELECT x.id AS case_id, x.kind, x.closed_at, x.instruction_id AS named_id, x.evidence,
       'bank_result:' || l.result_file_id AS source, l.row, abs(l.amount_fen) AS amount_fen,
       l.account_no, l.account_name,
       coalesce(l.status, n.spec -> 'results' -> 'status_map' ->> l.status_text) AS status,
       l.status_text, l.booked_on, l.bank_reason,
       l.bank_line_no,
       f.profile_code, NULL::text AS debtor_account_no, true AS as_recorded,
       coalesce((p.spec -> 'results' ->> 'names_truncated')::bool, false) AS truncated
  FROM payment_exception x
  JOIN bank_result_line l
    ON l.result_file_id = CASE WHEN x.evidence LIKE 'bank_result:%%'
                               THEN split_part(x.evidence, ':', 2)::bigint END
   AND l.row = CASE WHEN x.evidence LIKE 'bank_result:%%'
                    THEN split_part(x.evidence, ':', 3)::bigint END
   AND (x.instruction_id IS NULL OR l.instruction_id = x.instruction_id)
  JOIN bank_result_file f ON f.id = l.result_file_id
  LEFT JOIN bank_profile p ON (p.profile_code, p.version) = (f.profile_code, f.profile_version)
  LEFT JOIN LATERAL (SELECT t.spec FROM bank_profile t WHERE t.profile_code = f.profile_code
                      ORDER BY t.version DESC LIMIT 1) n ON l.status IS NULL
 WHERE {where}
"""
_STATEMENTS = """
SELECT x.id, x.kind, x.closed_at, x.instruction_id, x.evidence,
       'statement:' || e.account_no || ':' || e.day, coalesce(e.row, 0), abs(e.amount_fen),
       e.counter_account, e.counter_name,
       CASE WHEN e.amount_fen < 0 THEN 'settled' WHEN e.reversal THEN 'reversed'
            ELSE 'returned' END,
       CASE WHEN e.amount_fen < 0 THEN '借' ELSE '贷' END, e.booked_on, e.purpose, NULL::text,
       v.facts ->> 'profile', e.account_no, e.amount_fen = x.amount_fen,
       coalesce((p.spec -> 'statement' ->> 'names_truncated')::bool, false)
  FROM payment_exception x
  JOIN statement_entry e
    ON e.account_no = CASE WHEN x.evidence LIKE 'statement:%%'
                           THEN split_part(x.evidence, ':', 2) END
   AND e.day = CASE WHEN x.evidence LIKE 'statement:%%'
                    THEN split_part(x.evidence, ':', 3)::date END
   AND 'statement:' || e.account_no || ':' || e.day || ':' || e.entry_no = x.evidence
  LEFT JOIN LATERAL (SELECT facts FROM statement_day_event v
                      WHERE (v.account_no, v.day, v.file_id) = (e.account_no, e.day, e.file_id)
                        AND v.what = 'fed' ORDER BY v.id LIMIT 1) v ON true
  LEFT JOIN bank_profile p ON p.profile_code = v.facts ->> 'profile'
       AND p.version = (v.facts ->> 'version')::int
 WHERE {where}
"""


def evidence(where: str) -> str:
    """Return SQL of what the bank says in the cases that meet a condition over x (the case)."""
    return f"{_RESULTS.format(where=where)} UNION ALL {_STATEMENTS.format(where=where)}"


def _open_pairs() -> str:
    """Return SQL rows of the states in which a word may still be fresh news of an order."""
    pairs = []
    for status in Status:
        for state in (*AWAITED, InstructionState.SETTLED):
            found = admission(state, status)
            if found is not None and (found.moves or status is Status.SETTLED):
                pairs.append(f"('{state}', '{status}')")
    return ", ".join(pairs)


_JOINED = f"""
SELECT e.*, i.id AS order_id, i.batch_id, i.line_in_batch, i.area_code, i.state AS order_state,
       row_number() OVER (PARTITION BY e.case_id ORDER BY i.batch_id, i.line_in_batch) AS nth_order
  FROM said e
  JOIN payment_instruction i ON i.amount_fen = e.amount_fen
   AND {{account}}
   AND (e.account_name IS NULL OR {NAME.format("e.account_name")}
          IN ({NAME.format("i.payee_account_name")}, {NAME.format("i.written_name")})
        OR (e.truncated AND length({NAME.format("e.account_name")}) >= {NAME_CHARS_MIN}
            AND starts_with({NAME.format("i.payee_account_name")},
                            {NAME.format("e.account_name")})))
  JOIN payment_batch b ON b.id = i.batch_id
   AND (e.debtor_account_no IS NULL OR b.debtor_account_no = e.debtor_account_no)
   AND (e.debtor_account_no IS NOT NULL OR b.profile_code = e.profile_code)
 WHERE (e.status IS NULL AND i.state IN ({", ".join(f"'{one}'" for one in AWAITED)})
        OR (i.state, e.status) IN ({_open_pairs()}))
   AND (e.booked_on IS NULL OR e.booked_on BETWEEN i.sent_on - 1 AND i.sent_on + {DAYS_MAX})
   AND (e.debtor_account_no IS NULL OR NOT EXISTS (
        SELECT 1 FROM statement_entry t WHERE t.instruction_id = i.id
           AND (t.amount_fen < 0) = (e.status = 'settled')))
   AND (e.debtor_account_no IS NOT NULL OR i.state <> 'settled' OR e.status <> 'settled')
   AND NOT EXISTS (SELECT 1 FROM case_decision d WHERE d.case_id = e.case_id
                      AND d.instruction_id = i.id AND d.act = 'decline')
"""

#: The k-th of several like lines goes with the k-th of the like orders; `only` is one and one.
_SUGGEST = f"""
CREATE TEMP TABLE suggestion ON COMMIT DROP AS
WITH said AS MATERIALIZED (
    SELECT v.*, row_number() OVER (
               PARTITION BY v.source, v.account_no, v.account_name, v.amount_fen, v.status
               ORDER BY v.row, v.case_id) AS nth_line
      FROM ({{evidence}}) v
     WHERE v.kind = 'unmatched' AND v.closed_at IS NULL AND v.as_recorded
),
pair AS (
    {_JOINED.format(account="i.payee_account_no = e.account_no")}
    UNION ALL
    {_JOINED.format(account="e.account_no IS NULL AND e.account_name IS NOT NULL")}
),
counted AS (
    SELECT p.*, count(*) OVER (PARTITION BY p.case_id) AS orders,
           count(*) OVER (PARTITION BY p.source, p.order_id) AS lines
      FROM pair p
)
SELECT c.*, CASE WHEN c.orders = 1 AND c.lines = 1 THEN 'only'
                 WHEN c.orders = c.lines AND c.nth_line = c.nth_order THEN 'counted'
                 ELSE 'several' END AS level
  FROM counted c
"""


def name_by_bank_line(profile_code: str) -> None:
    """Name the orders of result_line whose bank batch and line say which they are."""
    sql(_BY_BANK_LINE, {"profile": profile_code})


def suggest(where: str, told: Mapping[str, Any]) -> None:
    """Make the temporary table `suggestion` for the open unmatched cases that meet a condition.

    The condition speaks of x (payment_exception). A row is a case and an order it may be about;
    `level` is only (one line, one order), counted (as many lines as orders: the k-th is the k-th)
    or several. Only orders of the debtor account (statement) or of the profile (result) that the
    word would still be news for are offered, and none a person declined.
    """
    sql("DROP TABLE IF EXISTS pg_temp.suggestion")
    sql(_SUGGEST.format(evidence=evidence(where)), dict(told))
    sql("CREATE INDEX ON pg_temp.suggestion (case_id)")
    sql("ANALYZE pg_temp.suggestion")
