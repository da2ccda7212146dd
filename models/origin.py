"""Where a piece of work came from: one id from a person's click to the bank's file.

Whoever begins work (a request, a command, a tick of the timetable) begins an id; a job row keeps
the id it was queued under, and the worker goes on under it. Every line of the log carries it.
"""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

#: What an id of somebody else (our proxy) must look like to be taken over.
FORM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")

_request: ContextVar[str] = ContextVar("request", default="")
_job: ContextVar[int] = ContextVar("job", default=0)


def begin(request_id: str = "") -> str:
    """Begin work under an id, a new one unless a well-formed one is given; return it."""
    begun = request_id if FORM.fullmatch(request_id) else secrets.token_hex(8)
    _request.set(begun)
    return begun


def end() -> None:
    """Forget the id: the thread goes on with something else."""
    _request.set("")


def request() -> str:
    """Return the id of the present work; empty outside of any."""
    return _request.get()


def job() -> int:
    """Return the number of the job being done; 0 outside of any."""
    return _job.get()


@contextmanager
def of_job(job_id: int, request_id: str) -> Iterator[None]:
    """Work inside the block as the job, under the id it was queued with, or a new one."""
    before = _request.get()
    begin(request_id)
    held = _job.set(job_id)
    try:
        yield
    finally:
        _job.reset(held)
        _request.set(before)
