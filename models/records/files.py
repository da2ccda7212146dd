"""Files kept in the database, so that two hosts share nothing else."""

import peewee as pw

from models.records.base import CodeField, JsonField, Record, UtcDateTimeField, promise


class StoredFile(Record):
    """An upload, error file, bank file or export; its bytes never change."""

    id = pw.BigAutoField()
    name = pw.TextField()
    #: upload, errors, bank_file, bank_result, statement, export, attachment
    kind = CodeField()
    size_bytes = pw.BigIntegerField()
    sha256 = CodeField(index=True)
    stored_by = CodeField()
    stored_at = UtcDateTimeField()


class FileChunk(Record):
    """A piece of a stored file, in order."""

    file_id = pw.BigIntegerField()
    place = pw.IntegerField()
    content = pw.BlobField()

    class Meta:
        """Pieces in order."""

        primary_key = pw.CompositeKey("file_id", "place")
        constraints = [promise("file_chunk_not_empty", "length(content) > 0")]


class ImportRun(Record):
    """One import of a file: what was taken, unchanged and refused."""

    id = pw.AutoField()
    kind = CodeField(index=True)
    file_id = pw.BigIntegerField()
    job_id = pw.BigIntegerField(null=True)
    imported_by = CodeField()
    all_or_nothing = pw.BooleanField()
    business_on = pw.DateField()
    imported_at = UtcDateTimeField()
    rows_count = pw.BigIntegerField()
    accepted_count = pw.BigIntegerField()
    unchanged_count = pw.BigIntegerField()
    rejected_count = pw.BigIntegerField()
    #: {"bad_date": 3, …}
    by_code = JsonField()
    warnings = JsonField()
    error_file_id = pw.BigIntegerField(null=True)

    class Meta:
        """Nothing is lost: rows = accepted + unchanged + rejected."""

        constraints = [
            promise(
                "import_loses_nothing",
                "rows_count = accepted_count + unchanged_count + rejected_count",
            )
        ]
