"""After a restore: which bank files left the house that this database knows nothing of."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from models import clock
from models.records.base import db, sql
from models.records.lost_files import LostFile
from models.rules.lost_files import LostFileState
from models.rules.money import yuan
from models.services import audit, files
from models.services.releases import journal
from models.services.releases.journal import Release
from models.services.releases.releasing import installation

_KNOWN = """
SELECT file_sha256 FROM payment_batch WHERE file_sha256 = ANY (%(wanted)s)
UNION SELECT sha256 FROM lost_file WHERE sha256 = ANY (%(wanted)s)
"""
_CLAIMS = """
INSERT INTO lost_file_claim (lost_file_id, hospital_code, enterprise_code, amount_fen)
SELECT %s, * FROM unnest(%s::text[], %s::text[], %s::bigint[])
"""
#: Numbers that stand in the bank's hands are never handed out a second time.
_SKIP_NUMBERS = """
SELECT setval(pg_get_serial_sequence(%(table)s, 'id'), greatest(%(used)s,
    (SELECT coalesce(max(id), 1) FROM {table}),
    (SELECT CASE WHEN is_called THEN last_value ELSE 1 END FROM {table}_id_seq)))
"""


def compare(folders: Sequence[Path], *, by: str) -> dict[str, Any]:
    """Take in every released file that is missing here; return them and what else was seen.

    Safe to run twice: what was taken in is not taken in again. The numbers of lost batches and
    orders are passed by, so that no new order gets a reference the bank has seen. Raises
    JournalBroken.
    """
    with db.atomic():
        here = installation()
        found = _merged(folders)
        ours = _of(here, found)
        missing = sorted(_missing(ours), key=lambda one: one.at)
        for one in missing:
            _take_in(one, found[one.sha256][1], by)
        if missing:
            audit.wrote(
                "lost_files.found",
                actor=by,
                subject="lost_file",
                files=[(one.batch_no, one.sha256, yuan(one.total_fen)) for one in missing],
            )
    return {
        "released": len(ours),
        "of_other_installations": sorted({one.installation for one, _ in found.values()} - {here}),
        "lost": [_told(one) for one in missing],
    }


def unknown(folders: Sequence[Path]) -> list[Release]:
    """Return the released files of this installation that are neither known nor taken in."""
    return _missing(_of(installation(), _merged(folders)))


def _of(here: str, found: Mapping[str, tuple[Release, Path]]) -> list[Release]:
    """Return what this installation released; a database without a number released nothing."""
    return [one for one, _ in found.values() if here and one.installation == here]


def _told(one: Release) -> dict[str, Any]:
    return {
        "batch_no": one.batch_no,
        "file": one.file_name,
        "sha256": one.sha256,
        "lines": one.lines_count,
        "total_yuan": yuan(one.total_fen),
        "released_at": one.at,
        "released_by": one.by,
    }


def _merged(folders: Iterable[Path]) -> dict[str, tuple[Release, Path]]:
    """Return each file once, as it first left, with a folder that has it."""
    found: dict[str, tuple[Release, Path]] = {}
    for folder in folders:
        for one in journal.entries(folder):
            held = found.get(one.sha256)
            if held is None or one.at < held[0].at:
                found[one.sha256] = (one, folder)
    return found


def _missing(ours: Sequence[Release]) -> list[Release]:
    wanted = [one.sha256 for one in ours]
    known = {row[0] for row in sql(_KNOWN, {"wanted": wanted})}
    return [one for one in ours if one.sha256 not in known]


def _take_in(one: Release, folder: Path, by: str) -> None:
    pairs: defaultdict[tuple[str, str | None], int] = defaultdict(int)
    orders = batch = 0
    for row in journal.claims(folder, one.sha256):
        if "batch" in row:
            batch = int(row["batch"]["id"])
        elif "order" in row:
            orders = max(orders, int(row["order"]["id"]))
        else:
            claim = row.get("sheet") or row["grant"]
            pair = claim["hospital_code"], claim.get("enterprise_code")
            pairs[pair] += int(claim["amount_fen"])
    for table, used in (("payment_batch", batch), ("payment_instruction", orders)):
        sql(_SKIP_NUMBERS.format(table=table), {"table": table, "used": max(used, 1)})
    kept = [
        files.store(name, journal.pieces(folder / (one.sha256 + ending)), by=by, kind="bank_file")
        for name, ending in (
            (one.file_name, journal.BANK_FILE),
            (f"{one.batch_no}{journal.CLAIMS}", journal.CLAIMS),
        )
    ]
    lost = LostFile.create(
        batch_no=one.batch_no,
        file_name=one.file_name,
        sha256=one.sha256,
        period=one.period,
        agency_code=one.agency_code,
        area_codes=list(one.area_codes),
        lines_count=one.lines_count,
        total_fen=one.total_fen,
        released_at=datetime.fromisoformat(one.at),
        released_by=one.by,
        file_id=kept[0].id,
        claims_id=kept[1].id,
        found_at=clock.now(),
        found_by=by,
        state=LostFileState.OPEN,
    )
    hospitals, enterprises = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    sql(_CLAIMS, (lost.id, hospitals, enterprises, list(pairs.values())))
