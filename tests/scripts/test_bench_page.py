"""The page of the benchmark is written of pieces that were measured; no piece loses another."""

from dataclasses import asdict
from datetime import date

import pytest

from scripts.bench import page, pieces
from scripts.bench.banking import Applied, Money, Way
from scripts.bench.book import PAGE, Book, Told
from scripts.bench.digests import Day
from scripts.bench.indicators import Month
from scripts.bench.jobs import QUEUES, Jobs, Queue
from scripts.bench.measure import BankFile, Taken
from scripts.bench.scanning import Scan, Scans
from scripts.bench.whole import STEPS, Rest

KINDS = ("purchases", "invoices", "confirmations", "settle")
FLOORS = ("purchases bare", "invoices bare", "purchases kept", "invoices kept")
TOLD = Told.now("two processors", "Python 3", date(2026, 7, 8))


def taken(lines: int, seconds: float) -> Taken:
    one = Taken(lines)
    for kind in KINDS:
        for figures in (one.ours, one.ours_cpu, one.inside):
            figures[kind] = seconds
        one.worker_mib[kind] = one.backend_mib[kind] = 150
    for kind in (*KINDS, *FLOORS):
        one.floor[kind] = one.floor_cpu[kind] = 1.0
    return one


def rest(lines: int) -> Rest:
    each = dict.fromkeys(STEPS, 0.1)
    return Rest(lines, 10, 20, each, each, dict.fromkeys(STEPS, 9), dict.fromkeys(STEPS, 9))


WAY, SCAN = Way(1.0, 1.0, 1.0, 30.0, 100), Scan(1.0, 1.0, 50, 50, {})
NIGHTS = ("first build", "nothing changed", "1 % changed")
MONEY = Money(
    100,
    dict.fromkeys(("raw", "ours", "parse", "reread", "sepaxml", "pyiso20022"), WAY),
    [Applied(*(dict.fromkeys(("pay", "result", "floor"), 1.0) for _ in range(2)),
             *(dict.fromkeys(("pay", "result"), 9) for _ in range(3)))],
)  # fmt: skip
PEER = {"rows": 100, "seconds": 30.0, "cpu": 29.0, "mib": 90}
FACTS = {
    "month": [asdict(taken(100, 1.2))],
    "peers": dict.fromkeys(("insert_many", "pandas", "settle"), PEER),
    "indicators": asdict(Month(100, 4, 2.0, 1.0, 2.0, 1.0, 90, 90, 9.0, {"indicators": 7})),
    "overdue": asdict(Scans(100, 0.5, dict.fromkeys(NIGHTS, SCAN))),
    "whole": {"month": asdict(taken(100, 1.2)), "rest": asdict(rest(100))},
    "digests": asdict(Day(100, 10, 1.0, 1.0, 90, 80, 70)),
    "bank": {"money": asdict(MONEY), "files": {"generic_csv": asdict(BankFile(10, 1, 1, 99))}},
    "jobs": asdict(Jobs(50, 900.0, dict.fromkeys(QUEUES, Queue(100, 1, 5, 9, 0, 0, 1)))),
}


@pytest.fixture
def book(tmp_path):
    return Book(tmp_path / "benchmarks.md")


def test_every_piece_has_its_rows_and_its_section_on_the_page(book):
    assert FACTS.keys() == pieces.PIECES.keys()
    for piece, facts in FACTS.items():
        book.keep(piece, 100, TOLD, facts)
    written = page.written(book)
    for code in ("B1", "B2", "B3", "B4", "B5", "B6", "B7", "B9"):
        assert f"| {code} |" in written
    for piece in FACTS:
        assert f"| {piece} | 100 |" in written
    assert "1.20 × | ≤ 1.5 × | yes | peewee `insert_many` 30.0 s" in written
    assert "25.00 × | ≥ 10 × | yes" in written
    assert "1.00 × | ≥ 2.5 × | **no** | procrastinate 100/s" in written


def test_a_piece_measured_again_replaces_itself_and_loses_no_other(book):
    for size, seconds in ((100, 1.2), (1_000, 12.0)):
        book.keep("month", size, TOLD, [asdict(taken(size, seconds))])
    book.keep("jobs", 0, TOLD, FACTS["jobs"])
    again = Book(book.path.with_suffix(".md"))
    again.keep("month", 100, TOLD, [asdict(taken(100, 1.4))])
    assert list(again.of("month")) == [100, 1_000]
    written = page.written(Book(book.path.with_suffix(".md")))
    assert "1.40 × | ≤ 1.5 × | yes" in written
    assert "## Growth from 100 to 1,000 lines" in written
    assert "| B7 |" in written


def test_the_page_in_the_documents_is_written_of_what_is_kept_beside_it():
    kept = Book()
    if kept.path.exists():
        assert PAGE.read_text(encoding="utf-8") == page.written(kept)


def test_an_empty_book_says_that_nothing_is_measured(book):
    assert "Nothing is measured yet." in page.written(book)
