"""Moves of payment instructions: one guarded update, its events, its postings, and what follows.

Everybody who moves an instruction comes through `move`, so that no state changes without its event
and its transfers, and no sheet shows another state than its latest instruction.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from models import clock
from models.records.base import sql
from models.records.payments import EVENT_HASH, last_event
from models.rules.errors.payment import OneHandOnly
from models.rules.job_names import JobName
from models.rules.offset import ADVANCED
from models.rules.postings import BOOKS, RETENTION_BOOKS, Kind
from models.rules.retention_payment import GRANT_SHOWS
from models.rules.states import (
    AWAITED,
    BATCH,
    INSTRUCTION,
    SHEET_SHOWS,
    BatchMove,
    InstructionMove,
    sources,
    target,
)
from models.rules.words import InstructionState
from models.services import jobs, ledger

#: Columns the queries given to `move` yield, with what to write where the move has nothing to say.
NOTHING_NEW = (
    "NULL::date AS sent_on, NULL::date AS booked_on, NULL::date AS returned_on,"
    " NULL::text AS bank_reason, NULL::text AS evidence"
)

#: Moves that enterprises and hospitals are told of by mail.
NEWS = frozenset([InstructionMove.REJECT, InstructionMove.RETURN, InstructionMove.REVERSE])

#: Who moves and from where, locked by key: from here on nobody else can move them. What the life
#: cycle does not allow is left out: the rows of this table are what moves, no more, no less.
_MOVING = """
CREATE TEMP TABLE moving ON COMMIT DROP AS
WITH wanted AS MATERIALIZED ({query}),
held AS MATERIALIZED (
    SELECT w.*, i.state AS from_state
      FROM wanted w JOIN payment_instruction i ON i.id = w.instruction_id
     WHERE i.state = ANY (%(from_states)s) ORDER BY i.id FOR UPDATE OF i
)
SELECT DISTINCT ON (instruction_id) * FROM held ORDER BY instruction_id
"""
_MOVE = """
UPDATE payment_instruction i
   SET state = %(to_state)s, sent_on = coalesce(m.sent_on, i.sent_on),
       booked_on = coalesce(m.booked_on, i.booked_on),
       returned_on = coalesce(m.returned_on, i.returned_on),
       bank_reason = coalesce(m.bank_reason, i.bank_reason)
  FROM moving m
 WHERE i.id = m.instruction_id AND i.state = ANY (%(from_states)s)
"""
#: The row locks of `moving` keep others from adding to a chain; who moves twice in a transaction
#: does it in two statements, and each sees the one before.
_EVENTS = f"""
INSERT INTO instruction_event (instruction_id, from_state, to_state, happened_at, business_on,
    actor, cause, evidence, prev_hash, hash)
SELECT e.*, {EVENT_HASH} FROM (
    SELECT instruction_id, from_state, %(to_state)s::text AS to_state,
           %(now)s::timestamptz AS happened_at, %(on)s::date AS business_on,
           %(actor)s::text AS actor, %(cause)s::text AS cause, evidence,
           coalesce(({last_event("v.hash", "m.instruction_id")}), '') AS prev_hash
      FROM moving m ORDER BY instruction_id OFFSET 0) e
"""

_AWAITED = ", ".join(f"'{state}'" for state in AWAITED)

#: Of the sheets paid by the moved instructions those whose latest instruction it is.
_SHEETS_FOLLOW = """
UPDATE settlement_sheet s SET state = %(shown)s, kept_out = NULL
  FROM moving m JOIN payment_allocation a ON a.instruction_id = m.instruction_id
 WHERE s.id = a.sheet_id AND s.state <> %(shown)s
   AND NOT EXISTS (SELECT 1 FROM payment_allocation newer
                    WHERE newer.sheet_id = a.sheet_id AND newer.instruction_id > a.instruction_id)
"""

#: The same for amounts of retention, each of which has an instruction of its own.
_GRANTS_FOLLOW = """
UPDATE retention_grant g SET state = %(shown)s
  FROM moving m JOIN retention_allocation a ON a.instruction_id = m.instruction_id
 WHERE g.id = a.grant_id AND g.state <> %(shown)s
   AND NOT EXISTS (SELECT 1 FROM retention_allocation newer
                    WHERE newer.grant_id = a.grant_id AND newer.instruction_id > a.instruction_id)
"""
#: Whom the moved instructions pay: enterprises, hospitals.
_PAYEES = """
SELECT coalesce(bool_or(i.enterprise_code IS NOT NULL), false),
       coalesce(bool_or(i.hospital_code IS NOT NULL), false)
  FROM moving m JOIN payment_instruction i ON i.id = m.instruction_id
