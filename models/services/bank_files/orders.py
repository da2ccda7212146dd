"""What was approved becomes orders, and orders become batches, each of them one file.

What is made here are rows alone, from the temporary table that the caller filled: `pay_sheet`, or
`pay_grant` for what hospitals may keep.
"""

from dataclasses import dataclass
from typing import Any

from models import clock
from models.records.base import sql
from models.records.payments import EVENT_HASH
from models.rules.states import INSTRUCTION, InstructionMove, sources, target
from models.services import statistics
from models.services.bank_files import lost, routing, sizes
from models.services.bank_files.run import Run

#: One order for each key of pay_sheet, with its payee as the register has it now.
_ORDERS = """
CREATE TEMP TABLE pay_order ON COMMIT DROP AS
WITH summed AS (
    SELECT order_key, enterprise_code, area_code, agency_code, pay_period, reissue_of,
           sum(payable_fen)::bigint AS amount_fen, min(sheet_period) AS first_period,
           max(sheet_period) AS last_period
      FROM pay_sheet WHERE taken
     GROUP BY order_key, enterprise_code, area_code, agency_code, pay_period, reissue_of
),
routed AS (
    SELECT s.*, %(split)s AND left(e.cnaps_code, 3) = left(g.cnaps_code, 3) AS in_bank,
           coalesce((SELECT r.rail FROM pay_rail r
                      WHERE (r.cap_fen IS NULL OR s.amount_fen <= r.cap_fen)
                        AND (r.rail <> 'in_bank' OR left(e.cnaps_code, 3) = left(g.cnaps_code, 3))
                      ORDER BY r.place LIMIT 1), '') AS rail
      FROM summed s JOIN enterprise e ON e.credit_code = s.enterprise_code
      JOIN agency g ON g.agency_code = s.agency_code
),
placed AS (
    SELECT r.*, row_number() OVER (PARTITION BY agency_code, in_bank, rail
                                       ORDER BY enterprise_code, area_code, order_key) AS place
      FROM routed r ORDER BY agency_code, in_bank, rail, enterprise_code, area_code, order_key
),
numbered AS (
    SELECT nextval(pg_get_serial_sequence('payment_instruction', 'id')) AS id, p.* FROM placed p
),
orders AS (
    SELECT n.*, 'ZJ' || substr(replace(n.pay_period, '-', ''), 3) || lpad(n.id::text, greatest(10,
        length(n.id::text)), '0') AS reference,
           gen_random_uuid()::text AS uetr, e.account_no AS payee_account_no,
           e.account_name AS payee_account_name, e.bank_name AS payee_bank_name,
           e.cnaps_code AS payee_cnaps_code,
           '医药货款' || n.first_period || CASE WHEN n.last_period > n.first_period
               THEN '至' || n.last_period ELSE '' END AS purpose
      FROM numbered n JOIN enterprise e ON e.credit_code = n.enterprise_code
)
SELECT o.*, NULL::text AS hospital_code,
       encode(sha256(convert_to(concat_ws('|', reference, payee_account_no, payee_account_name,
           payee_bank_name, payee_cnaps_code, amount_fen, purpose), 'UTF8')), 'hex') AS
               content_hash
  FROM orders o
"""

_BATCHES = """
CREATE TEMP TABLE pay_batch ON COMMIT DROP AS
SELECT nextval(pg_get_serial_sequence('payment_batch', 'id')) AS id, q.*
  FROM (SELECT agency_code, in_bank, rail, (place - 1) / %(rows)s AS part,
               count(*) AS lines_count, sum(amount_fen)::bigint AS total_fen,
               encode(sha256(convert_to(string_agg(content_hash, '' ORDER BY content_hash),
                   'UTF8')), 'hex')
                   AS content_hash
          FROM pay_order GROUP BY agency_code, in_bank, rail, (place - 1) / %(rows)s
         ORDER BY 1, 2, 3, 4) q
"""

_KEEP_BATCHES = """
INSERT INTO payment_batch (id, batch_no, period, job_id, area_code, agency_code, debtor_account_no,
    debtor_account_name, debtor_bank_name, debtor_cnaps_code, profile_code, profile_version,
    rail, execution_on, lines_count, total_fen, content_hash, state, made_by, made_at, explanation)
SELECT b.id, 'PC' || to_char(%(on)s::date, 'YYYYMMDD') || lpad(b.id::text, greatest(6,
    length(b.id::text)), '0'),
       %(period)s, %(job_id)s, %(area)s, b.agency_code, g.account_no, g.account_name, g.bank_name,
       g.cnaps_code, %(profile)s, %(version)s, nullif(b.rail, ''),
       coalesce((SELECT d.day FROM pay_day d WHERE d.rail = b.rail), %(on)s), b.lines_count,
       b.total_fen, b.content_hash,
       'prepared', %(actor)s, %(now)s, %(explanation)s
  FROM pay_batch b JOIN agency g USING (agency_code)
 ORDER BY b.id
RETURNING id
"""

