"""What was measured, piece by piece: docs/benchmarks.json keeps it and the page is written of it.

So a piece can be measured alone, on another day or machine, and no other figure is lost.
"""

import json
import os
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from models.settings import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"


@dataclass(frozen=True)
class Told:
    """Where, when, with what and beside how much other work a piece was measured."""

    machine: str
    versions: str
    on: str
    #: Processes that wanted a processor at the end, of the last five minutes.
    load: float

    @classmethod
    def now(cls, machine: str, versions: str, on: date) -> "Told":
        """Return the circumstances of this moment."""
        return cls(machine, versions, on.isoformat(), round(os.getloadavg()[1], 1))


class Book:
    """Pieces by name and size, each with its circumstances."""

    def __init__(self, page: Path = PAGE) -> None:
        self.path = page.with_suffix(".json")
        self._kept: dict[str, dict[str, Any]] = {}
        if self.path.exists():
            self._kept = json.loads(self.path.read_text(encoding="utf-8"))

    def keep(self, piece: str, size: int, told: Told, facts: Any) -> None:  # noqa: ANN401
        """Put a piece of a size in place of an older one, at once on the disk."""
        entry = {"told": asdict(told), "facts": facts}
        self._kept.setdefault(piece, {})[str(size)] = entry
        text = json.dumps(self._kept, ensure_ascii=False, indent=1)
        self.path.write_text(text + "\n", encoding="utf-8")

    def of(self, piece: str) -> dict[int, Any]:
        """Return size → facts of a piece, the smallest size first."""
        kept = self._kept.get(piece, {})
        return {size: kept[str(size)]["facts"] for size in sorted(map(int, kept))}

    def told(self) -> dict[str, dict[int, Told]]:
        """Return piece → size → circumstances."""
        return {
            piece: {size: Told(**kept[str(size)]["told"]) for size in sorted(map(int, kept))}
            for piece, kept in sorted(self._kept.items())
        }
