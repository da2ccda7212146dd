"""The trail's last hash, kept outside the database by every proof and compared by the next.

A chain shows changes inside it; what lies elsewhere shows who rewrote its whole end.
"""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

from models import settings as settings_module
from models.rules.audit_chain import GENESIS, HashMethod
from models.services import audit

log = logging.getLogger("zhijie.audit")


def keep() -> bool:
    """Add the last event's number and hash to the file outside, if there is one; tell if done.

    A file that cannot be written stops nobody's work: the log says so, the next proof tries again.
    """
    path, head = settings_module.load().audit_anchor_file, audit.head()
    if path is None or head is None:
        return False
    line = f"{head.anchor} {head.happened_at.isoformat()}\n"
    try:
        # Only ever added to: the file may be one that the system's user cannot rewrite (chattr +a).
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640), "w") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        log.warning("audit.not_anchored file=%s reason=%s", path, error.strerror)
        return False
    return True


def lost() -> Iterator[int]:
    """Yield the numbers of kept events through which the chain no longer passes."""
    path = settings_module.load().audit_anchor_file
    if path is None:
        return
    for event_id, kept_hash in _kept(path):
        if not audit.holds(event_id, kept_hash):
            yield event_id


def parsed(text: str) -> tuple[int, str] | None:
    """Return number and hash of an anchor as printed, or None when it is none."""
    number, _colon, told = text.strip().partition(":")
    figures = told.removeprefix(f"{HashMethod.SM3}:")
    is_hash = len(figures) == len(GENESIS) and all(one in "0123456789abcdef" for one in figures)
    # No number of ours has more figures; int() of a megabyte would take long.
    if not (number.isascii() and number.isdigit() and len(number) < len("9" * 19) and is_hash):
        return None
    return int(number), told


def _kept(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the anchors of the file; a last line that was cut off by a fault is passed over."""
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return
    for line in lines:
        found = parsed(line.partition(" ")[0])
        if found is not None:
            yield found
