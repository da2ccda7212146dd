"""Writes docs/lifecycles.md from the tables of states."""

import sys
from pathlib import Path

from models.rules.lifecycles import as_markdown

PAGE = Path(__file__).parent.parent / "docs" / "lifecycles.md"


def main() -> int:
    """Write the page."""
    PAGE.write_text(as_markdown(), encoding="utf-8")
    print(f"{PAGE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
