"""The figures as Prometheus names them; docs/operations.md lists every name, and a test compares.

Gauges of the database are the same on every web host: alert on `max(...)` over the hosts.
"""

from collections.abc import Iterator

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from models.services.status.figures import Figures
from models.services.status.release import version
from web.metrics.served import BOUNDS, Counts

_KINDS = ("web", "worker", "relay", "schedule")


def of_work(figures: Figures) -> Iterator[Metric]:
    """Yield what the database knows."""
    yield from _queues(figures)
    yield from _processes(figures)
    yield _gauge(
        "zhijie_relay_lag_seconds",
        "Age of the oldest due job that no relay has sent",
        figures.relay_lag_seconds,
    )
    ended = GaugeMetricFamily(
        "zhijie_jobs_ended_day",
        "Jobs asked for within 24 hours that have ended, by kind and state",
        labels=["name", "state"],
    )
    seconds = GaugeMetricFamily(
        "zhijie_job_mean_seconds",
        "Mean seconds from begin to end of the done jobs among them",
        labels=["name"],
    )
    for one in figures.ended:
        ended.add_metric([one.name, one.state], one.count)
        if one.state == "done":
            seconds.add_metric([one.name], one.mean_seconds)
    yield ended
    yield seconds
    yield from _money(figures)
    yield _gauge(
        "zhijie_database_bytes", "Size of the database on its disk", figures.database_bytes
    )
    yield _gauge("zhijie_database_connections", "Sessions open in the server", figures.connections)
    yield _gauge(
        "zhijie_database_connections_max", "Sessions the server takes", figures.connections_max
    )


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value=value)


def _queues(figures: Figures) -> Iterator[Metric]:
    depth = GaugeMetricFamily(
        "zhijie_queue_jobs", "Jobs not ended, by queue and state", labels=["queue", "state"]
    )
    age = GaugeMetricFamily(
        "zhijie_queue_oldest_seconds",
        "How long the oldest job of the queue has been due and not begun",
        labels=["queue"],
    )
    for one in figures.queues:
        for state, count in (
            ("later", one.later), ("due", one.due), ("sent", one.sent), ("running", one.running),
        ):  # fmt: skip
            depth.add_metric([one.queue, state], count)
        age.add_metric([one.queue], one.oldest_seconds)
    yield depth
    yield age


def _processes(figures: Figures) -> Iterator[Metric]:
    alive = GaugeMetricFamily(
        "zhijie_processes_alive", "Processes with a recent sign of life", labels=["kind"]
    )
    serving = GaugeMetricFamily(
        "zhijie_queue_workers_alive", "Living workers that serve a queue", labels=["queue"]
    )
    silent = GaugeMetricFamily(
        "zhijie_process_silent_seconds",
        "Seconds since the last sign of life of a process that did not say goodbye",
        labels=["process", "kind"],
    )
    disk = GaugeMetricFamily(
        "zhijie_disk_free_bytes", "Free bytes under VAR_DIR, by host", labels=["host"]
    )
    for kind in _KINDS:
        found = [one for one in figures.processes if one.kind == kind and one.alive]
        alive.add_metric([kind], len(found))
    for queue in figures.queues:
        serving.add_metric([queue.queue], len(workers_of(figures, queue.queue)))
    free: dict[str, int] = {}
    for one in figures.processes:
        silent.add_metric([one.process, one.kind], one.silent_seconds)
        told = one.facts.get("disk_free_bytes")
        if one.alive and told is not None:
            host = str(one.facts.get("host"))
            free[host] = min(free.get(host, told), told)
    for host, count in sorted(free.items()):
        disk.add_metric([host], count)
    yield from (alive, serving, silent, disk)


def workers_of(figures: Figures, queue: str) -> list[str]:
    """Return the living workers that serve a queue."""
    return [
        one.process
        for one in figures.processes
        if one.kind == "worker" and one.alive and queue in one.queues.split(",")
    ]


def _money(figures: Figures) -> Iterator[Metric]:
    yield _gauge(
        "zhijie_unknown_payments",
        "Payments whose state at the bank is unknown",
        figures.unknown_payments,
    )
    yield _gauge(
        "zhijie_unknown_payment_oldest_seconds",
        "How long the oldest of them has been unknown",
        figures.unknown_oldest_seconds,
    )
    yield _gauge("zhijie_open_cases", "Cases of bank answers that wait", figures.open_cases)
    mails = GaugeMetricFamily("zhijie_mails", "Mails not sent, by state", labels=["state"])
    for state, count in figures.mails.items():
        mails.add_metric([state], count)
    yield mails
    yield _gauge(
        "zhijie_mail_oldest_seconds",
        "How long the oldest waiting mail has been due",
        figures.mail_oldest_seconds,
    )
    yield _gauge("zhijie_dead_deliveries", "Webhook deliveries given up", figures.dead_deliveries)
    if figures.statement_on is not None:
        days = (figures.at.date() - figures.statement_on).days
        yield _gauge(
            "zhijie_statement_age_seconds",
            "Seconds since the last statement day of the account furthest behind",
            days * 86_400,
        )
    yield _gauge(
        "zhijie_statements_open",
        "Statement days that do not add up yet",
        figures.statement_days_open,
    )
    if figures.books_checked_at is not None:
        age = (figures.at - figures.books_checked_at).total_seconds()
        yield _gauge("zhijie_books_checked_seconds", "Seconds since check_books ran", age)
        yield _gauge(
            "zhijie_books_broken", "What its last run found broken", figures.books_broken or 0
        )


def of_pages(counts: Counts) -> Iterator[Metric]:
    """Yield how the web processes of this host answered."""
    times = HistogramMetricFamily(
        "zhijie_http_request_seconds",
        "Seconds until an answer was ready, by page and method",
        labels=["page", "method"],
    )
    for name, row in sorted(counts.times.items()):
        page, _bar, method = name.partition("|")
        passed, buckets = 0.0, []
        for bound, count in zip((*map(str, BOUNDS), "+Inf"), row[:-1], strict=True):
            passed += count
            buckets.append((bound, passed))
        times.add_metric([page, method], buckets=buckets, sum_value=row[-1])
    yield times
    statuses = CounterMetricFamily(
        "zhijie_http_responses", "Answers by HTTP status", labels=["status"]
    )
    for status, count in sorted(counts.statuses.items()):
        statuses.add_metric([status], count)
    yield statuses


def of_program(*, reachable: bool) -> Iterator[Metric]:
    """Yield which program answers and whether it reaches its database."""
    info = GaugeMetricFamily("zhijie_build_info", "The program that runs", labels=["version"])
    info.add_metric([version()], 1)
    yield info
    yield _gauge("zhijie_database_up", "Whether the database answered just now", int(reachable))
