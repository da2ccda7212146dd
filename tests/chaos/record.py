"""What became of each seed, kept line by line, and the tables of docs/reliability.md from it."""

import json
from collections import Counter
from collections.abc import Iterable
from statistics import median
from typing import Any

from tests.chaos.faults import FAULTS
from tests.processes import ROOT

LINES = ROOT / "docs" / "reliability-seeds.jsonl"
DOCUMENT = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
#: Seeds in one row of the table.
RANGE = 10
GROUPS = ("process", "named point", "broker", "message", "database", "disk", "clock", "poison",
          "mail", "request", "paper")  # fmt: skip

Line = dict[str, Any]


def known() -> dict[int, Line]:
    """Return the lines of all seeds played so far."""
    if not LINES.exists():
        return {}
    lines = map(json.loads, LINES.read_text(encoding="utf-8").splitlines())
    return {line["seed"]: line for line in lines}


def keep(line: Line) -> None:
    """Keep a seed's line in place of what was known of it, and write the tables anew."""
    lines = known()
    old = lines.get(line["seed"], {})
    # What was not played again stays known: the naive version, or the month.
    lines[line["seed"]] = old | {name: told for name, told in line.items() if told is not None}
    ordered = [lines[seed] for seed in sorted(lines)]
    text = "".join(f"{json.dumps(one, ensure_ascii=False, sort_keys=True)}\n" for one in ordered)
    LINES.write_text(text, encoding="utf-8")
    write(ordered)


def write(lines: list[Line]) -> None:
    """Put the tables between the marks of the document."""
    text = DOCUMENT.read_text(encoding="utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    DOCUMENT.write_text(f"{before}{BEGIN}\n{tables(lines)}\n{END}{after}", encoding="utf-8")


def tables(lines: list[Line]) -> str:
    """Return both tables as Markdown: by seed range, and by kind of fault."""
    return f"{_by_range(lines)}\n\n{_by_kind(lines)}"


def _by_range(lines: list[Line]) -> str:
    rows = [
        "| seeds | played | faults | paid twice | lost | wrong | jobs run again by a person |"
        " mails twice | recovery p50 / p95 / max, s | naive: paid twice / never paid (seeds) |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    starts = sorted({line["seed"] // RANGE * RANGE for line in lines})
    for start in starts:
        some = [one for one in lines if start <= one["seed"] < start + RANGE]
        rows.append(_row(f"{start}–{start + RANGE - 1}", some))
    rows.append(_row("**all**", lines))
    return "\n".join(rows)


def _row(name: str, of_range: list[Line]) -> str:
    naive = [one["naive"] for one in of_range if one.get("naive")]
    lines = [one for one in of_range if "faults" in one]
    seconds = [second for one in lines for second in one["recovered"]]
    told = (
        name,
        len(lines),
        f"{sum(sum(one['faults'].values()) for one in lines):,}",
        sum(one["paid_twice"] for one in lines),
        sum(one["lost"] for one in lines),
        sum(bool(one["wrong"]) for one in lines),
        sum(one["run_again"] for one in lines),
        sum(one["mails_twice"] for one in lines),
        _spread(seconds),
        f"{sum(one[0] for one in naive)} / {sum(one[1] for one in naive)} ({len(naive)})",
    )
    return "| " + " | ".join(map(str, told)) + " |"


def _spread(seconds: Iterable[float]) -> str:
    ordered = sorted(seconds)
    if not ordered:
        return "–"
    p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return f"{median(ordered):.1f} / {p95:.1f} / {ordered[-1]:.1f}"


def _by_kind(lines: list[Line]) -> str:
    struck = sum((Counter(one.get("faults", {})) for one in lines), Counter[str]())
    groups = {name: group for name, (group, _) in FAULTS.items()}
    rows = ["| kind | fault | struck |", "|---|---|---|"]
    for group in GROUPS:
        names = sorted({name for name in [*groups, *struck] if groups.get(name, "paper") == group})
        rows += [f"| {group} | {name} | {struck[name]:,} |" for name in names]
    return "\n".join(rows)
