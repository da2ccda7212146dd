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
    "retention_lists.act": When.CONFIRMED,
    "closings.act": When.CONFIRMED,
    "deductions.act": When.CONFIRMED,
    "round_prepayments.act": When.CONFIRMED,
    "round_prepayments.approve_all": When.CONFIRMED,
    "schemes.draft": When.ALWAYS,
    "profiles.change": When.ALWAYS,
    "users.new": When.ALWAYS,
    "users.one": When.ALWAYS,
    "users.act": When.ALWAYS,
    "users.bring": When.CONFIRMED,
    "api_keys.new": When.ALWAYS,
    "webhooks.new": When.ALWAYS,
    "auth.colleagues": When.ALWAYS,
    "auth.colleague": When.ALWAYS,
}

#: Rights whose use moves money, opens accounts, or grants rights: what they do asks for a proof.
GRAVE = frozenset(
    {
        "approve_1", "approve_2", "pay", "reissue_release", "accounts_approve", "turnover_decide",
        "turnover_pay", "subledger_decide", "retention_grant", "round_decide", "inquiry_confirm",
        "decide_exception", "close_decide", "scheme_decide", "profile_activate", "create_user",
        "api_keys", "deduct_decide",
    }
)  # fmt: skip
#: Addresses that need such a right and ask for nothing, each with its reason.
UNASKED = {
    "sheets.withdraw": "taking a review back moves no money",
    "decisions.refuse": "to refuse moves no money",
    "accounts.reject": "to refuse moves no money",
    "accounts.stop": "to stop moves no money, and may be urgent",
    "hospital_accounts.reject": "to refuse moves no money",
    "hospital_accounts.stop": "to stop moves no money, and may be urgent",
    "api_keys.end": "to end a key grants nothing, and may be urgent",
    "webhooks.act": "tests, repeats and ends what was granted",
}
