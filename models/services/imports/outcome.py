"""What became of an import's rows: the counts, the record of the run, and the words for people."""

from dataclasses import dataclass
from typing import Any

from models.records.base import sql
from models.records.files import ImportRun, StoredFile
from models.rules.errors.imports import ROW_SENTENCES, RowCode
from models.schemas.table import Nature, TableSchema
from models.services import audit
from models.services.imports.intake import Intake
from models.workbooks import LOST_DIGITS

_LOST = "“{label}”是超过15位的数字单元格，末尾数字已丢失，请改为文本单元格后重新填写"
#: A row of master data is only refused as a conflict when its own file says two things.
_TWICE = "“{label}”与本文件前面同一代码的行不同，已按前面的行收入，请只保留正确的一行"
_WHOLE_ROW = "整行"

#: (column, code) pairs of one record.
Found = list[tuple[str, str]]


@dataclass(frozen=True)
class Counts:
    """rows = accepted + unchanged + rejected."""

    rows: int
    accepted: int
    rejected: int
    by_code: dict[str, int]

    @property
    def unchanged(self) -> int:
        """Return the rows that said nothing new."""
        return self.rows - self.accepted - self.rejected


def count(rows: int, direct: int = 0) -> Counts:
    """Return what became of the rows of this transaction's import."""
    rejected, accepted = sql(
        "SELECT (SELECT count(DISTINCT row_no) FROM finding), (SELECT count(*) FROM taken)"
    ).fetchone()
    by_code = sql("SELECT code, count(DISTINCT row_no) FROM finding GROUP BY code ORDER BY code")
    return Counts(rows, direct + int(accepted), int(rejected), {c: int(n) for c, n in by_code})


def record(
    intake: Intake,
    stored: StoredFile,
    counts: Counts,
    *,
    error_file_id: int | None = None,
    job_id: int | None = None,
    all_or_nothing: bool = False,
) -> dict[str, Any]:
    """Write the import_run row and the audit event, and return the result of the import."""
    warnings = intake.warnings.told(intake.schema)
    ImportRun.insert(
        id=intake.import_id,
        kind=intake.kind,
        file_id=stored.id,
        job_id=job_id,
        imported_by=intake.actor.name,
        all_or_nothing=all_or_nothing,
        business_on=intake.on,
        imported_at=intake.now,
        rows_count=counts.rows,
        accepted_count=counts.accepted,
        unchanged_count=counts.unchanged,
        rejected_count=counts.rejected,
        by_code=counts.by_code,
        warnings=warnings,
        error_file_id=error_file_id,
    ).execute()
    result = {
        "rows": counts.rows,
        "accepted": counts.accepted,
        "unchanged": counts.unchanged,
        "rejected": counts.rejected,
        "by_code": counts.by_code,
        "warnings": warnings,
        "error_file_id": error_file_id,
        "import_id": intake.import_id,
    }
    audit.wrote(
        "import.done",
        actor=intake.actor.name,
        subject=f"import_run:{intake.import_id}",
        kind=intake.kind,
        file_sha256=stored.sha256,
        rows=counts.rows,
        accepted=counts.accepted,
        rejected=counts.rejected,
    )
    return result


def sentence(
    schema: type[TableSchema], found: Found, cells: dict[str | None, str] | None = None
) -> str:
    """Return one Chinese sentence that names each field at fault and the way out."""
    columns = schema.columns()
    order = {name: place for place, name in enumerate(columns)}
    parts: list[str] = []
    for column, code in sorted(found, key=lambda pair: (order.get(pair[0], -1), pair[1])):
        label = columns[column].label if column in columns else _WHOLE_ROW
        lost = LOST_DIGITS in (cells or {}).get(column, "")
        twice = code == RowCode.CONFLICT and schema.about.nature is Nature.MASTER
        told = _LOST if lost else _TWICE if twice else ROW_SENTENCES[code]
        parts.append(told.format(label=label))
    return "；".join(dict.fromkeys(parts)) + "。"
