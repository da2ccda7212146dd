"""Saving a form as if it were a file of one row: same checks, same history, same consequences."""

from typing import Any

import peewee as pw

from models.services.access import Actor


def check(kind: str, row: dict[str, str], actor: Actor) -> list[tuple[str, str]]:
    """Return (column, sentence) for every problem of the row."""
    return []


def save(kind: str, model: Any, row: dict[str, str], actor: Actor, *, new: bool) -> Any:
    """Save the row and return its record."""
    raise NotImplementedError


def constraint_sentence(error: pw.IntegrityError) -> str:
    """Return what a constraint protects, by its name."""
    return ""
