"""The page of the benchmark, written of what the book keeps."""

from collections.abc import Iterator
from typing import Any

from scripts.bench import (
    bank_report,
    digests,
    indicators,
    jobs,
    jobs_report,
    month_report,
    report,
    scan_report,
    whole,
)
from scripts.bench.banking import Applied, Money, Way
from scripts.bench.book import Book
from scripts.bench.measure import BankFile, Taken
from scripts.bench.rows import Row
from scripts.bench.rows import written as table
from scripts.bench.scanning import Scan, Scans


def written(book: Book) -> str:
    """Return the page as Markdown: the rows of all pieces first, then each piece."""
    runs = {size: [Taken(**one) for one in taken] for size, taken in book.of("month").items()}
    peers = book.of("peers")
    months = {size: indicators.Month(**one) for size, one in book.of("indicators").items()}
    nights = {size: _scans(one) for size, one in book.of("overdue").items()}
    wholes = {
        size: (Taken(**one["month"]), whole.Rest(**one["rest"]))
        for size, one in book.of("whole").items()
    }
    queues = next((_jobs(one) for one in book.of("jobs").values()), None)
    bank = list(book.of("bank").values())[-1:]
    money = [_money(one["money"]) for one in bank]
    files = {code: BankFile(**told) for one in bank for code, told in one["files"].items()}
    found: list[Row] = [
        *report.rows(runs, peers),
        *(row for one in money for row in bank_report.rows(one)),
        *scan_report.rows(nights),
        *indicators.rows(months),
        *(jobs_report.rows(queues) if queues else ()),
        *month_report.rows(wholes),
    ]
    parts = [
        *_head(book),
        *table(found),
        *report.written(runs, peers, files),
        *(scan_report.written(nights) if nights else ()),
        *indicators.written(months),
        *month_report.written(wholes),
        *(line for one in book.of("digests").values() for line in _digests(one)),
        *(line for one in money for line in bank_report.written(one)),
        *jobs_report.written(queues),
        *_circumstances(book),
        "",
    ]
    return "\n".join(parts)


def _head(book: Book) -> Iterator[str]:
    yield "# Benchmarks"
    yield ""
    yield "Written by `make bench` (`make bench SIZE=100000` for one size, with"
    yield '`ARGS="--only jobs"` for one piece); do not edit by hand. Each figure stands beside its'
    yield "floor of the same run on the same server: what PostgreSQL or the disk needs for"
    yield "the same bytes and nothing else. Ratios carry over to other machines, seconds do not."
    yield "How each was measured, and beside how much other work, stands at the end; lists (B8) are"
    yield "measured by themselves: [benchmarks-lists.md](benchmarks-lists.md)."
    if not book.told():
        yield ""
        yield "Nothing is measured yet."


def _circumstances(book: Book) -> Iterator[str]:
    yield ""
    yield "## When and where"
    yield ""
    yield "| piece | size | day | load | machine |"
    yield "|---|---:|---|---:|---|"
    versions = []
    for piece, sizes in book.told().items():
        for size, told in sizes.items():
            shown = f"{size:,}" if size else "–"
            yield f"| {piece} | {shown} | {told.on} | {told.load} | {told.machine} |"
            versions.append(told.versions)
    yield ""
    yield "- Load: processes that wanted a processor, of the last five minutes before the end."
    yield from (f"- Versions: {one}" for one in dict.fromkeys(versions))


def _scans(told: dict[str, Any]) -> Scans:
    nights = {name: Scan(**one) for name, one in told["nights"].items()}
    return Scans(told["lines"], told["floor"], nights)


def _money(told: dict[str, Any]) -> Money:
    ways = {name: Way(**one) for name, one in told["ways"].items()}
    return Money(told["orders"], ways, [Applied(**one) for one in told["runs"]])


def _jobs(told: dict[str, Any]) -> jobs.Jobs:
    queues = {name: jobs.Queue(**one) for name, one in told["queues"].items()}
    return jobs.Jobs(told["count"], told["floor_per_second"], queues)


def _digests(told: dict[str, Any]) -> Iterator[str]:
    yield from scan_report.digests(digests.Day(**told))
