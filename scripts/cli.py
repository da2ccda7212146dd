"""What all commands share: options, the business date, waiting for the workers, refusals, JSON."""

import argparse
import json
import re
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from tqdm import tqdm

from models import clock, origin, settings
from models.records.base import db, reach, sql
from models.records.jobs import Job
from models.rules.errors import SettlementError
from models.rules.errors.imports import FileNotReadable, FileTooLarge
from models.rules.errors.services import NoService
from models.rules.job_names import JobName
from models.rules.words import JobState
from models.services import access, files, jobs

DONE, REFUSED, USAGE = 0, 1, 2

#: Percent of the bar; the job row counts rows, lines or steps.
BAR_WIDTH = 100

Command = Callable[[argparse.Namespace], dict[str, Any]]


class Refused(Exception):
    """A job ended without doing its work: the sentence and the code of its row."""

    def __init__(self, sentence: str, code: str) -> None:
        self.sentence, self.code = sentence, code
        super().__init__(sentence)


def parser(module: str, summary: str | None) -> argparse.ArgumentParser:
    """Return a parser with the options every command takes."""
    made = argparse.ArgumentParser(prog=f"python -m scripts.{module}", description=summary)
    made.add_argument("--on", type=day, metavar="DATE", help="业务日期 business date YYYY-MM-DD")
    made.add_argument("--json", action="store_true", help="一行 JSON 结果 one JSON object last")
    return made


def day(text: str) -> date:
    """Return a date given as YYYY-MM-DD."""
    try:
        return date.fromisoformat(text) if len(text) == len("2026-01-01") else _bad("date", text)
    except ValueError:
        return _bad("date", text)


def period(text: str) -> str:
    """Return a month given as YYYY-MM."""
    return text if re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", text) else _bad("month", text)


def _bad(what: str, text: str) -> NoReturn:
    raise argparse.ArgumentTypeError(f"{text!r} is no {what} (YYYY-MM-DD / YYYY-MM)")


def run(
    command: Command,
    options: argparse.Namespace,
    *,
    ok: Callable[[dict[str, Any]], bool] | None = None,
) -> int:
    """Run a command against the database and return its exit status.

    A refusal prints {"error", "code"} and exits 1. `ok` may turn a result into exit 1.
    """
    options.on = options.on or clock.today()
    origin.begin()
    try:
        reach(settings.load())
        if sql("SELECT to_regclass('audit_event')").fetchone()[0] is None:
            raise NoService(what="数据库表（正在迁移，或尚未迁移）")
        result = command(options)
    except SettlementError as refusal:
        return refuse(refusal, as_json=options.json)
    except Refused as refusal:
        return refuse(refusal, as_json=options.json)
    except KeyboardInterrupt:
        print("已中断；已提交的任务仍会在后台完成。", file=sys.stderr)
        return REFUSED
    finally:
        if not db.is_closed():
            db.close()
    show(result, as_json=options.json)
    return DONE if ok is None or ok(result) else REFUSED


def refuse(refusal: SettlementError | Refused, *, as_json: bool) -> int:
    """Tell why nothing was done and return the exit status."""
    if as_json:
        told = {"error": refusal.sentence, "code": refusal.code}
        print(json.dumps(told, ensure_ascii=False))
    else:
        print(f"{refusal.sentence}（{refusal.code}）", file=sys.stderr)
    return REFUSED


def show(result: dict[str, Any], *, as_json: bool) -> None:
    """Print a result, for people or as one object."""
    if as_json:
        print(json.dumps(result, ensure_ascii=False, default=str))
        return
    for name, value in result.items():
        told = (
            json.dumps(value, ensure_ascii=False, default=str)
            if isinstance(value, list | dict)
            else value
        )
        print(f"{name}: {told}")


def actor_of(options: argparse.Namespace) -> access.Actor:
    """Return who acts: --as, else system."""
    return access.load(getattr(options, "actor", None) or access.SYSTEM.name)


def stored(path: Path, *, by: str, kind: str) -> int:
    """Keep a file of this host in the database and return its number.

    Raises FileNotReadable, FileTooLarge.
    """
    size_max = settings.load().upload_bytes_max
    if not path.is_file():
        raise FileNotReadable(file=path)
    if path.stat().st_size > size_max:
        raise FileTooLarge(size=path.stat().st_size, size_max=size_max)
    with db.atomic():
        return int(files.store_path(path, by=by, kind=kind).id)


def work(name: JobName, args: dict[str, Any], *, by: str) -> dict[str, Any]:
    """Queue a job, wait for the workers with a progress bar on stderr, return its result.

    Raises Refused when the job failed, NoWorker when nobody works.
    """
    with db.atomic():
        job = jobs.enqueue(name, args, by=by)
    with tqdm(total=BAR_WIDTH, disable=not sys.stderr.isatty(), leave=False, unit="%") as bar:
        ended = jobs.wait(job.id, lambda row: _advance(bar, row))
    if ended.state is not JobState.DONE:
        raise Refused(ended.error_sentence or "任务未完成。", ended.error_code or str(ended.state))
    result: dict[str, Any] = ended.result
    return result


def _advance(bar: "tqdm[Any]", job: Job) -> None:
    if job.total_count:
        bar.n = min(BAR_WIDTH, BAR_WIDTH * job.done_count // job.total_count)
    bar.set_description(job.stage or str(job.name), refresh=True)


def only(result: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return the stated keys of a result, in their stated order."""
    return {name: result[name] for name in names}
