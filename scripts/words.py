"""Keeps the English catalogue of the pages: collects, updates, compiles and lists what lacks.

Nothing is guessed: a string that changed is a new one and waits for its English (docs/admin.md §6).
"""

import ast
import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from models.rules import presets
from web.language import MARKS
from workers.bankfiles.cells import LABELS as FIELDS

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "web" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
MO = PO.with_suffix(".mo")
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
_MADE = datetime(2026, 1, 1, tzinfo=UTC)

#: Where models name what pages show: every Chinese literal there is a string.
LABELS = (
    "models/schemas/*.py",
    "models/schemas/tables/*.py",
    "models/rules/job_names.py",
    "models/rules/remedies.py",
)
#: Services name the stages of long work, and what an error is about.
SERVICES = "models/services/**/*.py"


def main() -> int:
    """Bring the catalogue to what the sources say; return 1 while anything has no English."""
    catalogue = updated(stored())
    PO.parent.mkdir(parents=True, exist_ok=True)
    PO.write_bytes(as_po(catalogue))
    MO.write_bytes(as_mo(catalogue))
    missing = [message for message in catalogue if message.id and not message.string]
    for message in missing:
        print(f"{message.locations[0][0]}: {message.id}")
    print(f"共 {len(catalogue)} 条，缺英文 {len(missing)} 条。 {len(missing)} without English.")
    return 1 if missing else 0


def strings() -> Catalog:
    """Return every string of the sources, in the order of files and lines."""
    found = Catalog()
    for path in _sources():
        name = path.relative_to(ROOT).as_posix()
        for text, context in _texts(path):
            found.add(text, locations=[(name, 0)], context=context)
    for text in FIELDS.values():
        found.add(text, locations=[("workers/bankfiles/cells.py", 0)])
    for preset in (presets.product(), *presets.listed()):
        said = (preset.name, preset.note, *(one.says for one in preset.parameters.values()))
        for text in filter(None, said):
            found.add(text, locations=[(f"models/presets/{preset.code}.toml", 0)])
    for mark in MARKS:
        found.add(mark, locations=[("web/language.py", 0)])
    return found


def stored() -> Catalog:
    """Return the catalogue as it lies in the repository."""
    if not PO.exists():
        return Catalog(locale="en")
    with PO.open("rb") as lines:
        return read_po(lines, locale="en")


def updated(catalogue: Catalog) -> Catalog:
    """Return the strings of the sources with the English they have."""
    new = Catalog(
        locale="en",
        project="zhijie",
        header_comment="# The English of the pages; written by `make words` and by people.",
        creation_date=_MADE,
        revision_date=_MADE,
        fuzzy=False,
    )
    for message in strings():
        if message.id:
            known = catalogue.get(message.id, message.context)
            new.add(
                message.id,
                known.string if known else "",
                context=message.context,
                locations=message.locations,
                user_comments=known.user_comments if known else [],
            )
    return new


def as_po(catalogue: Catalog) -> bytes:
    """Return the file people edit; one line a text, so that changes are read easily."""
    out = io.BytesIO()
    write_po(out, catalogue, width=0, include_lineno=False)
    return out.getvalue()


def as_mo(catalogue: Catalog) -> bytes:
    """Return the file the program reads."""
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def literals(source: str) -> Iterator[tuple[ast.Constant, str | None]]:
    """Yield each Chinese literal of Python source with its context as a string of the catalogue.

    The context is empty for most strings, and None for what is no string.

    That is what stands in `_()`, and what an error or a check is told under `what`: the sentence
    of an error has its own English, its Chinese facts are looked up (web/language.py).
    """
    tree = ast.parse(source)
    passed = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    strings = {
        id(inner): context
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for told, context in _told(node)
        for inner in ast.walk(told)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        if CHINESE.search(node.value) and id(node) not in passed:
            yield node, strings.get(id(node))


def _told(call: ast.Call) -> list[tuple[ast.expr, str]]:
    """Return the arguments of a call that are strings of the catalogue, with their context."""
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    if name in {"_", "gettext", "lazy_gettext"}:
        return [(told, "") for told in call.args[:1]]
    if name in {"pgettext", "lazy_pgettext"}:
        return [(call.args[1], ast.literal_eval(call.args[0]))]
    place = {"confirmed": 1, "progress": 2}.get(name)
    if place is not None:
        return [(told, "") for told in call.args[place : place + 1]]
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    return [(named["what"], "")] if "what" in named and "what_en" not in named else []


def _sources() -> Iterator[Path]:
    yield from sorted((ROOT / "web").rglob("*.py"))
    yield from sorted((ROOT / "web" / "templates").rglob("*.html"))
    for pattern in (*LABELS, SERVICES):
        yield from sorted(ROOT.glob(pattern))


def _texts(path: Path) -> Iterator[tuple[str, str | None]]:
    """Yield the strings of a file, each with its context where Chinese has one word for two."""
    if path.suffix == ".html":
        for _, text, _, context in extract_from_file("jinja2.ext:babel_extract", path):
            yield text if isinstance(text, str) else text[0], context
        return
    whole = any(path.relative_to(ROOT).match(pattern) for pattern in LABELS)
    found = [
        (one.lineno, one.col_offset, str(one.value), context or None)
        for one, context in literals(path.read_text("utf-8"))
        if whole or context is not None
    ]
    yield from ((text, context) for _, _, text, context in sorted(found, key=lambda f: f[:2]))


def places(message: Message) -> str:
    """Return the files a message stands in."""
    return ", ".join(sorted({name for name, _ in message.locations}))


if __name__ == "__main__":
    sys.exit(main())
