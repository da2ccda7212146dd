"""Logs: one event with its facts on each line, as text for people or as JSON for machines.

Our lines are written as `log.info("job.begun job=%s attempt=%s", job_id, attempt)`: the first word
is the event, every `name=%s` after it a fact (docs/operations.md lists them). This module puts the
id of the request and the number of the job to each, hides what nobody may read in a log, and
renders all of it, lines of libraries included.
"""

import json
import logging
import os
import re
import socket
import sys
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

import structlog

from models import origin

Facts = MutableMapping[str, Any]

#: An event and its facts, as our own lines are written.
OURS = re.compile(r"[a-z_%]+(?:\.[a-z_%]+)+(?: [a-z_0-9]+=%[-.0-9]*[srdf])*")
_HOLE = re.compile(r"%[-.0-9]*[srdf]")
#: A run of digits as long as an account number or a trace code; numbers of ours begin with letters.
_LONG_NUMBER = re.compile(r"(?<![A-Za-z0-9])\d{8,26}(\d{4})(?![A-Za-z0-9])")
#: User and password in an address.
_CREDENTIALS = re.compile(r"://[^/\s:@]*:[^/\s@]+@")
#: A token in a header or a message about one.
_BEARER = re.compile(r"(?i)\b(bearer\s+)[A-Za-z0-9._~+/=-]{8,}")
#: The number of a link that lets somebody choose a password.
_LINK = re.compile(r"(/welcome/)[A-Za-z0-9_-]+")
#: Longer values are cut: a log is no place for documents.
VALUE_CHARS_MAX = 2_000
TRACEBACK_CHARS_MAX = 20_000


def hidden(text: str) -> str:
    """Return a text without account numbers, trace codes, passwords of addresses and tokens."""
    text = _LONG_NUMBER.sub(r"****\1", text)
    text = _CREDENTIALS.sub("://***@", text)
    text = _LINK.sub(r"\1***", text)
    return _BEARER.sub(r"\1***", text)


def event_of(template: object, values: object) -> tuple[str, dict[str, Any]] | None:
    """Return event and facts of a line of ours, or None for a line written otherwise."""
    if not isinstance(template, str) or not OURS.fullmatch(template):
        return None
    held = iter(values if isinstance(values, tuple) else ())
    head, *pairs = template.split(" ")
    event = _HOLE.sub(lambda hole: hole.group() % next(held), head)
    return event, {name: _value(hole, held) for name, _, hole in (p.partition("=") for p in pairs)}


def _value(hole: str, held: Iterator[Any]) -> str | float | None:
    value = next(held)
    if hole.endswith("f"):
        return float(hole % value)
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def _with_facts(_logger: object, _method: str, line: Facts) -> Facts:
    """Turn a line of ours into its event and facts; everybody else's stays one sentence."""
    record: logging.LogRecord = line["_record"]
    found = event_of(record.msg, line.pop("positional_args", ()))
    if found is not None:
        line["event"] = found[0]
        line.update(found[1])
    return line


def _with_origin(_logger: object, _method: str, line: Facts) -> Facts:
    """Say when, where, and for which request and job."""
    record: logging.LogRecord = line["_record"]
    line.update(level=record.levelname, logger=record.name, host=socket.gethostname())
    line.update(pid=os.getpid(), thread=record.threadName)
    if origin.request():
        line["request"] = origin.request()
    if origin.job():
        line.setdefault("job", origin.job())
    return line


def _without_secrets(_logger: object, _method: str, line: Facts) -> Facts:
    for name, value in line.items():
        if isinstance(value, str):
            most = TRACEBACK_CHARS_MAX if name == "exception" else VALUE_CHARS_MAX
            line[name] = hidden(value)[:most]
    return line


#: What every line has, so that no fact may be called so.
TAKEN = frozenset(
    {"at", "event", "level", "logger", "host", "pid", "thread", "request", "exception"}
)
#: What a text line does not repeat of each fact: the supervisor or systemd says it already.
_LEFT_OUT = frozenset({"at", "pid", "level", "event", "logger", "host", "thread", "exception"})


def _as_text(_logger: object, _method: str, line: Facts) -> str:
    told = [str(line["at"]), str(line["pid"]), str(line["level"]), str(line["event"])]
    told += [f"{name}={_quoted(value)}" for name, value in line.items() if name not in _LEFT_OUT]
    trace = line.get("exception")
    return " ".join(told) + (f"\n{trace}" if trace else "")


def _quoted(value: object) -> str:
    """Return a value that a reader can tell from the next fact."""
    text = str(value)
    return json.dumps(text, ensure_ascii=False) if not text or set(text) & set(' "\n=') else text


def formatter(*, as_json: bool) -> logging.Formatter:
    """Return what renders every line of this process."""
    render: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False, default=str) if as_json else _as_text
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[_with_facts, _with_origin],
        processors=[
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            _without_secrets,
            render,
        ],
        pass_foreign_args=True,
    )


def install(
    *, as_json: bool, levels: Mapping[str, int] | None = None, sieve: logging.Filter | None = None
) -> None:
    """Write our events (INFO and above) and the libraries' warnings to stderr.

    `levels` says otherwise for loggers by name; `sieve` keeps lines back or changes them.
    """
    handler = logging.StreamHandler(sys.stderr)
    if sieve is not None:
        handler.addFilter(sieve)
    handler.setFormatter(formatter(as_json=as_json))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    for name, level in {"zhijie": logging.INFO, **(levels or {})}.items():
        logging.getLogger(name).setLevel(level)
