"""Every page a role can reach: nothing for axe-core to find, nothing too wide, a picture of it."""

import os
import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from models.rules.words import Role
from tests.browser.conftest import PICTURES, Visitor

#: The whole walk takes longer than all other tests together, so it is asked for by name.
pytestmark = pytest.mark.skipif(
    not os.environ.get("EVERY_PAGE"), reason="EVERY_PAGE=1 looks at every page of every role"
)

#: Names and numbers of single things; one page of a kind stands for all of its kind.
_NUMBER = re.compile(r"[A-Z]*[0-9][A-Za-z0-9_.:-]*")
#: Conditions that change what a page is, not only which rows it lists.
_KINDS = {"print", "view", "tab", "kind", "what", "part"}
#: Answers that are files.
_FILES = re.compile(r"/(file|files|errors|template|export|not-applied|static)(/|$|\.)")
#: More kinds of pages than any role has; a crawl that finds more does not tell them apart.
PAGES_MAX = 200
AXE = {"resultTypes": ["violations"]}
_FRAME = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def kind_of(address: str) -> str:
    """Return what is the same for all addresses of one kind of page."""
    parts = urlsplit(address)
    asked = sorted({name for name, value in parse_qsl(parts.query) if name in _KINDS and value})
    views = [value for name, value in parse_qsl(parts.query) if name in {"tab", "part"}]
    return "?".join([_NUMBER.sub("#", parts.path), ",".join(asked + views)])


def pages(visitor: Visitor) -> Iterator[str]:
    """Open one page of each kind that links lead to, and yield its address."""
    waiting, known = ["/"], {kind_of("/")}
    while waiting:
        address = waiting.pop(0)
        visitor.go(address)
        yield address
        links = "links => links.map(link => link.getAttribute('href'))"
        for link in visitor.page.eval_on_selector_all("a[href]", links):
            found = urljoin(address, link).split("#")[0]
            if (
                found.startswith("/")
                and kind_of(found) not in known
                and not _FILES.search(urlsplit(found).path)
            ):
                known.add(kind_of(found))
                waiting.append(found)
        assert len(known) < PAGES_MAX, sorted(known)


#: What a page is made of, whatever it says: pages made of the same parts have the same faults.
_PARTS = """() => [...new Set([...document.querySelectorAll('main *')].map(
  e => e.parentElement.tagName + '>' + e.tagName + '.' + e.className + [...e.attributes].map(
    a => a.name).join()))].sort().join()"""
_seen: set[str] = set()


def faults(visitor: Visitor, address: str) -> Iterator[str]:
    """Yield what is wrong with the page at this width."""
    wide = visitor.page.evaluate(_FRAME)
    if wide > 0:
        yield f"{address} is {wide} pixels too wide"
    for found in Axe().run(visitor.page, options=AXE).response["violations"]:
        nodes = [node["html"][:120] for node in found["nodes"][:2]]
        yield f"{address} {found['id']} × {len(found['nodes'])}: {nodes}"


@pytest.mark.parametrize("role", list(Role))
def test_no_page_of_a_role_hinders_anybody(visit, role):
    visitor, wrong = visit(role.value), []
    for address in pages(visitor):
        parts = visitor.page.evaluate(_PARTS)
        if parts in _seen:
            continue
        _seen.add(parts)
        name = re.sub(r"[^A-Za-z0-9]+", "_", address).strip("_")[:80] or "home"
        for width in (1440, 390):
            visitor.page.set_viewport_size({"width": width, "height": 900})
            folder = PICTURES / f"{role.value}-{width}"
            folder.mkdir(parents=True, exist_ok=True)
            visitor.page.screenshot(path=folder / f"{name}.jpg", quality=70, full_page=True)
            wrong += [f"{width}: {fault}" for fault in faults(visitor, address)]
        (PICTURES / f"{role.value}.txt").write_text("\n".join(wrong), "utf-8")
    assert wrong == []
