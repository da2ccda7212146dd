"""Writes docs/openapi.json: the interface for other systems, from the schemas that check it."""

from pathlib import Path

from web.api import document

TARGET = Path(__file__).resolve().parent.parent / "docs" / "openapi.json"


def main() -> None:
    """Write the document."""
    TARGET.write_text(document.text(), encoding="utf-8")
    print(TARGET)


if __name__ == "__main__":
    main()
