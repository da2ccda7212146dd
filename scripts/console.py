"""What the person at the terminal sees of a running system, and the file that keeps all of it."""

import contextlib
import sys
from pathlib import Path
from typing import BinaryIO

LOG_BYTES_MAX = 20 << 20


class Console:
    """Prints lines under the name of who said them."""

    def __init__(self) -> None:
        #: While a progress bar has the terminal, children write to the file alone.
        self.quiet = False
        self._log: BinaryIO | None = None

    def keep(self, path: Path) -> None:
        """Also write every line to this file; a large old one is set aside."""
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > LOG_BYTES_MAX:
            path.replace(path.with_suffix(".log.1"))
        self._log = path.open("ab", buffering=0)

    def close(self) -> None:
        """Stop writing to the file."""
        if self._log is not None:
            self._log.close()
            self._log = None

    def show(self, name: str, lines: list[bytes], *, always: bool = False) -> None:
        """Print lines; a closed terminal or a full disk must not end the system."""
        text = b"".join(f"{name:<10}| ".encode() + line + b"\n" for line in lines)
        if not text:
            return
        if self._log is not None:
            with contextlib.suppress(OSError):
                self._log.write(text)
        if always or not self.quiet:
            with contextlib.suppress(OSError, ValueError):
                sys.stdout.buffer.write(text)
                sys.stdout.buffer.flush()


console = Console()


def say(sentence: str) -> None:
    """Tell the person at the terminal what the system does."""
    console.show("zhijie", [sentence.encode()], always=True)
