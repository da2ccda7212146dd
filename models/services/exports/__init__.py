"""Exports: the columns other systems rely on, streamed from one SELECT each."""

from models.services.exports.job import run_export
from models.services.exports.tables import WHAT, Export
from models.services.exports.writing import ROWS_XLSX_MAX, write

__all__ = ["ROWS_XLSX_MAX", "WHAT", "Export", "run_export", "write"]
