"""Orders become batches, batches become files: written once, read back, compared, then sent.

The formats themselves live with the workers and are handed in as a `BankFormat`; here is only
what must be true of any file: its bytes are stored, and what is read back from them is the batch.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from models import clock
from models.records.base import db, sql
from models.rules.errors.bank import UnknownProfile
from models.rules.errors.payment import FileTotalsDiffer, OneHandOnly, OrderTooLarge
from models.rules.money import yuan
from models.rules.states import BATCH, INSTRUCTION, BatchMove, InstructionMove, sources, target
from models.services import files, instructions, statistics

#: More orders are never in one file, whatever the profile says: a file is one page of work.
ROWS_MAX = 100_000
#: Orders fetched at a time while a file is written: memory stays flat.
FETCH_ROWS = 2_000

#: One order as given to `BankFormat.write`.
OrderRow = tuple[str, str, str, str, str, str, int, str]
ORDER_COLUMNS = (
    "reference, uetr, payee_account_no, payee_account_name, payee_bank_name, payee_cnaps_code,"
    " amount_fen, purpose"
)


@dataclass(frozen=True, slots=True)
class BatchHead:
    """What a file says about the whole batch."""

    batch_no: str
    created_at: datetime
    execution_on: date
    debtor_account_no: str
    debtor_account_name: str
    debtor_bank_name: str
    debtor_cnaps_code: str
    count: int
    total_fen: int


class BankFormat(Protocol):
    """One version of a bank's order file."""

    @property
    def max_rows(self) -> int | None:
        """Most orders the bank takes in a file."""

    @property
    def max_bytes(self) -> int | None:
        """Largest file the bank takes."""

    @property
    def split_in_bank(self) -> bool:
        """Whether orders within the bank and to other banks need separate files."""

    def file_name(self, head: BatchHead) -> str:
        """Return the name of the file."""

    def write(self, head: BatchHead, orders: Iterable[OrderRow]) -> Iterator[bytes]:
        """Yield the bytes of the file; raises a SettlementError for an order it cannot carry."""

    def reread(self, chunks: Iterable[bytes]) -> tuple[int, int]:
        """Return count and total in fen as an independent reader finds them in the bytes."""


#: Makes the format of a profile version from its data (handed in by the workers).
Formats = Callable[[Mapping[str, Any]], BankFormat]


@dataclass(frozen=True, slots=True)
class Profile:
    """The version of a profile that a batch is frozen to."""

    code: str
    version: int
    spec: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """Who sends what for which month, on which day."""

    actor: str
    period: str
    area: str | None
    on: date
    job_id: int | None
    profile: Profile
    format: BankFormat


def profile(code: str) -> Profile:
    """Return the latest version of a profile; raises UnknownProfile."""
    row = sql(
        "SELECT version, spec FROM bank_profile WHERE profile_code = %s ORDER BY version DESC"
        " LIMIT 1",
        (code,),
    ).fetchone()
    if row is None:
        known = sql(
            "SELECT DISTINCT profile_code FROM bank_profile ORDER BY profile_code"
        ).fetchall()
        raise UnknownProfile(profile=code, known="、".join(one[0] for one in known))
    return Profile(code, int(row[0]), row[1])


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
numbered AS (
    SELECT nextval(pg_get_serial_sequence('payment_instruction', 'id')) AS id, s.*
      FROM (SELECT * FROM summed ORDER BY agency_code, enterprise_code, area_code, order_key) s
),
orders AS (
    SELECT n.*, 'ZJ' || substr(replace(n.pay_period, '-', ''), 3) || lpad(n.id::text, greatest(10,
        length(n.id::text)), '0') AS reference,
           gen_random_uuid()::text AS uetr, e.account_no AS payee_account_no,
           e.account_name AS payee_account_name, e.bank_name AS payee_bank_name,
           e.cnaps_code AS payee_cnaps_code,
           '医药货款' || n.first_period || CASE WHEN n.last_period > n.first_period
               THEN '至' || n.last_period ELSE '' END AS purpose,
           %(split)s AND left(e.cnaps_code, 3) = left(g.cnaps_code, 3) AS in_bank
      FROM numbered n JOIN enterprise e ON e.credit_code = n.enterprise_code
      JOIN agency g ON g.agency_code = n.agency_code
)
SELECT o.*, encode(sha256(convert_to(concat_ws('|', reference, payee_account_no, payee_account_name,
           payee_bank_name, payee_cnaps_code, amount_fen, purpose), 'UTF8')), 'hex') AS
               content_hash,
       row_number() OVER (PARTITION BY agency_code, in_bank ORDER BY id) AS place
  FROM orders o
