"""The tables of bank money on the benchmark's page."""

from collections.abc import Iterator
from statistics import median

from scripts.bench.banking import Applied, Money, Way
from scripts.bench.rows import Row, times

#: Not more than so many times the floor, and so much memory above an idle worker.
FILE_TIMES_MAX, BOTH_TIMES_MAX, RESULT_TIMES_MAX = 2.0, 2.0, 3.0
ABOVE_IDLE_MIB_MAX = 60

_NOTES = {
    "raw": "floor: f-strings and `escape` in a plain loop, the same elements, nothing checked",
    "ours": "every check of text, limits and totals",
    "parse": "floor: one pass of lxml over our file, nothing looked at",
    "reread": "every order read from the bytes, totals compared",
    "sepaxml": "not like for like: fewer elements, one false IBAN for all, no validation",
    "pyiso20022": "the same elements, built as objects and serialized by xsdata",
}


def rows(money: Money) -> Iterator[Row]:
    """Yield the rows of the file and of its answers, by processor seconds."""
    ways, runs = money.ways, money.runs
    ours = ways["ours"].cpu + ways["reread"].cpu
    floor = ways["raw"].cpu + ways["parse"].cpu
    peers = {name: f"{ways[name].seconds:.1f} s" for name in ("sepaxml", "pyiso20022")}
    memory = round(max(ways["ours"].peak_mib, ways["reread"].peak_mib))
    yield times("B3", "Bank file with read-back, CPU", money.orders, floor, ours, BOTH_TIMES_MAX,
                peers=peers, mib=memory)  # fmt: skip
    memory = max(one.peak_mib["result"] for one in runs)
    yield times("B4", "Results applied, CPU", money.orders, _cpu(runs, "floor"),
                _cpu(runs, "result"), RESULT_TIMES_MAX, mib=memory)  # fmt: skip


def written(money: Money) -> Iterator[str]:
    """Yield the lines of the tables."""
    yield from _file(money)
    yield from _money(money)


def _file(money: Money) -> Iterator[str]:
    ways = money.ways
    yield ""
    yield f"## Bank file of {money.orders:,} orders, with read-back"
    yield ""
    yield "| way | s | CPU s | peak MiB | above idle MiB | bytes | note |"
    yield "|---|---:|---:|---:|---:|---:|---|"
    for name, way in ways.items():
        yield (
            f"| {name} | {way.seconds:.2f} | {way.cpu:.2f} | {way.peak_mib:.0f} |"
            f" {way.above_idle_mib:.0f} | {way.size_bytes:,} | {_NOTES[name]} |"
        )
    above = max(ways["ours"].above_idle_mib, ways["reread"].above_idle_mib)
    yield ""
    yield "| figure | ratio of CPU s | target | met |"
    yield "|---|---:|---:|---|"
    yield _verdict("File written / raw writer", _ratio(ways, "ours", "raw"), FILE_TIMES_MAX)
    both = (ways["ours"].cpu + ways["reread"].cpu) / (ways["raw"].cpu + ways["parse"].cpu)
    yield _verdict("Written and read back / raw writer and one parse", both, BOTH_TIMES_MAX)
    met = "yes" if above <= ABOVE_IDLE_MIB_MAX else "**no**"
    yield f"| MiB above idle, writing or reading | {above:.0f} | ≤ {ABOVE_IDLE_MIB_MAX} | {met} |"
    yield ""
    yield "- Medians; each run is a process of its own, so that its memory is its own. “Idle” is"
    yield "  the same process before it begins. The peers' libraries are loaded while they run."


def _money(money: Money) -> Iterator[str]:
    runs = money.runs
    yield ""
    yield f"## Pay run and result of {money.orders:,} orders"
    yield ""
    yield "| work | runs | floor s | ours s | floor CPU s | CPU s | CPU × floor | target | met |"
    yield "|---|---:|---:|---:|---:|---:|---:|---:|---|"
    yield (
        f"| Pay: approved sheets to stored files, sent | {len(runs)} | – | {_of(runs, 'pay'):.2f} |"
        f" – | {_cpu(runs, 'pay'):.2f} | – | – | – |"
    )
    times = _cpu(runs, "result") / max(_cpu(runs, "floor"), 0.01)
    met = "yes" if times <= RESULT_TIMES_MAX else "**no**"
    yield (
        f"| Result applied | {len(runs)} | {_of(runs, 'floor'):.2f} | {_of(runs, 'result'):.2f} |"
        f" {_cpu(runs, 'floor'):.2f} | {_cpu(runs, 'result'):.2f} | {times:.2f} |"
        f" ≤ {RESULT_TIMES_MAX:.0f} | {met} |"
    )
    yield ""
    yield "| work | worker MiB (VmHWM) | above idle worker MiB | largest backend MiB (RssAnon) |"
    yield "|---|---:|---:|---:|"
    for kind, name in (("pay", "Pay"), ("result", "Result applied")):
        peak = max(one.peak_mib[kind] for one in runs)
        above = max(one.above_idle_mib[kind] for one in runs)
        backend = max(one.backend_mib[kind] for one in runs)
        yield f"| {name} | {peak} | {above} | {backend} |"
    yield ""
    yield "- Floor of “result applied”: the same pain.002 parsed by a plain loop, its lines sent by"
    yield "  `COPY` into a table like that of the results, keys and checks included."
    yield "- Ours is the whole command: the file stored, each line matched, judged and kept, each"
    yield "  instruction moved with its event, its transfer in the books and its sheet."
    yield "- CPU seconds are the worker's (the floor's: its client's) and the server's together."


def _verdict(name: str, ratio: float, most: float) -> str:
    return f"| {name} | {ratio:.2f} | ≤ {most:.0f} | {'yes' if ratio <= most else '**no**'} |"


def _ratio(ways: dict[str, Way], one: str, other: str) -> float:
    return ways[one].cpu / max(ways[other].cpu, 0.01)


def _of(runs: list[Applied], kind: str) -> float:
    return float(median(one.seconds[kind] for one in runs))


def _cpu(runs: list[Applied], kind: str) -> float:
    return float(median(one.cpu[kind] for one in runs))
