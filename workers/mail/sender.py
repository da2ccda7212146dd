"""Sends the mails that are due: each is claimed, handed over and answered for by itself.

Between the server's 250 and our commit a sender may die. The mail is then sent once more when its
claim has run out: at least once at this one point, with the same Message-ID, by which mail
programs and the server's log know the repetition. Everywhere else it is exactly once.
"""

import logging
import smtplib
import time
from typing import Any

from models import settings as settings_module
from models.services import jobs, notifications
from models.services.notifications import Outgoing
from models.settings import Settings
from workers.mail import smtp

log = logging.getLogger("zhijie.mail")

#: A claim lasts longer than any handing over can take.
CLAIM_SECONDS = 300
#: Mails of one run; the schedule begins the next.
MAILS_MAX = 500
#: Time between two mails: at most five a second, so that servers do not turn us away.
PAUSE_SECONDS = 0.2
#: Beginnings of one mail before a person must look.
ATTEMPTS_MAX = 12
#: Waiting after the first 4xx; doubled each time up to the maximum (about three days in all).
RETRY_SECONDS = 60
RETRY_SECONDS_MAX = 8 * 3600
#: Waiting while the server cannot be reached; that never counts against a mail.
DOWN_SECONDS = 120


def send_due(claim: jobs.Claim) -> dict[str, Any]:
    """Do the job `send_mail`: returns how many were sent, failed, put off, and still wait."""
    return send(settings_module.load(), claim.progress)


def send(settings: Settings, progress: Any = lambda *_: None) -> dict[str, Any]:  # noqa: ANN401
    """Send what is due, at most MAILS_MAX; without SMTP settings everything waits visibly."""
    counts = {"sent": 0, "failed": 0, "put_off": 0}
    if settings.smtp_host:
        _send_all(settings, counts, progress)
    return {**counts, "waiting": notifications.waiting(), "smtp": bool(settings.smtp_host)}


def _send_all(settings: Settings, counts: dict[str, int], progress: Any) -> None:  # noqa: ANN401
    mail = notifications.claim_next(CLAIM_SECONDS)
    if mail is None:
        return
    connected = False
    try:
        with smtp.connected(settings) as server:
            connected = True
            for place in range(1, MAILS_MAX + 1):
                outcome = _send_one(settings, server, mail)
                counts[outcome] += 1
                mail = None
                progress(place)
                if place == MAILS_MAX or (mail := notifications.claim_next(CLAIM_SECONDS)) is None:
                    return
                time.sleep(PAUSE_SECONDS)
    except smtp.ServerUnusable as error:
        log.warning("mail.server_unusable reason=%s", error)
        if mail is not None:
            # A server that breaks off may do so because of this mail: then it counts.
            notifications.postpone(mail, str(error), seconds=DOWN_SECONDS, counts=connected)
            counts["put_off"] += 1


def _send_one(settings: Settings, server: smtplib.SMTP, mail: Outgoing) -> str:
    """Hand over one mail, write the answer and return the word it is counted under."""
    if mail.attempts > ATTEMPTS_MAX:
        notifications.failed(mail, f"已尝试 {ATTEMPTS_MAX} 次，每次都中断")
        return "failed"
    try:
        note = smtp.hand_over(server, smtp.compose(mail, settings))
    except smtp.MailRefused as refusal:
        return _refused(mail, refusal)
    notifications.sent(mail, f"抄送被拒：{note}" if note else None)
    log.info("mail.sent mail=%s attempts=%s", mail.mail_id, mail.attempts)
    return "sent"


def _refused(mail: Outgoing, refusal: smtp.MailRefused) -> str:
    log.warning(
        "mail.refused mail=%s permanent=%s reason=%s", mail.mail_id, refusal.permanent, refusal
    )
    if refusal.permanent or mail.attempts >= ATTEMPTS_MAX:
        notifications.failed(mail, str(refusal))
        return "failed"
    notifications.postpone(mail, str(refusal), seconds=retry_seconds(mail.attempts))
    return "put_off"


def retry_seconds(attempts: int) -> int:
    """Return the wait after so many attempts that were answered with 4xx."""
    return int(min(RETRY_SECONDS * 2 ** min(attempts - 1, 20), RETRY_SECONDS_MAX))
