"""Hospitals are asked for money by a deadline, one or all of an area in one write (款项通知)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from models import clock
from models.records.base import db, sql
from models.records.requests import MoneyRequest
from models.rules.errors.requests import DeadlineBeforeRequest, MoneyRequestDiffers
from models.rules.money import yuan
from models.rules.requests import PREFIX, RequestKind
from models.services import audit
from models.services.requests.news import look_soon

#: One asking at a time, so that a cause is asked for once.
ASK_LOCK = 7_466_041
WORDS_CHARS_MAX = 500
#: How the number of a request of each kind begins.
_PREFIXES = json.dumps({kind.value: prefix for kind, prefix in PREFIX.items()})

#: What is asked, in its order; by far the most causes were never asked for.
_WANTED = """
CREATE TEMP TABLE asking ON COMMIT DROP AS
SELECT row_number() OVER () AS place, w.kind, w.hospital_code, w.period, w.amount_fen, w.due_on,
       w.source, w.note, q.request_no, q.hospital_code AS known_hospital,
       q.amount_fen AS known_fen
  FROM unnest(%(kind)s::text[], %(hospital_code)s::text[], %(period)s::text[],
              %(amount_fen)s::bigint[], %(due_on)s::date[], %(source)s::text[], %(note)s::text[])
       AS w (kind, hospital_code, period, amount_fen, due_on, source, note)
  LEFT JOIN money_request q ON q.kind = w.kind AND q.source = w.source AND q.state <> 'withdrawn'
"""
_DIFFERS = """
SELECT request_no, known_fen FROM asking
 WHERE (known_hospital, known_fen) <> (hospital_code, amount_fen) ORDER BY place LIMIT 1
"""
_NUMBER = """
WITH numbered AS (
    SELECT place, nextval(pg_get_serial_sequence('money_request', 'id')) AS id
      FROM (SELECT place FROM asking WHERE request_no IS NULL ORDER BY place) new
),
asked AS (
    INSERT INTO money_request (id, request_no, kind, hospital_code, area_code, period, amount_fen,
           asked_on, due_on, state, source, note, asked_by, asked_at)
    SELECT n.id, (%(prefix)s::jsonb ->> w.kind) || to_char(%(on)s::date, 'YYYYMMDD')
               || lpad(n.id::text, greatest(6, length(n.id::text)), '0'),
           w.kind, h.hospital_code, h.area_code, w.period, w.amount_fen, %(on)s, w.due_on, 'asked',
           w.source, nullif(w.note, ''), %(by)s, %(now)s
      FROM numbered n JOIN asking w USING (place) JOIN hospital h USING (hospital_code)
     ORDER BY w.place
    RETURNING request_no, kind, source
)
UPDATE asking w SET request_no = a.request_no FROM asked a
 WHERE a.kind = w.kind AND a.source = w.source
RETURNING w.place, w.request_no, w.kind, w.hospital_code, w.period, w.amount_fen, w.due_on, w.source
"""


@dataclass(frozen=True, kw_only=True)
class Asking:
    """What is asked of a hospital; the amount in fen, the deadline included."""

    kind: RequestKind
    hospital_code: str
    #: The month it arose in.
    period: str
    amount_fen: int
    due_on: date
    #: What it follows from; asked for once while it is not withdrawn.
    source: str
    note: str = ""


def ask(asking: Asking, *, on: date, by: str) -> MoneyRequest:
    """Ask a hospital for money and return the request; the same cause again returns the first.

    Raises MoneyRequestDiffers when that one has another hospital or amount, and
    DeadlineBeforeRequest. The caller has checked rights and rows.
    """
    return ask_all([asking], on=on, by=by)[0]


def ask_all(askings: Sequence[Asking], *, on: date, by: str) -> list[MoneyRequest]:
    """Ask several hospitals at once, all or none, and return the requests in the same order."""
    if not askings:
        return []
    for one in askings:
        if one.due_on < on:
            raise DeadlineBeforeRequest(due_on=one.due_on, asked_on=on)
    with db.atomic():
        sql("SELECT pg_advisory_xact_lock(%s)", (ASK_LOCK,))
        sql("DROP TABLE IF EXISTS pg_temp.asking")
        sql(_WANTED, _columns(askings))
        differing = sql(_DIFFERS).fetchone()
        if differing is not None:
            raise MoneyRequestDiffers(request_no=differing[0], amount_yuan=yuan(int(differing[1])))
        told = {"prefix": _PREFIXES, "on": on, "by": by, "now": clock.now()}
        made = sorted(sql(_NUMBER, told).fetchall())
        if made:
            audit.wrote_all("money_request.asked", actor=by, about=map(_told, made))
            look_soon(by, on)
        numbers = [no for (no,) in sql("SELECT request_no FROM asking ORDER BY place")]
        found = {
            str(one.request_no): one
            for one in MoneyRequest.select().where(MoneyRequest.request_no.in_(numbers))
        }
        return [found[no] for no in numbers]


def _columns(askings: Sequence[Asking]) -> dict[str, list[object]]:
    return {
        "kind": [one.kind.value for one in askings],
        "hospital_code": [one.hospital_code for one in askings],
        "period": [one.period for one in askings],
        "amount_fen": [one.amount_fen for one in askings],
        "due_on": [one.due_on for one in askings],
        "source": [one.source for one in askings],
        "note": [one.note.strip()[:WORDS_CHARS_MAX] for one in askings],
    }


def _told(row: Any) -> tuple[str, dict[str, object]]:  # noqa: ANN401 - a row
    """Return what the audit keeps of a new request."""
    _place, request_no, kind, hospital_code, period, amount_fen, due_on, source = row
    return f"money_request:{request_no}", {
        "kind": kind,
        "hospital_code": hospital_code,
        "period": period,
        "amount_yuan": yuan(int(amount_fen)),
        "due_on": due_on,
        "source": source,
    }
