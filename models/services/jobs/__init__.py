"""Queued work: ask for it, begin it, tell how far it is, end it in the work's own transaction."""

from models.services.jobs.claims import Claim, LeaseLost, WorkerStopping, claim, finish
from models.services.jobs.requests import again, cancel, enqueue, get
from models.services.jobs.running import run
from models.services.jobs.waiting import wait

__all__ = [
    "Claim",
    "LeaseLost",
    "WorkerStopping",
    "again",
    "cancel",
    "claim",
    "enqueue",
    "finish",
    "get",
    "run",
    "wait",
]
