"""No page hinders anybody: nothing for axe-core to find, at no width too wide.

Pages that together have every element of all pages are looked at each time; EVERY_PAGE=1 looks at
every kind of page of every role, which takes some minutes on quiet cores.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from models.rules.words import Role
from tests.browser.conftest import PICTURES, Visitor
from tests.browser.walking import BROKEN, LookedAt, choose, kind_of, pages, parts

WIDTHS = (1440, 390)
_FRAME = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_AXE = "axe.run(document, {resultTypes: ['violations']}).then(found => found.violations)"


def faults(visitor: Visitor, *, closely: bool) -> Iterator[str]:
    """Yield what is wrong with the page at this width."""
    wide = visitor.page.evaluate(_FRAME)
    if wide > 0:
        yield f"{wide} pixels too wide"
    if not closely:
        return
    visitor.page.evaluate(Axe().axe_script)
    for found in visitor.page.evaluate(_AXE):
        nodes = [node["html"][:120] for node in found["nodes"][:2]]
        yield f"{found['id']} × {len(found['nodes'])}: {nodes}"


def picture(visitor: Visitor, role: Role, kind: str, width: int) -> None:
    """Keep a picture where somebody wants to look: PICTURES=1."""
    if os.environ.get("PICTURES"):
        folder = PICTURES / f"{role.value}-{width}"
        folder.mkdir(parents=True, exist_ok=True)
        name = kind.strip("/?").replace("/", "_").replace("?", "_") or "home"
        visitor.page.screenshot(path=folder / f"{name}.jpg", quality=70, full_page=True)


def test_every_element_of_the_pages_is_fit_for_all_at_both_widths(visit, walked):
    wrong, visitors = [], {}
    for number, page in enumerate(choose(walked)):
        visitor = visitors.get(page.name) or visitors.setdefault(page.name, visit(page.name))
        visitor.go(page.address)
        if "data-part" in page.text:
            visitor.page.wait_for_load_state("networkidle")
        for width in WIDTHS:
            visitor.page.set_viewport_size({"width": width, "height": 900})
            closely = width == WIDTHS[number % 2]
            found = faults(visitor, closely=closely)
            wrong += [f"{page.name} {page.address} {width}: {one}" for one in found]
    assert wrong == [], "\n".join(wrong)


@pytest.fixture
def looked_at(tmp_path_factory: pytest.TempPathFactory) -> LookedAt:
    """What any process of this run looked at."""
    folder = tmp_path_factory.getbasetemp()
    folder = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    return LookedAt(Path(folder) / "looked_at")


if os.environ.get("EVERY_PAGE"):

    @pytest.mark.parametrize("role", list(Role))
    def test_no_page_of_a_role_hinders_anybody(visit, city, looked_at, role):
        """A page is opened if it is the first of its kind, and searched if a part of it is new."""
        visitor, wrong = visit(role.value), []
        for address, page in pages(city.address, role.value, "zh", kind_of, set()):
            if page.startswith(BROKEN):
                wrong.append(f"{address} {page}")
                continue
            first, closely = looked_at.claim(kind_of(address), parts(page))
            if (not first and not closely) or "<html" not in page:
                continue
            visitor.go(address)
            if "data-part" in page:
                visitor.page.wait_for_load_state("networkidle")
            for width in WIDTHS:
                visitor.page.set_viewport_size({"width": width, "height": 900})
                picture(visitor, role, kind_of(address), width)
                wrong += [f"{address} {width}: {one}" for one in faults(visitor, closely=closely)]
        assert wrong == [], "\n".join(wrong)
