"""Intake and settlement on the page: what they took, beside floors and peers, growth and memory."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import median
from typing import Any

from scripts.bench.measure import BankFile, Taken
from scripts.bench.rows import Row, times, verdict

#: The reaches: not more than so many times the floor, and so much memory for a worker.
TIMES_MAX = {"purchases": 1.5, "settle": 2.0}
CODES = {"purchases": "B1", "settle": "B2"}
#: So many times faster than the way through an ORM.
PEERS_MIN = 10.0
WORKER_MIB_MAX = 300
#: Growth from one size to the next may be steeper than the floor's by this part.
STEEPER_MAX = 1.10
_KEYED = "`COPY` of the same columns into a table with the same key"
WORK = {
    "purchases": ("Intake of purchases", _KEYED),
    "invoices": ("Intake of invoices", _KEYED),
    "settle": ("Settlement of the month", "one `GROUP BY` + insert of the result rows"),
}
#: The confirmations come with their lines; only their memory is watched.
MEMORY = {
    **{kind: name for kind, (name, _) in WORK.items()},
    "confirmations": "Their confirmations",
}
PEERS = {
    "insert_many": "peewee `insert_many`",
    "pandas": "pandas + SQLAlchemy",
    "settle": "loop over peewee rows",
}

Runs = Mapping[int, Sequence[Taken]]


def rows(runs: Runs, peers: Mapping[int, dict[str, Any]]) -> Iterator[Row]:
    """Yield the rows of intake and settlement, and those that say how far peers are behind."""
    for kind, code in CODES.items():
        for lines, taken in runs.items():
            ours, floor = _median(taken, kind)
            beside = {
                PEERS[way]: f"{told['seconds']:.1f} s"
                for way, told in peers.get(lines, {}).items()
                if (way == "settle") is (kind == "settle")
            }
            memory = max(one.worker_mib[kind] for one in taken)
            name = WORK[kind][0]
            yield times(code, name, lines, floor, ours, TIMES_MAX[kind], peers=beside, mib=memory)
    for lines, told in peers.items():
        if lines in runs:
            ours = _median(runs[lines], "purchases")[0]
            slow = min(told[way]["seconds"] for way in ("insert_many", "pandas"))
            ratio = slow / ours
            yield Row(
                "B1", "Intake, faster than the quicker ORM road", lines, f"{slow:.2f} s",
                f"{ours:.2f} s", ratio, f"≥ {PEERS_MIN:g} ×", ratio >= PEERS_MIN,
            )  # fmt: skip


def written(
    runs: Runs, peers: Mapping[int, dict[str, Any]], bank_files: Mapping[str, BankFile]
) -> Iterator[str]:
    """Yield the sections as Markdown."""
    if runs:
        yield from _times(runs)
        yield from _ladder(runs)
        yield from _growth(runs)
        yield from _memory(runs)
    if peers:
        yield from _peers(peers)
    if bank_files:
        yield from _bank(bank_files)


def _times(runs: Runs) -> Iterator[str]:
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
            ratio, most = ours / floor, TIMES_MAX.get(kind)
            cpu = median(one.ours_cpu[kind] / max(one.floor_cpu[kind], 0.01) for one in taken)
            reach = f"≤ {most:g} | {verdict(ratio <= most)}" if most else "– | –"
            yield (
                f"| {name} | {lines:,} | {len(taken)} | {floor:.2f} | {ours:.2f} | {ratio:.2f} |"
                f" {reach} | {inside:.2f} | {cpu:.2f} |"
            )
    yield ""
    yield from (f"- Floor of “{name.lower()}”: {floor}." for name, floor in WORK.values())
    yield "- Data: one month of the demo city, with returns, adjustments, trace codes and every"
    yield "  hold reason; a database with fsync on."
    yield "- Time: the whole command, from storing the file to the job's end, through the courier"
    yield "  and one worker that has done an import before. “In the job” is the worker's part."
    yield "- The floor's result rows go into tables like the real ones, keys and checks included."
    yield "- “CPU ×” compares processor seconds of client or worker and server together: it hardly"
    yield "  changes when others use the machine at the same time."
    yield "- Runs are medians; where fewer than 3 runs are stated, that many were made."


def _ladder(runs: Runs) -> Iterator[str]:
    """Say where intake's time goes: each step of the ladder does more of the work."""
    steps: dict[str, Callable[[Taken, str], float]] = {
        "bare `COPY`": lambda one, kind: one.floor[f"{kind} bare"],
        "with the key": lambda one, kind: one.floor[kind],
        "kept rows, every key, index and check": lambda one, kind: one.floor[f"{kind} kept"],
        "ours, in the job": lambda one, kind: one.inside[kind],
        "ours, the whole command": lambda one, kind: one.ours[kind],
    }
    yield ""
    yield "## Where the time of intake goes"
    yield ""
    yield "| work | lines | " + " | ".join(steps) + " |"
    yield "|---|---:|" + "---:|" * len(steps)
    for kind in ("purchases", "invoices"):
        for lines, taken in runs.items():
            told = [f"{median(step(one, kind) for one in taken):.2f} s" for step in steps.values()]
            yield f"| {WORK[kind][0]} | {lines:,} | " + " | ".join(told) + " |"
    yield ""
    yield "- “Kept rows”: what intake left in its table, copied into a twin with its key, indexes"
    yield "  and checks, without triggers. From there to ours: the file stored in chunks and read"
    yield "  again, text checked by column, references and twins looked for, codes and facts kept."


def _peers(peers: Mapping[int, dict[str, Any]]) -> Iterator[str]:
    yield ""
    yield "## The same work as one would first write it"
    yield ""
    yield "| way | lines | rows | s | CPU s of the process | peak MiB |"
    yield "|---|---:|---:|---:|---:|---:|"
    for lines, found in peers.items():
        for way, told in found.items():
            yield (
                f"| {PEERS[way]} | {lines:,} | {told['rows']:,} | {told['seconds']:.1f} |"
                f" {told['cpu']:.1f} | {told['mib']} |"
            )
    yield ""
    yield "- Both ways of taking in insert the file's rows, a thousand a statement, into a table"
    yield "  with our key, indexes and checks; they check no reference and write no error file."
    yield "- The loop asks a part of the rules: lane, category, words, contract, award, invoice,"
    yield "  account and due day of every line, looked up in dictionaries; its sheets are two"
    yield "  plain tables. It finds no originals, codes, mandates, leads or carried sums."


def _growth(runs: Runs) -> Iterator[str]:
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
            f" {verdict(steeper <= STEEPER_MAX)} |"
        )


def _memory(runs: Runs) -> Iterator[str]:
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
                f" {verdict(worker <= WORKER_MIB_MAX)} | {backend} |"
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
