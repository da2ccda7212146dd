"""What people see while the main job runs: a bar in a terminal, lines where there is none."""

import sys
from types import TracebackType
from typing import IO

from tqdm import tqdm

#: Percent: the job row counts rows, lines or steps.
WHOLE = 100
BAR = "{desc} {percentage:3.0f}%|{bar:24}| {elapsed}"


class Progress:
    """Shows the steps of a long piece of work one after the other."""

    def __init__(self, out: IO[str] | None = None) -> None:
        self._out = out or sys.stdout
        self._is_terminal = self._out.isatty()
        self._number = 0
        self._label = ""
        self._bar: tqdm[object] | None = None

    def title(self, text: str) -> None:
        """Begin a chapter."""
        self._line(f"\n{text}")

    def begin(self, label: str) -> None:
        """Begin a step."""
        self._number += 1
        self._label = f"  {self._number:3d} {label}"
        if self._is_terminal:
            self._bar = tqdm(
                total=WHOLE, desc=self._label, leave=False, bar_format=BAR, file=self._out
            )

    def advance(self, done: int, total: int) -> None:
        """Show how far the step is."""
        if self._bar is not None and total:
            self._bar.n = min(WHOLE, WHOLE * done // total)
            self._bar.refresh()

    def end(self, told: str) -> None:
        """End the step with what came of it."""
        self._close()
        self._line(f"{self._label}：{told}")

    def line(self, text: str) -> None:
        """Say something between the steps."""
        self._line(text)

    def _line(self, text: str) -> None:
        print(text, file=self._out, flush=True)

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def __enter__(self) -> "Progress":
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the terminal clean, whatever happened."""
        self._close()
