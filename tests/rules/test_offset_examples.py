"""The worked examples of offsets and turnover money in docs/schemes.md, to the fen."""

import re
from pathlib import Path

import pytest

from models.rules import offset, turnover
from models.rules.money import fen, yuan

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "schemes.md").read_text(encoding="utf-8")


def table(first_column: str) -> list[dict[str, str]]:
    """Return the rows of the table whose first column has this name."""
    found = re.search(rf"^\| {first_column} \|.*?(?=\n\n)", TEXT, re.MULTILINE | re.DOTALL)
    assert found, first_column
    head, _, *rows = ([cell.strip() for cell in line.strip("| ").split(" | ")]
                      for line in found[0].splitlines())  # fmt: skip
    return [dict(zip(head, row, strict=True)) for row in rows]


OFFSETS = table("audited")
TURNOVERS = table("audited in the base")


def test_the_documents_have_examples():
    assert len(OFFSETS) == 7
    assert len(TURNOVERS) == 3


@pytest.mark.parametrize("row", OFFSETS, ids=[row["carried out"] for row in OFFSETS])
def test_an_offset_of_the_documents(row):
    available = offset.available_fen(
        *(fen(row[name]) for name in ("audited", "advances", "clawback", "deposit"))
    )
    found = offset.offset(
        available, fen(row["goods"]), fen(row["carried in"]),
        collected=fen(row["collected"]), deferred=fen(row["deferred"]),
    )  # fmt: skip
    told = (found.available_fen, found.offset_fen, found.carried_out_fen, found.asked_fen)
    names = ("available", "offset", "carried out", "asked for")
    assert dict(zip(names, map(yuan, told), strict=True)) == {name: row[name] for name in names}


@pytest.mark.parametrize("row", TURNOVERS, ids=[row["turnover money"] for row in TURNOVERS])
def test_turnover_money_of_the_documents(row):
    found = turnover.amount(
        fen(row["audited in the base"]), int(row["months imported"]),
        int(row["drug_bp"]), int(row["consumable_bp"]),
    )  # fmt: skip
    told = (found.base_fen, found.drug_fen, found.consumable_fen, found.total_fen)
    names = ("monthly base", "drugs", "consumables", "turnover money")
    assert dict(zip(names, map(yuan, told), strict=True)) == {name: row[name] for name in names}
