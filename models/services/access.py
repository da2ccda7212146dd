"""Who acts, what the role may do and which rows it sees."""

from collections.abc import Iterable
from dataclasses import dataclass

from models.records.access import User
from models.records.api import ApiKey
from models.records.base import sql
from models.rules.api_keys import ACTOR_PREFIX
from models.rules.errors.access import NotAllowed, OutOfScope, UnknownArea, UnknownUser
from models.rules.words import Role

ALL_AREAS = "all"

#: Tables an administrator may import: they set the rules and move no money.
RULE_TABLES = frozenset(
    {
        "schemes",
        "scheme_products",
        "scheme_rounds",
        "ladder",
        "calendar",
        "lpr",
        "retention_tiers",
        "retention_rules",
        "assessment_items",
        "indicator_definitions",
        "grade_items",
        "grade_tiers",
        "rail_rules",
        "bank_days",
        "problem_kinds",
        "risk_rules",
    }
)
HOSPITAL_TABLES = frozenset({"confirmations", "hospital_payments", "purchases", "report_lines"})
ENTERPRISE_TABLES = frozenset({"confirmations", "purchases", "invoices", "deliveries"})

_MAKER = frozenset(
    [
        "import",
        "settle",
        "pay",
        "bank_result",
        "statement",
        "offset",
        "shortfall",
        "turnover_apply",
        "turnover_pay",
        "overdue",
        "monitor",
        "risk",
        "risk_hand",
        "retention",
        "retention_list",
        "export",
        "check_books",
        "close_exception",
        "account_request",
        "account_numbers",
        "close_propose",
        "acknowledge",
        "excuse_ask",
        "excuse_end",
        "measure",
        "paper",
        "rectify",
        "contacts",
        "request_money",
        "subledger_close",
        "round_prepay",
        "round_pass",
        "coverage",
        "mandate",
        "lost_file",
        "dispute_say",
        "dispute_advise",
        "scheme_draft",
        "participation",
        "grade",
        "deduct",
    ]
)
_READ = frozenset({"export", "check_books"})
#: What an institution may answer to its own lateness.
_ANSWER = frozenset({"risk_answer", "acknowledge", "excuse_ask", "excuse_end", "dispute_say"})

#: Reporting and speaking of problems; the desk's own acts.
_PROBLEMS = frozenset({"problem_report", "problem_say"})
_DESK = _PROBLEMS | {"problem_handle"}

#: What each role may run (file formats §4, "who may run"); pages refine it, never widen it.
MAY: dict[str, frozenset[str]] = {
    "system": _MAKER | _DESK | {"create_user", "backup"},
    Role.MAKER: _MAKER | _DESK,
    Role.CHECKER: _READ
    | _DESK
    | {
        "accounts_approve",
        "close_decide",
        "account_numbers",
        "approve_1",
        "close_exception",
        "decide_exception",
        "reissue_release",
        "inquiry_confirm",
        "publication_review",
        "paper_review",
        "rectify",
        "request_withdraw",
        "receipt_reverse",
        "subledger_decide",
        "excuse_decide",
        "excuse_end",
        "turnover_decide",
        "retention_answer",
        "retention_publish",
        "retention_assess",
        "report_review",
        "participation_settle",
        "deduct_decide",
    },
    Role.APPROVER: _READ
    | {
        "lost_file_decide",
        "scheme_decide",
        "accounts_approve",
        "close_decide",
        "account_numbers",
        "approve_2",
        "decide_exception",
        "reissue_release",
        "inquiry_confirm",
        "publication_review",
        "paper_review",
        "request_withdraw",
        "receipt_reverse",
        "subledger_decide",
        "round_decide",
        "retention_publish",
        "retention_grant",
        "profile_activate",
        "risk_hand_decide",
        "excuse_decide",
        "excuse_end",
        "measure_decide",
        "turnover_decide",
        "grade_decide",
    },
    Role.SUPERVISOR: _READ
    | _DESK
    | {
        "coverage",
        "scheme_draft",
        "scheme_decide",
        "profile_propose",
        "risk",
        "risk_hand",
        "risk_hand_decide",
        "publication_review",
        "profile_activate",
        "acknowledge",
        "excuse_decide",
        "excuse_end",
        "measure",
        "measure_decide",
        "paper",
        "paper_review",
        "rectify",
        "retention_answer",
        "retention_assess",
        "report_review",
        "participation",
        "participation_settle",
        "grade",
        "grade_decide",
    },
    Role.AUDITOR: _READ,
    Role.ADMINISTRATOR: _READ
    | {"api_keys", "backup", "create_user", "import", "profile_propose", "scheme_draft"},
    Role.HOSPITAL: _READ
    | {"api_keys", "import", "account_request", "contacts", "turnover_apply", "round_pass"}
    | {"rectify_answer", "retention_say", "report_quantity", "participation_answer"}
    | _ANSWER
    | _PROBLEMS,
    Role.ENTERPRISE: _READ
    | {"api_keys", "import", "account_request", "account_numbers", "contacts", "round_pass"}
    | _ANSWER
    | _PROBLEMS,
}


