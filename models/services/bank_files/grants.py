"""Granted retention becomes orders to hospitals: one order for each amount in `pay_grant`."""

from models.services.bank_files import lost
from models.services.bank_files.orders import Claims

#: The payee as the register has the hospital's verified account now.
_ORDERS = """
CREATE TEMP TABLE pay_order ON COMMIT DROP AS
WITH routed AS (
    SELECT p.*, h.account_no AS payee_account_no, h.account_name AS payee_account_name,
           h.bank_name AS payee_bank_name, h.cnaps_code AS payee_cnaps_code,
           %(split)s AND left(h.cnaps_code, 3) = left(g.cnaps_code, 3) AS in_bank,
           coalesce((SELECT r.rail FROM pay_rail r
                      WHERE (r.cap_fen IS NULL OR p.amount_fen <= r.cap_fen)
                        AND (r.rail <> 'in_bank' OR left(h.cnaps_code, 3) = left(g.cnaps_code, 3))
                      ORDER BY r.place LIMIT 1), '') AS rail
      FROM pay_grant p JOIN hospital h USING (hospital_code) JOIN agency g USING (agency_code)
     WHERE p.kept_out IS NULL
),
placed AS (
    SELECT r.*, row_number() OVER (PARTITION BY agency_code, in_bank, rail
                                       ORDER BY hospital_code, grant_id) AS place
      FROM routed r ORDER BY agency_code, in_bank, rail, hospital_code, grant_id
),
orders AS (
    SELECT nextval(pg_get_serial_sequence('payment_instruction', 'id')) AS id, p.*,
           gen_random_uuid()::text AS uetr, '结余留用' || p.period AS purpose
      FROM placed p
),
named AS (
    SELECT o.*, 'ZJ' || substr(replace(o.pay_period, '-', ''), 3)
           || lpad(o.id::text, greatest(10, length(o.id::text)), '0') AS reference
      FROM orders o
)
SELECT n.*, NULL::text AS enterprise_code,
       encode(sha256(convert_to(concat_ws('|', reference, payee_account_no, payee_account_name,
           payee_bank_name, payee_cnaps_code, amount_fen, purpose), 'UTF8')), 'hex') AS content_hash
  FROM named n
"""
_KEEP_ALLOCATIONS = """
INSERT INTO retention_allocation (instruction_id, grant_id, amount_fen)
SELECT id, grant_id, amount_fen FROM pay_order
"""

GRANTS = Claims(
    _ORDERS, _KEEP_ALLOCATIONS, ("payment_instruction", "retention_allocation"), lost.OF_GRANTS
)
