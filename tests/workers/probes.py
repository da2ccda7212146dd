"""Services that misbehave on purpose; the job's `area` says how."""

import os
import signal
import sys
import time
from typing import Any

import psycopg

from models.records.base import sql
from models.rules.errors.access import UnknownArea
from models.services import jobs

TABLE = """
CREATE TABLE IF NOT EXISTS probe_work (
    job_id bigint NOT NULL, attempt int NOT NULL, worked_at timestamptz DEFAULT clock_timestamp())
"""


def settle(claim: jobs.Claim) -> dict[str, Any]:
    """Write one row, then do what the area says."""
    behaviour, _, amount = (claim.args["area"] or "quick").partition(":")
    sql("INSERT INTO probe_work (job_id, attempt) VALUES (%s, %s)", (claim.job_id, claim.attempt))
    {
        "quick": lambda: None,
        "slow": lambda: _slow(claim, float(amount)),
        "deaf": lambda: time.sleep(float(amount)),
        "refuse": _refuse,
        "bug": _bug,
        "away": lambda: _away(claim, int(amount)),
        "die": lambda: _die(claim, int(amount)),
        "die_before_ack": lambda: None,
        "modules": lambda: None,
    }[behaviour]()
    return {"attempt": claim.attempt, "pid": os.getpid(), "polars": "polars" in sys.modules}


def _slow(claim: jobs.Claim, seconds: float) -> None:
    steps = int(seconds * 20)
    for step in range(steps):
        claim.progress(step, steps, "probing")
        time.sleep(0.05)


def _refuse() -> None:
    raise UnknownArea(area="999999")


def _bug() -> None:
    raise KeyError("no such column")


def _away(claim: jobs.Claim, times: int) -> None:
    """Break in the first attempts as a server that restarts does."""
    if claim.attempt <= times:
        raise psycopg.OperationalError("the server went away")


def _die(claim: jobs.Claim, times: int) -> None:
    """Kill the own process in the first attempts, as memory or a crash in a library does."""
    if claim.attempt <= times:
        os.kill(os.getpid(), signal.SIGKILL)
