"""The queues on the page: jobs per second, idle latency, and what a crash costs each of them."""

from collections.abc import Iterator

from scripts.bench.jobs import ASKED_ONE_BY_ONE, CRASH_COUNT, CRASHES_AT, PATIENCE_SECONDS, Jobs
from scripts.bench.rows import Row

#: So many times procrastinate's jobs per second, and so long from asked to begun.
TIMES_MIN, P95_MS_MAX = 2.5, 100.0

#: What each queue promises, in its own words' sense.
_PROMISE = {
    "ours": "row, lease, token; done in the work's own transaction",
    "procrastinate": "a row; a dead worker's job is seen as stalled and left to the operator",
    "dramatiq": "confirmed after the work; a dead worker's messages return after its heartbeat",
    "celery": "confirmed before the work; what was fetched returns after an hour",
    "rq": "taken off before the work; a dead worker's job ends as failed",
    "huey": "taken off before the work; nothing confirms it",
}


def rows(jobs: Jobs) -> Iterator[Row]:
    """Yield the rows of throughput, latency and the crash test."""
    ours, peer = jobs.queues["ours"], jobs.queues["procrastinate"]
    beside = {
        name: f"{one.per_second:,.0f}/s" for name, one in jobs.queues.items() if name != "ours"
    }
    ratio = ours.per_second / peer.per_second
    yield Row("B7", "Jobs per second, as many times procrastinate's", jobs.count,
              f"{jobs.floor_per_second:,.0f}/s", f"{ours.per_second:,.0f}/s", ratio,
              f"≥ {TIMES_MIN:g} ×", ratio >= TIMES_MIN, beside)  # fmt: skip
    late = {name: f"{one.p95_ms:.0f} ms" for name, one in jobs.queues.items() if name != "ours"}
    yield Row("B7", "Idle, asked to begun, p95", ASKED_ONE_BY_ONE, "–", f"{ours.p95_ms:.0f} ms",
              ours.p95_ms / P95_MS_MAX, f"≤ {P95_MS_MAX:g} ms", ours.p95_ms <= P95_MS_MAX,
              late)  # fmt: skip
    wrong = ours.lost + ours.twice
    lost = {
        name: f"{one.lost} lost, {one.twice} twice"
        for name, one in jobs.queues.items()
        if name != "ours"
    }
    yield Row("B7", "Worker killed amid jobs: lost or done twice", CRASH_COUNT, "–", str(wrong),
              wrong, "0", wrong == 0, lost)  # fmt: skip


def written(jobs: Jobs | None) -> Iterator[str]:
    """Yield the section as Markdown."""
    if jobs is None:
        return
    yield ""
    yield "## A job with our guarantees beside other queues"
    yield ""
    yield (
        "| queue | jobs per second | CPU ms a job | idle p50 ms | idle p95 ms | lost | done twice |"
        " s from the crash to the last job | what it promises |"
    )
    yield "|---|---:|---:|---:|---:|---:|---:|---:|---|"
    for name, one in jobs.queues.items():
        yield (
            f"| {name} | {one.per_second:,.0f} | {one.cpu_ms:.2f} | {one.p50_ms:.1f} |"
            f" {one.p95_ms:.1f} | {one.lost} | {one.twice} | {one.recovery_seconds:.1f} |"
            f" {_PROMISE[name]} |"
        )
    yield ""
    yield f"- Floor: two commits by one connection, {jobs.floor_per_second:,.0f} times a second."
    yield "- One worker of one thread each; the work is one committed row. Ours has the relay"
    yield f"  beside it. {jobs.count:,} jobs wait when the worker starts: from first to last."
    times = len(CRASHES_AT)
    yield f"- Crash: {CRASH_COUNT} jobs, the worker killed (`kill -9`) {times} times amid them and"
    yield f"  started again at once. Lost: not done after {PATIENCE_SECONDS:.0f} s without any."
