"""Child processes that never outlive the system that started them."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from scripts.embedded.account import Account

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def spawn(
    command: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path,
    output: IO[bytes] | int | None,
    account: Account | None = None,
    signal_at_parents_death: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, so that only we decide when it ends.

    Ctrl-C and a signal to our process group do not reach it; the kernel signals it when we
    die without a word (kill -9). Must be called from the main thread: Linux ties the last
    promise to the thread.
    """
    return subprocess.Popen(
        command,
        env=dict(env),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        start_new_session=True,
        preexec_fn=_follow_parent(signal_at_parents_death),  # noqa: PLW1509 - no threads yet
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def _follow_parent(wanted: signal.Signals) -> Callable[[], None]:
    parent = os.getpid()

    def in_child() -> None:
        if _LIBC is not None:
            _LIBC.prctl(_PR_SET_PDEATHSIG, int(wanted), 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)

    return in_child


def stop(process: "subprocess.Popen[bytes]", wanted: signal.Signals, *, seconds: float) -> int:
    """End a process in good order, or by force after the seconds; return its exit status."""
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(wanted)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    kill_session(process.pid)
    return process.wait()


def ended(process: "subprocess.Popen[bytes]") -> bool:
    """Return whether a child has ended, leaving its number reserved until it is waited for."""
    if process.returncode is not None:
        return True
    found = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    return found is not None


def reap(process: "subprocess.Popen[bytes]") -> int:
    """Take the status of an ended child; what is left of its session goes with it."""
    if process.returncode is None:
        kill_session(process.pid)
    return process.wait()


def kill_session(leader: int) -> None:
    """Kill what is left of a session we started, children of children too."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


@dataclass(frozen=True)
class Identity:
    """A process that cannot be mistaken for a later one with the same number."""

    pid: int
    started: str

    def alive(self) -> bool:
        """Return whether this very process still runs."""
        return self.started != "" and started(self.pid) == self.started


def started(pid: int) -> str:
    """Return when a process began, in the words of the system; empty when there is none."""
    stat = Path(f"/proc/{pid}/stat")
    try:
        # The name in parentheses may hold blanks; state is the first field after it.
        fields = stat.read_text().rpartition(")")[2].split()
    except OSError:
        if Path("/proc/self").exists():
            return ""
        ps = subprocess.run(
            ["ps", "-o", "lstart=", "-p", str(pid)],  # noqa: S607
            capture_output=True,
            text=True,
            check=False,
        )
        return ps.stdout.strip()
    return "" if fields[0] in "ZX" else fields[19]


def end_strangers(left_over: Mapping[Identity, signal.Signals], *, seconds: float) -> list[int]:
    """End processes of a run that was killed; return the numbers of those that still ran."""
    alive = [one for one in left_over if one.alive()]
    for one in alive:
        with contextlib.suppress(ProcessLookupError):
            os.kill(one.pid, left_over[one])
    deadline = time.monotonic() + seconds
    while any(one.alive() for one in alive) and time.monotonic() < deadline:
        time.sleep(0.05)
    for one in alive:
        if one.alive():
            kill_session(one.pid)
    return [one.pid for one in alive]
