"""Queued work: the job row is outbox, progress screen and history in one."""

import peewee as pw

from models.records.base import (
    CodeField,
    JsonField,
    Record,
    StateField,
    UtcDateTimeField,
    one_of,
    promise,
)
from models.rules.words import JobState


class Job(Record):
    """One piece of queued work; Redis only carries its number."""

    id = pw.BigAutoField()
    name = CodeField()
    queue = CodeField()
    args = JsonField()
    dedupe_key = CodeField(null=True)
    state = StateField(JobState)
    attempt = pw.IntegerField(default=0, constraints=[pw.SQL("DEFAULT 0")])
    attempts_max = pw.IntegerField()
    leased_until = UtcDateTimeField(null=True)
    next_try_at = UtcDateTimeField()
    sent_at = UtcDateTimeField(null=True)
    stage = pw.TextField(null=True)
    done_count = pw.BigIntegerField(default=0, constraints=[pw.SQL("DEFAULT 0")])
    total_count = pw.BigIntegerField(null=True)
    result = JsonField(null=True)
    error_code = CodeField(null=True)
    error_sentence = pw.TextField(null=True)
    error_sentence_en = pw.TextField(null=True)
    cancel_wanted = pw.BooleanField(default=False, constraints=[pw.SQL("DEFAULT false")])
    requested_by = CodeField()
    requested_at = UtcDateTimeField()
    started_at = UtcDateTimeField(null=True)
    finished_at = UtcDateTimeField(null=True)
    #: The job this one repeats ("run again").
    again_of = pw.BigIntegerField(null=True)
    #: The id of the request, command or tick that asked for it; its log lines carry it.
    request_id = CodeField(null=True)

    class Meta:
        """Promises of a job (ddl adds: one waiting or sent per dedupe_key)."""

        constraints = [
            one_of("state", JobState, name="job_state_known"),
            promise("running_job_has_a_lease", "state <> 'running' OR leased_until IS NOT NULL"),
            promise(
                "ended_job_has_its_time",
                "(state IN ('done', 'failed', 'cancelled')) = (finished_at IS NOT NULL)",
            ),
        ]
        indexes = ((("state", "next_try_at"), False), (("requested_at",), False))


class ScheduleRun(Record):
    """That a scheduled task's tick was taken: two schedulers are one."""

    task = CodeField()
    tick = UtcDateTimeField()
    job_id = pw.BigIntegerField(null=True)
    ran_at = UtcDateTimeField()

    class Meta:
        """A tick happens once."""

        primary_key = pw.CompositeKey("task", "tick")


class Heartbeat(Record):
    """That a process was alive: workers, relay and schedule report here."""

    #: worker:<host>:<pid>, relay:…, schedule:…
    process = CodeField(primary_key=True)
    kind = CodeField(index=True)
    seen_at = UtcDateTimeField()
    #: Queues a worker serves.
    queues = pw.TextField(null=True)
    #: Host, version, memory and disk, as the process sees them.
    facts = JsonField(null=True)
