"""Every line our code may write to the log, read from its source."""

import ast
from collections.abc import Iterator
from pathlib import Path

from models.settings import ROOT

LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
FOLDERS = ("models", "workers", "web", "scripts")


def written() -> Iterator[tuple[str, str]]:
    """Return (where, template) of each call of a logger; a template that is no text is empty."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if is_log_call(node):
                    where = f"{path.relative_to(ROOT)}:{node.lineno}"
                    first = node.args[0]
                    yield where, first.value if isinstance(first, ast.Constant) else ""


def is_log_call(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in LEVELS
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "log"
    )


def events() -> dict[str, set[str]]:
    """Return event → the names of its facts, over all places that write it."""
    found: dict[str, set[str]] = {}
    for _where, template in written():
        event, *pairs = template.split(" ")
        found.setdefault(event, set()).update(pair.partition("=")[0] for pair in pairs)
    return found


def of_document(text: str) -> dict[str, set[str]]:
    """Return event → facts as docs/operations.md lists them."""
    found = {}
    section = text.split("\n### Events\n")[1].split("\n## ")[0]
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `"):
            for event in cells[0].split(", "):
                found[event.strip("`")] = set(cells[1].replace("`", "").replace(",", " ").split())
    return found


def path_of(name: str) -> Path:
    return ROOT / name
