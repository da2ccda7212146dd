"""The acts that ask for a fresh proof of who is there: money, accounts, rules and rights."""

from enum import StrEnum


class When(StrEnum):
    """Which request of an address is the act itself."""

    #: Every one that writes.
    ALWAYS = "always"
    #: The second request of a check page, which carries the seal of what was seen.
    CONFIRMED = "confirmed"


#: Endpoint → which of its requests is the act.
ACTS: dict[str, When] = {
    "sheets.check": When.CONFIRMED,
    "batches.new": When.CONFIRMED,
    "batches.file": When.ALWAYS,
    "returns.ask": When.CONFIRMED,
    "returns.release": When.CONFIRMED,
    "payments.confirm": When.CONFIRMED,
    "decisions.agree": When.CONFIRMED,
    "accounts.approve": When.ALWAYS,
    "hospital_accounts.approve": When.ALWAYS,
    "hospital_accounts_together.index": When.CONFIRMED,
    "close.move": When.CONFIRMED,
    "turnover.act": When.CONFIRMED,
    "closings.act": When.CONFIRMED,
    "round_prepayments.act": When.CONFIRMED,
    "round_prepayments.approve_all": When.CONFIRMED,
    "schemes.draft": When.ALWAYS,
    "profiles.change": When.ALWAYS,
    "users.new": When.ALWAYS,
    "users.one": When.ALWAYS,
    "users.act": When.ALWAYS,
    "users.bring": When.CONFIRMED,
    "auth.colleagues": When.ALWAYS,
    "auth.colleague": When.ALWAYS,
}
