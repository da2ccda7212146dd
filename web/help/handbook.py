"""The handbook: chapters of Markdown in docs/handbook, as pages and as sections to search in."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from models.rules.words import Role
from models.settings import ROOT

FOLDER = ROOT / "docs" / "handbook"
PICTURES = ROOT / "docs" / "images" / "handbook"
#: In the order in which an agency reads them.
CHAPTERS = (
    "first-run",
    "maker",
    "bank",
    "review",
    "supervisor",
    "hospital",
    "enterprise",
    "master",
    "administrator",
    "operating-rules",
    "questions",
)
#: What each role reads first.
OF_ROLE = {
    Role.MAKER: ("maker", "bank", "master"),
    Role.CHECKER: ("review",),
    Role.APPROVER: ("review",),
    Role.SUPERVISOR: ("supervisor",),
    Role.AUDITOR: ("supervisor",),
    Role.HOSPITAL: ("hospital",),
    Role.ENTERPRISE: ("enterprise",),
    Role.ADMINISTRATOR: ("first-run", "administrator", "master"),
}
EXCERPT = 60

_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True)
class Section:
    """A second heading with what stands under it; the first one of a chapter has no heading."""

    anchor: str
    title: str
    #: Without marks, for searching.
    text: str


@dataclass(frozen=True)
class Chapter:
    """One file of the handbook."""

    key: str
    title: str
    html: Markup
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Hit:
    """A section in which all words of a search occur."""

    chapter: Chapter
    section: Section
    excerpt: str


@cache
def chapter(key: str) -> Chapter | None:
    """Return a chapter as it is shown, or None where there is none of that name."""
    if key not in CHAPTERS:
        return None
    tokens = _markdown.parse((FOLDER / f"{key}.md").read_text(encoding="utf-8"))
    title, sections = "", [_Open("", "")]
    for at, token in enumerate(tokens):
        words = tokens[at + 1].content if token.type == "heading_open" else ""
        if token.type == "heading_open" and token.tag == "h1":
            title = words
        elif token.type == "heading_open" and token.tag == "h2":
            token.attrSet("id", anchor(words))
            sections.append(_Open(anchor(words), words))
        elif token.type == "inline":
            sections[-1].lines.append(_plain(token))
        _lead(token)
    # Our own text, of which Markdown lets no HTML through.
    html = Markup(_markdown.renderer.render(tokens, _markdown.options, {}))  # nosec B704  # noqa: S704
    return Chapter(key, title, html, tuple(one.closed() for one in sections))


def chapters(role: Role) -> list[Chapter]:
    """Return all chapters, those of the role first."""
    first = OF_ROLE[role]
    keys = [*first, *(key for key in CHAPTERS if key not in first)]
    return [found for key in keys if (found := chapter(key))]


def anchor(title: str) -> str:
    """Return the fragment of a heading: its words without blanks."""
    return re.sub(r"\s+", "", title)


def search(wanted: str, among: Iterable[Chapter]) -> list[Hit]:
    """Return the sections in which every word occurs, those with one in the heading first."""
    words = wanted.lower().split()
    found = [
        Hit(one, section, _excerpt(section.text, words[0]))
        for one in among
        for section in one.sections
        if words and all(word in f"{section.title} {section.text}".lower() for word in words)
    ]
    return sorted(found, key=lambda hit: not any(w in hit.section.title.lower() for w in words))


class _Open:
    """A section that is being read."""

    def __init__(self, at: str, title: str) -> None:
        self.anchor, self.title = at, title
        self.lines: list[str] = []

    def closed(self) -> Section:
        return Section(self.anchor, self.title, " ".join(self.lines))


def _plain(token: Token) -> str:
    """Return the words of a line without its marks."""
    return "".join(child.content for child in token.children or [] if child.type != "image")


def _lead(token: Token) -> None:
    """Lead links and pictures to where we serve them, and dress tables."""
    if token.type == "table_open":
        token.attrSet("class", "tbl")
    for child in token.children or []:
        if child.type == "link_open":
            child.attrSet("href", _address(str(child.attrs["href"])))
        elif child.type == "image":
            child.attrSet("src", f"/help/pictures/{Path(str(child.attrs['src'])).name}")


def _address(href: str) -> str:
    page, _hash, fragment = href.partition("#")
    if page.endswith(".md"):
        page = f"/help/{page.removesuffix('.md')}"
    return f"{page}#{fragment}" if fragment else page


def _excerpt(text: str, word: str) -> str:
    """Return the words around the first place where a word occurs."""
    at = max(text.lower().find(word), 0)
    start = max(at - EXCERPT // 2, 0)
    told = text[start : at + EXCERPT]
    return f"{'…' if start else ''}{told}{'…' if at + EXCERPT < len(text) else ''}"
