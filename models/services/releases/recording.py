"""A lost file is recorded as it was sent: batch, orders, what they pay, bytes and books."""

import gzip
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg

from models import clock
from models.records.base import sql
from models.records.lost_file_guard import RECORDING
from models.records.lost_files import LostFile
from models.records.payments import EVENT_HASH
from models.rules.errors.recovery import LostFileDiffers
from models.rules.offset import PREPAID
from models.rules.postings import Kind
from models.rules.retention_payment import GrantState
from models.rules.states import (
    BATCH,
    INSTRUCTION,
    SHEET,
    BatchMove,
    InstructionMove,
    SheetMove,
    sources,
    target,
)
from models.services import area_locks, files, instructions, ledger

_PREPAID = ", ".join(f"'{one}'" for one in PREPAID)
_BORN = {"sent_at": None, "file_id": None, "file_name": None, "file_sha256": None, "job_id": None}
_UNSENT = {"sent_on": None, "booked_on": None, "returned_on": None, "bank_reason": None}

_BATCH = """
INSERT INTO payment_batch SELECT * FROM jsonb_populate_record(NULL::payment_batch, %s::jsonb)
"""
_ORDERS = """
INSERT INTO payment_instruction
SELECT * FROM jsonb_populate_recordset(NULL::payment_instruction, %s::jsonb) ORDER BY id
"""
_EVENTS = f"""
INSERT INTO instruction_event (instruction_id, from_state, to_state, happened_at, business_on,
    actor, cause, evidence, prev_hash, hash)
SELECT e.*, {EVENT_HASH} FROM (
    SELECT id AS instruction_id, %(born)s::text AS from_state, %(batched)s::text AS to_state,
           %(now)s::timestamptz AS happened_at, %(on)s::date AS business_on,
           %(actor)s::text AS actor, 'lost_file' AS cause, NULL::text AS evidence, '' AS prev_hash
      FROM payment_instruction WHERE batch_id = %(batch)s ORDER BY id) e
"""
_SHEETS = """
CREATE TEMP TABLE recorded_sheet ON COMMIT DROP AS
SELECT x.*, s.id AS sheet_id, i.reissue_of, s.funding, s.sheet_no,
       coalesce(s.payable_fen = x.amount_fen AND s.state = ANY (
           CASE WHEN i.reissue_of IS NULL THEN %(payable)s::text[] ELSE %(again)s::text[] END)
       , false) AS fits
  FROM jsonb_to_recordset(%(rows)s::jsonb) AS x (order_id bigint, period text COLLATE "C",
           hospital_code text COLLATE "C", enterprise_code text COLLATE "C", amount_fen bigint)
  JOIN payment_instruction i ON i.id = x.order_id
  LEFT JOIN settlement_sheet s ON (s.period, s.hospital_code, s.enterprise_code)
            = (x.period, x.hospital_code, x.enterprise_code)
"""
_GRANTS = """
CREATE TEMP TABLE recorded_grant ON COMMIT DROP AS
SELECT x.*, g.id AS grant_id,
       coalesce(g.amount_fen = x.amount_fen AND g.state = ANY (%(payable)s), false) AS fits
  FROM jsonb_to_recordset(%(rows)s::jsonb) AS x (order_id bigint, period text COLLATE "C",
           hospital_code text COLLATE "C", round_code text COLLATE "C", amount_fen bigint)
  LEFT JOIN retention_grant g ON (g.period, g.hospital_code, g.round_code)
            = (x.period, x.hospital_code, x.round_code) AND g.withdrawn_by IS NULL
"""
_DRAWS = f"""
SELECT hospital_code, amount_fen, 'sheet:' || sheet_no AS source FROM recorded_sheet
 WHERE funding IN ({_PREPAID}) AND reissue_of IS NULL
"""
_SENT = """
UPDATE payment_batch
   SET state = %(sent)s, sent_at = %(at)s, file_id = %(file_id)s, file_name = %(file_name)s,
       file_sha256 = %(sha256)s
 WHERE id = %(batch)s
"""
_MOVING = (
    "SELECT id AS instruction_id, %(on)s::date AS sent_on, NULL::date AS booked_on,"
    " NULL::date AS returned_on, NULL::text AS bank_reason, 'file:' || %(sha256)s AS evidence"
    " FROM payment_instruction WHERE batch_id = %(batch)s"
)


