"""The look stays small: bytes of sheets and script, no rule without a user, no class unruled."""

import re
from pathlib import Path

from web.assets import STATIC

WEB = STATIC.parent
SHEETS = sorted(STATIC.glob("*.css"))
BYTES_MAX, SCRIPT_BYTES_MAX = 40_000, 12_000
#: Classes that only name a thing: for tests, print or a script.
NAMES_ONLY = {"check", "facts-cell", "grow", "l", "log-box", "print", "printed", "wrap"}
#: Made by pygal, or put together from a number: stage, step, serie.
MADE = re.compile(
    r"pygal|guides|line|axis|x|y|rect|background|serie-\d|l\d|s\d|lg\d|tall|c\d|title"
)


def rules() -> set[str]:
    """Classes that some rule speaks of."""
    found: set[str] = set()
    for sheet in SHEETS:
        bare = re.sub(r"/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.S)
        for selector in re.findall(r"([^{}]+)\{", bare):
            found.update(re.findall(r"\.([A-Za-z][\w-]*)", re.sub(r"\[[^\]]*\]", "", selector)))
    return found


def users() -> set[str]:
    """Every word that may name a class: in class attributes, and in strings of programs."""
    found: set[str] = set()
    for path in (p for kind in ("*.html", "*.py", "*.js") for p in WEB.rglob(kind)):
        text = path.read_text("utf-8")
        for quoted in re.findall(r'class="([^"]*)"', text) + re.findall(r"'([^'\n]{1,80})'", text):
            found.update(re.findall(r"[a-z][\w-]*", quoted))
        if path.suffix != ".html":
            for quoted in re.findall(r'"([^"\n]{1,80})"', text):
                found.update(re.findall(r"[a-z][\w-]*", quoted))
    return found


def named(template: Path) -> set[str]:
    """Classes a template names outright."""
    found: set[str] = set()
    for attribute in re.findall(r'class="([^"]*)"', template.read_text("utf-8")):
        made = re.sub(r"\{\{.*?\}\}", "¤", re.sub(r"\{%.*?%\}", " ", attribute))
        plain = re.sub(r"\S*¤\S*", " ", made)
        found.update(re.findall(r"[A-Za-z][\w-]*", plain))
    return found


def test_the_sheets_and_the_script_stay_small():
    sizes = {sheet.name: sheet.stat().st_size for sheet in SHEETS}
    assert sum(sizes.values()) <= BYTES_MAX, sizes
    assert (STATIC / "zhijie.js").stat().st_size <= SCRIPT_BYTES_MAX


def test_every_rule_has_a_user():
    assert sorted(c for c in rules() - users() if not MADE.fullmatch(c)) == []


def test_every_class_has_a_rule_or_a_reason():
    ruled = rules() | NAMES_ONLY
    for template in WEB.rglob("*.html"):
        unruled = {c for c in named(template) - ruled if not c.startswith("m-")}
        assert unruled == set(), f"{template.name}: {unruled}"
