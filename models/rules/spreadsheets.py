"""Cells that a spreadsheet shows and does not run."""

#: A spreadsheet would run a cell that begins with one of these.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def guarded(text: str) -> str:
    """Return the text so that a spreadsheet shows it and does not run it."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