def record(lost: LostFile, actor: str) -> None:
    """Bring a lost batch back, in the caller's transaction, with its own numbers.

    What it pays must stand approved with the same sums: a restored month is settled and approved
    again first. Raises LostFileDiffers, MonthClosed.
    """
    rows = list(_claims(int(lost.claims_id)))
    batch = next(row["batch"] for row in rows if "batch" in row)
    orders = [row["order"] for row in rows if "order" in row]
    told: dict[str, Any] = {
        "batch": batch["id"],
        "on": date.fromisoformat(orders[0]["sent_on"]),
        "now": clock.now(),
        "at": lost.released_at,
        "actor": actor,
        "born": sources(INSTRUCTION, InstructionMove.BATCH)[0],
        "batched": target(INSTRUCTION, InstructionMove.BATCH),
        "sent": target(BATCH, BatchMove.SEND),
        "file_id": lost.file_id,
        "file_name": lost.file_name,
        "sha256": lost.sha256,
    }
    sql("SELECT set_config(%s, %s, true)", (RECORDING, lost.batch_no))
    area_locks.lock(sorted(lost.area_codes))
    try:
        born = sources(BATCH, BatchMove.SEND)[0]
        sql(_BATCH, (json.dumps({**batch, **_BORN, "state": born}),))
        unsent = [{**order, **_UNSENT, "state": told["batched"]} for order in orders]
        sql(_ORDERS, (json.dumps(unsent),))
        _claim_sheets([row["sheet"] for row in rows if "sheet" in row], lost)
        _claim_grants([row["grant"] for row in rows if "grant" in row], lost)
    except (psycopg.errors.UniqueViolation, psycopg.errors.RestrictViolation) as error:
        raise LostFileDiffers(batch_no=lost.batch_no, what=str(error).splitlines()[0]) from error
    sql(_EVENTS, told)
    ledger.book_vouchers(on=told["on"])
    ledger.post(Kind.DRAW, _DRAWS, {}, on=told["on"])
    sql(_SENT, told)
    instructions.move(
        InstructionMove.SEND,
        _MOVING,
        told,
        expected=len(orders),
        cause="lost_file",
        actor=actor,
        on=told["on"],
    )


def _claims(file_id: int) -> Iterator[dict[str, Any]]:
    for line in gzip.decompress(b"".join(files.read(file_id))).splitlines():
        yield json.loads(line)


def _claim_sheets(rows: list[dict[str, Any]], lost: LostFile) -> None:
    sql("DROP TABLE IF EXISTS pg_temp.recorded_sheet")
    told = {
        "rows": json.dumps(rows),
        "payable": sources(SHEET, SheetMove.PAY),
        "again": sources(SHEET, SheetMove.REISSUE),
    }
    sql(_SHEETS, told)
    _require_fit(
        "SELECT period || ' ' || hospital_code || ' ' || enterprise_code FROM recorded_sheet", lost
    )
    sql(
        "INSERT INTO payment_allocation (instruction_id, sheet_id, amount_fen)"
        " SELECT order_id, sheet_id, amount_fen FROM recorded_sheet"
    )


def _claim_grants(rows: list[dict[str, Any]], lost: LostFile) -> None:
    sql("DROP TABLE IF EXISTS pg_temp.recorded_grant")
    payable = [str(state) for state in _PAYABLE_GRANTS]
    sql(_GRANTS, {"rows": json.dumps(rows), "payable": payable})
    _require_fit(
        "SELECT period || ' ' || hospital_code || ' ' || round_code FROM recorded_grant", lost
    )
    sql(
        "INSERT INTO retention_allocation (instruction_id, grant_id, amount_fen)"
        " SELECT order_id, grant_id, amount_fen FROM recorded_grant"
    )


_PAYABLE_GRANTS = (GrantState.GRANTED, GrantState.REJECTED, GrantState.RETURNED)


def _require_fit(query: str, lost: LostFile) -> None:
    wrong = sql(f"{query} WHERE NOT fits ORDER BY 1 LIMIT 1").fetchone()
    if wrong:
        raise LostFileDiffers(batch_no=lost.batch_no, what=wrong[0])
