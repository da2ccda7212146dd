"""The handbook: chapters that exist, links and pictures that lead somewhere, and a search."""

import re

import pytest

from models.rules.words import Role
from web.help import handbook
from web.help.screens import SCREENS

CHAPTERS = [handbook.chapter(key) for key in handbook.CHAPTERS]


def test_every_file_is_a_chapter_and_every_chapter_a_file():
    assert {path.stem for path in handbook.FOLDER.glob("*.md")} == set(handbook.CHAPTERS)
    assert handbook.chapter("../architecture") is None


@pytest.mark.parametrize("chapter", CHAPTERS, ids=handbook.CHAPTERS)
def test_a_chapter_has_a_title_and_sections_of_different_names(chapter):
    assert chapter.title
    anchors = [section.anchor for section in chapter.sections if section.anchor]
    assert anchors
    assert len(anchors) == len(set(anchors))
    for anchor in anchors:
        assert f'<h2 id="{anchor}">' in chapter.html


@pytest.mark.parametrize("chapter", CHAPTERS, ids=handbook.CHAPTERS)
def test_links_and_pictures_lead_to_what_exists(chapter):
    for href in re.findall(r'href="([^"]+)"', chapter.html):
        key, _hash, anchor = href.removeprefix("/help/").partition("#")
        other = handbook.chapter(key)
        assert href.startswith("/help/"), href
        assert other is not None, href
        assert not anchor or anchor in from_percent(other), href
    for src in re.findall(r'src="([^"]+)"', chapter.html):
        assert (handbook.PICTURES / src.removeprefix("/help/pictures/")).is_file(), src


def from_percent(chapter):
    from urllib.parse import quote

    return {quote(s.anchor) for s in chapter.sections} | {s.anchor for s in chapter.sections}


@pytest.mark.parametrize("chapter", CHAPTERS, ids=handbook.CHAPTERS)
def test_nothing_in_it_needs_a_looser_policy(chapter):
    assert not re.search(r"style=|<script|\son\w+=|javascript:|<iframe", chapter.html)


def test_pictures_are_small():
    for path in handbook.PICTURES.glob("*.png"):
        assert path.stat().st_size < 200_000, path


def test_markup_in_a_chapter_stays_text():
    assert "&lt;b&gt;" in handbook._markdown.render("<b>x</b>")


@pytest.mark.parametrize("role", list(Role))
def test_everybody_reads_all_chapters_his_own_first(role):
    found = handbook.chapters(role)
    assert tuple(one.key for one in found)[: len(handbook.OF_ROLE[role])] == handbook.OF_ROLE[role]
    assert {one.key for one in found} == set(handbook.CHAPTERS)


def test_a_search_finds_sections_in_which_every_word_occurs():
    found = handbook.search("退票 重付", handbook.chapters(Role.MAKER))
    assert found[0].section.title == "退票与重付"
    for hit in found:
        assert "退票" in hit.section.title + hit.section.text
        assert "重付" in hit.section.title + hit.section.text
    assert handbook.search("没有这样的词语", handbook.chapters(Role.MAKER)) == []
    assert handbook.search("   ", handbook.chapters(Role.MAKER)) == []


@pytest.mark.parametrize("name", sorted(SCREENS))
def test_the_help_of_a_screen_leads_to_a_section(name):
    key, _hash, anchor = SCREENS[name].more.partition("#")
    chapter = handbook.chapter(key)
    assert chapter is not None, name
    assert anchor in {section.anchor for section in chapter.sections}, SCREENS[name].more
