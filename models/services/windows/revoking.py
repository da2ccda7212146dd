"""An automatic confirmation is taken back: the line waits again and every clock begins anew."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from models import clock
from models.records.base import db, sql
from models.rules import windows
from models.rules.errors.windows import (
    NotAutomatic,
    RevocationOver,
    RevocationTooLate,
    WhyNeeded,
)
from models.rules.money import yuan
from models.rules.words import ConfirmUnit, HolidayShift, Party
from models.services import access, audit
from models.services.access import Actor
from models.services.imports.rows import take_rows
from models.services.judgement.due import day_kinds
from models.services.windows.following import lock

LINES_MAX = 200
REASON_CHARS_MAX = 500

_FIND = """
SELECT w.id, w.line_no, w.amount_fen, w.automatic_at, w.revocable_until, w.days, w.unit,
       w.holiday_shift, x.sheet_no, x.state AS sheet_state, w.hospital_code, w.enterprise_code,
       w.area_code
  FROM confirm_window w LEFT JOIN sheet_line l USING (line_no)
  LEFT JOIN settlement_sheet x ON x.id = l.sheet_id
 WHERE w.line_no = %(line_no)s AND w.party = %(party)s AND w.state = 'auto_confirmed'
   AND NOT EXISTS (SELECT FROM confirmation f WHERE f.line_no = w.line_no AND f.party = w.party
                      AND f.decided_at > w.automatic_at)
   FOR UPDATE OF w
"""
_REVOKE = """
UPDATE confirm_window SET state = 'revoked', closed_on = %(on)s, revoked_by = %(actor)s
 WHERE id = %(id)s AND state = 'auto_confirmed'
"""
#: The same terms, the whole time again, from the day of the revocation.
_AGAIN = """
INSERT INTO confirm_window (line_no, party, round_no, kind, hospital_code, enterprise_code,
       area_code, amount_fen, period, scheme_code, scheme_valid_from, days, unit, holiday_shift,
       silence, revocable_days, opened_on, due_on, state)
SELECT line_no, party, round_no + 1, kind, hospital_code, enterprise_code, area_code, amount_fen,
       period, scheme_code, scheme_valid_from, days, unit, holiday_shift, silence, revocable_days,
       %(on)s, %(due)s, 'open'
  FROM confirm_window WHERE id = %(id)s
"""


def revoke(
    actor: Actor,
    party: Party,
    lines: Sequence[str],
    reason: str,
    on: date,
    *,
    at: datetime | None = None,
) -> int:
    """Take back the party's automatic confirmations of these lines; return how many.

    The instant of the withdrawal is `at`, empty for now. All or none. Raises NotAllowed,
    WhyNeeded, NotAutomatic, RevocationOver, RevocationTooLate.
    """
    access.require_import(actor, "confirmations")
    if not reason.strip():
        raise WhyNeeded
    with db.atomic():
        lock()
        found = [_revocable(actor, party, line_no, on) for line_no in dict.fromkeys(lines)]
        rows = [_row(one, party, reason, at or clock.now()) for one in found]
        for one in found:
            sql(_REVOKE, {"id": one[0], "on": on, "actor": actor.name})
        result = take_rows(
            "confirmations", rows, actor, on=on, name=f"撤销自动确认_{on:%Y%m%d}.ndjson"
        )
        if result["rejected"]:
            raise NotAutomatic(line_no=lines[0])
        kinds = day_kinds()
        for one in found:
            unit, shift = ConfirmUnit(one[6]), HolidayShift(one[7])
            due = windows.due_on(on, one[5], unit, shift, kinds)
            sql(_AGAIN, {"id": one[0], "on": on, "due": due})
        audit.wrote(
            "confirmation.revoked",
            actor=actor.name,
            subject=f"import_run:{result['import_id']}",
            party=party.value,
            lines=[one[1] for one in found],
            amount_fen=sum(int(one[2]) for one in found),
            reason=reason.strip(),
        )
    return len(found)


def _revocable(actor: Actor, party: Party, line_no: str, on: date) -> Any:  # noqa: ANN401 - a row
    found = sql(_FIND, {"line_no": line_no, "party": party.value}).fetchone()
    if found is None or not _is_own(actor, party, *found[10:]):
        raise NotAutomatic(line_no=line_no)
    until, sheet_no, state = found[4], found[8], found[9]
    if until is not None and on > until:
        raise RevocationOver(line_no=line_no, until_on=until)
    # A draft is calculated anew; what people review or the fund paid is not undone by a word.
    if state is not None and state != "draft":
        raise RevocationTooLate(line_no=line_no, sheet_no=sheet_no)
    return found


def _is_own(
    actor: Actor, party: Party, hospital_code: str, enterprise_code: str, area_code: str
) -> bool:
    if actor.party_code:
        own = hospital_code if party is Party.HOSPITAL else enterprise_code
        return actor.role == party.value and actor.party_code == own
    return access.reaches(actor, area_code)


def _row(found: Any, party: Party, reason: str, now: datetime) -> dict[str, str]:  # noqa: ANN401
    """Return the withdrawal; it comes after the automatic word whatever clock wrote that."""
    at = max(now, found[3] + timedelta(microseconds=1))
    return {
        "line_no": found[1],
        "party": party.value,
        "decided_at": at.isoformat(),
        "decision": "withdraw",
        "amount_yuan": yuan(int(found[2])),
        "reason": f"撤销自动确认：{reason.strip()}"[:REASON_CHARS_MAX],
    }
