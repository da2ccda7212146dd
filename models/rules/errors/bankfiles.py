"""Refusals about bank files: a wrong profile, an order not writable, a file not understood."""

from models.rules.errors import SettlementError


class ProfileInvalid(SettlementError):
    """A profile's data does not describe a file."""

    code = "bank_profile_invalid"
    zh = "银行文件模板“{profile}”的“{field}”不正确：{reason}。"
    en = "Bank profile {profile}: {field} is wrong: {reason_en}."


class FormatCannot(SettlementError):
    """The profile does not say how to read this kind of file."""

    code = "bank_profile_cannot"
    zh = "银行文件模板“{profile}”没有说明如何处理{what}，请在模板中补充或改用其他模板。"
    en = "Bank profile {profile} does not say how to handle {what_en}."


class OrderNotWritable(SettlementError):
    """A field of an order cannot stand in the bank's file as it is; nothing is cut or dropped."""

    code = "order_not_writable"
    zh = "第 {row} 笔（{reference}）的“{field}”不能写入银行文件：{reason}。"
    en = "Order {row} ({reference}): {field} cannot be written to the bank file: {reason_en}."


class BatchDoesNotAddUp(SettlementError):
    """Orders written and the totals of the batch differ."""

    code = "batch_does_not_add_up"
    zh = (
        "批次 {batch_no} 应有 {count} 笔、合计 {total_yuan} 元，"
        "实际写入 {written_count} 笔、{written_yuan} 元，文件作废。"
    )
    en = (
        "Batch {batch_no} should have {count} orders and {total_yuan} yuan; "
        "{written_count} and {written_yuan} were written."
    )


class BatchMixed(SettlementError):
    """In-bank and cross-bank orders in one file where the bank wants two files."""

    code = "batch_mixed"
    zh = "第 {row} 笔（{reference}）与本批其他付款的行内、跨行类别不同，该模板要求分开成文件。"
    en = "Order {row} ({reference}) mixes in-bank and cross-bank; the profile wants two files."


class BatchTooLarge(SettlementError):
    """The file would exceed what the bank takes; the batch must be split."""

    code = "batch_too_large"
    zh = "批次 {batch_no} 超过模板上限（{limit} {unit}），请分成多个批次。"
    en = "Batch {batch_no} exceeds the profile's limit of {limit} {unit_en}; split it."


class FileRefused(SettlementError):
    """A bank's file is not taken, whole."""

    code = "bank_file_refused"
    zh = "银行文件未接收。"
    en = "The bank file was refused."


class FileEmpty(FileRefused):
    """Nothing in it."""

    code = "bank_file_empty"
    zh = "文件为空，没有可读取的内容。"
    en = "The file is empty."


class FileTooLarge(FileRefused):
    """More bytes than a bank file may have."""

    code = "bank_file_too_large"
    zh = "文件超过 {limit} {unit}的上限，未接收。"
    en = "The file exceeds the limit of {limit} {unit_en}."


class EncodingWrong(FileRefused):
    """Bytes that are not text in the encoding of the profile."""

    code = "bank_file_encoding"
    zh = "文件不是 {encoding} 编码的文本（第 {offset} 字节处无法识别），请按原样重新下载银行文件。"
    en = "The file is not {encoding} text (byte {offset} cannot be read)."


class ControlCharacter(FileRefused):
    """A NUL or another invisible character in a cell."""

    code = "bank_file_control_character"
    zh = "第 {row} 行“{field}”含有不可见字符 {character}，文件未接收。"
    en = "Row {row}, {field}: invisible character {character}."


class CsvBroken(FileRefused):
    """Quotes do not close, or text stands after a closing quote."""

    code = "bank_file_csv_broken"
    zh = "第 {row} 行的引号不成对或格式错误，文件可能不完整。"
    en = "Row {row}: quotes are broken; the file may be incomplete."


class ColumnMissing(FileRefused):
    """A required column is not in the header."""

    code = "bank_file_column_missing"
    zh = "第 {row} 行标题缺少列：{columns}。请确认文件类型与模板一致。"
    en = "Header row {row} lacks the columns {columns}."


class ColumnUnknown(FileRefused):
    """A column that the profile does not know."""

    code = "bank_file_column_unknown"
    zh = "第 {row} 行标题有模板未定义的列：{columns}。请确认文件类型与模板一致。"
    en = "Header row {row} has the unknown columns {columns}."


class ColumnRepeated(FileRefused):
    """A column stands twice in the header."""

    code = "bank_file_column_repeated"
    zh = "第 {row} 行标题的列重复：{columns}。"
    en = "Header row {row} repeats the columns {columns}."


class RowShape(FileRefused):
    """A row with too many or too few fields."""

    code = "bank_file_row_shape"
    zh = "第 {row} 行有 {found} 个字段，应为 {expected} 个，文件未接收。"
    en = "Row {row} has {found} fields instead of {expected}."


class FieldMissing(FileRefused):
    """A required field is empty."""

    code = "bank_file_field_missing"
    zh = "第 {row} 行“{field}”为空。"
    en = "Row {row}: {field} is empty."


class BadAmount(FileRefused):
    """Not an exact amount."""

    code = "bank_file_bad_amount"
    zh = "第 {row} 行“{field}”不是准确的金额：“{value}”（最多两位小数，不得改写）。"
    en = "Row {row}: {field} is not an exact amount: {value}."


