"""A backup is proved by reading it, kept as long as asked, and comes back whole or not at all."""

import hashlib
import json
from pathlib import Path

import psycopg

from models.records import base
from models.records.base import sql
from models.rules.words import Role
from models.services import users
from scripts.backup import envelope, keeping, writing

SECRET = "correct horse battery"


def first_bytes(path: Path) -> bytes:
    with path.open("rb") as source:
        return source.read(40)


def change(path: Path, place: int) -> None:
    with path.open("r+b") as file:
        file.seek(place)
        old = file.read(1)
        file.seek(place)
        file.write(bytes([old[0] ^ 1]))


def note_new_sum(path: Path) -> None:
    """Let the note agree with the damaged bytes: the encryption itself must notice."""
    note = writing.note_of(path)
    told = json.loads(note.read_text())
    told["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    note.write_text(json.dumps(told))


def test_a_sealed_backup_comes_back_row_by_row_and_shows_nothing_without_its_passphrase(
    own_database, tmp_path, run
):
    users.create("maker", Role.MAKER, "all", password="Lanjiang-2026")
    sql(
        "INSERT INTO user_session (number_hash, user_name, began_at, seen_at, confirmed_at,"
        " second_factor, address, agent) VALUES ('x', 'maker', now(), now(), now(), false, '', '')"
    )
    base.db.close()
    safe = tmp_path / "safe"
    status, made = run("backup.__main__", safe, "--encrypt", BACKUP_PASSPHRASE=SECRET)
    assert (status, made["encrypted"]) == (0, True), made
    path = Path(made["file"])
    assert (path.stat().st_mode & 0o077, path.parent) == (0, safe)
    assert first_bytes(path).startswith(b"zhijie-backup-1")
    assert b"app_user" not in path.read_bytes()

    # What stands in the database is replaced only when asked, and kept aside even then.
    assert (
        run("restore.__main__", path, BACKUP_PASSPHRASE=SECRET)[1]["code"] == "database_not_empty"
    )
    base.db.connect()
    assert run("restore.__main__", path, "--replace", BACKUP_PASSPHRASE=SECRET)[1]["code"] == (
        "database_in_use"
    )
    sql("UPDATE user_session SET ended_at = now(), ended_as = 'keeper'")
    base.db.close()
    assert run("restore.__main__", path, "--replace")[1]["code"] == "backup_locked"
    wrong = run("restore.__main__", path, "--replace", BACKUP_PASSPHRASE="another passphrase")
    assert wrong[1]["code"] == "backup_locked"
    status, back = run("restore.__main__", path, "--replace", BACKUP_PASSPHRASE=SECRET)
    assert status == 0, back
    assert (back["differences"], back["broken"], back["lost"]) == ([], [], [])
    with psycopg.connect(own_database) as ask:
        assert ask.execute(f"SELECT count(*) FROM {back['kept_aside']}.app_user").fetchone() == (1,)
        # A session that was ended since, or would be, is not open again.
        assert ask.execute("SELECT user_name, ended_as FROM user_session").fetchall() == [
            ("maker", "keeper")
        ]
    # The next backup holds the system, not what was set aside.
    status, again = run("backup.__main__", safe)
    assert status == 0, again
    told = writing.read(Path(again["file"])).told
    assert told["rows"]["app_user"] == 1


def test_a_changed_cut_or_lonely_file_is_refused_before_anything_is_touched(
    own_database, tmp_path, run
):
    base.db.close()
    _, made = run("backup.__main__", tmp_path / "safe", "--encrypt", BACKUP_PASSPHRASE=SECRET)
    path = Path(made["file"])
    size = path.stat().st_size
    change(path, size // 2)
    refused = run("restore.__main__", path, "--replace", BACKUP_PASSPHRASE=SECRET)
    assert refused[1]["code"] == "backup_damaged"
    note_new_sum(path)
    refused = run("restore.__main__", path, "--replace", BACKUP_PASSPHRASE=SECRET)
    assert refused[1]["code"] in {"backup_damaged", "backup_locked"}
    change(path, size // 2)
    with path.open("r+b") as file:
        file.truncate(size - 1_000)
    note_new_sum(path)
    refused = run("restore.__main__", path, "--replace", BACKUP_PASSPHRASE=SECRET)
    assert refused[1]["code"] in {"backup_damaged", "backup_locked"}
    writing.note_of(path).unlink()
    refused = run("restore.__main__", path, "--replace", BACKUP_PASSPHRASE=SECRET)
    assert refused[1]["code"] == "backup_damaged"
    with psycopg.connect(own_database) as ask:
        assert ask.execute("SELECT count(*) FROM schema_migration").fetchone() > (0,)


def test_the_newest_and_the_last_of_each_month_stay(tmp_path):
    for number, day in enumerate(("01-30", "01-31", "02-27", "02-28", "03-01", "03-02", "03-03")):
        path = tmp_path / f"zhijie-2026{day.replace('-', '')}T000000Z.dump"
        path.write_bytes(b"x")
        writing.note_of(path).write_text(
            json.dumps({"made_at": f"2026-{day}", "encrypted": False, "number": number})
        )
    (tmp_path / "zhijie-20251231T000000Z.dump").write_bytes(b"half of one, without its note")
    (tmp_path / "letters.txt").write_text("not ours")
    dropped = keeping.drop_old(tmp_path, days=2, months=2)
    assert [name[11:15] for name in dropped] == ["0130", "0131", "0227", "0301"]
    assert [one.path.name[11:15] for one in keeping.complete(tmp_path)] == ["0228", "0302", "0303"]
    assert (tmp_path / "letters.txt").exists()
    assert (tmp_path / "zhijie-20251231T000000Z.dump").exists()


def test_a_stream_of_any_length_opens_to_what_was_sealed(tmp_path):
    for size in (0, 1, envelope.PIECE_BYTES, envelope.PIECE_BYTES + 1):
        content = bytes(range(256)) * (size // 256 + 1)
        content = content[:size]
        path = tmp_path / "sealed"
        path.write_bytes(b"".join(envelope.sealed([content], SECRET)))
        with path.open("rb") as source:
            assert b"".join(envelope.opened(source, SECRET, "x")) == content
