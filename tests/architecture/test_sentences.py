"""People always get a sentence: refusals, mails, settings and states say what they mean."""

import dataclasses
import importlib
import pkgutil
import re
import string
from collections import Counter

import pytest

from models import settings
from models.rules import errors
from models.rules.words import Hold, InstructionState, SheetState
from tests.processes import ROOT

for _module in pkgutil.iter_modules(errors.__path__, "models.rules.errors."):
    importlib.import_module(_module.name)
REFUSALS = [error for error in dict.fromkeys(errors.all_errors()) if "code" in vars(error)]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
MAILS = sorted(path for path in (ROOT / "workers/mail/templates").iterdir() if path.is_dir())
LANGUAGES = ("zh", "en")


def _facts(template: str) -> set[str]:
    """Return the facts of a sentence; one that differs by language ends in _en."""
    names = {name for _, name, _, _ in string.Formatter().parse(template) if name}
    return {name.removesuffix("_en") for name in names}


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.code)
def test_every_refusal_has_a_sentence_in_both_languages_with_the_same_facts(refusal):
    assert CHINESE.search(refusal.zh)
    assert refusal.en.isascii() or not CHINESE.search(refusal.en)
    assert _facts(refusal.en) <= _facts(refusal.zh) or _facts(refusal.zh) <= _facts(refusal.en)


def test_every_refusal_has_its_own_code():
    counts = Counter(refusal.code for refusal in REFUSALS)
    assert [code for code, count in counts.items() if count > 1] == []
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", code) for code in counts)


@pytest.mark.parametrize("folder", MAILS, ids=lambda folder: folder.name)
def test_every_mail_has_its_three_files_in_both_languages(folder):
    assert {path.name for path in folder.iterdir()} == set(LANGUAGES)
    for language in LANGUAGES:
        told = {path.name for path in (folder / language).iterdir()}
        assert told == {"subject.txt", "body.txt", "body.html"}


def test_every_setting_is_documented():
    source = (ROOT / "models/settings.py").read_text(encoding="utf-8")
    names = set(re.findall(r'env\.get\("([A-Z_]+)"', source))
    told = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    assert len(names) >= len(dataclasses.fields(settings.Settings)) - 1
    assert sorted(name for name in names if f"`{name}`" not in told) == []


def test_every_state_and_hold_has_words_on_the_pages():
    words = importlib.import_module("web.words")
    for choices in (Hold, SheetState, InstructionState):
        for member in choices:
            assert CHINESE.search(str(words.word(member))), member
