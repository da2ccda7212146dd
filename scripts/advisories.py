"""Compares the locked versions with a kept extract of the Python advisory database.

The extract needs no network. It is renewed from a checkout of github.com/pypa/advisory-database:

    python -m scripts.advisories --renew PATH_TO_CHECKOUT
"""

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from models import clock
from models.settings import ROOT

LOCKS = ("app", "test", "bench")
EXTRACT = ROOT / "requirements" / "advisories.json"
SOURCE = "https://github.com/pypa/advisory-database"
#: Advisories that are known and do not touch us: id → reason. Empty is best.
ACCEPTED: dict[str, str] = {}

_PIN = re.compile(r"(?m)^([A-Za-z0-9_.-]+)==([^ \\;]+)")

Advisory = dict[str, Any]


def pins() -> dict[str, set[str]]:
    """Return the locked versions of each package, over all lock files."""
    found: dict[str, set[str]] = {}
    for lock in LOCKS:
        text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
        for name, version in _PIN.findall(text):
            found.setdefault(canonicalize_name(name), set()).add(version)
    return found


def kept() -> dict[str, Any]:
    """Return the extract as it is kept."""
    found: dict[str, Any] = json.loads(EXTRACT.read_text(encoding="utf-8"))
    return found


def is_affected(version: str, advisory: Advisory) -> bool:
    """Return whether an advisory speaks of this version, by its list or by its ranges."""
    if version in advisory["versions"]:
        return True
    mine = Version(version)
    return any(_within(mine, events) for events in advisory["ranges"])


def _within(mine: Version, events: list[dict[str, str]]) -> bool:
    """Return whether a version lies in a range: an event with `introduced` opens, others close."""
    inside = False
    for event in sorted(events, key=_order):
        if "introduced" in event and mine >= _version(event["introduced"]):
            inside = True
        if "fixed" in event and mine >= _version(event["fixed"]):
            inside = False
        if "last_affected" in event and mine > _version(event["last_affected"]):
            inside = False
    return inside


def _order(event: dict[str, str]) -> Version:
    return _version(next(iter(event.values())))


def _version(text: str) -> Version:
    try:
        return Version(text)
    except InvalidVersion:
        return Version("0")


def affecting() -> list[tuple[str, str, str, str]]:
    """Return (package, version, advisory, summary) of all that touches what is locked."""
    locked = pins()
    return [
        (one["package"], version, one["id"], one["summary"])
        for one in kept()["advisories"]
        if one["id"] not in ACCEPTED
        for version in sorted(locked.get(one["package"], ()))
        if is_affected(version, one)
    ]


def renew(checkout: Path) -> dict[str, Any]:
    """Return the extract of a checkout: every advisory of a package that we lock."""
    import yaml  # noqa: PLC0415 - only who renews needs it; it comes with the tests

    found: list[Advisory] = []
    for name in sorted(pins()):
        for path in sorted((checkout / "vulns" / name).glob("*.yaml")):
            told = yaml.safe_load(path.read_text(encoding="utf-8"))
            if not told.get("withdrawn"):
                found += _taken(name, told)
    return {
        "source": SOURCE,
        "commit": _git(checkout, "rev-parse", "HEAD"),
        "committed_on": _git(checkout, "log", "-1", "--format=%cs"),
        "extracted_on": clock.today().isoformat(),
        "packages": sorted(pins()),
        "advisories": found,
    }


def _taken(name: str, told: dict[str, Any]) -> list[Advisory]:
    lines = str(told.get("summary") or told.get("details") or "").strip().splitlines()
    return [
        {
            "id": told["id"],
            "package": name,
            "aliases": told.get("aliases", []),
            "summary": (lines[0] if lines else "")[:160],
            "ranges": [
                [{k: str(v) for k, v in event.items()} for event in one["events"]]
                for one in affected.get("ranges", [])
                if one["type"] == "ECOSYSTEM"
            ],
            # The ranges say the same, shorter; a list alone is kept.
            "versions": [] if affected.get("ranges") else [str(v) for v in affected["versions"]],
        }
        for affected in told.get("affected", [])
    ]


def _git(checkout: Path, *words: str) -> str:
    told = subprocess.run(
        ["git", "-C", str(checkout), *words],  # noqa: S607
        capture_output=True,
        text=True,
        check=True,
    )
    return told.stdout.strip()


def main(arguments: list[str] | None = None) -> int:
    """Compare, or renew first; exit 1 when an advisory touches what is locked."""
    asked = argparse.ArgumentParser(prog="python -m scripts.advisories", description=__doc__)
    asked.add_argument("--renew", type=Path, metavar="CHECKOUT")
    options = asked.parse_args(arguments)
    if options.renew:
        told = json.dumps(renew(options.renew), ensure_ascii=False, indent=1)
        EXTRACT.write_text(f"{told}\n", encoding="utf-8")
    extract, found = kept(), affecting()
    for package, version, advisory, summary in found:
        print(f"{package} {version}: {advisory} {summary}")
    print(
        f"{len(extract['advisories'])} advisories of {len(extract['packages'])} packages as of"
        f" {extract['committed_on']}: {len(found)} touch the locked versions."
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
