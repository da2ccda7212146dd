"""Refusals of a whole file, and the words for what is wrong in one row."""

from enum import StrEnum

from models.rules.errors import SettlementError


class RowCode(StrEnum):
    """What can be wrong in a row; the words stand in error files and answers."""

    MISSING_VALUE = "missing_value"
    BAD_CODE = "bad_code"
    BAD_CHECK_DIGIT = "bad_check_digit"
    BAD_CHOICE = "bad_choice"
    BAD_DATE = "bad_date"
    BAD_NUMBER = "bad_number"
    TOO_MANY_DECIMALS = "too_many_decimals"
    UNKNOWN_REFERENCE = "unknown_reference"
    BAD_SIGN = "bad_sign"
    AMOUNT_MISMATCH = "amount_mismatch"
    PARTY_MISMATCH = "party_mismatch"
    CONFLICT = "conflict"


#: What an error file says for a code; {label} is the column's Chinese label.
ROW_SENTENCES: dict[str, str] = {
    RowCode.MISSING_VALUE: "“{label}”为空或该行缺少单元格，请补全",
    RowCode.BAD_CODE: "“{label}”的写法不符合要求，请按格式说明更正",
    RowCode.BAD_CHECK_DIGIT: "“{label}”的校验位不对，请核对证照后更正",
    RowCode.BAD_CHOICE: "“{label}”不是允许的取值，请从格式说明所列取值中选择",
    RowCode.BAD_DATE: "“{label}”不是有效日期或先后顺序不对，请按“2026-03-01”的样式更正",
    RowCode.BAD_NUMBER: "“{label}”不是允许的数字或超出范围，请只用半角数字和一个小数点",
    RowCode.TOO_MANY_DECIMALS: "“{label}”的小数位过多，请按规定位数填写，系统不作四舍五入",
    RowCode.UNKNOWN_REFERENCE: "“{label}”所指的资料不存在或不在您的数据范围内，"
    "请先导入该资料或更正代码",
    RowCode.BAD_SIGN: "“{label}”的正负号不对，请按明细类型或业务类型更正",
    RowCode.AMOUNT_MISMATCH: "“{label}”不等于数量乘以单价（四舍五入到分），请核对",
    RowCode.PARTY_MISMATCH: "“{label}”与明细、发票或您所属单位不一致，请核对",
    RowCode.CONFLICT: "“{label}”与已接收的内容不同且不能改动；"
    "未上结算单的明细请作废后换新编号重报，其他情况请以退货或调价更正",
}


class FileRefused(SettlementError):
    """A file that cannot be taken in at all."""

    code = "file_refused"
    zh = "文件无法导入。"
    en = "The file cannot be imported."


class FileNotReadable(FileRefused):
    """The file is not on this host."""

    code = "file_not_readable"
    zh = "找不到文件 {file} 或没有读取权限。"
    en = "{file} is not a file that can be read."


class FolderNotWritable(FileRefused):
    """The folder for a result cannot be written."""

    code = "folder_not_writable"
    zh = "无法写入文件夹 {folder}，请检查路径和权限。"
    en = "The folder {folder} cannot be written."


class FileTooLarge(FileRefused):
    """The file is larger than the limit."""

    code = "file_too_large"
    zh = "文件有 {size} 字节，超过上限 {size_max} 字节，请拆分后分次导入。"
    en = "The file has {size} bytes, more than {size_max}; split it."


class EmptyFile(FileRefused):
    """There is not even a header row."""

    code = "empty_file"
    zh = "文件是空的，没有表头。请下载模板后填写。"
    en = "The file is empty: there is no header row."


class BinaryFile(FileRefused):
    """The bytes are no text and no XLSX."""

    code = "binary_file"
    zh = "这不是CSV或XLSX文件（看起来是{looks_like}）。请另存为CSV（UTF-8）或XLSX后再导入。"
    en = "This is neither CSV nor XLSX (it looks like {looks_like})."


class UnknownEncoding(FileRefused):
    """The bytes are neither UTF-8 nor GB18030."""

    code = "unknown_encoding"
    zh = (
        "文件既不是UTF-8也不是GB18030编码（第 {byte} 字节附近），可能在传输中损坏。"
        "请另存为UTF-8后再导入。"
    )
    en = "The file is neither UTF-8 nor GB18030 (near byte {byte})."


class BrokenCsv(FileRefused):
    """Quotes do not pair up, so rows cannot be told apart."""

    code = "broken_csv"
    zh = (
        "第 {row} 行附近的引号不成对或单元格过长（超过 {chars_max} 个字符），无法分清各行。"
        "请检查该行的双引号。"
    )
    en = "Near row {row} quotes do not pair up or a cell has more than {chars_max} characters."


class MissingColumn(FileRefused):
    """A required column is not in the header."""

    code = "missing_column"
    zh = "缺少必需的列：{columns}。请按模板补上后再导入。"
    en = "Required columns are missing: {columns}."


class UnknownColumn(FileRefused):
    """A column is not of this table."""

    code = "unknown_column"
    zh = "表“{table}”没有这样的列：{columns}。请对照模板检查表头和分隔符（应为逗号）。"
    en = "The table {table} has no such columns: {columns}."


class DuplicateColumn(FileRefused):
    """A column stands twice in the header."""

    code = "duplicate_column"
    zh = "列重复：{columns}。请只保留一列。"
    en = "Columns stand twice: {columns}."


class MixedHeader(FileRefused):
    """English names and Chinese labels in one header."""

    code = "mixed_header"
    zh = "表头混用了英文列名（{english}）和中文列名（{chinese}），请统一为一种。"
    en = "The header mixes English names ({english}) and Chinese labels ({chinese})."


class SheetNotReadable(FileRefused):
    """The XLSX cannot be parsed within its limits."""

    code = "sheet_not_readable"
    zh = "XLSX文件无法解析：{reason}。请用电子表格软件重新另存，或改用CSV。"
    en = "The XLSX cannot be parsed: {reason}."


class UnknownTable(FileRefused):
    """There is no such table to import."""

    code = "unknown_table"
    zh = "没有名为 {kind} 的导入表。"
    en = "There is no table {kind} to import."


class TooManyRows(FileRefused):
    """More rows in one request than are taken at once."""

    code = "too_many_rows"
    zh = "一次提交了 {rows} 行，上限 {rows_max} 行，请改用文件导入。"
    en = "{rows} rows in one request; at most {rows_max} are taken."


class KeyReused(FileRefused):
    """An idempotency key came again with another content."""

    code = "idempotency_key_reused"
    zh = "幂等键 {key} 已用于另一份内容，请为新的内容换一个键。"
    en = "The idempotency key {key} was used for another content."
