"""What each key of a bank profile means, beside the editor; docs/bank-formats.md says the same."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _


@dataclass(frozen=True, slots=True)
class Key:
    """One key: its name, what it decides, what may stand there."""

    name: str
    meaning: Any
    values: Any = ""


GROUPS: tuple[tuple[Any, tuple[Key, ...]], ...] = (
    (
        _("名称与格式"),
        (
            Key(
                "code", _("银行格式的代码，启用后不再改变"), _("小写字母、数字、下划线，以字母开头")
            ),
            Key("name", _("人们看到的名称")),
            Key("note", _("备注：依据开户行的哪份文件、何时核对")),
            Key(
                "format",
                _("付款文件的格式"),
                "pain001_v09 · pain001_v03 · delimited · csv · xlsx",
            ),
            Key("encoding", _("字符编码，逐字严格转换"), "utf-8 · gbk · gb18030"),
            Key("bom", _("UTF-8 文件开头是否带 BOM"), "true · false"),
            Key("newline", _("换行"), "crlf · lf"),
            Key("file_name_pattern", _("文件名，须含批次号"), "{batch_no} {yyyymmdd}"),
        ),
    ),
    (
        _("分隔与行"),
        (
            Key("separator", _("分隔符，一个字符；内容中出现即退回该笔")),
            Key("trailing_separator", _("每行末尾是否也有分隔符（delimited）"), "true · false"),
            Key("comment_prefix", _("注释行的开头（delimited）"), "#"),
            Key("comments", _("写在最前的注释行"), _("文本列表，{batch_no} 为批次号")),
            Key("start_line", _("固定首行")),
            Key("end_line", _("固定末行"), "* · ########"),
            Key("titles", _("列标题是否单独成行"), "true · false"),
            Key("header_columns", _("汇总行的各列，依次排列")),
            Key("detail_columns", _("每笔付款的各列，依次排列；须有流水号和金额")),
            Key("trailer_columns", _("结尾行的各列")),
        ),
    ),
    (
        _("每一列"),
        (
            Key("title", _("列标题")),
            Key(
                "source",
                _("内容来源"),
                "reference · amount · payee_account_no · payee_account_name · payee_bank_name ·"
                " payee_cnaps_code · purpose · uetr · row · debtor_account_no ·"
                " debtor_account_name · debtor_bank_name · debtor_cnaps_code · batch_no ·"
                " created_at · execution_on · count · total · in_bank · rail",
            ),
            Key("sources", _("几个来源合成一列，与 join 合用；流水号须在最前")),
            Key("join", _("合成时的连接文字"), _("默认一个空格")),
            Key("constant", _("固定值；与来源只能有一个")),
            Key("unit", _("金额单位，可逐列不同"), "yuan · fen"),
            Key("date_format", _("日期写法"), "yyyyMMdd · yyyy-MM-dd"),
            Key("pad", _("左侧补位"), '{"width": 8, "with": "0"}'),
            Key("max", _("长度上限，超过即退回该笔，从不截断")),
            Key("max_unit", _("上限按字数还是字节数"), "chars · bytes"),
            Key("length", _("固定位数")),
            Key("charset", _("只许的字符"), "any · ascii · alnum · digits"),
            Key("empty_as", _("内容为空时写什么；不写此键则空内容退回")),
            Key("map", _("值到文字的对照；流水号和账号不得改写"), '{"yes": "1", "no": "0"}'),
            Key("when", _("只在行内或跨行文件中有此列"), "in_bank · cross_bank"),
            Key("cell", _("XLSX 单元格，只有金额和笔数可为数值"), "text · number"),
        ),
    ),
    (
        _("文字"),
        (
            Key(
                "char_map",
                _("字符对照：户名、开户行、用途中的字符写成什么；审批前逐笔显示，并记在付款上"),
                '{"・": "·"}',
            ),
            Key("forbidden", _("另外禁用的字符，出现即退回该笔")),
            Key("keep_edges", _("是否允许首尾空格"), "true · false"),
            Key("limits", _("只检查、不写出的列，例如银行对户名的字节上限")),
        ),
    ),
    (
        _("拆分、上限与通道"),
        (
            Key("max_rows", _("一个文件最多多少笔，超过自动分批")),
            Key("max_bytes", _("一个文件最多多少字节，超过自动分批")),
            Key("amount_max_fen", _("单笔上限（分），超过退回")),
            Key("split_by", _("行内跨行、支付通道分开成文件"), '["in_bank", "rail"]'),
            Key(
                "cut_off",
                _("过了通道的当日截止时间：不管、提示，或把付款日改为下一工作日"),
                "ignore · warn · next_day",
            ),
            Key(
                "repeat_days",
                _("账户、金额、用途与多少天内的付款相同时须写明说明；不填为 30，0 为不查"),
            ),
            Key(
                "xml",
                _("pain.001 的银行差异"),
                "clearing_system · currency · batch_booking · instruction_priority"
                " (HIGH NORM by_rail none) · local_instrument · charge_bearer",
            ),
        ),
    ),
    (
        _("回盘与对账单"),
        (
            Key("results", _("回盘文件的格式；没有则不接收回盘")),
            Key("more_results", _("同一银行的其他回盘（退汇、到账通知），按内容自动分辨")),
            Key("statement", _("对账单的格式；没有则不接收对账单")),
            Key(
                "columns",
                _("文件的各列：field 是含义，title 或 position（从 1 起）是位置"),
                "reference · status · amount · booked_on · bank_reason · account_no ·"
                " account_name · bank_line_no · debtor_account_no",
            ),
            Key(
                "status_map",
                _("银行的文字是什么意思；没列出的文字交人判断，从不当作失败"),
                "settled · rejected · returned · reversed · pending · cancelled",
            ),
            Key("amount_format", _("金额写法"), '{"unit": "yuan", "suffix": "元"}'),
            Key("first_line", _("固定首行，不符即为别的文件")),
            Key("skip_prefixes", _("跳过以这些文字开头的行")),
            Key("ignored_titles", _("认识但不用的列；其他不认识的列使文件退回")),
            Key("fields_min", _("一行至少多少个字段")),
            Key(
                "completeness",
                _("怎样看出文件完整"),
                "none · final_newline · end_line · count_line · single_field",
            ),
            Key(
                "report_scope",
                _("银行报告全部，还是只报告拒绝或受理的"),
                "all · rejects_only · accepts_only",
            ),
            Key("header", _("首行写明的笔数和金额在第几个字段"), '{"count": 1, "total": 2}'),
            Key("fields", _("一行恰好多少个字段")),
            Key("skip_rows", _("最前面跳过多少行")),
            Key("aliases", _("同一列的其他标题")),
            Key("no_status", _("文件没有状态列：每一行都交人判断"), "true · false"),
            Key(
                "booked_on_from",
                _("记账日期来自列、查询时间，还是等对账单"),
                "column · query_time · statement",
            ),
            Key("query_time_prefix", _("查询时间一行的开头"), _("默认“查询时间”")),
            Key("reversal_words", _("对账单中表示冲账的文字"), "yes · 是 · 冲账 · 冲正"),
            Key("names_truncated", _("银行回传的户名可能被截短"), "true · false"),
        ),
    ),
)

#: A short profile to begin with: every new bank starts from something that works.
BLANK = {
    "code": "my_bank",
    "name": "示例银行批量付款",
    "note": "依据：开户行《……》，核对人与日期",
    "format": "delimited",
    "encoding": "gbk",
    "newline": "crlf",
    "separator": "|",
    "file_name_pattern": "{batch_no}.txt",
    "max_rows": 1000,
    "char_map": {"・": "·", "‧": "·"},
    "detail_columns": [
        {"title": "流水号", "source": "reference", "max": 30},
        {"title": "收款账号", "source": "payee_account_no", "max": 34, "charset": "alnum"},
        {"title": "收款户名", "source": "payee_account_name", "max": 60, "max_unit": "bytes"},
        {"title": "开户行", "source": "payee_bank_name", "max": 60, "max_unit": "bytes"},
        {"title": "联行号", "source": "payee_cnaps_code", "length": 12, "charset": "digits"},
        {"title": "金额", "source": "amount", "unit": "yuan"},
        {"title": "用途", "source": "purpose", "max": 40, "max_unit": "bytes", "empty_as": ""},
    ],
}