_KEEP_ORDERS = """
INSERT INTO payment_instruction (id, reference, uetr, batch_id, line_in_batch, period,
    enterprise_code, hospital_code,
    area_code, agency_code, payee_account_no, payee_account_name, payee_bank_name, payee_cnaps_code,
    written_name, written_bank_name, rail, amount_fen, purpose, content_hash, state, reissue_of,
    made_at)
SELECT o.id, o.reference, o.uetr, b.id, (o.place - 1) %% %(rows)s + 1, o.pay_period,
    o.enterprise_code, o.hospital_code,
       o.area_code, o.agency_code, o.payee_account_no, o.payee_account_name, o.payee_bank_name,
       o.payee_cnaps_code, n.after, k.after, nullif(o.rail, ''), o.amount_fen, o.purpose,
       o.content_hash, 'batched', o.reissue_of, %(now)s
  FROM pay_order o JOIN pay_batch b
    ON b.agency_code = o.agency_code AND b.in_bank = o.in_bank AND b.rail = o.rail
   AND b.part = (o.place - 1) / %(rows)s
  LEFT JOIN pay_written n ON n.before = o.payee_account_name
  LEFT JOIN pay_written k ON k.before = o.payee_bank_name
"""

_KEEP_ALLOCATIONS = """
INSERT INTO payment_allocation (instruction_id, sheet_id, amount_fen)
SELECT o.id, s.sheet_id, s.payable_fen
  FROM pay_sheet s JOIN pay_order o
    ON o.order_key = s.order_key AND o.enterprise_code = s.enterprise_code
   AND o.area_code = s.area_code AND o.agency_code = s.agency_code AND o.pay_period = s.pay_period
   AND o.reissue_of IS NOT DISTINCT FROM s.reissue_of
 WHERE s.taken
"""

#: The approval of its sheets is the approval of an order: it is born approved and batched at once.
_KEEP_EVENTS = f"""
INSERT INTO instruction_event (instruction_id, from_state, to_state, happened_at, business_on,
    actor, cause, evidence, prev_hash, hash)
SELECT e.*, {EVENT_HASH} FROM (
    SELECT id AS instruction_id, %(born)s::text AS from_state, %(batched)s::text AS to_state,
           %(now)s::timestamptz AS happened_at, %(on)s::date AS business_on,
           %(actor)s::text AS actor, 'pay' AS cause, NULL::text AS evidence, '' AS prev_hash
      FROM pay_order ORDER BY id) e
"""


@dataclass(frozen=True, slots=True)
class Claims:
    """What is paid: the statement that makes pay_order of it, and the one that says what pays."""

    orders: str
    allocations: str
    #: The tables that grow, for the planner.
    grown: tuple[str, ...]
    #: Whom it pays: hospital and enterprise of each row taken.
    payees: str = lost.OF_SHEETS


SHEETS = Claims(_ORDERS, _KEEP_ALLOCATIONS, ("payment_instruction", "payment_allocation"))


def make(run: Run, claims: Claims = SHEETS) -> tuple[list[int], int]:
    """Make orders and batches of what was taken; return the batches' ids, and how many orders.

    Raises NoRail, OrderTooLarge, SentBeforeRestore and what the format refuses while files are
    measured.
    """
    lost.refuse_held(claims.payees)
    told: dict[str, Any] = {
        "split": run.format.split_in_bank,
        "on": run.on,
        "period": run.period,
        "area": run.area,
        "job_id": run.job_id,
        "profile": run.profile.code,
        "version": run.profile.version,
        "actor": run.actor,
        "now": clock.now(),
        "explanation": run.explanation,
        "born": sources(INSTRUCTION, InstructionMove.BATCH)[0],
        "batched": target(INSTRUCTION, InstructionMove.BATCH),
    }
    sql("DROP TABLE IF EXISTS pg_temp.pay_order, pg_temp.pay_batch")
    routing.prepare(run)
    sql(claims.orders, told)
    sql("ANALYZE pg_temp.pay_order")
    routing.settle(run)
    told["rows"] = sizes.rows_per_file(run, told["now"])
    sql(_BATCHES, told)
    sql("ANALYZE pg_temp.pay_batch")
    batch_ids = [int(row[0]) for row in sql(_KEEP_BATCHES, told)]
    made = int(sql(_KEEP_ORDERS, told).rowcount)
    sql(claims.allocations)
    statistics.learn(made, *claims.grown)
    sql(_KEEP_EVENTS, told)
    return batch_ids, made
