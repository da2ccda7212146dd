"""docs/rights.md is what the program does: role × page × action × rows."""

from scripts import rights_document


def test_the_document_is_the_one_the_program_writes(app):
    assert rights_document.TARGET.read_text(encoding="utf-8") == rights_document.render(app), (
        "run: python -m scripts.document"
    )
