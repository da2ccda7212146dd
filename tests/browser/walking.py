"""Walks over the pages of a role as links lead; chooses those that show all there is to see."""

import fcntl
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

from lxml import html

from scripts.demo.users import PASSWORD

#: Names and numbers of single things; one page of a kind stands for all of its kind.
NUMBER = re.compile(
    r"(?<=/profiles/)[a-z0-9]+_[a-z0-9_]+|[A-Z]{2,}-[A-Z-]+|[A-Z]*[0-9][A-Za-z0-9_.:-]*"
)
#: Answers that are files.
_FILES = re.compile(r"/(file|files|errors|template|export|not-applied|static)(/|$|\.)")
_LINKS = re.compile(r"<a\b[^>]*href=\"([^\"]+)\"|data-part=\"([^\"]+)\"")
#: More kinds of pages than there are; a walk that finds more does not tell them apart.
KINDS_MAX = 800
BROKEN = "BROKEN"
#: In this order: a kind of page one has looked at is not looked at again for the next.
PEOPLE = (
    "maker", "approver", "administrator", "supervisor", "checker", "auditor", "hospital",
    "enterprise",
)  # fmt: skip
#: Conditions that change what a page is, not only which rows it lists.
_KINDS = {"print", "view", "kind", "what"}
_VIEWS = {"tab", "part"}


@dataclass(frozen=True)
class Seen:
    """A page as somebody was shown it."""

    name: str
    address: str
    text: str


def kind_of(address: str) -> str:
    """Return what is the same for all addresses of one kind of page."""
    path, told = urlsplit(address).path, parse_qsl(urlsplit(address).query)
    asked = sorted({name for name, value in told if name in _KINDS and value})
    # On paper a page has no parts.
    views = [] if "print" in asked else [value for name, value in told if name in _VIEWS]
    return "?".join([NUMBER.sub("#", path), ",".join(asked + views)])


def walk(site: str, language: str) -> list[Seen]:
    """Return a page of each kind, as the first of PEOPLE is shown it whom links lead there."""
    found: list[Seen] = []
    for name in PEOPLE:
        known = {kind_of(page.address) for page in found}
        found += [
            Seen(name, address, text)
            for address, text in pages(site, name, language, kind_of, known)
        ]
    return found


def choose(seen: Sequence[Seen]) -> list[Seen]:
    """Return few of the pages that together have all that any of them is made of."""
    made_of = {page: looks(page.text) for page in seen if "<html" in page.text}
    left, chosen = set().union(*made_of.values()), []
    while left:
        # A long page takes longer to look at.
        best = max(made_of, key=lambda page: len(made_of[page] & left) / (40_000 + len(page.text)))
        left -= made_of[best]
        chosen.append(best)
    return chosen


def entered(site: str, name: str, language: str) -> OpenerDirector:
    """Sign in without a browser, which takes a tenth of the time."""
    opener = build_opener(HTTPCookieProcessor(CookieJar()))
    with opener.open(f"{site}/sign-in?lang={language}", timeout=60) as answer:
        page = answer.read().decode()
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    told = urlencode({"csrf_token": token[1], "name": name, "password": PASSWORD}).encode()
    opener.open(f"{site}/sign-in", told, timeout=60).close()
    return opener


def pages(
    site: str, name: str, language: str, kind_of: Callable[[str], str], known: set[str]
) -> Iterator[tuple[str, str]]:
    """Yield address and text of one page of each kind that links lead to and that is not known.

    Of a page that does not open the text says so, beginning with BROKEN, and who led there.
    """
    opener = entered(site, name, language)
    waiting = [("/", "")]
    known = known | {kind_of("/")}
    while waiting:
        address, led_by = waiting.pop(0)
        try:
            with opener.open(site + address, timeout=60) as answer:
                page = answer.read().decode("utf-8", "replace")
                is_page = "html" in answer.headers.get("content-type", "")
        except HTTPError as refused:
            yield address, f"{BROKEN} {refused.code}, a link of {led_by}"
            continue
        if is_page:
            yield address, page
        for link in (unescape(a or b) for a, b in _LINKS.findall(page)):
            found = urljoin(address, link).split("#")[0]
            if not found.startswith("/") or _FILES.search(urlsplit(found).path):
                continue
            if kind_of(found) not in known:
                known.add(kind_of(found))
                waiting.append((found, address))
        assert len(known) < KINDS_MAX, sorted(known)


def looks(page: str) -> set[str]:
    """Return what a page is made of, wherever on it: each element with its names."""
    return {part.partition(">")[2] for part in parts(page)}


def parts(page: str) -> set[str]:
    """Return what a page is made of, whatever it says: each element with its place and names."""
    return {
        f"{one.getparent().tag}>{one.tag}.{one.get('class', '')} {','.join(sorted(one.keys()))}"
        for main in html.fromstring(page).iter("main")
        for one in main.iterdescendants()
        if isinstance(one.tag, str)
    }


@dataclass
class LookedAt:
    """What the processes of one run looked at: each kind of page once, each part once."""

    path: Path

    def claim(self, kind: str, made_of: set[str]) -> tuple[bool, bool]:
        """Return whether nobody yet took a page of the kind, and one with all of its parts."""
        with self.path.open("a+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            known = set(file.read().splitlines())
            new = {json.dumps(one) for one in {f"kind {kind}", *made_of}} - known
            file.writelines(f"{one}\n" for one in sorted(new))
            first = json.dumps(f"kind {kind}")
            return first in new, bool(new - {first})
