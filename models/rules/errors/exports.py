"""Refusals of exports."""

from models.rules.errors import SettlementError


class TooManyRows(SettlementError):
    """An XLSX sheet cannot hold so many rows."""

    code = "too_many_rows_for_xlsx"
    zh = "共 {rows} 行，超过 XLSX 的上限 {rows_max} 行，请改为导出 CSV（文件名以 .csv 结尾）。"
    en = "{rows} rows are more than the {rows_max} of an XLSX file; export to CSV instead."


class ListTooLong(SettlementError):
    """A list is written while the reader waits, up to so many rows."""

    code = "list_too_long"
    zh = "符合条件的超过 {rows_max} 行，没有导出。请先加条件缩小范围再导出。"
    en = "More than {rows_max} rows match; nothing was exported. Narrow the conditions first."


class PeriodNeeded(SettlementError):
    """The export is of one month."""

    code = "period_needed"
    zh = "导出“{what}”须选定一个月份。"
    en = "The export {what} is of one month; name it."
