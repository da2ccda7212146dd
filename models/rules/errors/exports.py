"""Refusals of exports."""

from models.rules.errors import SettlementError


class TooManyRows(SettlementError):
    """An XLSX sheet cannot hold so many rows."""

    code = "too_many_rows_for_xlsx"
    zh = "共 {rows} 行，超过 XLSX 的上限 {rows_max} 行，请改为导出 CSV（文件名以 .csv 结尾）。"
    en = "{rows} rows are more than the {rows_max} of an XLSX file; export to CSV instead."


class PeriodNeeded(SettlementError):
    """The export is of one month."""

    code = "period_needed"
    zh = "导出“{what}”须选定一个月份。"
    en = "The export {what} is of one month; name it."
