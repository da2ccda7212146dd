"""The sections of the benchmark page about overdue: the nightly scan, the digests of a day."""

from collections.abc import Iterator, Mapping

from scripts.bench.digests import HEAD, INSTITUTIONS, Day, row
from scripts.bench.rows import Row, times
from scripts.bench.scanning import CHANGED_PERCENT, Scans

#: The scan of a night without changes: not more than so many times the floor.
TIMES_MAX = 3.0
#: The night the target is about.
TARGET = "nothing changed"


def rows(nights: Mapping[int, Scans]) -> Iterator[Row]:
    """Yield the row of the night without changes."""
    for scans in nights.values():
        scan = scans.nights[TARGET]
        memory = max(scan.worker_mib, scan.backend_mib)
        yield times("B5", "Nightly overdue scan, nothing changed", scans.lines, scans.floor,
                    scan.inside, TIMES_MAX, mib=memory)  # fmt: skip


def written(nights: Mapping[int, Scans]) -> Iterator[str]:
    """Yield the section as Markdown."""
    yield ""
    yield "## Nightly overdue scan over open lines"
    yield ""
    yield (
        "| night | open lines | floor s | in the job s | × floor | target | met | whole command s |"
        " worker MiB | backend MiB |"
    )
    yield "|---|---:|---:|---:|---:|---:|---|---:|---:|---:|"
    for scans in nights.values():
        for name, scan in scans.nights.items():
            times = scan.inside / scans.floor
            verdict = f"≤ {TIMES_MAX:.0f} | {_yes(met=times <= TIMES_MAX)}"
            yield (
                f"| {name} | {scans.lines:,} | {scans.floor:.3f} | {scan.inside:.2f} |"
                f" {times:.1f} | {verdict if name == TARGET else '– | –'} | {scan.seconds:.2f} |"
                f" {scan.worker_mib} | {scan.backend_mib} |"
            )
    yield ""
    yield "- Floor: one aggregate by responsible party over the same rows, by a covering index."
    yield "- “First build” judges every open receipt and writes the register. Everybody was told"
    yield "  before it, so that no digest is written in these nights."
    yield f"- “{CHANGED_PERCENT} % changed”: so many lines got a decision; they are judged again,"
    yield "  the others counted."


def digests(day: Day) -> Iterator[str]:
    """Yield the section about the mails of a day as Markdown."""
    yield ""
    yield f"## Digests of a day for {INSTITUTIONS:,} institutions"
    yield ""
    yield from HEAD
    yield row(day)
    yield ""
    yield "- Totals, texts in two forms, a file of at most 5,000 lines each, and the outbox's rows."
    yield "- “Process” is the maker of the mails before and at its peak, without the server."


def _yes(*, met: bool) -> str:
    return "yes" if met else "**no**"
