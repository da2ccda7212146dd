"""In English no page is in Chinese but for data: names, and words of people and of notices."""

import re
import tomllib
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit

import psycopg
import pytest

from models.rules import presets
from scripts.words import CHINESE
from tests.browser.conftest import City
from tests.browser.walking import BROKEN
from web.help import sources

#: Amounts in capital Chinese are Chinese by law; units and articles belong to products and notices.
_BY_NATURE = re.compile(
    r"人民币[零壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整]+|[\d×·] ?[盒支套个次片瓶袋]"
    r"|第[一二三四五六七八九十]+条|[《》]"
)
#: What is shown as written: files, data of profiles, mails; and what says it is Chinese.
_AS_WRITTEN = re.compile(
    r"<(script|style|pre|textarea|iframe)\b.*?</\1>|<div class=\"mailtext\">.*?</div>"
    r"|<(\w+)[^>]*\blang=\"zh-CN\"[^>]*>.*?</\2>",
    re.DOTALL,
)
_SEEN = re.compile(r">([^<]+)<|(?:aria-label|placeholder|alt|data-failed)=\"([^\"]*)\"")
#: Pages of documents and samples that are Chinese as a whole, or explain Chinese words.
_CHINESE_PAGES = re.compile(
    r"/help/.+|/api-keys/guide|/overdue/preview|/mails/\d+/preview|/profiles/.+"
)


@pytest.fixture(scope="module")
def data(city: City) -> list[str]:
    """Every Chinese text of the city's database and of the notices, the longest first."""
    found: set[str] = set()
    for column in city.ask(
        "SELECT table_name AS t, column_name AS c FROM information_schema.columns"
        " WHERE table_schema = 'public' AND data_type IN ('text', 'jsonb', 'ARRAY')"
        " AND NOT (table_name = 'job' AND column_name = 'stage')"
    ):
        with psycopg.connect(city.database_url) as ask:
            rows = ask.execute(
                f'SELECT DISTINCT "{column.c}" FROM "{column.t}"'  # type: ignore[arg-type]
                f" WHERE \"{column.c}\"::text ~ '[一-龥]' LIMIT 20000"
            ).fetchall()
        for row in rows:
            found.update(_texts(row[0]))
    for path in presets.FOLDER.glob("*.toml"):
        found.update(_cited(tomllib.loads(path.read_text("utf-8"))))
    for preset in presets.listed():
        found.update(one.source for one in preset.parameters.values())
    found.update(value for name, value in vars(sources).items() if name.isupper())
    return sorted(filter(None, found), key=len, reverse=True)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value.strip()
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from _texts(name)
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def _cited(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for name, one in value.items():
            if name in {"title", "number", "article"}:
                yield str(one)
            else:
                yield from _cited(one)


def test_no_page_in_english_says_anything_in_chinese_but_data(walked, data):
    wrong = []
    for page in walked:
        where = f"{page.name} {page.address}"
        if _CHINESE_PAGES.fullmatch(urlsplit(page.address).path):
            continue
        if page.text.startswith(BROKEN):
            wrong.append(f"{where}: {page.text}")
        if "<html" in page.text and '<html lang="en"' not in page.text:
            wrong.append(f"{where}: not in English")
        wrong += [
            f"{where}: {text[:120]}" for text in _chinese(page.text) if not _is_data(text, data)
        ]
    assert not wrong, f"{len(wrong)} texts\n" + "\n".join(wrong[:80])


def _chinese(page: str) -> Iterator[str]:
    """Yield the texts of a page that hold Chinese."""
    said = _AS_WRITTEN.sub("", page[page.find("<body") :])
    for found in _SEEN.finditer(said):
        text = unescape(found[1] or found[2] or "").strip()
        if CHINESE.search(text):
            yield text


def _is_data(text: str, data: list[str]) -> bool:
    """Whether nothing Chinese is left without data; one character is data only by itself."""
    if text in data:
        return True
    for known in data:
        if len(known) > 1 and known in text:
            text = text.replace(known, "")
    return not CHINESE.search(_BY_NATURE.sub("", text))
