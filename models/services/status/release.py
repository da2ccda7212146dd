"""Which program this is: the release, and where it was checked out the commit."""

import re
import tomllib
from functools import cache
from pathlib import Path

from models.settings import ROOT

_COMMIT = re.compile(r"[0-9a-f]{40}")
COMMIT_CHARS = 9


@cache
def version() -> str:
    """Return release and commit, as `1.0.0+9d757ce12`; hosts that differ show it here."""
    try:
        told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
        release = str(told["project"]["version"])
    except (OSError, KeyError, ValueError):
        release = "?"
    commit = _commit()
    return f"{release}+{commit[:COMMIT_CHARS]}" if commit else release


def _commit() -> str:
    """Return the commit of the working copy, read from its files; empty where there is none."""
    folder = ROOT / ".git"
    try:
        head = (folder / "HEAD").read_text(encoding="ascii").strip()
        if head.startswith("ref: "):
            head = _of_branch(folder, head.removeprefix("ref: "))
    except OSError:
        return ""
    return head if _COMMIT.fullmatch(head) else ""


def _of_branch(folder: Path, name: str) -> str:
    """Return where a branch stands: a file of its own, else a line of the packed ones."""
    loose = folder / name
    if loose.is_file():
        return loose.read_text(encoding="ascii").strip()
    for line in (folder / "packed-refs").read_text(encoding="ascii").splitlines():
        commit, _space, ref = line.partition(" ")
        if ref == name:
            return commit
    return ""