"""

#: The first file of each account as it would be with so many orders.
_TRIALS = """
SELECT o.agency_code, o.in_bank, g.account_no, g.account_name, g.bank_name, g.cnaps_code, count(*),
       sum(amount_fen)::bigint
  FROM pay_order o JOIN agency g USING (agency_code)
 WHERE o.place <= %(rows)s
 GROUP BY o.agency_code, o.in_bank, g.account_no, g.account_name, g.bank_name, g.cnaps_code
 ORDER BY o.agency_code, o.in_bank
"""

_BATCHES = """
CREATE TEMP TABLE pay_batch ON COMMIT DROP AS
SELECT nextval(pg_get_serial_sequence('payment_batch', 'id')) AS id, q.*
  FROM (SELECT agency_code, in_bank, (place - 1) / %(rows)s AS part, count(*) AS lines_count,
               sum(amount_fen)::bigint AS total_fen,
               encode(sha256(convert_to(string_agg(content_hash, '' ORDER BY content_hash),
                   'UTF8')), 'hex')
                   AS content_hash
          FROM pay_order GROUP BY agency_code, in_bank, (place - 1) / %(rows)s
         ORDER BY 1, 2, 3) q
"""

_KEEP_BATCHES = """
INSERT INTO payment_batch (id, batch_no, period, job_id, area_code, agency_code, debtor_account_no,
    debtor_account_name, debtor_bank_name, debtor_cnaps_code, profile_code, profile_version,
    execution_on, lines_count, total_fen, content_hash, state, made_by, made_at)
SELECT b.id, 'PC' || to_char(%(on)s::date, 'YYYYMMDD') || lpad(b.id::text, greatest(6,
    length(b.id::text)), '0'),
       %(period)s, %(job_id)s, %(area)s, b.agency_code, g.account_no, g.account_name, g.bank_name,
       g.cnaps_code, %(profile)s, %(version)s, %(on)s, b.lines_count, b.total_fen, b.content_hash,
       'prepared', %(actor)s, %(now)s
  FROM pay_batch b JOIN agency g USING (agency_code)
 ORDER BY b.id
RETURNING id
"""

_KEEP_ORDERS = """
INSERT INTO payment_instruction (id, reference, uetr, batch_id, line_in_batch, period,
    enterprise_code,
    area_code, agency_code, payee_account_no, payee_account_name, payee_bank_name, payee_cnaps_code,
    amount_fen, purpose, content_hash, state, reissue_of, made_at)
SELECT o.id, o.reference, o.uetr, b.id, (o.place - 1) %% %(rows)s + 1, o.pay_period,
    o.enterprise_code,
       o.area_code, o.agency_code, o.payee_account_no, o.payee_account_name, o.payee_bank_name,
       o.payee_cnaps_code, o.amount_fen, o.purpose, o.content_hash, 'batched', o.reissue_of, %(now)s
  FROM pay_order o JOIN pay_batch b
    ON b.agency_code = o.agency_code AND b.in_bank = o.in_bank AND b.part = (o.place - 1) / %(rows)s
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
_KEEP_EVENTS = """
INSERT INTO instruction_event (instruction_id, from_state, to_state, happened_at, business_on,
    actor, cause)
SELECT id, %(born)s, %(batched)s, %(now)s, %(on)s, %(actor)s, 'pay' FROM pay_order ORDER BY id
"""

_SEND = (
    "SELECT id AS instruction_id, %(on)s::date AS sent_on, NULL::date AS booked_on,"
    " NULL::date AS returned_on, NULL::text AS bank_reason, 'file:' || %(sha256)s::text AS evidence"
    " FROM payment_instruction WHERE batch_id = %(batch_id)s"
)

_HEAD = """
SELECT batch_no, made_at, execution_on, debtor_account_no, debtor_account_name, debtor_bank_name,
       debtor_cnaps_code, lines_count, total_fen
  FROM payment_batch WHERE id = %s
"""

_SENT = """
UPDATE payment_batch
   SET state = %(sent)s, sent_at = %(now)s, file_id = %(file_id)s, file_name = %(file_name)s,
       file_sha256 = %(sha256)s
 WHERE id = %(batch_id)s AND state = ANY (%(from)s) AND file_id IS NULL
"""


