"""Bank formats: pure bytes in, bytes out; a profile is data, adding a bank is a row."""

from workers.bankfiles.cells import is_in_bank
from workers.bankfiles.compare import compared
from workers.bankfiles.inference import inferred
from workers.bankfiles.model import (
    Batch,
    ControlTotals,
    FieldProblem,
    MappedField,
    Order,
    OrderRead,
    Reread,
    ResultFile,
    ResultLine,
    ResultStatus,
    StatementDay,
    StatementEntry,
    StatementFile,
)
from workers.bankfiles.preview import preview, preview_batch, previews
from workers.bankfiles.profiles import Profile
from workers.bankfiles.reread import read_orders, reread
from workers.bankfiles.results import read_results, refuse_foreign
from workers.bankfiles.seeds import SEEDS
from workers.bankfiles.statements import read_statement
from workers.bankfiles.write import write

__all__ = [
    "SEEDS",
    "Batch",
    "ControlTotals",
    "FieldProblem",
    "MappedField",
    "Order",
    "OrderRead",
    "Profile",
    "Reread",
    "ResultFile",
    "ResultLine",
    "ResultStatus",
    "StatementDay",
    "StatementEntry",
    "StatementFile",
    "compared",
    "inferred",
    "is_in_bank",
    "preview",
    "preview_batch",
    "previews",
    "read_orders",
    "read_results",
    "read_statement",
    "refuse_foreign",
    "reread",
    "write",
]
