"""Keeps the processes of one installation running and ends them in good order.

One thread: Linux ties "die with your parent" to the thread that started a child, and a loop over
pipes and signals needs no second one.
"""

import contextlib
import os
import selectors
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import IO

from models.rules.errors import SettlementError
from scripts.console import console, say
from scripts.embedded import processes

#: Waits before a new start, in seconds; the last one repeats.
BACK_OFF = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
#: Who ran this long starts with a clean record.
STEADY_SECONDS = 60.0
#: After so many short lives in a row the cause is not chance: try rarely, and say so.
SHORT_LIVES_MAX = 10
RARE_SECONDS = 300.0
LINE_BYTES_MAX = 64 << 10


@dataclass(eq=False)
class Program:
    """One supervised process and its record."""

    name: str
    #: Starts it and returns at once; its output, if any, is a pipe.
    spawn: Callable[[], "subprocess.Popen[bytes]"]
    stop_signal: signal.Signals = signal.SIGTERM
    #: Less than a minute for all together: whoever stops us may not wait longer.
    stop_seconds: float = 25.0
    #: Others need it: it ends after them.
    server: bool = False
    #: Not started again when it ends (the main job).
    once: bool = False
    process: "subprocess.Popen[bytes] | None" = None
    status: int | None = None
    began: float = 0.0
    short_lives: int = 0
    #: When it is started again, by the monotonic clock.
    due: float | None = None
    #: The beginning of a line whose end was not written yet.
    partial: bytes = b""

    @property
    def running(self) -> bool:
        """Return whether it has a process."""
        return self.process is not None

    def lines(self, chunk: bytes) -> list[bytes]:
        """Return the whole lines that the chunk completes; an empty chunk completes the last."""
        *whole, self.partial = (self.partial + chunk).split(b"\n")
        if len(self.partial) > LINE_BYTES_MAX or (not chunk and self.partial):
            whole.append(self.partial)
            self.partial = b""
        return whole


class Supervisor:
    """The programs of one installation, in the order of their start."""

    def __init__(self, on_change: Callable[[list[Program]], None]) -> None:
        """Take over the signals of this process.

        on_change is told after each start and end, so that a next run can clean up behind a
        killed one.
        """
        self.programs: list[Program] = []
        self.stopping = False
        #: How often the user asked to stop: the second time means now.
        self.stop_requests = 0
        self._on_change = on_change
        self._selector = selectors.DefaultSelector()
        self._wake, self._wake_writer = socket.socketpair()
        for end in (self._wake, self._wake_writer):
            end.settimeout(0)
        self._selector.register(self._wake, selectors.EVENT_READ)
        signal.set_wakeup_fd(self._wake_writer.fileno(), warn_on_full_buffer=False)
        for one in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(one, self._ask_to_stop)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stop_requests += 1

    def add(self, program: Program) -> Program:
        """Start a program and keep it running."""
        self.programs.append(program)
        self._start(program)
        return program

    def adopt(self, program: Program, process: "subprocess.Popen[bytes]") -> Program:
        """Keep a program running that was started already."""
        self.programs.append(program)
        self._began(program, process)
        return program

    def run_until(self, reached: Callable[[], bool], *, seconds: float = float("inf")) -> bool:
        """Supervise until the condition holds; False when the time is over or a stop was asked."""
        deadline = time.monotonic() + seconds
        while self.stop_requests == 0 and time.monotonic() < deadline:
            if reached():
                return True
            self.tick()
        return False

    def tick(self, seconds: float = 0.2) -> None:
        """Pass on output, notice deaths, start again what is due."""
        for key, _events in self._selector.select(seconds):
            if key.data is None:
                with contextlib.suppress(BlockingIOError):
                    self._wake.recv(4096)
            else:
                self._read(key.data)
        for program in self.programs:
            if program.process is not None and processes.ended(program.process):
                self._died(program)
            elif program.process is None and not self.stopping:
                self._start_if_due(program)

    def stop(self) -> None:
        """End all in good order: first those that use the servers, then the servers."""
        self.stopping = True
        for servers in (False, True):
            group = [program for program in self.programs if program.server is servers]
            self._end([program for program in group if program.running])
        signal.set_wakeup_fd(-1)
        self._selector.close()
        self._wake.close()
        self._wake_writer.close()

    def _end(self, group: list[Program]) -> None:
        asked = self.stop_requests
        for program in group:
            if program.process is not None:
                program.process.send_signal(program.stop_signal)
        deadline = time.monotonic() + max((one.stop_seconds for one in group), default=0.0)
        while alive := [program for program in group if program.process is not None]:
            self.tick(0.05)
            impatient = self.stop_requests > max(asked, 1) and not alive[0].server
            if time.monotonic() > deadline or impatient:
                for program in alive:
                    if program.process is not None:
                        processes.kill_session(program.process.pid)

    def _start_if_due(self, program: Program) -> None:
        if program.due is not None and time.monotonic() >= program.due:
            self._start(program)

    def _start(self, program: Program) -> None:
        program.due = None
        try:
            process = program.spawn()
        except (OSError, SettlementError) as error:
            program.began = time.monotonic()
            reason = error.sentence if isinstance(error, SettlementError) else str(error)
            plan(program, reason)
        else:
            self._began(program, process)

    def _began(self, program: Program, process: "subprocess.Popen[bytes]") -> None:
        program.process, program.began = process, time.monotonic()
        if process.stdout is not None:
            os.set_blocking(process.stdout.fileno(), False)
            self._selector.register(process.stdout, selectors.EVENT_READ, program)
        self._on_change(self.programs)

    def _died(self, program: Program) -> None:
        process = program.process
        if process is None:
            return
        program.status = processes.reap(process)
        if process.stdout is not None:
            self._read(program)
            self._forget(process.stdout)
            process.stdout.close()
            console.show(program.name, program.lines(b""))
        program.process = None
        self._on_change(self.programs)
        if not self.stopping and not program.once:
            plan(program, _reason(program.status))

    def _read(self, program: Program) -> None:
        if program.process is None or program.process.stdout is None:
            return
        pipe = program.process.stdout
        while True:
            try:
                chunk = os.read(pipe.fileno(), LINE_BYTES_MAX)
            except BlockingIOError:
                return
            if not chunk:
                self._forget(pipe)
                return
            console.show(program.name, program.lines(chunk))

    def _forget(self, pipe: IO[bytes]) -> None:
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(pipe)


def plan(program: Program, reason: str) -> float:
    """Choose when a program that ended is started again, say why, and return the wait."""
    now = time.monotonic()
    steady = now - program.began >= STEADY_SECONDS
    program.short_lives = 1 if steady else program.short_lives + 1
    if program.short_lives > SHORT_LIVES_MAX:
        wait = RARE_SECONDS
        say(f"{program.name} 连续 {program.short_lives} 次很快结束，请查明原因。")
    else:
        wait = BACK_OFF[min(program.short_lives, len(BACK_OFF)) - 1]
    program.due = now + wait
    say(f"{program.name} 已结束（{reason}），{wait:g} 秒后重新启动。")
    return wait


def _reason(status: int) -> str:
    if status >= 0:
        return f"退出码 {status}"
    return f"信号 {signal.Signals(-status).name}"
