"""One process that has read the whole program and forks real processes of it within milliseconds.

Asked by lines of JSON on stdin: {"start": kind, "env": {...}, "log": path} is answered by the new
process's number; {"ended": true} by those that ended, with their status. What was forked runs the
very `main` of the Procfile, in a session of its own, and dies when the nursery dies.
"""

import contextlib
import ctypes
import importlib
import json
import os
import pkgutil
import signal
import sys
from collections.abc import Callable
from typing import Any

from tests.chaos import naive_worker, points
from web import main as web
from workers import actors, main, relay, schedule
from workers.actors import registry

_LIBC = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1

MAINS: dict[str, Callable[[], object]] = {
    "worker": lambda: main.main([]),
    "relay": relay.main,
    "schedule": schedule.main,
    "web": web.main,
    "naive": naive_worker.main,
}


def start(kind: str, env: dict[str, str], log: str) -> int:
    """Fork a process of a kind and return its number."""
    parent, child = os.getpid(), os.fork()
    if child:
        return child
    code = 1
    try:
        os.setsid()
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)
        out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for standard in (1, 2):
            os.dup2(out, standard)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.environ.update(env)
        sys.argv = [kind]
        if kind != "naive":
            points.install(kind)
        MAINS[kind]()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    finally:
        sys.stderr.flush()
        os._exit(code)


def ended() -> dict[int, int]:
    """Return the children that ended since the last question, with their wait status."""
    found: dict[int, int] = {}
    with contextlib.suppress(ChildProcessError):
        while (child := os.waitpid(-1, os.WNOHANG))[0]:
            found[child[0]] = child[1]
    return found


def read_everything() -> None:
    """Import what the processes would import when they first need it."""
    for module in pkgutil.iter_modules(actors.__path__, f"{actors.__name__}."):
        importlib.import_module(module.name)
    for service in registry.SERVICES.values():
        importlib.import_module(service.split(":")[0])
    for name in ("gunicorn.workers.gthread", "gunicorn.glogging", "polars"):
        importlib.import_module(name)


def answer(asked: dict[str, Any]) -> Any:
    """Return the answer to one line."""
    if "start" in asked:
        return start(asked["start"], asked["env"], asked["log"])
    return ended()


if __name__ == "__main__":
    _LIBC.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    read_everything()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
        sys.stdout.flush()
