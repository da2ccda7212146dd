"""The whole month on the page: every step from the files to the offset, beside the floors' sum."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from scripts.bench.measure import Taken
from scripts.bench.rows import Row, times, verdict
from scripts.bench.whole import STEPS, Rest

TIMES_MAX = 1.5
#: Growth from one size to the next may not be steeper than the floor's.
STEEPER_MAX = 1.0
PROCESS_MIB_MAX = 500
TAKEN = ("purchases", "invoices", "confirmations", "settle")
NAMES = {
    "purchases": "purchases taken in", "invoices": "invoices taken in",
    "confirmations": "confirmations taken in", "settle": "settled",
    "review": "reviewed by two persons", "pay": "paid: bank files made and read back",
    "result": "the bank's answers applied", "offset": "offset with the funds",
}  # fmt: skip

Months = Mapping[int, tuple[Taken, Rest]]


def rows(months: Months) -> Iterator[Row]:
    """Yield the row of each size, of growth and of memory."""
    whole = {lines: _whole(*found) for lines, found in months.items()}
    for lines, (ours, floor) in whole.items():
        memory = _memory(*months[lines])
        yield times("B9", "The whole month, file to offset", lines, floor, ours, TIMES_MAX,
                    mib=memory)  # fmt: skip
        yield Row("B9", "Largest process of the month", lines, "–", f"{memory} MiB",
                  memory / PROCESS_MIB_MAX, f"≤ {PROCESS_MIB_MAX} MiB",
                  memory <= PROCESS_MIB_MAX)  # fmt: skip
    sizes = sorted(whole)
    for small, large in pairwise(sizes):
        ours, floor = (whole[large][place] / whole[small][place] for place in (0, 1))
        ratio = ours / floor
        yield Row("B9", f"Growth from {small:,}", large, f"{floor:.1f} ×", f"{ours:.1f} ×", ratio,
                  "≤ the floor's", ratio <= STEEPER_MAX)  # fmt: skip


def written(months: Months) -> Iterator[str]:
    """Yield the section as Markdown."""
    if not months:
        return
    yield ""
    yield "## The whole month, from files to offset"
    yield ""
    yield "| lines | sheets | orders | step | s | CPU s | floor s | worker MiB | backend MiB |"
    yield "|---:|---:|---:|---|---:|---:|---:|---:|---:|"
    for lines, (taken, rest) in months.items():
        head = f"| {lines:,} | {rest.sheets:,} | {rest.orders:,} |"
        for kind in TAKEN:
            yield (
                f"{head} {NAMES[kind]} | {taken.ours[kind]:.2f} | {taken.ours_cpu[kind]:.2f} |"
                f" {taken.floor[kind]:.2f} | {taken.worker_mib[kind]} | {taken.backend_mib[kind]} |"
            )
        for step in STEPS:
            floor = f"{rest.floor:.3f}" if step == "pay" else "–"
            yield (
                f"{head} {NAMES[step]} | {rest.seconds[step]:.2f} | {rest.cpu[step]:.2f} |"
                f" {floor} | {rest.worker_mib[step]} | {rest.backend_mib[step]} |"
            )
        ours, floor_s = _whole(taken, rest)
        met = verdict(ours / floor_s <= TIMES_MAX)
        yield f"{head} **together** | {ours:.2f} | – | {floor_s:.2f} | reach met: {met} | – |"
    yield ""
    yield "- Floor: `COPY` of every file into a table with the same key, one `GROUP BY` with the"
    yield "  insert of the results, and the bytes of the bank files written raw. Reviews, answers"
    yield "  and the offset have no floor of their own: all of them count as ours."
    yield "- The bank is played between the steps and not measured."


def _whole(taken: Taken, rest: Rest) -> tuple[float, float]:
    ours = sum(taken.ours[kind] for kind in TAKEN) + sum(rest.seconds.values())
    return ours, sum(taken.floor[kind] for kind in TAKEN) + rest.floor


def _memory(taken: Taken, rest: Rest) -> int:
    """Return the largest of worker and backend, in MiB."""
    found = [taken.worker_mib, taken.backend_mib, rest.worker_mib, rest.backend_mib]
    return max(value for each in found for value in each.values())
