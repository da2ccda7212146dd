"""The chain of events shows any edit; files come back as they were stored."""

import hashlib

import peewee
import pytest

from models.records.base import sql
from models.services import audit, files


def test_the_chain_is_whole_until_somebody_edits_it(db):
    for number in range(3):
        audit.wrote("tested", actor="u", subject=f"s:{number}", 金额=number)
    assert audit.first_break() is None
    sql("ALTER TABLE audit_event DISABLE TRIGGER USER")
    sql("UPDATE audit_event SET facts = '{}' WHERE subject = 's:1'")
    edited = sql("SELECT id FROM audit_event WHERE subject = 's:1'").fetchone()[0]
    sql("ALTER TABLE audit_event ENABLE TRIGGER USER")
    assert audit.first_break() == edited


def test_events_cannot_be_edited_or_removed(db):
    audit.wrote("tested", actor="u", subject="s")
    for change in ("UPDATE audit_event SET actor = 'x'", "DELETE FROM audit_event"):
        with pytest.raises(peewee.DatabaseError), db.atomic():
            db.execute_sql(change)


def test_a_file_comes_back_byte_for_byte(db, tmp_path):
    content = bytes(range(256)) * 9_000
    stored = files.store("x/../账 单.csv", [content[:7], content[7:]], by="u", kind="upload")
    assert (stored.size_bytes, stored.name) == (len(content), "账 单.csv")
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    assert b"".join(files.read(stored.id)) == content
    files.write_path(stored.id, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes() == content


def test_an_empty_file_is_a_file(db):
    stored = files.store("empty.csv", [], by="u", kind="upload")
    assert (stored.size_bytes, b"".join(files.read(stored.id))) == (0, b"")
