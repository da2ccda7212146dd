"""A row of the first table: the work beside its floor and its peers, and if the reach is met."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Row:
    """One work of one size."""

    code: str
    work: str
    lines: int
    #: As people read them: with their unit.
    floor: str
    ours: str
    ratio: float
    reach: str
    met: bool | None
    peers: dict[str, str] = field(default_factory=dict)
    mib: int | None = None


def times(
    code: str, work: str, lines: int, floor: float, ours: float, most: float, **more: object
) -> Row:
    """Return a row of seconds that may be at most so many times the floor's."""
    ratio = ours / floor
    told = f"{floor:.2f} s", f"{ours:.2f} s"
    return Row(code, work, lines, *told, ratio, f"≤ {most:g} ×", ratio <= most, **more)  # type: ignore[arg-type]


def written(rows: Iterable[Row]) -> Iterator[str]:
    """Yield the table as Markdown."""
    yield ""
    yield "| row | work | size | floor | ours | ratio | reach | met | peers | MiB of the worker |"
    yield "|---|---|---:|---:|---:|---:|---|---|---|---:|"
    for one in sorted(rows, key=lambda row: (row.code, row.work, row.lines)):
        peers = "; ".join(f"{name} {told}" for name, told in one.peers.items()) or "–"
        mib = "–" if one.mib is None else str(one.mib)
        yield (
            f"| {one.code} | {one.work} | {one.lines:,} | {one.floor} | {one.ours} |"
            f" {one.ratio:.2f} × | {one.reach} | {verdict(one.met)} | {peers} | {mib} |"
        )


def verdict(met: bool | None) -> str:  # noqa: FBT001 - a cell of a table
    """Return the cell that says whether a reach is met."""
    return "–" if met is None else "yes" if met else "**no**"