@dataclass(frozen=True)
class Actor:
    """Who acts: a user, or `system` for a command without --as."""

    name: str
    role: str
    #: 'all' or the code of an area; the areas below belong to it.
    area_code: str = ALL_AREAS
    #: hospital_code or credit_code of the seats.
    party_code: str | None = None


SYSTEM = Actor(name="system", role="system")


def load(name: str) -> Actor:
    """Return the actor of that name; `system` is the actor of commands without --as."""
    if name == SYSTEM.name:
        return SYSTEM
    if name.startswith(ACTOR_PREFIX):
        return _key(name)
    user = User.get_or_none(User.name == name, User.active)
    if user is None:
        raise UnknownUser(name=name)
    return Actor(
        name=user.name, role=user.role, area_code=user.area_code, party_code=user.party_code
    )


def _key(name: str) -> Actor:
    """Return the actor of a key by its name; work it asked for is done after its end, too."""
    number = name.removeprefix(ACTOR_PREFIX)
    key = ApiKey.get_or_none(ApiKey.id == int(number)) if number.isdecimal() else None
    if key is None:
        raise UnknownUser(name=name)
    return of_key(key)


def of_key(key: ApiKey) -> Actor:
    """Return the actor that a key of another system is."""
    return Actor(
        name=f"{ACTOR_PREFIX}{key.id}",
        role=key.role,
        area_code=key.area_code,
        party_code=key.party_code,
    )


def require(actor: Actor, action: str) -> None:
    """Refuse with NotAllowed unless the actor's role may do the action."""
    if action not in MAY.get(actor.role, frozenset()):
        raise NotAllowed(actor=actor.name, role=actor.role, action=action)


def require_import(actor: Actor, kind: str) -> None:
    """Refuse unless the actor may import this table."""
    require(actor, "import")
    if not may_import(actor.role, kind):
        raise NotAllowed(actor=actor.name, role=actor.role, action=f"import:{kind}")


def may_import(role: str, kind: str) -> bool:
    """Return whether a role may import this table."""
    allowed = {
        Role.ADMINISTRATOR: RULE_TABLES,
        Role.HOSPITAL: HOSPITAL_TABLES,
        Role.ENTERPRISE: ENTERPRISE_TABLES,
    }.get(Role(role) if role != SYSTEM.role else None)  # type: ignore[arg-type]
    return "import" in MAY.get(role, frozenset()) and (allowed is None or kind in allowed)


_BELOW = """
WITH RECURSIVE below AS (
    SELECT area_code FROM area WHERE area_code = %s
    UNION
    SELECT a.area_code FROM area a JOIN below b ON a.parent_code = b.area_code
)
SELECT area_code FROM below ORDER BY area_code
"""


def areas_below(area_code: str) -> list[str]:
    """Return the area and all areas below it, by code; empty when the area is unknown."""
    return [row[0] for row in sql(_BELOW, (area_code,))]


def areas(actor: Actor, requested: str | None) -> list[str]:
    """Return the codes of the areas meant: the requested one and all below it.

    Without a request it is everything the actor may see. Raises UnknownArea, OutOfScope.
    """
    mine = None if actor.area_code == ALL_AREAS else set(areas_below(actor.area_code))
    if requested is None:
        everything = [row[0] for row in sql("SELECT area_code FROM area ORDER BY area_code")]
        return everything if mine is None else sorted(mine)
    wanted = areas_below(requested)
    if not wanted:
        raise UnknownArea(area=requested)
    if mine is not None and not mine.issuperset(wanted):
        raise OutOfScope(actor=actor.name, subject=requested)
    return wanted


def reaches(actor: Actor, area_code: str) -> bool:
    """Return whether an area lies within the actor's rows."""
    return actor.area_code == ALL_AREAS or area_code in areas_below(actor.area_code)


def require_rows(actor: Actor, area_codes: Iterable[str], subject: str) -> None:
    """Refuse with OutOfScope when one of the areas lies outside the actor's rows."""
    if actor.area_code == ALL_AREAS:
        return
    mine = set(areas_below(actor.area_code))
    if not mine.issuperset(area_codes):
        raise OutOfScope(actor=actor.name, subject=subject)
