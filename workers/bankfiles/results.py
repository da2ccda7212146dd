"""Reading a bank's result file (回盘): whole or not at all, and never a failure out of silence."""

from collections.abc import Iterable
from datetime import date

from models.rules.errors.bankfiles import FieldMissing, FormatCannot, LineRepeated
from workers.bankfiles import pain002
from workers.bankfiles.incoming import IncomingLayout
from workers.bankfiles.model import ResultFile, ResultLine, ResultStatus
from workers.bankfiles.profiles import Profile
from workers.bankfiles.table import Row, needed, read
from workers.bankfiles.values import amount_fen, day


def read_results(profile: Profile, chunks: Iterable[bytes]) -> ResultFile:
    """Return the lines of a result file; a FileRefused names the row and the field.

    A word of the bank that the profile does not map has status None: a person decides.
    """
    layout = profile.results
    if layout is None:
        raise FormatCannot(profile=profile.code, what="银行回盘", what_en="results")
    if layout.format in pain002.NAMESPACES:
        found = pain002.read(layout, chunks)
    else:
        found = ResultFile(lines=tuple(_line(layout, row) for row in read(layout, chunks)))
    _refuse_repeated(found.lines)
    return found


def _line(layout: IncomingLayout, row: Row) -> ResultLine:
    status_text = needed(row, layout, "status")
    status = layout.status_map.get(status_text)
    amount = needed(row, layout, "amount")
    return ResultLine(
        row=row.row,
        reference=needed(row, layout, "reference") or None,
        status_text=status_text,
        status=status,
        amount_fen=_amount(layout, row, amount) if amount else None,
        booked_on=_booked_on(layout, row, status),
        bank_reason=row.values.get("bank_reason") or None,
        account_no=needed(row, layout, "account_no") or None,
        account_name=needed(row, layout, "account_name") or None,
        bank_line_no=needed(row, layout, "bank_line_no") or None,
    )


def _amount(layout: IncomingLayout, row: Row, text: str) -> int:
    column = layout.column("amount")
    return amount_fen(
        text,
        row=row.row,
        field=column.title if column else "amount",
        unit=layout.amount_unit,
        suffix=layout.amount_suffix,
        thousands=layout.amount_thousands,
    )


def _booked_on(layout: IncomingLayout, row: Row, status: ResultStatus | None) -> date | None:
    """Return the booking day, which a final line must have where the file has the column."""
    column = layout.column("booked_on")
    text = row.values.get("booked_on", "")
    if text and column:
        return day(text, row=row.row, field=column.title)
    final = (ResultStatus.SETTLED, ResultStatus.REJECTED, ResultStatus.RETURNED)
    if column and not column.optional and status in final:
        raise FieldMissing(row=row.row, field=column.title)
    return None


def _refuse_repeated(lines: tuple[ResultLine, ...]) -> None:
    """Refuse the same word about the same order twice, or a bank's line number twice.

    Two words about one order in one file are facts in order (settled, then returned); lines
    without a reference may be alike and both true.
    """
    seen: dict[tuple[str, str], int] = {}
    for line in lines:
        keys = [("bank_line_no", line.bank_line_no)] if line.bank_line_no else []
        if line.reference:
            keys.append((f"reference {line.status_text}", line.reference))
        for key in keys:
            if key in seen:
                field = key[0].split(" ")[0]
                raise LineRepeated(row=line.row, first_row=seen[key], field=field, value=key[1])
            seen[key] = line.row
