"""The outbox of mails: what is to be told to whom, and how far each mail got.

A mail is a row written in the transaction of what it tells about; sending is another matter.
"""

from models.services.notifications.acts import (
    Act,
    hold,
    move_all,
    release,
    send_again,
    send_now,
    take_back,
    withdraw,
)
from models.services.notifications.notices import (
    Group,
    Notice,
    Outgoing,
    Refusal,
    Rendered,
    Renderer,
)
from models.services.notifications.recipients import groups
from models.services.notifications.recording import (
    absorb,
    record,
    record_all,
    recorded_on,
    rendered,
)
from models.services.notifications.sending import (
    bounced,
    claim_next,
    failed,
    postpone,
    refused,
    sent,
    waiting,
)
from models.services.notifications.telling import Party, copies_of, party, tell_once

__all__ = [
    "Act",
    "Group",
    "Notice",
    "Outgoing",
    "Party",
    "Refusal",
    "Rendered",
    "Renderer",
    "absorb",
    "bounced",
    "claim_next",
    "copies_of",
    "failed",
    "groups",
    "hold",
    "move_all",
    "party",
    "postpone",
    "record",
    "record_all",
    "recorded_on",
    "refused",
    "release",
    "rendered",
    "send_again",
    "send_now",
    "sent",
    "take_back",
    "tell_once",
    "waiting",
    "withdraw",
]
