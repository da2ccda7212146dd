"""Background processes with probes, and a Redis that may be killed."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.embedded.home import prepare
from scripts.embedded.redis import Redis
from tests.faults.counting import (
    PROBE,
    Attempts,
)
from tests.processes import Background, running_workers
from tests.workers.conftest import probe_work  # noqa: F401 - a fixture


@pytest.fixture
def background(
    probe_work: Attempts,  # noqa: F811
    settings: Any,
    redis_url: str,
    tmp_path: Path,
) -> Iterator[Background]:
    with running_workers(
        settings.database_url, redis_url, worker_module=PROBE, log_path=tmp_path / "log"
    ) as processes:
        yield processes


@pytest.fixture
def own_redis() -> Iterator[Redis]:
    """A Redis of one test, to be killed."""
    home = prepare(Path(tempfile.mkdtemp(prefix="zhijie-fault-")))
    server = Redis(home)
    server.start()
    yield server
    server.stop()
    home.remove()
