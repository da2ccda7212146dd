"""Overdue lines: what is late on a day, by whose fault, what it costs, and who is told."""

from models.services.overdue.exports import (
    INTEREST_COLUMNS,
    OVERDUE_COLUMNS,
    export_interest,
    export_overdue,
)

__all__ = ["INTEREST_COLUMNS", "OVERDUE_COLUMNS", "export_interest", "export_overdue"]
