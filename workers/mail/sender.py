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
from models.services.notifications import Outgoing, Refusal
from models.settings import Settings
from workers.mail import smtp

log = logging.getLogger("zhijie.mail")

#: A claim lasts longer than any handing over can take.
CLAIM_SECONDS = 300
#: Beginnings of one mail before a person must look.
ATTEMPTS_MAX = 12
#: Waiting after the first 4xx; doubled each time up to the maximum (about three days in all).
RETRY_SECONDS = 60
RETRY_SECONDS_MAX = 8 * 3600
#: Waiting while the server cannot be reached or wants no mail; that never counts against one.
DOWN_SECONDS = 120


def send_due(claim: jobs.Claim) -> dict[str, Any]:
    """Do the job `send_mail`: returns how many were sent, failed, put off, and still wait."""
    return send(settings_module.load(), claim.progress)


def send(settings: Settings, progress: Any = lambda *_: None) -> dict[str, Any]:  # noqa: ANN401
    """Send what is due, at most `mail_per_run`; without SMTP settings everything waits visibly."""
    counts = {"sent": 0, "failed": 0, "put_off": 0}
    if settings.smtp_host:
        _send_all(settings, counts, progress)
    return {**counts, "waiting": notifications.waiting(), "smtp": bool(settings.smtp_host)}


def _send_all(settings: Settings, counts: dict[str, int], progress: Any) -> None:  # noqa: ANN401
    mail = _claim(settings)
    if mail is None:
        return
    connected = False
    try:
        with smtp.connected(settings) as server:
            connected = True
            for place in range(1, settings.mail_per_run + 1):
                begun = time.monotonic()
                outcome = _send_one(settings, server, mail)
                counts[outcome] += 1
                mail = None
                progress(place)
                if place == settings.mail_per_run or (mail := _claim(settings)) is None:
                    return
                time.sleep(max(0.0, 1 / settings.mail_per_second + begun - time.monotonic()))
    except smtp.ServerUnusable as error:
        log.warning("mail.server_unusable reason=%s", error)
        if mail is not None:
            # A server that breaks off may do so because of this mail: then it counts.
            counts_against = connected and not isinstance(error, smtp.ServerBusy)
            notifications.postpone(mail, str(error), seconds=DOWN_SECONDS, counts=counts_against)
            counts["put_off"] += 1


def _claim(settings: Settings) -> Outgoing | None:
    return notifications.claim_next(CLAIM_SECONDS, per_domain=settings.mail_per_domain)


def _send_one(settings: Settings, server: smtplib.SMTP, mail: Outgoing) -> str:
    """Hand over one mail, write the answer and return the word it is counted under."""
    if mail.attempts > ATTEMPTS_MAX:
        notifications.failed(mail, f"已尝试 {ATTEMPTS_MAX} 次，每次都中断")
        return "failed"
    if not mail.to_addresses:
        return _nobody(mail)
    try:
        handed = smtp.hand_over(server, smtp.compose(mail, settings))
    except smtp.MailRefused as refusal:
        return _refused(mail, str(refusal), permanent=refusal.permanent)
    return _answered(mail, handed)


def _nobody(mail: Outgoing) -> str:
    """Answer for a mail whose recipients all have it or all bounced: nothing is attempted."""
    if mail.reached:
        notifications.sent(mail, mail.stranded or None)
        return "sent"
    notifications.failed(mail, mail.stranded)
    return "failed"


def _answered(mail: Outgoing, handed: smtp.Handed) -> str:
    """Write what the server said about each recipient; a copy never decides for the mail."""
    lost = [one for one in handed.refused if one.address in mail.to_addresses]
    reached = mail.reached or any(one in handed.taken for one in mail.to_addresses)
    why = "；".join(str(one) for one in lost) if len(lost) < 2 else _named(lost)
    if any(not one.permanent for one in lost) and mail.attempts < ATTEMPTS_MAX:
        notifications.bounced(mail, handed.refused)
        return _refused(mail, why, permanent=False, taken=handed.taken)
    if not reached:
        became = notifications.refused(mail, why, handed.refused, taken=handed.taken)
        return _logged(mail, why, became)
    notifications.bounced(mail, handed.refused)
    copies = [one for one in handed.refused if one not in lost]
    notes = [
        mail.stranded,
        f"收件被拒：{_named(lost)}" if lost else "",
        f"抄送被拒：{'；'.join(f'{one.address} {one.code}' for one in copies)}" if copies else "",
    ]
    note = "；".join(one for one in notes if one) or None
    notifications.sent(mail, note, taken=handed.taken)
    log.info("mail.sent mail=%s attempts=%s", mail.mail_id, mail.attempts)
    return "sent"


def _named(refusals: list[Refusal]) -> str:
    return "；".join(f"{one.address} {one}" for one in refusals)


def _refused(mail: Outgoing, why: str, *, permanent: bool, taken: tuple[str, ...] = ()) -> str:
    if permanent or mail.attempts >= ATTEMPTS_MAX:
        notifications.failed(mail, why)
        return _logged(mail, why, "failed")
    notifications.postpone(mail, why, seconds=retry_seconds(mail.attempts), taken=taken)
    return _logged(mail, why, "put_off")


def _logged(mail: Outgoing, why: str, outcome: str) -> str:
    """Say in the log what became of a mail; servers repeat addresses, so only the code is told."""
    log.warning(
        "mail.refused mail=%s permanent=%s code=%s",
        mail.mail_id, outcome == "failed", "".join(filter(str.isdigit, why[:3])),
    )  # fmt: skip
    return outcome


def retry_seconds(attempts: int) -> int:
    """Return the wait after so many attempts that were answered with 4xx."""
    return int(min(RETRY_SECONDS * 2 ** min(attempts - 1, 20), RETRY_SECONDS_MAX))