"""

_BATCHES_FOLLOW = f"""
WITH touched AS MATERIALIZED (
    SELECT DISTINCT i.batch_id FROM moving m JOIN payment_instruction i ON i.id = m.instruction_id
),
answers AS (
    SELECT i.batch_id, count(*) FILTER (WHERE i.state IN ({_AWAITED}, 'batched')) AS awaited,
           count(*) AS lines
      FROM touched t JOIN payment_instruction i ON i.batch_id = t.batch_id
     GROUP BY i.batch_id
)
UPDATE payment_batch b
   SET state = CASE WHEN a.awaited = 0 THEN %(all)s ELSE %(part)s END
  FROM answers a
 WHERE b.id = a.batch_id AND a.awaited < a.lines
   AND ((a.awaited = 0 AND b.state = ANY (%(from_all)s))
        OR (a.awaited > 0 AND b.state = ANY (%(from_part)s)))
"""

#: Kinds that are booked for each hospital whose sheets an instruction pays.
BY_HOSPITAL = frozenset({Kind.ADVANCE, Kind.ADVANCE_LATE})

_PER_INSTRUCTION = """
SELECT i.enterprise_code, i.agency_code, i.amount_fen, 'instruction:' || i.reference AS source
  FROM moving m JOIN payment_instruction i ON i.id = m.instruction_id
 WHERE i.enterprise_code IS NOT NULL
"""
_PER_RETENTION = """
SELECT i.hospital_code, i.agency_code, i.amount_fen, 'instruction:' || i.reference AS source
  FROM moving m JOIN payment_instruction i ON i.id = m.instruction_id
 WHERE i.hospital_code IS NOT NULL
"""
_PER_HOSPITAL = f"""
SELECT s.hospital_code, sum(a.amount_fen)::bigint AS amount_fen,
       'instruction:' || i.reference AS source
  FROM moving m JOIN payment_instruction i ON i.id = m.instruction_id
  JOIN payment_allocation a ON a.instruction_id = i.id
  JOIN settlement_sheet s ON s.id = a.sheet_id
 WHERE s.funding IN ({", ".join(f"'{one}'" for one in ADVANCED)})
 GROUP BY s.hospital_code, i.reference
"""
_SOURCES = """
SELECT 'instruction:' || i.reference AS source
  FROM moving m JOIN payment_instruction i ON i.id = m.instruction_id
"""


def move(
    one: InstructionMove,
    query: str,
    params: Mapping[str, Any],
    *,
    expected: int | None,
    cause: str,
    actor: str,
    on: date,
) -> int:
    """Move the instructions the query yields and return how many moved.

    The query yields instruction_id and the columns of NOTHING_NEW. Only instructions in a state
    the life cycle allows move; another number than expected raises OneHandOnly.
    """
    told = {
        **params,
        "from_states": sources(INSTRUCTION, one),
        "to_state": target(INSTRUCTION, one),
        "now": clock.now(),
        "on": on,
        "actor": actor,
        "cause": cause,
    }
    sql("DROP TABLE IF EXISTS pg_temp.moving")
    moving = int(sql(_MOVING.format(query=query), told).rowcount)
    if expected is not None and moving != expected:
        raise OneHandOnly(what="付款")
    if moving:
        sql("ANALYZE pg_temp.moving")
        if sql(_MOVE, told).rowcount != moving or sql(_EVENTS, told).rowcount != moving:
            raise OneHandOnly(what="付款")
        sheets, retention = sql(_PAYEES).fetchone()
        _follow(InstructionState(told["to_state"]), retention=retention)
        if sheets:
            _book(one, on)
        if retention:
            _book_retention(one, on)
        if one in NEWS:
            _ask_for_news(actor, on)
    return moving


def _ask_for_news(actor: str, on: date) -> None:
    """Queue the mails to those concerned, once in a transaction; what was told is told once."""
    if sql("SELECT current_setting('zhijie.news_asked', true)").fetchone()[0] != "yes":
        sql("SELECT set_config('zhijie.news_asked', 'yes', true)")
        jobs.enqueue(JobName.PAYMENT_NEWS, {"on": on}, by=actor)


def _follow(state: InstructionState, *, retention: bool) -> None:
    """Let what is paid, and the batches, show what became of the instructions that moved."""
    told = {
        "shown": SHEET_SHOWS[state],
        "all": target(BATCH, BatchMove.ANSWER_ALL),
        "part": target(BATCH, BatchMove.ANSWER_PART),
        "from_all": sources(BATCH, BatchMove.ANSWER_ALL),
        "from_part": sources(BATCH, BatchMove.ANSWER_PART),
    }
    sql(_SHEETS_FOLLOW, told)
    if retention:
        sql(_GRANTS_FOLLOW, {"shown": GRANT_SHOWS[state]})
    if state not in AWAITED:
        sql(_BATCHES_FOLLOW, told)


def _book(one: InstructionMove, on: date) -> None:
    posts, undoes = BOOKS.get(one, ((), ()))
    for kind in posts:
        ledger.post(kind, _PER_HOSPITAL if kind in BY_HOSPITAL else _PER_INSTRUCTION, {}, on=on)
    for kind in undoes:
        ledger.undo(kind, _SOURCES, {}, on=on)


def _book_retention(one: InstructionMove, on: date) -> None:
    posts, undoes = RETENTION_BOOKS.get(one, ((), ()))
    for kind in posts:
        ledger.post(kind, _PER_RETENTION, {}, on=on)
    for kind in undoes:
        ledger.undo(kind, _SOURCES, {}, on=on)
