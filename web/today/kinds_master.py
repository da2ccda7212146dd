"""Tasks about accounts, schemes and bank formats that wait for a second person."""

from models.rules.words import Role
from web.today.kind import Kind

_C, _A, _S = Role.CHECKER, Role.APPROVER, Role.SUPERVISOR


def _accounts(turn: str) -> str:
    """Count the changes that wait for this role; one person decides where the scheme says so."""
    return (
        "SELECT count(*), NULL::bigint, NULL::date FROM account_change"
        " WHERE decided_by IS NULL AND requested_by <> %(reader)s"
        f" AND (reviews_needed = 1 OR state = '{turn}')"
    )


def _hospitals(turn: str) -> str:
    """Count the changes of hospitals' accounts that wait for this role."""
    return (
        "SELECT count(*), NULL::bigint, NULL::date FROM hospital_account_change c"
        " JOIN hospital h USING (hospital_code)"
        " WHERE {scope} AND c.decided_by IS NULL AND c.requested_by <> %(reader)s"
        f" AND (c.reviews_needed = 1 OR c.state = '{turn}')"
    )


_OF_HOSPITAL, _ACCOUNTS = {"area": "h.area_code"}, "/hospital-accounts/"

MASTER = (
    Kind(
        "scheme_drafts",
        frozenset({_A, _S}),
        "SELECT count(*), NULL::bigint, NULL::date FROM scheme_draft d"
        " WHERE d.state = 'submitted' AND %(reader)s <> ALL (d.makers) AND {scope}",
        {"area": "d.area_code"},
        "/schemes/drafts/?state=submitted",
    ),
    Kind(
        "profiles",
        frozenset({_A, _S}),
        "SELECT count(*), NULL::bigint, NULL::date FROM bank_profile_change"
        " WHERE state = 'proposed' AND proposed_by <> %(reader)s",
        {},
        "/profiles/",
    ),
    Kind("accounts", frozenset({_C}), _accounts("requested"), {}, "/accounts/"),
    Kind("accounts", frozenset({_A}), _accounts("checked"), {}, "/accounts/"),
    Kind("hospital_accounts", frozenset({_C}), _hospitals("requested"), _OF_HOSPITAL, _ACCOUNTS),
    Kind("hospital_accounts", frozenset({_A}), _hospitals("checked"), _OF_HOSPITAL, _ACCOUNTS),
)
