"""Commands as people run them: a program with its exit status and one JSON object at the end."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.processes import ROOT, running_workers


@dataclass
class Ran:
    """How a command ended."""

    status: int
    told: dict[str, Any]
    error: str


Run = Callable[..., Ran]


@pytest.fixture
def run(db, environ) -> Run:
    """Run `python -m scripts.NAME … --json` and return how it ended."""

    def call(name: str, *args: object, text: str | None = None) -> Ran:
        done = subprocess.run(
            [sys.executable, "-m", f"scripts.{name}", *map(str, args), "--json"],
            check=False,
            cwd=ROOT,
            env=environ,
            input=text,
            capture_output=True,
            text=True,
            timeout=60,
        )
        lines = done.stdout.strip().splitlines()
        return Ran(done.returncode, json.loads(lines[-1]) if lines else {}, done.stderr)

    return call


@pytest.fixture(scope="module")
def workers(_environment: dict[str, str]) -> Iterator[None]:
    """A real worker and relay beside the tests of one module."""
    with running_workers(_environment["DATABASE_URL"], _environment["REDIS_URL"]):
        yield
