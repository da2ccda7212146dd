"""A batch becomes the stored bytes of its file: written once, read back, compared, then sent."""

import logging
from collections.abc import Sequence

from models import clock
from models.records.base import sql
from models.records.files import StoredFile
from models.rules.errors.payment import FileTotalsDiffer, OneHandOnly, OrderTooLarge
from models.rules.money import yuan
from models.rules.states import BATCH, BatchMove, InstructionMove, sources, target
from models.services import files, instructions
from models.services.bank_files.format import BatchHead
from models.services.bank_files.order_rows import OF_BATCH, as_written, stream
from models.services.bank_files.run import Run

log = logging.getLogger("zhijie.bank")

#: All orders of a run move at once, each on the evidence of its own file.
_SEND = (
    "SELECT i.id AS instruction_id, %(on)s::date AS sent_on, NULL::date AS booked_on,"
    " NULL::date AS returned_on, NULL::text AS bank_reason, 'file:' || b.file_sha256 AS evidence"
    " FROM payment_instruction i JOIN payment_batch b ON b.id = i.batch_id"
    " WHERE b.id = ANY (%(batches)s)"
)

_HEAD = """
SELECT batch_no, made_at, execution_on, debtor_account_no, debtor_account_name, debtor_bank_name,
       debtor_cnaps_code, lines_count, total_fen, coalesce(rail, '')
  FROM payment_batch WHERE id = %s
"""

_SENT = """
UPDATE payment_batch
   SET state = %(sent)s, sent_at = %(now)s, file_id = %(file_id)s, file_name = %(file_name)s,
       file_sha256 = %(sha256)s
 WHERE id = %(batch_id)s AND state = ANY (%(from)s) AND file_id IS NULL
"""


def write_batch(run: Run, batch_id: int) -> dict[str, object]:
    """Write and store the file of one batch, whose orders go with `send`; return what is told.

    Raises FileTotalsDiffer, FileOrderDiffers, OrderTooLarge, OneHandOnly and what the format
    refuses.
    """
    head = BatchHead(*sql(_HEAD, (batch_id,)).fetchone())
    name = run.format.file_name(head)
    stored = files.store(
        name,
        run.format.write(head, stream(OF_BATCH, (batch_id,))),
        by=run.actor,
        kind="bank_file",
    )
    _compare(run, head, batch_id, stored)
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
    log.info(
        "batch.written batch=%s lines=%s total_fen=%s sha256=%s",
        head.batch_no,
        head.count,
        head.total_fen,
        stored.sha256,
    )
    return {
        "batch_no": head.batch_no,
        "file": stored.name,
        "sha256": stored.sha256,
        "lines": head.count,
        "total_yuan": yuan(head.total_fen),
        "file_id": int(stored.id),
    }


def send(run: Run, batch_ids: Sequence[int], orders: int) -> None:
    """Record the orders of these batches as sent: each once, or OneHandOnly."""
    instructions.move(
        InstructionMove.SEND,
        _SEND,
        {"batches": list(batch_ids), "on": run.on},
        expected=orders,
        cause="pay",
        actor=run.actor,
        on=run.on,
    )


def _compare(run: Run, head: BatchHead, batch_id: int, stored: StoredFile) -> None:
    """Read the stored bytes again and refuse unless they carry exactly the batch's orders."""
    count, total = run.format.reread(files.read(stored.id), as_written(batch_id))
    if (count, total) != (head.count, head.total_fen):
        raise FileTotalsDiffer(
            batch_no=head.batch_no,
            lines=head.count,
            total_yuan=yuan(head.total_fen),
            lines_read=count,
            total_read_yuan=yuan(total),
        )
    if run.format.max_bytes is not None and stored.size_bytes > run.format.max_bytes:
        raise OrderTooLarge(profile=run.profile.code, max_bytes=run.format.max_bytes)
