"""docs/security.md says of every requirement how it is met, and names only tests that exist."""

import re
from pathlib import Path

from tests.processes import ROOT

DOCUMENT = ROOT / "docs" / "security.md"
LISTED = Path(__file__).with_name("asvs-5.0.0-level-2.txt")
#: Clauses of GB/T 22239-2019 8.1.4 and how many letters each has; 1: none.
CLAUSES = {1: 4, 2: 7, 3: 4, 4: 6, 5: 1, 6: 1, 7: 2, 8: 2, 9: 3, 10: 2, 11: 2}


def section(number: int) -> list[list[str]]:
    """The rows of a section's table."""
    text = DOCUMENT.read_text(encoding="utf-8")
    part = re.split(r"(?m)^## ", text)[number]
    rows = [line for line in part.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows[1:]]


def spread(told: str, known: list[str]) -> list[str]:
    """The requirements a cell names: one, several, or from one to another."""
    found = []
    for part in told.split(", "):
        first, _, last = part.partition(" – ")
        found += known[known.index(first) : known.index(last or first) + 1]
    return found


def test_every_requirement_of_asvs_stands_there_once():
    known = [line for line in LISTED.read_text().splitlines() if line.startswith("V")]
    told = [one for row in section(6) for one in spread(row[0], known)]
    assert len(known) == 253
    assert sorted(told) == sorted(known)


def test_every_clause_of_the_third_level_stands_there_once():
    known = [
        f"8.1.4.{clause}" + (f" {chr(ord('a') + at)}" if letters > 1 else "")
        for clause, letters in CLAUSES.items()
        for at in range(letters)
    ]
    assert [row[0] for row in section(7)] == known


def test_what_is_met_names_its_test_or_its_document():
    for number, sign_at in ((6, 1), (7, 2)):
        for row in section(number):
            assert row[sign_at] in {"●", "◐", "○", "–"}, row
            how = row[sign_at + 1]
            assert len(how) > 3, row
            is_shown = "`" in " ".join(row[sign_at + 2 :])
            is_said = re.search(r"section|\.md\)|ruff|none|HTTP|第 5 节", how)
            assert is_shown or is_said or row[sign_at] in "–○", row


def test_every_test_that_is_named_exists():
    text = DOCUMENT.read_text(encoding="utf-8")
    named = re.findall(r"`(?:tests/)?([a-z_]+/(?:[a-z_]+/)*test_\w+\.py)(?:::(test_\w+))?`", text)
    assert len(named) > 150
    missing = []
    for path, name in set(named):
        file = ROOT / "tests" / path
        if not file.is_file() or (name and f"def {name}(" not in file.read_text(encoding="utf-8")):
            missing.append(f"{path}::{name}")
    assert missing == []
