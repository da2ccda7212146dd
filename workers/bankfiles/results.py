"""Reading a bank's result file (回盘): whole or not at all, and never a failure out of silence."""

from collections.abc import Collection, Iterable
from datetime import date

from models.rules.errors.bankfiles import (
    AccountForeign,
    ControlTotalsDiffer,
    FieldMissing,
    FileTruncated,
    FormatCannot,
    LineRepeated,
)
from models.rules.money import yuan
from workers.bankfiles import camt054, pain002
from workers.bankfiles.choice import choose
from workers.bankfiles.incoming import IncomingLayout
from workers.bankfiles.model import ResultFile, ResultLine, ResultStatus
from workers.bankfiles.profiles import Profile
from workers.bankfiles.table import Row, Stated, needed, read
from workers.bankfiles.values import amount_fen, day

#: Words that have a day.
_FINAL = frozenset(
    {
        ResultStatus.SETTLED,
        ResultStatus.REJECTED,
        ResultStatus.RETURNED,
        ResultStatus.REVERSED,
    }
)
#: What tells which order a line is about; a column the profile calls required may not be empty.
_TOLD = ("reference", "account_no", "account_name", "bank_line_no", "debtor_account_no")
#: Digits of an account number that may be shown.
TAIL = 4


def read_results(profile: Profile, chunks: Iterable[bytes]) -> ResultFile:
    """Return the lines of a result file; a FileRefused names the row and the field.

    A word of the bank that the profile does not map has status None: a person decides.
    """
    if profile.results is None:
        raise FormatCannot(profile=profile.code, what="银行回盘", what_en="results")
    return choose((profile.results, *profile.more_results), chunks, _read)


def refuse_foreign(result: ResultFile, accounts: Collection[str]) -> None:
    """Refuse a result file whole when it speaks of a debtor account that is not one of these.

    Files that name no debtor account pass. Raises AccountForeign.
    """
    for line in result.lines:
        if line.debtor_account_no and line.debtor_account_no not in accounts:
            raise AccountForeign(row=line.row, account_tail=line.debtor_account_no[-TAIL:])


def _read(layout: IncomingLayout, chunks: Iterable[bytes]) -> ResultFile:
    if layout.format in pain002.NAMESPACES:
        found = pain002.read(layout, chunks)
    elif layout.format in camt054.NAMESPACES:
        found = camt054.read(layout, chunks)
    else:
        found = _of_table(layout, chunks)
    _refuse_repeated(found.lines)
    return found


def _of_table(layout: IncomingLayout, chunks: Iterable[bytes]) -> ResultFile:
    table = read(layout, chunks)
    lines = tuple(_line(layout, row, table.query_day) for row in table.rows)
    if table.stated:
        _compare(layout, table.stated, lines)
    return ResultFile(lines=lines)


def _compare(layout: IncomingLayout, stated: Stated, lines: tuple[ResultLine, ...]) -> None:
    """Refuse a file whose lines are not what its first line counted and added up."""
    if stated.count > len(lines):
        raise FileTruncated(
            reason=f"应有 {stated.count} 行，实有 {len(lines)} 行",
            reason_en=f"{stated.count} lines stated, {len(lines)} found",
        )
    total = sum(line.amount_fen or 0 for line in lines)
    said = total if stated.total is None else _fen(layout, stated.total, 1, "header")
    if (stated.count, said) != (len(lines), total):
        raise ControlTotalsDiffer(
            stated_count=stated.count,
            stated_yuan=yuan(said),
            count=len(lines),
            total_yuan=yuan(total),
        )


def _line(layout: IncomingLayout, row: Row, query_day: str | None) -> ResultLine:
    status_text = needed(row, layout, "status")
    status = layout.status_map.get(status_text)
    booked_on = _booked_on(layout, row, status, query_day)
    if booked_on is None and status is ResultStatus.SETTLED:
        # A settlement without a day cannot be booked: the statement's debit settles it.
        status = ResultStatus.PENDING
    amount = needed(row, layout, "amount")
    told = {name: needed(row, layout, name) or None for name in _TOLD if name in layout.by_field}
    return ResultLine(
        row=row.row,
        reference=told.get("reference"),
        status_text=status_text,
        status=status,
        amount_fen=_fen(layout, amount, row.row, layout.by_field["amount"].title)
        if amount
        else None,
        booked_on=booked_on,
        bank_reason=row.values.get("bank_reason") or None,
        account_no=told.get("account_no"),
        account_name=told.get("account_name"),
        bank_line_no=told.get("bank_line_no"),
        debtor_account_no=told.get("debtor_account_no"),
    )


def _fen(layout: IncomingLayout, text: str, row: int, field: str) -> int:
    return amount_fen(
        text,
        row=row,
        field=field,
        unit=layout.amount_unit,
        suffix=layout.amount_suffix,
        thousands=layout.amount_thousands,
    )


def _booked_on(
    layout: IncomingLayout, row: Row, status: ResultStatus | None, query_day: str | None
) -> date | None:
    """Return the booking day, which a final line must have where the file has the column."""
    final = status in _FINAL
    if query_day:
        return day(query_day, row=row.row, field=layout.query_time_prefix) if final else None
    column = layout.column("booked_on")
    text = row.values.get("booked_on", "")
    if text and column:
        return day(text, row=row.row, field=column.title)
    if column and not column.optional and final:
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
