"""What silence means: tell everybody, wait for the next round, or confirm by itself."""

from datetime import date
from typing import Any, NamedTuple

from models.records.base import sql
from models.rules.money import yuan
from models.services import access, audit
from models.services.imports.rows import ROWS_MAX, take_rows

#: Who is silent although the day is over; a disputed line has no silence.
_SILENT = """
  FROM spoken s, window_term t
 WHERE s.line_no = w.line_no AND s.party = w.party AND NOT s.speaks AND NOT s.is_disputed
   AND t.scheme_code = w.scheme_code AND t.valid_from = w.scheme_valid_from
   AND w.state = 'open' AND w.due_on < %(on)s
"""
#: The instant at which the window ran out: the same however late the run comes.
_INSTANT = "(w.due_on + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'"
#: A word of exactly that instant would be the same row.
_IS_FREE = f"""
   NOT EXISTS (SELECT FROM confirmation f WHERE f.line_no = w.line_no AND f.party = w.party
                  AND f.decided_at = {_INSTANT})
"""
_CONFIRM = f"""
UPDATE confirm_window w SET state = 'auto_confirmed', closed_on = %(on)s,
       automatic_at = {_INSTANT}, revocable_until = w.due_on + 1 + w.revocable_days
{_SILENT} AND w.silence = 'auto_confirm' AND {_IS_FREE}
RETURNING w.line_no, w.party, w.automatic_at, w.amount_fen, w.scheme_code, w.opened_on, w.due_on
"""
#: An application waits on in the next month's round at once, an answer when that round begins.
_ROLL = f"""
UPDATE confirm_window w SET state = 'rolled', closed_on = %(on)s,
       next_on = CASE w.kind WHEN 'apply' THEN w.due_on + 1
           ELSE (date_trunc('month', w.due_on) + interval '1 month')::date + t.begins - 1 END
{_SILENT} AND w.silence = 'roll'
"""
_ESCALATE = f"UPDATE confirm_window w SET state = 'escalated' {_SILENT}"


class Silent(NamedTuple):
    """What silence did: how many windows it escalated and rolled over, and which it confirms."""

    escalated: int
    rolled: int
    confirmed: list[Any]


def act(on: date) -> Silent:
    """Act on every window of `spoken` whose day was over before `on`; `write` must follow."""
    told = {"on": on}
    confirmed = sql(_CONFIRM, told).fetchall()
    rolled = int(sql(_ROLL, told).rowcount)
    escalated = int(sql(_ESCALATE, told).rowcount)
    return Silent(escalated, rolled, confirmed)


def write(confirmed: list[Any], on: date) -> None:
    """Write the automatic confirmations as a file would bring them: kept, counted, audited."""
    rows = [
        {
            "line_no": line_no,
            "party": party,
            "decided_at": at.isoformat(),
            "decision": "confirm",
            "amount_yuan": yuan(amount),
            "reason": f"自动确认：方案 {scheme}，时限 {opened} 至 {due}，期满未表态",
        }
        for line_no, party, at, amount, scheme, opened, due in sorted(confirmed)
    ]
    for place, begin in enumerate(range(0, len(rows), ROWS_MAX), 1):
        part = rows[begin : begin + ROWS_MAX]
        name = f"自动确认_{on:%Y%m%d}_{place}.ndjson"
        result = take_rows("confirmations", part, access.SYSTEM, on=on, name=name)
        if result["rejected"]:
            raise RuntimeError(f"automatic confirmations refused: {result['errors'][:3]}")
    if rows:
        audit.wrote(
            "confirmation.automatic",
            actor=access.SYSTEM.name,
            subject=f"day:{on}",
            lines=len(rows),
            amount_fen=sum(int(row[3]) for row in confirmed),
        )
