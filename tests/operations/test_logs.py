"""Lines of the log: an event with its facts, one id from the request to the job, no secrets."""

import io
import json
import logging
import re
from datetime import date

import pytest

from models import logs, origin
from models.logs import OURS, TAKEN
from models.records.base import db as handle
from models.rules.job_names import JobName
from models.services import jobs
from tests.operations import log_lines
from workers import logs as worker_logs

log = logging.getLogger("zhijie.test")


@pytest.fixture
def written():
    """The lines that our handler wrote as JSON."""
    told = io.StringIO()
    handler = logging.StreamHandler(told)
    handler.setFormatter(logs.formatter(as_json=True))
    ours = logging.getLogger("zhijie")
    level = ours.level
    ours.addHandler(handler)
    ours.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in told.getvalue().splitlines()]
    ours.removeHandler(handler)
    ours.setLevel(level)


def text_of(template: str, *values: object) -> str:
    record = logging.LogRecord("zhijie.test", logging.INFO, "", 0, template, values, None)
    return logs.formatter(as_json=False).format(record)


def test_every_line_of_ours_is_an_event_with_named_facts():
    found = list(log_lines.written())
    assert len(found) > 30
    assert [where for where, template in found if not OURS.fullmatch(template)] == []
    facts = {fact for names in log_lines.events().values() for fact in names}
    assert facts & TAKEN == set(), "these words are taken"


def test_the_document_lists_every_event_with_its_facts():
    told = log_lines.of_document(log_lines.path_of("docs/operations.md").read_text("utf-8"))
    stated = log_lines.events()
    # What became of an attempt: one template, several words; and a library's line made ours.
    of_attempts = stated.pop("job.%s")
    for became in ("done", "failed", "cancelled", "released", "lease_lost"):
        stated[f"job.{became}"] = of_attempts
    stated["queue.unreadable"] = {"queue", "reason"}
    assert told == stated


def test_a_line_for_machines_has_its_facts_as_fields(written):
    with origin.of_job(7, "0123456789abcdef"):
        log.info("batch.written batch=%s lines=%s seconds=%.3f", "PC1", 12, 0.12345)
    (line,) = written()
    assert (line["event"], line["batch"], line["lines"], line["seconds"]) == (
        "batch.written", "PC1", 12, 0.123,
    )  # fmt: skip
    assert (line["request"], line["job"], line["level"]) == ("0123456789abcdef", 7, "INFO")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", line["at"])


def test_a_line_for_people_keeps_a_value_together_and_cannot_be_forged():
    # A command run in this process before leaves its id, which would stand at the line's end.
    origin.end()
    line = text_of("page.failed path=%s", "/x\nrelay.started")
    assert "page.failed" in line
    assert line.endswith(r'path="/x\nrelay.started"')
    assert "\n" not in line


def test_lines_of_libraries_stay_sentences(written):
    logging.getLogger("zhijie.library").warning("Booting with pid: %(pid)s", {"pid": 3})
    logging.getLogger("zhijie.library").warning("100 % of nothing")
    assert [line["event"] for line in written()] == ["Booting with pid: 3", "100 % of nothing"]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("to 6222020200012345678 failed", "to ****5678 failed"),
        ("code 81234567890123456789", "code ****6789"),
        ("postgresql://zhijie:s3cret@db/zhijie", "postgresql://***@db/zhijie"),
        ("redis://:s3cret@host:6379", "redis://***@host:6379"),
        ("Authorization: Bearer abcdef0123456789", "Authorization: Bearer ***"),
        ("batch PC20261122000009 of 2026", "batch PC20261122000009 of 2026"),
    ],
)
def test_account_numbers_and_secrets_are_hidden_wherever_they_stand(written, said, shown):
    log.warning("relay.waits reason=%r", said)
    try:
        int(said)
    except ValueError:
        log.exception("job.broke job=%s attempt=%s", 1, 1)
    first, second = written()
    assert first["reason"] == shown
    assert shown in second["exception"]
    assert said == shown or said not in second["exception"]


def test_a_job_and_what_it_asks_for_go_on_under_the_id_of_the_request(db, written):
    asked = origin.begin()
    job = jobs.enqueue(JobName.TIDY, {"on": date(2026, 11, 23)}, by="system")
    origin.end()
    nameless = jobs.enqueue(
        JobName.MONITOR, {"period": "2026-10", "on": date(2026, 11, 23)}, by="system"
    )
    handle.connection().commit()

    def service(claim):
        log.info("schedule.tick task=%s", "inner")
        follow = jobs.enqueue(JobName.WEBHOOKS, {"on": date(2026, 11, 23)}, by="system")
        return {"follow": follow.id}

    jobs.run(int(job.id), service)
    done = jobs.get(int(job.id))
    assert (done.state, done.request_id) == ("done", asked)
    assert jobs.get(done.result["follow"]).request_id == asked
    lines = written()
    assert [line["event"] for line in lines] == ["job.begun", "schedule.tick", "job.done"]
    assert {(line["request"], line["job"]) for line in lines} == {(asked, job.id)}
    assert nameless.request_id is None
    assert (origin.request(), origin.job()) == ("", 0)


def test_a_queue_that_cannot_be_read_is_told_once_a_minute_without_a_traceback(written):
    handler = logging.getLogger("zhijie").handlers[-1]
    handler.addFilter(worker_logs.Consumers())
    consumer = logging.getLogger(f"{worker_logs.CONSUMER}bank)")
    consumer.addHandler(handler)
    for _ in range(3):
        try:
            raise OSError("MISCONF No space left on device")  # noqa: TRY301 - as a library does
        except OSError:
            consumer.critical("Consumer encountered an unexpected error.", exc_info=True)
    consumer.removeHandler(handler)
    (line,) = written()
    assert (line["event"], line["queue"]) == ("queue.unreadable", "bank")
    assert "No space left on device" in line["reason"]
    assert "exception" not in line
