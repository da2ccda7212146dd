"""Tasks about what the parties say of lines: windows, disputes, invoices."""

from models.rules.words import Role
from web.today.bounds import HELD
from web.today.kind import Kind

_M, _H, _E, _S = Role.MAKER, Role.HOSPITAL, Role.ENTERPRISE, Role.SUPERVISOR


def _held(what: str) -> str:
    return (
        f"SELECT sum(h.{what}_count)::bigint, sum(h.{what}_fen)::bigint, NULL::date"
        " FROM held_pair h WHERE h.period = %(period)s AND {scope}"
    )


def _windows(which: str) -> str:
    return (
        "SELECT count(*), sum(w.amount_fen)::bigint, min(w.due_on) FROM confirm_window w"
        f" WHERE w.state IN ('open', 'escalated') AND {which} AND {{scope}}"
    )


_WINDOW = {"area": "w.area_code", "hospital": "w.hospital_code", "enterprise": "w.enterprise_code"}

CONFIRMING = (
    Kind(
        "window_hospital",
        frozenset({_H}),
        _windows("w.party = 'hospital'"),
        _WINDOW,
        "/confirmations/?view=waiting&party=hospital",
    ),
    Kind(
        "window_enterprise",
        frozenset({_E}),
        _windows("w.party = 'enterprise'"),
        _WINDOW,
        "/confirmations/?view=waiting&party=enterprise",
    ),
    Kind(
        "disputes",
        frozenset({_M}),
        "SELECT count(*), sum(d.amount_fen)::bigint, min(d.due_on) FROM line_dispute d"
        " WHERE d.state = 'open' AND {scope}",
        {"area": "d.area_code"},
        "/confirmations/disputes/",
    ),
    Kind(
        "confirm_hospital",
        frozenset({_H}),
        _held("by_hospital"),
        HELD,
        "/confirmations/answer",
    ),
    Kind(
        "confirm_enterprise",
        frozenset({_E}),
        _held("by_enterprise"),
        HELD,
        "/confirmations/answer",
    ),
    Kind(
        "invoice",
        frozenset({_E}),
        _held("invoice"),
        HELD,
        "/holds/?reason=invoice_missing",
    ),
    Kind(
        "window_late",
        frozenset({_M, _S}),
        _windows("w.state = 'escalated'"),
        _WINDOW,
        "/confirmations/?view=late",
        mine=False,
    ),
    Kind(
        "wait_hospital",
        frozenset({_M, _S}),
        _held("by_hospital"),
        HELD,
        "/holds/?reason=waiting_hospital",
        mine=False,
    ),
    Kind(
        "wait_enterprise",
        frozenset({_M, _S}),
        _held("by_enterprise"),
        HELD,
        "/holds/?reason=waiting_enterprise",
        mine=False,
    ),
)
