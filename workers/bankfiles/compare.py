"""A written file beside what was approved: every order, every field the bank's layout carries."""

from collections.abc import Iterable, Iterator

from models.rules.errors.payment import FileOrderDiffers
from workers.bankfiles.cells import LABELS
from workers.bankfiles.columns import Column
from workers.bankfiles.model import Order, OrderRead
from workers.bankfiles.profiles import Profile

#: Fields of an order as read, and what people call them.
_FIELDS = {
    "reference": "reference",
    "amount_fen": "amount",
    "payee_account_no": "payee_account_no",
    "payee_account_name": "payee_account_name",
    "payee_bank_name": "payee_bank_name",
    "payee_cnaps_code": "payee_cnaps_code",
    "purpose": "purpose",
    "uetr": "uetr",
}


def compared(
    profile: Profile, found: Iterable[OrderRead], approved: Iterable[Order]
) -> Iterator[OrderRead]:
    """Yield the orders of a file, each compared with the approved one at its place.

    Approved are the stored orders, names as the bank gets them; the purpose goes through the
    profile's character map here. A field without a place in the layout is not compared. Which of
    the two is longer is for the caller to see by count. Raises FileOrderDiffers.
    """
    characters = str.maketrans(dict(profile.char_map))
    columns = _columns(profile)
    source = iter(found)
    # The approved ones first: when they end, no order of the file has been taken and lost.
    for order, read in zip(approved, source, strict=False):
        reference, uetr, account_no, name, bank_name, cnaps_code, amount_fen, purpose = order
        if profile.char_map:
            purpose = purpose.translate(characters)
        due = (reference, amount_fen, account_no, name, bank_name, cnaps_code, purpose, uetr)
        if read[1:] != due:
            _require_same(read, due, columns)
        yield read
    yield from source


def _require_same(
    read: OrderRead, due: tuple[object, ...], columns: dict[str, list[Column]]
) -> None:
    """Refuse the first field that says something else than is due."""
    for (name, source), said, wanted in zip(_FIELDS.items(), read[1:], due, strict=True):
        if said is None or said == wanted:
            continue
        if any(said == _filled_up(column, str(wanted)) for column in columns.get(source, ())):
            continue
        raise FileOrderDiffers(row=read.row, reference=due[0], field=LABELS[source], field_en=name)


def _filled_up(column: Column, text: str) -> str:
    """Return a text as a column shows it: what stands for nothing, and blanks or zeros before."""
    shown = text or column.empty_as or ""
    return shown.rjust(column.pad_width, column.pad_with) if column.pad_width else shown


def _columns(profile: Profile) -> dict[str, list[Column]]:
    """Return by source the columns that fill up what they show."""
    found: dict[str, list[Column]] = {}
    for column in profile.detail_columns:
        if len(column.sources) == 1 and (column.pad_width or column.empty_as):
            found.setdefault(column.sources[0], []).append(column)
    return found
