"""The English catalogue is whole: every string, the same values, the words of the glossary."""

import re
from functools import cache
from pathlib import Path

import pytest

from scripts import words
from web import language

GLOSSARY = words.ROOT / "docs" / "glossary.md"
#: Longer texts are sentences and may turn a term about.
LABEL_CHARS_MAX = 14
_VALUE = re.compile(r"%\((\w+)\)[sd]")

#: Chinese of the sources that is no string of a page, by file: data, codes, and what stands in
#: both languages beside each other.
NO_STRINGS = {
    "web/admin/bank_profiles_keys.py": "the sample of a profile is data of a Chinese bank",
    "web/admin/bank_profiles_text.py": "reasons stand in both languages",
    "web/admin/case_words.py": "full-width brackets that make no other name",
    "web/admin/confirm_answering.py": "what a person typed, joined for the record",
    "web/admin/saving.py": "the mark a Chinese sentence ends with",
    "web/admin/site.py": "the name of the program for Flask-Admin",
    "web/admin/user_files.py": "headings of a file that may be Chinese",
    "web/auth/agents.py": "the name of a browser",
    "web/auth/starting.py": "what the console says in both languages",
    "web/bank_formats.py": "the purpose written to a Chinese bank",
    "web/language.py": "the marks themselves",
    "web/permissions.py": "the table of rights",
    "web/problems.py": "sentences stand in both languages",
}
#: Folders of that kind.
NO_STRINGS_BELOW = {
    "web/api/": "the document for systems is Chinese; refusals stand in both languages",
    "web/help/": "titles of notices and chapters of the Chinese handbook",
    "web/routes/": "the table of rights by address",
}


@pytest.fixture(scope="module")
def catalogue():
    return words.stored()


@pytest.fixture(scope="module")
def texts(catalogue):
    return [(m.id, m.string) for m in catalogue if m.id and m.string]


@pytest.fixture(scope="module")
def said():
    return [message for message in words.strings() if message.id]


def test_every_string_of_the_sources_has_an_english_text(said, catalogue):
    known = {(m.id, m.context) for m in catalogue if m.string}
    missing = [m for m in said if (m.id, m.context) not in known]
    assert not missing, "make words, then translate:\n" + "\n".join(
        f"{words.places(m)}: {m.id}" for m in missing
    )


def test_the_catalogue_keeps_nothing_that_no_source_says(said, catalogue):
    known = {(m.id, m.context) for m in said}
    assert not [m.id for m in catalogue if m.id and (m.id, m.context) not in known], "make words"


def test_nothing_is_fuzzy_or_left_over(catalogue):
    assert not catalogue.obsolete
    assert not [m.id for m in catalogue if m.id and m.fuzzy]


def test_both_texts_have_the_same_values(texts):
    differ = [(zh, en) for zh, en in texts if set(_VALUE.findall(zh)) != _values(en)]
    assert not differ


def _values(english: str) -> set[str]:
    return set(_VALUE.findall(language.PLURAL.sub("", english)))


def test_a_percent_sign_is_doubled_in_both_or_in_neither(texts):
    assert not [(zh, en) for zh, en in texts if zh.count("%%") != en.count("%%")]


def test_every_plural_looks_at_a_value_of_the_text(texts):
    for zh, en in texts:
        for name, one, many in language.PLURAL.findall(en):
            assert name in _VALUE.findall(zh), (zh, en)
            assert one != many, en
        assert "|" not in language.PLURAL.sub("", en), en


def test_no_english_text_has_a_chinese_character(texts):
    assert not [en for _, en in texts if words.CHINESE.search(en)]


def test_the_program_reads_what_people_edited(catalogue):
    assert words.as_mo(catalogue) == words.MO.read_bytes(), "make words"


def test_every_chinese_literal_of_the_pages_is_a_string_or_named_as_data():
    found = []
    for path in sorted((words.ROOT / "web").rglob("*.py")):
        name = path.relative_to(words.ROOT).as_posix()
        if name in NO_STRINGS or name.startswith(tuple(NO_STRINGS_BELOW)):
            continue
        found += [
            f"{name}:{one.lineno} {one.value!r}"
            for one, context in words.literals(path.read_text("utf-8"))
            if context is None
        ]
    assert not found, "wrap in _() or name the file in NO_STRINGS:\n" + "\n".join(found)


def test_every_file_named_as_data_still_has_chinese():
    for name in NO_STRINGS:
        told = list(words.literals((words.ROOT / name).read_text("utf-8")))
        assert any(context is None for _, context in told), name


def test_no_template_has_chinese_outside_of_strings():
    found = []
    for path in sorted((words.ROOT / "web" / "templates").rglob("*.html")):
        text = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)
        text = re.sub(
            r"(?:_\(|pgettext\('\w+', )\s*('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")", "", text
        )
        rest = words.CHINESE.sub(lambda c: "" if c[0] in language.MARKS else c[0], text)
        rest = rest.replace("'中文' if lang == 'en' else 'English'", "")
        found += [f"{path.name}: {line.strip()[:80]}" for line in rest.splitlines()
                  if words.CHINESE.search(line)]  # fmt: skip
    assert not found


@cache
def _glossary() -> dict[str, list[str]]:
    part = GLOSSARY.read_text("utf-8").split("## Words of the English pages", 1)[1]
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|", part, re.MULTILINE)[2:]
    return {zh.strip(): [one.strip() for one in en.split("·")] for zh, en in rows}


def test_one_thing_has_one_name_wherever_it_is_a_label(texts):
    wrong = []
    for term, names in _glossary().items():
        for zh, en in texts:
            if (
                len(zh) <= LABEL_CHARS_MAX
                and term in _longer_terms_removed(zh, term)
                and not any(name.lower() in en.lower() for name in names)
            ):
                wrong.append(f"{term} ({' · '.join(names)}): {zh} → {en}")
    assert not wrong, f"{len(wrong)}\n" + "\n".join(wrong)


def _longer_terms_removed(zh: str, term: str) -> str:
    """A longer term that holds this one has its own name: 结算方案 is no 结算."""
    for longer in _glossary():
        if term != longer and term in longer:
            zh = zh.replace(longer, "")
    return zh


@pytest.mark.parametrize(
    ("n", "said"), [(1, "1 line"), (0, "0 lines"), ("1", "1 line"), ("<b>1</b>", "<b>1</b> line")]
)
def test_one_line_is_no_lines(n, said):
    assert language.counted("%(n)s {n|line|lines}", {"n": n}) % {"n": n} == said


def test_the_catalogue_lies_where_the_program_looks():
    assert words.PO.parent == Path(words.ROOT / "web/translations/en/LC_MESSAGES")
