"""I1 to I12 asked of the raw rows, in words of their own: no query or table of the product's.

A picture of the database is taken after each step; what may change from one picture to the next
is written down here once more, as an independent reading of the promises.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from models.records.base import sql

Rows = list[tuple[Any, ...]]

#: The arrows of an instruction, read from the design and not from the code.
ARROWS = frozenset(
    {
        *("approved>batched", "approved>cancelled", "batched>sent", "batched>cancelled"),
        *("sent>unknown", "sent>accepted", "sent>settled", "sent>rejected", "sent>cancelled"),
        *("unknown>accepted", "unknown>settled", "unknown>rejected", "unknown>cancelled"),
        *("accepted>settled", "accepted>rejected", "accepted>cancelled"),
        *("settled>returned", "settled>reversed"),
        *("rejected>settled", "cancelled>settled"),
    }
)
NOTHING = ("rejected", "returned", "reversed", "cancelled")
#: Only two people, with a case before them, may say that refused money arrived after all.
LATE = frozenset({("rejected", "settled"), ("cancelled", "settled")})

_SNAPSHOT = (
    "SELECT id, reference, uetr, batch_id, enterprise_code, payee_account_no, payee_account_name,"
    " amount_fen, purpose, content_hash, reissue_of, sent_on FROM payment_instruction ORDER BY id"
)
_EVENTS = (
    "SELECT id, instruction_id, from_state, to_state, actor, cause, evidence"
    " FROM instruction_event ORDER BY id"
)
_CHAIN = (
    "SELECT hash, prev_hash, instruction_id, from_state, to_state,"
    " happened_at, business_on, actor, cause, evidence"
    " FROM instruction_event ORDER BY id"
)
_FILES = (
    "SELECT b.batch_no, b.file_sha256, encode(sha256(string_agg(c.content, ''::bytea ORDER BY"
    " c.place)), 'hex') FROM payment_batch b JOIN file_chunk c ON c.file_id = b.file_id"
    " GROUP BY b.id ORDER BY b.id"
)
_AUDIT = "SELECT id, prev_hash, hash FROM audit_event ORDER BY id"
_LEDGER = (
    "SELECT entry_no, debit_account, credit_account, amount_fen, kind, source FROM ledger_entry"
)
_SAID = "SELECT account_no, day, entry_no, amount_fen, reference FROM statement_entry"
#: Two sources for each payment that was made again, whatever the program thinks of them.
_PROOFS = """
SELECT n.reference,
       EXISTS (SELECT 1 FROM bank_result_line r WHERE r.instruction_id = o.id
                  AND r.outcome IN ('rejected', 'returned')),
       EXISTS (SELECT 1 FROM bank_inquiry q WHERE q.instruction_id = o.id
                  AND q.answer = 'not_received' AND q.confirmed_by <> q.recorded_by),
       EXISTS (SELECT 1 FROM statement_day d JOIN payment_batch b ON b.id = o.batch_id
                WHERE d.account_no = b.debtor_account_no AND d.day = o.sent_on AND d.closed),
       (SELECT count(*) FROM statement_day d JOIN payment_batch b ON b.id = o.batch_id
         WHERE d.account_no = b.debtor_account_no AND d.day > o.sent_on AND d.closed
           AND d.day < n.sent_on),
       coalesce((SELECT sum(e.amount_fen) FROM statement_entry e WHERE e.instruction_id = o.id), 0),
       EXISTS (SELECT 1 FROM statement_entry e WHERE e.instruction_id = o.id AND e.amount_fen > 0),
       o.state,
       EXISTS (SELECT 1 FROM statement_day d JOIN payment_batch b ON b.id = o.batch_id
                WHERE d.account_no = b.debtor_account_no AND d.closed AND d.day = w.last
                      + CASE extract(isodow FROM w.last) WHEN 5 THEN 3 WHEN 6 THEN 2 ELSE 1 END)
  FROM payment_instruction n JOIN payment_instruction o ON o.id = n.reissue_of
 CROSS JOIN LATERAL (
    SELECT greatest(o.sent_on, max(r.booked_on)) AS last FROM bank_result_line r
     WHERE r.instruction_id = o.id AND r.outcome = 'rejected') w
 WHERE n.id > %s ORDER BY n.id
