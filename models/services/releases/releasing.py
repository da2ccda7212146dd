"""A bank file leaves the house: written down outside the database first, then handed over."""

import socket
from collections.abc import Iterator
from pathlib import Path

from models import clock
from models import settings as settings_module
from models.records.base import db, sql
from models.rules.errors.recovery import JournalNotWritten
from models.services import audit, files
from models.services.releases import journal
from models.services.releases.journal import Release

_BATCH = """
SELECT b.id, b.batch_no, b.file_id, b.file_name, b.file_sha256, b.period, b.agency_code,
       (SELECT array_agg(DISTINCT i.area_code ORDER BY i.area_code) FROM payment_instruction i
         WHERE i.batch_id = b.id), b.lines_count, b.total_fen
  FROM payment_batch b WHERE b.batch_no = %s AND b.file_id IS NOT NULL
"""
#: Everything that makes the batch what it is, so that it can be recorded again row by row.
_CLAIMS = """
SELECT json_build_object('batch', to_json(b))::text FROM payment_batch b WHERE b.id = %(id)s
UNION ALL
SELECT * FROM (
    SELECT json_build_object('order', to_json(i))::text FROM payment_instruction i
     WHERE i.batch_id = %(id)s ORDER BY i.line_in_batch) o
UNION ALL
SELECT json_build_object('sheet', json_build_object('order_id', a.instruction_id,
           'sheet_no', s.sheet_no, 'period', s.period, 'hospital_code', s.hospital_code,
           'enterprise_code', s.enterprise_code, 'amount_fen', a.amount_fen))::text
  FROM payment_instruction i JOIN payment_allocation a ON a.instruction_id = i.id
  JOIN settlement_sheet s ON s.id = a.sheet_id
 WHERE i.batch_id = %(id)s
UNION ALL
SELECT json_build_object('grant', json_build_object('order_id', a.instruction_id,
           'grant_no', g.grant_no, 'period', g.period, 'hospital_code', g.hospital_code,
           'round_code', g.round_code, 'amount_fen', a.amount_fen))::text
  FROM payment_instruction i JOIN retention_allocation a ON a.instruction_id = i.id
  JOIN retention_grant g ON g.id = a.grant_id
 WHERE i.batch_id = %(id)s
"""
FETCH_ROWS = 2_000


def release(batch_no: str, *, by: str) -> None:
    """Write down that the file of a batch leaves now; only then may its bytes be handed over.

    Every folder of the journal must take the line, or nothing leaves. Raises JournalNotWritten.
    """
    with db.atomic():
        row = sql(_BATCH, (batch_no,)).fetchone()
        batch_id, file_id = int(row[0]), int(row[2])
        told = Release(
            installation=installation(),
            at=clock.now().isoformat(),
            by=by,
            host=socket.gethostname(),
            batch_no=row[1],
            file_name=row[3],
            sha256=row[4],
            period=row[5],
            agency_code=row[6],
            area_codes=tuple(row[7] or ()),
            lines_count=row[8],
            total_fen=int(row[9]),
        )
        for folder in settings_module.load().journals:
            _write_down(folder, told, batch_id, file_id)
        audit.wrote("batch.downloaded", actor=by, subject=f"batch:{batch_no}", sha256=told.sha256)


def installation() -> str:
    """Return the number of this installation; empty where the tables were emptied (tests)."""
    row = sql("SELECT id FROM installation LIMIT 1").fetchone()
    return str(row[0]) if row else ""


def _write_down(folder: Path, told: Release, batch_id: int, file_id: int) -> None:
    try:
        journal.keep(folder, told.sha256 + journal.BANK_FILE, files.read(file_id))
        journal.keep(folder, told.sha256 + journal.CLAIMS, _claims(batch_id), packed=True)
        journal.append(folder, told)
        journal.settle(folder)
    except OSError as error:
        raise JournalNotWritten(folder=folder, reason=error.strerror or error) from error


def _claims(batch_id: int) -> Iterator[bytes]:
    with db.connection().cursor(name="claims") as cursor:
        cursor.itersize = FETCH_ROWS
        cursor.execute(_CLAIMS, {"id": batch_id})
        for (row,) in cursor:
            yield str(row).encode() + b"\n"
