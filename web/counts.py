"""How much waits for this reader on each page: one statement, kept for half a minute."""

import time
from typing import Any

from models import clock
from models.records.base import db
from models.rules.words import Role
from models.services.access import Actor
from models.services.views import cases
from web import scope
from web.permissions import Page

KEPT_SECONDS = 30
#: Counting stops here; the menu then shows 9,999+.
COUNT_MAX = 10_000

_CASES = f"FROM {cases.FROM} WHERE x.closed_at IS NULL AND {{scope}}"
_DECISIONS = (
    "FROM case_decision d JOIN payment_instruction i ON i.id = d.instruction_id"
    " WHERE {scope} AND d.act = 'admit' AND d.decided_by IS NULL AND d.asked_by <> %(reader)s"
)
_SHEETS = "FROM settlement_sheet s WHERE {scope} AND s.state = "
_SHEET_COLUMNS = {
    "area": "s.area_code",
    "hospital": "s.hospital_code",
    "enterprise": "s.enterprise_code",
}
#: Requests to pay again that wait for a second person.
_REISSUES = (
    "FROM (SELECT DISTINCT r.request_no FROM payment_reissue r"
    " JOIN payment_instruction i ON i.id = r.instruction_id"
    " WHERE {scope} AND r.decided_by IS NULL AND r.asked_by <> %(reader)s) q"
)
#: Requests for excuses and proposals that wait for another person than who made them.
_EXCUSES = (
    "FROM (SELECT DISTINCT x.request_no FROM line_excuse x WHERE {scope} AND x.state = 'asked'"
    " AND x.asked_by <> %(reader)s AND (%(supervises)s OR x.responsible <> 'agency')) q"
)
#: Drafts of schemes handed to a second person.
_DRAFTS = (
    "FROM scheme_draft d WHERE {scope} AND d.state = 'submitted' AND %(reader)s <> ALL (d.makers)"
)
_SUSPENSIONS = (
    "FROM measure m WHERE EXISTS (SELECT FROM unnest(m.area_codes) u (area_code) WHERE {scope})"
    " AND m.state = 'proposed' AND m.made_by <> %(reader)s"
)
#: Money asked of hospitals: what this hospital owes; what the agency has to urge.
_REQUESTS = "FROM money_request r WHERE r.state = 'asked' AND {scope}"
_REQUEST_COLUMNS = {"area": "r.area_code", "hospital": "r.hospital_code"}
#: Sub-ledgers to be wound up, and prepayments of rounds, proposed by another person.
_CLOSINGS = (
    "FROM subledger_closing k WHERE k.state = 'asked' AND k.asked_by <> %(reader)s AND {scope}"
)
_ROUNDS = (
    "FROM round_prepayment p WHERE p.state = 'proposed' AND p.proposed_by <> %(reader)s AND {scope}"
)
#: A row for each held line up to where counting stops, without looking at the lines.
_HELD = (
    "FROM generate_series(1, (SELECT least(sum(h.reasoned_count), 10000)::int FROM held_pair h"
    " WHERE {scope} AND h.period = (SELECT max(period) FROM settled_period)))"
)
#: What this seat must say yes or no to.
_WINDOWS = (
    "FROM confirm_window w WHERE w.state IN ('open', 'escalated') AND w.party = %(role)s"
    " AND {scope}"
)
_WINDOW_COLUMNS = {"hospital": "w.hospital_code", "enterprise": "w.enterprise_code"}
_DISPUTES = "FROM line_dispute d WHERE d.state = 'open' AND {scope}"
_LINE_COLUMNS = {
    "area": "h.area_code",
    "hospital": "h.hospital_code",
    "enterprise": "h.enterprise_code",
}

#: page → role → (statement after SELECT 1, columns the scope binds to).
Waiting = dict[Page, tuple[str, dict[str, str]]]


