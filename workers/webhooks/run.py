"""The job `webhooks`: make deliveries of new events and hand over what is due, several at once.

Each webhook has one thread in a round, so that a receiver that is slow or down holds up nobody else
and gets one call, not all that waits for it.
"""

import http.client
import logging
import ssl
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby

from models import settings as settings_module
from models.rules.errors import SettlementError
from models.rules.errors.api import SecretUnreadable
from models.services import jobs
from models.services.webhooks import delivering
from models.services.webhooks.delivering import Handing
from models.settings import Settings
from workers.webhooks.post import Answer, post

log = logging.getLogger("zhijie.webhooks")

THREADS = 8
#: A webhook whose receiver is slow gives the rest of its round back.
ROUND_SECONDS = 60.0
#: Rounds of one job; what comes after is the next job's.
ROUNDS_MAX = 20


@dataclass(frozen=True)
class Outcome:
    """What became of one claimed delivery; no answer and no failure: it was not tried."""

    handing: Handing
    answer: Answer | None = None
    failure: str = ""
    for_good: bool = False


def run(claim: jobs.Claim) -> dict[str, int]:
    """Do the job `webhooks`: return how many events were taken and what became of deliveries."""
    return deliver(settings_module.load(), claim)


def deliver(settings: Settings, claim: jobs.Claim | None = None) -> dict[str, int]:
    """Tell and hand over until nothing is due."""
    counts = {"events": 0, "delivered": 0, "put_off": 0, "dead": 0, "put_back": 0}
    tls = ssl.create_default_context()
    for _ in range(ROUNDS_MAX):
        counts["events"] += (told := delivering.tell())
        handings = delivering.claim()
        if not handings and not told:
            break
        for outcome in _round(handings, settings.webhook_private_networks, tls):
            counts[_record(outcome)] += 1
        if claim is not None:
            claim.progress(counts["delivered"])
    return counts


def _round(
    handings: list[Handing], allowed: Sequence[str], tls: ssl.SSLContext
) -> Iterator[Outcome]:
    groups = [list(group) for _, group in groupby(handings, key=lambda one: one.webhook_id)]
    with ThreadPoolExecutor(THREADS, thread_name_prefix="webhook") as pool:
        for outcomes in pool.map(lambda group: _hand_over(group, allowed, tls), groups):
            yield from outcomes


def _hand_over(group: list[Handing], allowed: Sequence[str], tls: ssl.SSLContext) -> list[Outcome]:
    """Hand the deliveries of one webhook over, one after the other; no database in here."""
    until, down, outcomes = time.monotonic() + ROUND_SECONDS, False, []
    for handing in group:
        if down or time.monotonic() > until:
            outcomes.append(Outcome(handing))
            continue
        outcome = _one(handing, allowed, tls)
        down = outcome.answer is None and not outcome.for_good
        outcomes.append(outcome)
    return outcomes


def _one(handing: Handing, allowed: Sequence[str], tls: ssl.SSLContext) -> Outcome:
    try:
        return Outcome(handing, post(handing, allowed, tls))
    except SecretUnreadable as error:
        return Outcome(handing, failure=error.sentence)
    except SettlementError as error:
        return Outcome(handing, failure=error.sentence, for_good=True)
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Outcome(handing, failure=f"{type(error).__name__}: {error}")


def _record(outcome: Outcome) -> str:
    """Write what became of it and return the word it is counted under."""
    handing, answer = outcome.handing, outcome.answer
    if answer is None and not outcome.failure:
        delivering.put_back(handing, "本轮未轮到")
        return "put_back"
    if answer is not None and answer.good:
        delivering.delivered(handing, answer.status, answer.text)
        return "delivered"
    status = answer.status if answer else None
    became = delivering.failed(
        handing, status, answer.text if answer else outcome.failure, for_good=outcome.for_good
    )
    log.warning(
        "webhook.refused webhook=%s event_id=%s attempt=%s status=%s became=%s",
        handing.webhook_id, handing.event_id, handing.attempt, status, became,
    )  # fmt: skip
    return became
