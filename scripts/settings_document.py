"""Writes the table of settings in docs/operations.md from models/settings.py itself."""

import ast
import re
import sys
from dataclasses import dataclass, fields

from models import settings
from models.settings import ROOT, Settings

TARGET = ROOT / "docs" / "operations.md"
SOURCE = ROOT / "models" / "settings.py"
BEGIN = "<!-- settings: written by python -m scripts.document from models/settings.py -->"
END = "<!-- end of settings -->"

#: Where the name in the environment is not the field's in capitals.
_NAMES = {"ZHIJIE_ENVIRONMENT": "environment", "RELEASE_JOURNAL": "release_journals"}
#: Set by a first start where the environment says nothing.
_MADE = {"SECRET_KEY": "made once, kept in `VAR_DIR`", "VAR_DIR": "`var/` of the checkout"}


@dataclass(frozen=True)
class Setting:
    """One name of the environment with its meaning and defaults."""

    name: str
    meaning: str
    default: str
    in_production: str


def names() -> list[str]:
    """Return every name that models/settings.py reads, in the order of the fields."""
    found = set(re.findall(r'env(?:\.get\(|\[)"([A-Z0-9_]+)"', SOURCE.read_text(encoding="utf-8")))
    order = [field.name for field in fields(Settings)]
    return sorted(found, key=lambda name: order.index(field_of(name)))


def field_of(name: str) -> str:
    """Return the field of a name."""
    return _NAMES.get(name, name.lower())


def meanings() -> dict[str, str]:
    """Return field → the comment above it in the source."""
    lines = SOURCE.read_text(encoding="utf-8").splitlines()
    tree = ast.parse("\n".join(lines))
    record = next(n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == "Settings")
    found = {}
    for node in record.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            words: list[str] = []
            at = node.lineno - 2
            while lines[at].strip().startswith("#:"):
                words.insert(0, lines[at].strip().removeprefix("#:").strip())
                at -= 1
            found[node.target.id] = " ".join(words)
    return found


def table() -> list[Setting]:
    """Return all settings with what holds where the environment says nothing."""
    told, plain = meanings(), settings.load({"VAR_DIR": "/nowhere"})
    strict = settings.load({"VAR_DIR": "/nowhere", "ZHIJIE_ENVIRONMENT": "production"})
    found = []
    for name in names():
        field = field_of(name)
        default = _MADE.get(name) or _shown(getattr(plain, field))
        strict_value = _shown(getattr(strict, field))
        differs = name not in _MADE and field != "environment" and strict_value != default
        found.append(Setting(name, told[field], default, strict_value if differs else ""))
    return found


def _shown(value: object) -> str:
    if value is None or value in {"", ()}:
        return "–"
    return "`" + (", ".join(value) if isinstance(value, tuple) else str(value)) + "`"


def render() -> str:
    """Return the table between its marks."""
    rows = [BEGIN, "", "| name | meaning | default | in production |", "|---|---|---|---|"]
    rows += [
        f"| `{one.name}` | {one.meaning} | {one.default} | {one.in_production} |" for one in table()
    ]
    return "\n".join([*rows, "", END])


def write() -> int:
    """Put the table into the document; return how many settings it has."""
    text = TARGET.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    TARGET.write_text(head + render() + tail, encoding="utf-8")
    return len(table())


def undocumented() -> list[str]:
    """Return fields without a meaning, and those no name of the environment sets."""
    told, set_by = meanings(), {field_of(name) for name in names()}
    missing = [field for field, words in told.items() if len(words) < len("a meaning")]
    unset = [one.name for one in fields(Settings) if one.name not in set_by]
    return missing + unset


if __name__ == "__main__":
    print(f"{TARGET}: {write()} settings")
    sys.exit(0)
