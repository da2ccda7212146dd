"""A party takes back what it just said about its lines, until one of them lies on a sheet."""

from datetime import date, datetime, timedelta
from typing import Any

from models import clock
from models.records.base import db, sql
from models.rules.errors.windows import WordOnSheet, WordPassed
from models.rules.money import yuan
from models.services import access, audit
from models.services.access import Actor
from models.services.imports.rows import take_rows
from models.services.windows.following import lock

#: What stands as the reason of a word that was taken back at once.
REASON = "撤回刚才的答复"

_LAST = """
SELECT max(id) FROM import_run WHERE kind = 'confirmations' AND imported_by = %s
"""
#: The words of one answer of this person, and whether something stands on them by now.
_WORDS = """
SELECT c.line_no, c.party, c.decided_at, c.amount_fen, s.sheet_no,
       EXISTS (SELECT FROM confirmation f WHERE f.line_no = c.line_no AND f.party = c.party
                  AND f.decided_at > c.decided_at) AS passed
  FROM confirmation c JOIN import_run r ON r.id = c.import_id
  LEFT JOIN sheet_line l USING (line_no) LEFT JOIN settlement_sheet s ON s.id = l.sheet_id
 WHERE r.id = %s AND r.kind = 'confirmations' AND r.imported_by = %s
   AND c.decision IN ('confirm', 'dispute')
 ORDER BY c.line_no, c.party
"""


def last_answer(actor: Actor) -> int | None:
    """Return the last answer this person gave, by the number of its intake."""
    row = sql(_LAST, (actor.name,)).fetchone()
    return None if row[0] is None else int(row[0])


def withdraw(actor: Actor, answer_id: int, on: date) -> int:
    """Take back one own answer whole, as a file of withdrawals would; return its lines.

    Nothing was said by this person under that number: zero. Raises NotAllowed, WordOnSheet when a
    line lies on a sheet, WordPassed when a later word counts.
    """
    access.require_import(actor, "confirmations")
    with db.atomic():
        lock()
        found = sql(_WORDS, (answer_id, actor.name)).fetchall()
        for line_no, _party, _at, _fen, sheet_no, passed in found:
            if sheet_no is not None:
                raise WordOnSheet(line_no=line_no, sheet_no=sheet_no)
            if passed:
                raise WordPassed(line_no=line_no)
        if not found:
            return 0
        rows = [_row(one, clock.now()) for one in found]
        result = take_rows("confirmations", rows, actor, on=on, name=f"撤回_{on:%Y%m%d}.ndjson")
        if result["rejected"]:
            raise WordPassed(line_no=found[0][0])
        audit.wrote(
            "confirmation.withdrawn",
            actor=actor.name,
            subject=f"import_run:{answer_id}",
            lines=len(found),
            amount_fen=sum(int(one[3]) for one in found),
        )
    return len(found)


def _row(found: Any, now: datetime) -> dict[str, str]:  # noqa: ANN401 - a row
    """Return the withdrawal; it comes after the word whatever clock wrote that."""
    line_no, party, decided_at, amount_fen, _sheet, _passed = found
    return {
        "line_no": line_no,
        "party": party,
        "decided_at": max(now, decided_at + timedelta(microseconds=1)).isoformat(),
        "decision": "withdraw",
        "amount_yuan": yuan(int(amount_fen)),
        "reason": REASON,
    }
