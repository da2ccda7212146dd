"""The trail: whatever is changed, taken out or put in is found, and found where it is."""

import pytest
from cryptography.hazmat.primitives import hashes

from models.records.access import AuditEvent
from models.records.base import run_sql_text, sql
from models.rules import audit_chain
from models.rules.audit_chain import GENESIS, Fault, FaultKind, HashMethod, Link
from models.services import audit, audit_anchors, books
from scripts import audit as audit_command

UNGUARDED = "ALTER TABLE audit_event DISABLE TRIGGER USER;"


def five_events() -> list[int]:
    audit.wrote_all(
        "tested", actor="u", about=[(f"s:{n}", {"前": n, "后": n + 1}) for n in range(5)]
    )
    return [event.id for event in AuditEvent.select().order_by(AuditEvent.id)]


def found_after(change: str) -> list[tuple[str, int, int]]:
    """Return what is found after a change by somebody who may switch the guards off."""
    run_sql_text(UNGUARDED + change)
    return [(str(one.kind), one.first_id, one.last_id) for one in audit.faults()]


def test_every_kind_of_change_is_found_where_it_is(db):
    a, b, c, d, e = five_events()
    changes = {
        f"UPDATE audit_event SET facts = '{{}}' WHERE id = {c}": [("changed", c, c)],
        f"UPDATE audit_event SET actor = 'x' WHERE id IN ({b}, {d})": [
            ("changed", b, b), ("changed", d, d),
        ],
        f"UPDATE audit_event SET hash = repeat('a', 64) WHERE id = {c}": [("changed", c, c)],
        f"UPDATE audit_event SET prev_hash = repeat('a', 64) WHERE id = {c}": [("changed", c, c)],
        f"DELETE FROM audit_event WHERE id = {a}": [("gap", 0, b)],
        f"DELETE FROM audit_event WHERE id IN ({b}, {c})": [("gap", a, d)],
        f"DELETE FROM audit_event WHERE id IN ({b}, {d})": [("gap", a, c), ("gap", c, e)],
    }  # fmt: skip
    for change, told in changes.items():
        with db.atomic() as damage:
            assert found_after(change) == told, change
            damage.rollback()
    assert list(audit.faults()) == []


def put_in(event_id: int, prev_hash: str) -> None:
    """Put an event in whose own hash is right, as one who knows the program would."""
    happened_at = AuditEvent.select().first().happened_at
    told = audit.digest(prev_hash, happened_at.isoformat(), "u", "forged", "s", "{}")
    sql(
        "INSERT INTO audit_event (id, happened_at, actor, action, subject, facts, prev_hash, hash)"
        " VALUES (%s, %s, 'u', 'forged', 's', '{}', %s, %s)",
        (event_id, happened_at, prev_hash, told),
    )


def test_what_was_put_in_between_is_told_from_what_is_gone(db):
    a, b, c, _d, _e = five_events()
    run_sql_text(UNGUARDED + f"UPDATE audit_event SET id = id + 100 WHERE id >= {c}")
    put_in(b + 1, "f" * 64)
    last = AuditEvent.get_by_id(b + 1).hash
    put_in(b + 2, last)
    assert [(one.kind, one.first_id, one.last_id) for one in audit.faults()] == [
        (FaultKind.INSERTED, b + 1, b + 2)
    ]
    assert audit.first_break() == b + 1
    assert a + 1 == b


def test_the_proof_of_the_books_names_the_place(db):
    _a, b, c, d, _e = five_events()
    run_sql_text(UNGUARDED + f"DELETE FROM audit_event WHERE id = {c}")
    found = [one for one in books.check_books()["broken"] if one.startswith("audit_chain")]
    assert found == [
        f"audit_chain_is_whole：审计链在第 {d} 条记录处断开："
        f"第 {b} 号与第 {d} 号事件之间有事件被删除。"
    ]


def test_a_chain_may_change_its_way_of_hashing_at_any_event(db, monkeypatch, capsys):
    five_events()
    monkeypatch.setenv("AUDIT_HASH", "sm3")
    audit.wrote("tested", actor="u", subject="商密", 金额=1)
    monkeypatch.setenv("AUDIT_HASH", "sha256")
    audit.wrote("tested", actor="u", subject="s")
    told = [event.hash for event in AuditEvent.select().order_by(AuditEvent.id)]
    assert [audit_chain.method_of(one) for one in told[4:]] == [
        HashMethod.SHA256, HashMethod.SM3, HashMethod.SHA256,
    ]  # fmt: skip
    assert list(audit.faults()) == []
    assert (
        found_after("UPDATE audit_event SET facts = '{}' WHERE subject = '商密'")[0][0] == "changed"
    )
    monkeypatch.setenv("AUDIT_HASH", "md5")
    with pytest.raises(ValueError, match="AUDIT_HASH"):
        audit.wrote("tested", actor="u", subject="s")


def test_sm3_is_the_one_of_the_standard():
    """GB/T 32905-2016, appendix A.1: the digest of "abc"."""
    sm3 = hashes.Hash(hashes.SM3())
    sm3.update(b"abc")
    assert sm3.finalize().hex() == (
        "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    )


def test_a_chain_written_anew_to_its_end_is_found_by_an_anchor_outside(
    db, monkeypatch, tmp_path, capsys
):
    _a, b, _c, _d, _e = five_events()
    file = tmp_path / "anchors"
    monkeypatch.setenv("AUDIT_ANCHOR_FILE", str(file))
    assert audit_anchors.keep()
    head = audit.head()
    assert file.read_text().startswith(f"{head.anchor} ")
    file.write_text(file.read_text() + "12:cut")  # the power went
    assert list(audit_anchors.lost()) == []
    run_sql_text(UNGUARDED + f"DELETE FROM audit_event WHERE id > {b}")
    audit.wrote_all("tested", actor="u", about=[("another story", {})] * 5)
    assert audit.first_break() is None, "the chain alone looks whole"
    assert list(audit_anchors.lost()) == [head.id]
    assert any("存证" in one for one in books.check_books()["broken"])
    assert audit_command.main(["check", "--anchor", head.anchor, "--json"]) == 1
    assert "与所给的链头不符" in capsys.readouterr().out
    assert audit_command.main(["head", "--json"]) == 0
    assert audit.head().hash in capsys.readouterr().out


def test_an_anchor_that_cannot_be_kept_stops_nobody(db, monkeypatch, caplog):
    five_events()
    assert not audit_anchors.keep()
    monkeypatch.setenv("AUDIT_ANCHOR_FILE", "/proc/no/such")
    assert not audit_anchors.keep()
    assert "audit.not_anchored" in caplog.text


@pytest.mark.parametrize(
    "text",
    ["", "1", "1:", "x:" + "0" * 64, "1:" + "0" * 63, "1:md5:" + "0" * 64, "9" * 5000 + ":x"],
)
def test_what_is_no_anchor_is_not_read_as_one(text):
    assert audit_anchors.parsed(text) is None


def test_two_breaks_one_behind_the_other_are_both_told():
    one, two, three, four = "1" * 64, "2" * 64, "3" * 64, "4" * 64
    links = [Link(1, GENESIS, one, one), Link(5, two, three, three), Link(9, four, two, two)]
    assert list(audit_chain.faults(links)) == [
        Fault(FaultKind.GAP, 1, 5), Fault(FaultKind.GAP, 5, 9),
    ]  # fmt: skip