def send(run: Run, progress: Callable[[int, int, str], None]) -> list[dict[str, object]]:
    """Make instructions and batches of the sheets in pay_sheet, write the files and send them.

    In the caller's transaction: either everything is recorded as sent with its bytes stored, or
    nothing happened. What leaves the house afterwards are the stored bytes. Returns one line for
    each batch. Raises FileTotalsDiffer, OrderTooLarge and what the format refuses.
    """
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
        "born": sources(INSTRUCTION, InstructionMove.BATCH)[0],
        "batched": target(INSTRUCTION, InstructionMove.BATCH),
    }
    sql("DROP TABLE IF EXISTS pg_temp.pay_order, pg_temp.pay_batch")
    sql(_ORDERS, told)
    sql("ANALYZE pg_temp.pay_order")
    told["rows"] = _rows_per_file(run, told)
    sql(_BATCHES, told)
    batch_ids = [int(row[0]) for row in sql(_KEEP_BATCHES, told)]
    made = int(sql(_KEEP_ORDERS, told).rowcount)
    sql(_KEEP_ALLOCATIONS)
    statistics.learn(made, "payment_instruction", "payment_allocation")
    sql(_KEEP_EVENTS, told)
    sent = []
    for place, batch_id in enumerate(batch_ids):
        progress(place, len(batch_ids), "生成银行文件")
        sent.append(_send_batch(run, batch_id))
    progress(len(batch_ids), len(batch_ids), "生成银行文件")
    return sent


def _rows_per_file(run: Run, told: Mapping[str, Any]) -> int:
    """Return how many orders a file takes: the profile's count, fewer where bytes would not fit."""
    rows = min(run.format.max_rows or ROWS_MAX, ROWS_MAX)
    limit = run.format.max_bytes
    if limit is None:
        return rows
    query = (
        f"SELECT {ORDER_COLUMNS} FROM pay_order WHERE agency_code = %s AND in_bank = %s"
        " AND place <= %s ORDER BY place"
    )
    for agency, in_bank, *rest in sql(_TRIALS, {"rows": rows}).fetchall():
        head = BatchHead("P" * 16, told["now"], run.on, *rest)
        count = head.count
        size = sum(map(len, run.format.write(head, _stream(query, (agency, in_bank, count)))))
        if size > limit:
            # Orders differ in length; a tenth is left so that the next file fits as well.
            rows = min(rows, count * limit * 9 // (size * 10))
        if rows < 1:
            raise OrderTooLarge(profile=run.profile.code, max_bytes=limit)
    return rows


def _send_batch(run: Run, batch_id: int) -> dict[str, object]:
    head = BatchHead(*sql(_HEAD, (batch_id,)).fetchone())
    query = (
        f"SELECT {ORDER_COLUMNS} FROM payment_instruction"
        " WHERE batch_id = %s ORDER BY line_in_batch"
    )
    name = run.format.file_name(head)
    stored = files.store(
        name,
        run.format.write(head, _stream(query, (batch_id,))),
        by=run.actor,
        kind="bank_file",
    )
    _compare(run, head, stored.id, stored.size_bytes)
    told = {
        "batch_id": batch_id,
        "file_id": stored.id,
        "file_name": stored.name,
        "sha256": stored.sha256,
        "now": clock.now(),
        "on": run.on,
        "sent": target(BATCH, BatchMove.SEND),
        "from": sources(BATCH, BatchMove.SEND),
    }
    if sql(_SENT, told).rowcount != 1:
        raise OneHandOnly(what="批次")
    instructions.move(
        InstructionMove.SEND,
        _SEND,
        told,
        expected=head.count,
        cause="pay",
        actor=run.actor,
        on=run.on,
    )
    return {
        "batch_no": head.batch_no,
        "file": stored.name,
        "sha256": stored.sha256,
        "lines": head.count,
        "total_yuan": yuan(head.total_fen),
        "file_id": int(stored.id),
    }


def _compare(run: Run, head: BatchHead, file_id: int, size_bytes: int) -> None:
    """Read the stored bytes again and refuse unless they carry exactly the batch."""
    count, total = run.format.reread(files.read(file_id))
    if (count, total) != (head.count, head.total_fen):
        raise FileTotalsDiffer(
            batch_no=head.batch_no,
            lines=head.count,
            total_yuan=yuan(head.total_fen),
            lines_read=count,
            total_read_yuan=yuan(total),
        )
    if run.format.max_bytes is not None and size_bytes > run.format.max_bytes:
        raise OrderTooLarge(profile=run.profile.code, max_bytes=run.format.max_bytes)


def _stream(query: str, params: Sequence[object]) -> Iterator[OrderRow]:
    """Yield rows through a cursor of the server, so that a large batch needs no memory here."""
    with db.connection().cursor(name="orders") as cursor:
        cursor.itersize = FETCH_ROWS
        cursor.execute(query, params)
        yield from cursor
