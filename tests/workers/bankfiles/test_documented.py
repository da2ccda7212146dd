"""The document of the bank formats names every key, seed and check's test there is."""

import re
from pathlib import Path

import pytest

from workers.bankfiles import SEEDS

ROOT = Path(__file__).parents[3]
DOCUMENT = (ROOT / "docs" / "bank-formats.md").read_text()
#: How the modules take a key from a profile's data.
TAKEN = re.compile(r"\.(?:text|text_or_none|choice|flag|number|texts|words|parts?)\(\s*\"(\w+)\"")
MODULES = ("profiles", "columns", "incoming")


@pytest.mark.parametrize("module", MODULES)
def test_every_key_of_a_profile_is_explained(module):
    source = (ROOT / "workers" / "bankfiles" / f"{module}.py").read_text()
    keys = set(TAKEN.findall(source))

    assert keys
    assert [key for key in sorted(keys) if not re.search(rf"[`\s]{key}[`\s]", DOCUMENT)] == []


@pytest.mark.parametrize("spec", SEEDS, ids=lambda spec: spec["code"])
def test_every_seed_has_a_chapter(spec):
    assert re.search(rf"^### .*{spec['code']}", DOCUMENT, re.MULTILINE)


def test_every_test_the_checks_name_exists():
    named = set(re.findall(r"`(test_\w+)`", DOCUMENT))
    sources = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))

    assert len(named) > 30
    assert [name for name in sorted(named) if f"def {name}(" not in sources] == []
