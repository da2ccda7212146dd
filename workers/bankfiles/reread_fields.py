"""From the texts of a written record back to an order, by the profile's columns."""

from collections.abc import Sequence

from models.rules.errors.bankfiles import FieldMissing
from models.rules.errors.payment import FileOrderDiffers
from workers.bankfiles.cells import LABELS
from workers.bankfiles.columns import Column
from workers.bankfiles.model import ControlTotals, OrderRead
from workers.bankfiles.values import amount_fen

_FIELDS = frozenset(
    {
        "payee_account_no",
        "payee_account_name",
        "payee_bank_name",
        "payee_cnaps_code",
        "purpose",
        "uetr",
    }
)


def order(columns: Sequence[Column], texts: Sequence[str], row: int) -> OrderRead:
    """Return the order of a record; a column that joins the reference with more is taken apart."""
    reference = ""
    amount: int | None = None
    values: dict[str, str] = {}
    for column, text in zip(columns, texts, strict=True):
        if column.sources == ("amount",):
            amount = amount_fen(
                text.lstrip(column.pad_with)
                if column.pad_width and column.pad_with == " "
                else text,
                row=row,
                field=column.title,
                unit=column.unit,
            )
        elif column.sources[:1] == ("reference",):
            own, _, rest = text.partition(column.join)
            reference = _same("reference", reference, own if column.sources[1:] else text, row)
            if column.sources[1:] == ("purpose",):
                values["purpose"] = _same("purpose", values.get("purpose"), rest, row)
        elif len(column.sources) == 1 and column.sources[0] in _FIELDS and not column.map:
            source = column.sources[0]
            values[source] = _same(source, values.get(source), text, row)
    if not reference or amount is None:
        raise FieldMissing(row=row, field="reference" if not reference else "amount")
    return OrderRead(row=row, reference=reference, amount_fen=amount, **values)


def _same(source: str, before: str | None, text: str, row: int) -> str:
    """Return what a column says; two columns of one source must say the same, blanks aside."""
    if before and before.strip() != text.strip():
        raise FileOrderDiffers(row=row, reference=before, field=LABELS[source], field_en=source)
    return before or text


def totals(columns: Sequence[Column], texts: Sequence[str], row: int) -> ControlTotals | None:
    """Return the totals a header or trailer states, if it states both."""
    found: dict[str, int] = {}
    for column, text in zip(columns, texts, strict=True):
        if column.sources == ("count",):
            found["count"] = amount_fen(text, row=row, field=column.title, unit="fen")
        elif column.sources == ("total",):
            found["total_fen"] = amount_fen(text, row=row, field=column.title, unit=column.unit)
    return ControlTotals(**found) if len(found) == 2 else None
