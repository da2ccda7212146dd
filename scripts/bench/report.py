"""The table of the benchmark: what it took, beside its floor, as docs/benchmarks.md keeps it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from scripts.bench import bank_report, scan_report
from scripts.bench.banking import Money
from scripts.bench.digests import Day
from scripts.bench.measure import BankFile, Taken
from scripts.bench.scanning import Scans

#: The targets: not more than so many times the floor, and so much memory for a worker.
TIMES_MAX = {"purchases": 4.0, "settle": 4.0}
WORKER_MIB_MAX = 300
#: Growth from one size to the next may be steeper than the floor's by this part.
STEEPER_MAX = 1.10
WORK = {
    "purchases": ("Intake of purchases", "bare `COPY` of the same columns"),
    "invoices": ("Intake of invoices", "bare `COPY` of the same columns"),
    "settle": ("Settlement of the month", "one `GROUP BY` + insert of the result rows"),
}

#: The confirmations come with their lines; only their memory is watched.
MEMORY = {
    **{kind: name for kind, (name, _) in WORK.items()},
    "confirmations": "Their confirmations",
}


@dataclass(frozen=True)
class Told:
    """Where and with what was measured."""

    machine: str
    versions: str
    on: date


def written(
    told: Told,
    runs: Mapping[int, Sequence[Taken]],
    bank_files: Mapping[str, BankFile],
    money: Money,
    nights: Mapping[int, Scans],
    day: Day,
) -> str:
    """Return the page as Markdown."""
    return "\n".join(
        (
            *_head(told),
            *_times(runs),
            *_growth(runs),
            *_memory(runs),
            *scan_report.written(nights),
            *scan_report.digests(day),
            *bank_report.written(money),
            *_bank(bank_files),
            "",
        )
    )


def _head(told: Told) -> Iterator[str]:
    yield "# Benchmarks"
    yield ""
    yield "Written by `make bench` (`make bench SIZE=100000` for one size); do not edit by hand."
    yield "Each figure stands beside its floor, measured in the same run on the same server: what"
    yield "PostgreSQL or the disk needs for the same bytes and nothing else. Ratios carry over to"
    yield "other machines, seconds do not."
    yield ""
    yield f"- Machine: {told.machine}"
    yield f"- Versions: {told.versions}"
    yield f"- Date: {told.on}"
    yield "- Data: one month of the demo city, with returns, adjustments, trace codes and every"
    yield "  hold reason; a database with fsync on."
    yield "- Time: the whole command, from storing the file to the job's end, through the courier"
    yield "  and one worker that has done an import before. “In the job” is the worker's part."


def _times(runs: Mapping[int, Sequence[Taken]]) -> Iterator[str]:
    yield ""
    yield "## Intake and settlement"
    yield ""
    yield (
        "| work | lines | runs | floor s | ours s | × floor | target | met | in the job s | CPU × |"
    )
    yield "|---|---:|---:|---:|---:|---:|---:|---|---:|---:|"
    for kind, (name, _) in WORK.items():
        for lines, taken in runs.items():
            ours, floor = _median(taken, kind)
            inside = median(one.inside[kind] for one in taken)
            times, most = ours / floor, TIMES_MAX.get(kind)
            cpu = median(one.ours_cpu[kind] / max(one.floor_cpu[kind], 0.01) for one in taken)
            verdict = f"≤ {most:.0f} | {_yes(met=times <= most)}" if most else "– | –"
            yield (
                f"| {name} | {lines:,} | {len(taken)} | {floor:.2f} | {ours:.2f} | {times:.2f} |"
                f" {verdict} | {inside:.2f} | {cpu:.2f} |"
            )
    yield ""
    yield from (f"- Floor of “{name.lower()}”: {floor}." for name, floor in WORK.values())
    yield "- The floor's result rows go into tables like the real ones, keys and checks included."
    yield "- “CPU ×” compares processor seconds of client or worker and server together: it hardly"
    yield "  changes when others use the machine at the same time."
    yield "- Runs are medians; where fewer than 3 runs are stated, that many were made."


def _growth(runs: Mapping[int, Sequence[Taken]]) -> Iterator[str]:
    sizes = sorted(runs)
    if len(sizes) < 2:
        return
    small, large = sizes[0], sizes[-1]
    yield ""
    yield f"## Growth from {small:,} to {large:,} lines"
    yield ""
    yield "| work | ours | floor | ours / floor | target | met |"
    yield "|---|---:|---:|---:|---:|---|"
    for kind, (name, _) in WORK.items():
        (ours_small, floor_small), (ours_large, floor_large) = (
            _median(runs[small], kind),
            _median(runs[large], kind),
        )
        ours, floor = ours_large / ours_small, floor_large / floor_small
        steeper = ours / floor
        yield (
            f"| {name} | {ours:.1f} × | {floor:.1f} × | {steeper:.2f} | ≤ {STEEPER_MAX:.2f} |"
            f" {_yes(met=steeper <= STEEPER_MAX)} |"
        )


def _memory(runs: Mapping[int, Sequence[Taken]]) -> Iterator[str]:
    yield ""
    yield "## Peak memory"
    yield ""
    yield "| work | lines | worker MiB (VmHWM) | target | met | largest backend MiB (RssAnon) |"
    yield "|---|---:|---:|---:|---|---:|"
    for kind, name in MEMORY.items():
        for lines, taken in runs.items():
            worker = max(one.worker_mib[kind] for one in taken)
            backend = max(one.backend_mib[kind] for one in taken)
            yield (
                f"| {name} | {lines:,} | {worker} | ≤ {WORKER_MIB_MAX} |"
                f" {_yes(met=worker <= WORKER_MIB_MAX)} | {backend} |"
            )
    yield ""
    yield "The worker's figure is its high-water mark during the work; workbooks (XLSX) are read in"
    yield "a child of its own. PostgreSQL's shared buffers come on top of a backend."


def _bank(bank_files: Mapping[str, BankFile]) -> Iterator[str]:
    yield ""
    yield "## Bank files of other banks"
    yield ""
    yield "| profile | orders | bytes | written s | same bytes raw s | orders per second |"
    yield "|---|---:|---:|---:|---:|---:|"
    for code, file in bank_files.items():
        speed = file.orders / file.seconds
        yield (
            f"| {code} | {file.orders:,} | {file.size_bytes:,} | {file.seconds:.3f} |"
            f" {file.raw_seconds:.4f} | {speed:,.0f} |"
        )


def _median(taken: Sequence[Taken], kind: str) -> tuple[float, float]:
    return median(one.ours[kind] for one in taken), median(one.floor[kind] for one in taken)


def _yes(*, met: bool) -> str:
    return "yes" if met else "**no**"
