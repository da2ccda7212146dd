"""Who may come in: the words for sessions, attempts and links, and how many tries there are."""

from datetime import timedelta
from enum import StrEnum

from models.rules.words import Role

#: Wrong passwords or codes in a row that lock a user, and for how long.
FAILURES_MAX = 5
LOCK = timedelta(minutes=15)
#: Failures of one address, whatever names it tries; an office behind one address has many clerks.
ADDRESS_FAILURES_MAX = 30
ADDRESS_SPAN = timedelta(minutes=15)
#: Between the password and the six figures.
HALF_WAY = timedelta(minutes=5)
INVITATION_LIFE = timedelta(days=7)
RESET_LIFE = timedelta(minutes=30)
#: Whoever asks again sooner gets no second mail.
RESET_PAUSE = timedelta(minutes=5)
RECOVERY_CODES = 10

#: Roles that sit in an institution and see its rows only.
SEATS = frozenset({Role.HOSPITAL, Role.ENTERPRISE})
#: Whoever moves money or grants rights: the second factor is for them.
MOVERS = frozenset({Role.MAKER, Role.CHECKER, Role.APPROVER, Role.ADMINISTRATOR})


class SecondFactorRule(StrEnum):
    """Whether the second factor is asked for (动态口令的要求)."""

    OFF = "off"
    OFFERED = "offered"
    REQUIRED = "required"


class SessionEnd(StrEnum):
    """How a session ended (登录的结束)."""

    SIGNED_OUT = "signed_out"
    IDLE = "idle"
    AGED = "aged"
    #: Its owner ended it from another one.
    OWNER = "owner"
    PASSWORD = "password"  # noqa: S105 - how a session ends
    #: An administrator or keeper made the user inactive, or reset what proves him.
    KEEPER = "keeper"
    #: The same browser signed in anew.
    REPLACED = "replaced"


class AttemptResult(StrEnum):
    """What became of one try to come in (登录结果)."""

    ENTERED = "entered"
    UNKNOWN_NAME = "unknown_name"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - what became of a try
    WRONG_CODE = "wrong_code"
    LOCKED = "locked"
    #: Somebody asked for a link to choose a new password.
    ASKED_RESET = "asked_reset"


#: What counts against an address.
FAILED = frozenset(AttemptResult) - {AttemptResult.ENTERED}


class LinkPurpose(StrEnum):
    """What a link leads to (链接用途)."""

    INVITATION = "invitation"
    RESET = "reset"