def _wanted(actor: Actor) -> Waiting:
    """Return what is counted for a role."""
    exceptions: Waiting = {
        Page.EXCEPTIONS: (_CASES, {}),
    }
    turn = "requested" if actor.role == Role.CHECKER else "checked"
    accounts: Waiting = {
        Page.ACCOUNTS: (
            "FROM account_change WHERE decided_by IS NULL AND requested_by <> %(reader)s"
            f" AND (reviews_needed = 1 OR state = '{turn}')",
            {},
        ),
    }
    second: Waiting = {
        Page.HOSPITAL_ACCOUNTS: (
            "FROM hospital_account_change c JOIN hospital h USING (hospital_code)"
            " WHERE {scope} AND c.decided_by IS NULL AND c.requested_by <> %(reader)s"
            f" AND (c.reviews_needed = 1 OR c.state = '{turn}')",
            {"area": "h.area_code"},
        ),
        Page.SUBLEDGERS: (_CLOSINGS, {"area": "k.area_code"}),
        Page.TURNOVER: (
            "FROM turnover_grant g WHERE {scope} AND g.state = 'applied'"
            " AND g.applied_by <> %(reader)s",
            {"area": "g.area_code"},
        ),
        Page.CLOSE: (
            "FROM period_close c WHERE c.state = 'proposed' AND c.proposed_by <> %(reader)s"
            " AND NOT EXISTS (SELECT FROM unnest(c.area_codes) u (area_code)"
            " WHERE NOT ({scope}))",
            {"area": "u.area_code"},
        ),
    }
    reissues: Waiting = {Page.RETURNS: (_REISSUES, {"area": "i.area_code"})}
    held: Waiting = {Page.HOLDS: (_HELD, _LINE_COLUMNS)}
    excuses: Waiting = {Page.EXCUSES: (_EXCUSES, {"area": "x.area_code"})}
    remedies: Waiting = excuses | {Page.MEASURES: (_SUSPENSIONS, {"area": "u.area_code"})}
    if actor.role == Role.MAKER:
        returned: Waiting = {
            Page.SHEETS: (_SHEETS + "'returned'", _SHEET_COLUMNS),
            Page.BATCHES: ("FROM payment_batch WHERE state = 'prepared'", {}),
        }
        disputed: Waiting = {
            Page.CONFIRMATIONS: (_DISPUTES, {"area": "d.area_code"}),
            Page.MONEY_REQUESTS: (_REQUESTS + " AND r.due_on < %(on)s", _REQUEST_COLUMNS),
        }
        return exceptions | held | returned | disputed
    if actor.role == Role.CHECKER:
        drafts: Waiting = {Page.SHEETS: (_SHEETS + "'draft'", _SHEET_COLUMNS)}
        return exceptions | accounts | second | reissues | drafts | excuses
    proposed: Waiting = {
        Page.SCHEMES: (_DRAFTS, {"area": "d.area_code"}),
        Page.PROFILES: (
            "FROM bank_profile_change WHERE state = 'proposed' AND proposed_by <> %(reader)s",
            {},
        ),
    }
    if actor.role == Role.SUPERVISOR:
        return proposed | remedies
    if actor.role == Role.APPROVER:
        accounts |= proposed | second | reissues | remedies
        decisions: Waiting = {Page.EXCEPTIONS: (_DECISIONS, {"area": "i.area_code"})}
        decisions[Page.ROUND_PREPAYMENTS] = (_ROUNDS, {"area": "p.area_code"})
        return accounts | decisions | {Page.SHEETS: (_SHEETS + "'in_review'", _SHEET_COLUMNS)}
    if actor.role in {Role.HOSPITAL, Role.ENTERPRISE}:
        own: Waiting = {Page.CONFIRMATIONS: (_WINDOWS, _WINDOW_COLUMNS)}
        if actor.role == Role.HOSPITAL:
            own[Page.MONEY_REQUESTS] = (_REQUESTS, _REQUEST_COLUMNS)
        return held | own
    return {}


def _statement(actor: Actor) -> tuple[str, dict[str, Any], list[Page]]:
    rows, parts, pages = scope.of(actor), [], []
    told: dict[str, Any] = {"reader": actor.name, "supervises": actor.role == Role.SUPERVISOR}
    told |= {"role": actor.role, "on": clock.today()}
    for page, (text, columns) in _wanted(actor).items():
        condition, facts = rows.sql(**columns) if columns else ("true", {})
        if text == _CASES:
            condition, facts = cases.mine(rows)
        told |= facts
        parts.append(
            f"(SELECT count(*) FROM (SELECT 1 {text.format(scope=condition)} LIMIT {COUNT_MAX}) t)"
        )
        pages.append(page)
    return "SELECT " + ", ".join(parts), told, pages


_kept: dict[tuple[Any, ...], tuple[float, dict[Page, int]]] = {}


def waiting(actor: Actor) -> dict[Page, int]:
    """Return page → how much waits there for this reader; at most half a minute old."""
    key = (actor.name, actor.role, actor.area_code, actor.party_code)
    found = _kept.get(key)
    if found is None or time.monotonic() - found[0] > KEPT_SECONDS:
        statement, told, pages = _statement(actor)
        numbers = db.execute_sql(statement, told).fetchone() if pages else ()
        found = (time.monotonic(), dict(zip(pages, numbers, strict=True)))
        if len(_kept) > 1_000:
            _kept.clear()
        _kept[key] = found
    return found[1]


def told(count: int) -> str:
    """Return a number of waiting rows as the menu shows it: 9,999+ where counting stopped."""
    return f"{count:,}" if count < COUNT_MAX else f"{COUNT_MAX - 1:,}+"


def forget() -> None:
    """Count anew at the next page: after an action the menu tells the truth at once."""
    _kept.clear()
