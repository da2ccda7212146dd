"""Every invariant of the money, asked of the whole database at one moment."""

import hashlib
from collections.abc import Iterator
from itertools import islice

from models.records.base import db, sql
from models.rules.errors import SettlementError
from models.services import audit, audit_anchors, bank_files, files, sheet_content
from models.services.bank_files import Formats
from models.services.books import released
from models.services.books.check import Check
from models.services.books.closed import CLOSED
from models.services.books.ledger import FUNDS, LEDGER
from models.services.books.offsets import OFFSETS
from models.services.books.payments import PAYMENTS
from models.services.books.prepaid import PREPAID
from models.services.books.retention import RETENTION
from models.services.books.sheets import SHEETS
from models.services.books.windows import WINDOWS
from models.services.overdue.register import proof

ALL = (*SHEETS, *PAYMENTS, *FUNDS, *OFFSETS, *PREPAID, *RETENTION, *LEDGER, *CLOSED, *WINDOWS)

#: A broken invariant is shown by so many examples; more would hide the others.
EXAMPLES_MAX = 20

_SEALED = "SELECT id, sheet_no FROM settlement_sheet WHERE state <> 'draft' ORDER BY id"
_FILES = """
SELECT b.id, b.batch_no, b.file_id, b.file_sha256, b.lines_count, b.total_fen, p.spec
  FROM payment_batch b
  JOIN bank_profile p ON (p.profile_code, p.version) = (b.profile_code, b.profile_version)
 WHERE b.file_id IS NOT NULL ORDER BY b.id
"""


def check_books(formats: Formats | None = None) -> dict[str, list[str]]:
    """Return the names of what was checked, and a sentence for each place where it is broken.

    All of it sees one moment of the database. With `formats` the stored bank files are read
    again by their profile, not only by their sha256.
    """
    checked, broken = [], []
    with db.atomic("REPEATABLE READ") if not db.in_transaction() else db.atomic():
        sql("SET LOCAL work_mem = '128MB'")
        for check in ALL:
            checked.append(check.name)
            broken += list(_failures(check))
        checked.append("seals_hold")
        broken += list(_broken_seals())
        checked.append("files_are_unchanged")
        broken += list(_changed_files(formats))
        checked.append(proof.NAME)
        broken += list(proof.differences())
        checked.append(released.NAME)
        broken += list(released.differences())
        checked.append("audit_chain_is_whole")
        broken += list(_broken_trail())
    return {"checked": checked, "broken": broken}


def _failures(check: Check) -> Iterator[str]:
    cursor = sql(check.query)
    rows = cursor.fetchmany(EXAMPLES_MAX)
    for row in rows:
        yield f"{check.name}：{check.sentence.format(*row)}"
    more = cursor.rowcount - len(rows)
    if more > 0:
        yield f"{check.name}：另有 {more} 处。"


def _broken_seals() -> Iterator[str]:
    """Yield the reviewed sheets whose content is not what was sealed."""
    numbers = dict(sql(_SEALED).fetchall())
    for sheet_id in sheet_content.changed(list(numbers))[:EXAMPLES_MAX]:
        yield f"seals_hold：结算单 {numbers[sheet_id]} 的内容与审批时封存的摘要不符。"


def _changed_files(formats: Formats | None) -> Iterator[str]:
    """Yield the batches whose stored bytes are not those that were sent."""
    for batch_id, batch_no, file_id, sha256, lines, total_fen, spec in sql(_FILES).fetchall():
        digest = hashlib.sha256()
        for piece in files.read(file_id):
            digest.update(piece)
        if digest.hexdigest() != sha256:
            yield f"files_are_unchanged：批次 {batch_no} 的文件字节与发送时的摘要不符。"
        elif formats is not None and _reread(formats(spec), file_id, batch_id) != (
            lines,
            total_fen,
        ):
            yield f"files_are_unchanged：批次 {batch_no} 的文件笔数、金额或付款内容与批次不符。"


def _broken_trail() -> Iterator[str]:
    """Yield where events of the trail were changed, taken out or put in, and lost anchors."""
    for fault in islice(audit.faults(), EXAMPLES_MAX):
        yield f"audit_chain_is_whole：审计链在第 {fault.at} 条记录处断开：{fault.sentence}"
    for event_id in islice(audit_anchors.lost(), EXAMPLES_MAX):
        yield (
            f"audit_chain_is_whole：第 {event_id} 号事件与外部存证的链头不符，"
            "此前的审计记录被改写或截断。"
        )


def _reread(form: bank_files.BankFormat, file_id: int, batch_id: int) -> tuple[int, int] | None:
    """Return count and total of a file whose orders are the batch's; None where one is not."""
    try:
        return form.reread(files.read(file_id), bank_files.as_written(batch_id))
    except SettlementError:
        return None