class BadDay(FileRefused):
    """Not a day of the calendar."""

    code = "bank_file_bad_day"
    zh = "第 {row} 行“{field}”不是日期：“{value}”。"
    en = "Row {row}: {field} is not a date: {value}."


class NotYuan(FileRefused):
    """Another currency than CNY."""

    code = "bank_file_currency"
    zh = "第 {row} 行“{field}”的币种是“{value}”，只接收人民币。"
    en = "Row {row}: {field} is in {value}; only CNY is taken."


class WordUnknown(FileRefused):
    """A word outside the few a column may hold."""

    code = "bank_file_word_unknown"
    zh = "第 {row} 行“{field}”的内容“{value}”没有对照，请在模板中补充后再导入。"
    en = "Row {row}, {field}: the word {value} is not mapped by the profile."


class LineRepeated(FileRefused):
    """The same line stands twice in a file."""

    code = "bank_file_line_repeated"
    zh = "第 {row} 行与第 {first_row} 行重复（{field}：{value}），文件未接收。"
    en = "Row {row} repeats row {first_row} ({field} {value})."


class FileTruncated(FileRefused):
    """The end is missing, or the declared count is not there."""

    code = "bank_file_truncated"
    zh = "文件不完整：{reason}。请重新下载后再导入。"
    en = "The file is incomplete: {reason_en}."


class FileForeign(FileRefused):
    """A file of another kind, bank or version than the profile's."""

    code = "bank_file_foreign"
    zh = "文件不是模板要求的类型：应为“{expected}”，实际为“{found}”。"
    en = "The file is not of the profile's kind: expected {expected}, found {found}."


class XmlBroken(FileRefused):
    """Not well-formed XML."""

    code = "bank_file_xml_broken"
    zh = "XML 不完整或格式错误（第 {row} 行）。"
    en = "The XML is broken or incomplete (line {row})."


class XmlHasDtd(FileRefused):
    """A document type declaration, which a bank file never has."""

    code = "bank_file_dtd"
    zh = "XML 带有文档类型声明（DTD），出于安全不予接收。"
    en = "The XML carries a document type declaration and is refused."


class DayContradicts(FileRefused):
    """Rows of one statement day name different balances."""

    code = "bank_file_day_contradicts"
    zh = "第 {row} 行：{day} 的“{field}”与同日前面的行不一致。"
    en = "Row {row}: {field} of {day} differs from the rows before."


class ControlTotalsDiffer(FileRefused):
    """The totals a file states are not those of its lines."""

    code = "bank_file_totals_differ"
    zh = (
        "文件声明 {stated_count} 笔、{stated_yuan} 元，"
        "逐笔合计为 {count} 笔、{total_yuan} 元，两者不符。"
    )
    en = (
        "The file states {stated_count} lines and {stated_yuan} yuan; "
        "its lines are {count} and {total_yuan}."
    )


class XmlNamespaceWrong(FileForeign):
    """XML of another message or version than the profile's."""

    code = "bank_file_namespace"
    zh = "XML 的命名空间是“{found}”，模板要求“{expected}”。请确认报文种类与版本。"
    en = "The XML namespace is {found}; the profile wants {expected}."


class FilePartial(FileRefused):
    """One page of several: the bank says itself that this is not all."""

    code = "bank_file_partial"
    zh = "文件只是“{what}”的第 {page} 页，不是全部内容。请下载完整文件后再导入。"
    en = "The file is page {page} of {what} and not the whole."


class CountsDiffer(FileRefused):
    """The file lists more lines than it says it has."""

    code = "bank_file_counts_differ"
    zh = "文件声明“{what}”{stated} 笔，实际列出 {found} 笔，两者不符。"
    en = "The file states {stated} lines of {what} and lists {found}."


class AccountForeign(FileRefused):
    """Lines about a debtor account that is not the one asked for."""

    code = "bank_file_account_foreign"
    zh = "第 {row} 行的付款账号（尾号 {account_tail}）不是本批付款账户，文件未接收。"
    en = "Row {row}: the debited account ending {account_tail} is not the paying account."


class NumericIdentifier(FileRefused):
    """An account or reference in a number cell, which may have lost digits."""

    code = "bank_file_numeric_identifier"
    zh = (
        "第 {row} 行“{field}”是数值单元格，位数可能已丢失，不得修补。"
        "请让开户行以文本格式导出后重新下载。"
    )
    en = "Row {row}: {field} is a number cell that may have lost digits; it must be text."


class WorkbookBroken(FileRefused):
    """A workbook that cannot be read within the limits."""

    code = "bank_file_workbook_broken"
    zh = "工作簿无法读取：{reason}。请重新下载银行文件。"
    en = "The workbook cannot be read: {reason_en}."


class SchemaInvalid(FileRefused):
    """XML that the official schema does not allow."""

    code = "bank_file_schema_invalid"
    zh = "XML 不符合官方 XSD：{reason}"
    en = "The XML is not valid by its schema: {reason}"


class SchemaMissing(SettlementError):
    """A folder of schemas is configured and lacks the one that is needed."""

    code = "bank_schema_missing"
    zh = "ISO20022_XSD_DIR 中没有可用的“{name}”，请补齐官方 XSD 或取消该设置。"
    en = "ISO20022_XSD_DIR has no usable {name}; add the schema or unset it."