"""


@dataclass(frozen=True)
class Picture:
    """The rows that must not change, and the states that may."""

    snapshots: Rows
    states: dict[int, str]
    events: Rows
    files: Rows
    audit: Rows
    ledger: set[tuple[Any, ...]]
    said: set[tuple[Any, ...]]
    batches: int


def take() -> Picture:
    """Take a picture of the rows as they are."""
    return Picture(
        sql(_SNAPSHOT).fetchall(),
        dict(sql("SELECT id, state FROM payment_instruction").fetchall()),
        sql(_EVENTS).fetchall(),
        sql(_FILES).fetchall(),
        sql(_AUDIT).fetchall(),
        set(sql(_LEDGER).fetchall()),
        set(sql(_SAID).fetchall()),
        sql("SELECT count(*) FROM payment_batch").fetchone()[0],
    )


def hold(before: Picture, now: Picture) -> None:
    """Assert I1 to I11 between two pictures and in the rows of now."""
    _one_live_payment()
    _one_successor_of_what_came_to_nothing()
    _never_more_than_approved()
    _moves(before, now)
    _references_for_ever(before, now)
    _bytes_for_ever(before, now)
    _no_move_on_silence(now)
    _two_proofs(before)
    _history_only_grows(before, now)


def unchanged(before: Picture, now: Picture) -> None:
    """Assert that a refusal or a repetition left no trace (I10, I12)."""
    assert (before.snapshots, before.states, before.events, before.files, before.ledger) == (
        now.snapshots, now.states, now.events, now.files, now.ledger,
    )  # fmt: skip


def _one_live_payment() -> None:
    """I1."""
    assert _none(
        "SELECT a.sheet_id FROM payment_allocation a JOIN payment_instruction i"
        f" ON i.id = a.instruction_id WHERE i.state NOT IN {NOTHING}"
        " GROUP BY a.sheet_id HAVING count(*) > 1"
    )
    assert _none(
        "SELECT 1 FROM payment_allocation a JOIN payment_instruction i ON i.id = a.instruction_id"
        f" WHERE a.live = (i.state IN {NOTHING})"
    )


def _one_successor_of_what_came_to_nothing() -> None:
    """I2."""
    assert _none(
        "SELECT reissue_of FROM payment_instruction WHERE reissue_of IS NOT NULL"
        " GROUP BY reissue_of HAVING count(*) > 1"
    )
    assert _none(
        "SELECT 1 FROM payment_instruction n JOIN payment_instruction o ON o.id = n.reissue_of"
        f" WHERE o.state NOT IN {NOTHING} OR o.amount_fen <> n.amount_fen"
        " OR o.enterprise_code <> n.enterprise_code"
    )


def _never_more_than_approved() -> None:
    """I3: held and settled of a sheet, less what came back, is within its payable."""
    assert _none(
        "SELECT s.id FROM settlement_sheet s JOIN payment_allocation a ON a.sheet_id = s.id"
        " JOIN payment_instruction i ON i.id = a.instruction_id"
        f" WHERE i.state NOT IN {NOTHING} GROUP BY s.id HAVING sum(a.amount_fen) > s.payable_fen"
    )


def _moves(before: Picture, now: Picture) -> None:
    """I4 and I11: each change of state is a chain of known arrows, each with its event."""
    known = {row[0] for row in before.events}
    at = dict(before.states)
    for event_id, instruction, start, end, _actor, cause, evidence in now.events:
        if event_id in known:
            continue
        assert f"{start}>{end}" in ARROWS
        assert at.get(instruction, "approved") == start
        assert (start, end) not in LATE or cause == "exception"
        assert end not in ("settled", "rejected", "returned", "reversed") or evidence
        at[instruction] = end
    assert at == now.states


def _references_for_ever(before: Picture, now: Picture) -> None:
    """I5: nothing of an instruction changes, none vanishes, no reference or UETR twice."""
    fixed = {row[0]: row[:-1] for row in now.snapshots}
    assert all(fixed[row[0]] == row[:-1] for row in before.snapshots)
    for column in (1, 2):
        assert len({row[column] for row in now.snapshots}) == len(now.snapshots)


def _bytes_for_ever(before: Picture, now: Picture) -> None:
    """I6."""
    assert now.files[: len(before.files)] == before.files
    assert all(said == real for _, said, real in now.files)
    assert len(now.files) == now.batches


def _no_move_on_silence(now: Picture) -> None:
    """I7: nothing after `sent` came to nothing without the bank's word or a confirmed inquiry."""
    for _, _, start, end, _, cause, evidence in now.events:
        if start in ("sent", "unknown", "accepted") and end in ("rejected", "cancelled"):
            assert cause in ("bank_result", "exception", "bank_inquiry")
            assert evidence.startswith(("bank_result:", "inquiry:"))


def _two_proofs(before: Picture) -> None:
    """I8: the bank's word and the statement, asked when a payment was made again."""
    last = max((row[0] for row in before.snapshots), default=0)
    for reference, said, asked, closed, later, booked_fen, credited, state, day_more in sql(
        _PROOFS, (last,)
    ):
        assert said or asked, reference
        assert day_more or state != "rejected", reference
        if state in ("returned", "reversed"):
            assert credited, reference
        else:
            assert closed, reference
            assert booked_fen >= 0, reference
        assert said or later >= 2, reference


def _history_only_grows(before: Picture, now: Picture) -> None:
    """I11: events, ledger, statement and the chain of what people did are only added to."""
    assert now.events[: len(before.events)] == before.events
    assert before.ledger <= now.ledger
    assert before.said <= now.said
    assert now.audit[: len(before.audit)] == before.audit
    _chained()
    hashes = ["0" * 64, *(row[2] for row in now.audit)]
    assert [row[1] for row in now.audit] == hashes[:-1]


def _chained() -> None:
    """Each move of a payment covers the one before; the hash is made here without the database."""
    last: dict[int, str] = {}
    for hashed, before, order, start, end, at, on, *more in sql(_CHAIN):
        instant = (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
        told = [before, order, start, end, instant, on.isoformat(), *more]
        assert before == last.get(order, "")
        assert hashed == hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()
        last[order] = hashed


def _none(query: str) -> bool:
    return sql(query).fetchall() == []
