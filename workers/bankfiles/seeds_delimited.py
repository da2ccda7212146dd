"""Example profiles of domestic batch files in GBK text, after layouts seen in use."""

from collections.abc import Mapping
from typing import Any

from workers.bankfiles.seeds_note import EXAMPLE

#: Characters GBK lacks and the nearest it has; the preview shows each change before approval.
_GBK_MAP = {"・": "·", "‧": "·", "¥": "￥", "\u00a0": " "}
_ACCOUNT = {"max": 34, "charset": "alnum"}
_NAME = {"max": 120, "max_unit": "bytes"}

#: 批量支付 .bpt: every record ends with a separator, comments with #, the last line is *, fen.
ICBC: Mapping[str, Any] = {
    "code": "icbc_bpt_like",
    "name": "工行类批量支付 .bpt（示例，请与开户行核对）",
    "note": EXAMPLE,
    "format": "delimited",
    "encoding": "gbk",
    "newline": "crlf",
    "separator": "|",
    "trailing_separator": True,
    "comment_prefix": "#",
    "comments": ["批次 {batch_no}", "总计信息"],
    "end_line": "*",
    "char_map": _GBK_MAP,
    "max_rows": 5_000,
    "file_name_pattern": "{batch_no}.bpt",
    "header_columns": [
        {"title": "币种", "constant": "RMB"},
        {"title": "日期", "source": "execution_on"},
        {"title": "总计标志", "constant": "1"},
        {"title": "总金额", "source": "total", "unit": "fen"},
        {"title": "总笔数", "source": "count"},
    ],
    "detail_columns": [
        {"title": "币种", "constant": "RMB"},
        {"title": "日期", "source": "execution_on"},
        {"title": "明细标志", "constant": "2"},
        {"title": "顺序号", "source": "row"},
        {"title": "付款账号开户行", "source": "debtor_bank_name", **_NAME},
        {"title": "付款账号", "source": "debtor_account_no", **_ACCOUNT},
        {"title": "付款账号名称", "source": "debtor_account_name", **_NAME},
        {"title": "收款账号开户行", "source": "payee_bank_name", **_NAME},
        {"title": "收款账号省份"},
        {"title": "收款账号地市"},
        {
            "title": "收款账号地区码",
            "source": "in_bank",
            "map": {"yes": "", "no": "0000"},
            "empty_as": "",
        },
        {"title": "收款账号", "source": "payee_account_no", **_ACCOUNT},
        {"title": "收款账号名称", "source": "payee_account_name", **_NAME},
        {"title": "金额", "source": "amount", "unit": "fen"},
        {
            "title": "汇款用途",
            "source": "purpose",
            "max": 100,
            "max_unit": "bytes",
            "empty_as": "",
        },
        {"title": "备注信息", "source": "reference"},
        {"title": "汇款方式", "constant": "1"},
        {"title": "短信手机号"},
        {"title": "自定义序号", "source": "reference"},
    ],
    "results": {
        "format": "delimited",
        "encoding": "gb18030",
        "separator": "|",
        "first_line": "[BatchPayDetail]",
        "skip_prefixes": ["查询时间", "批次号", "#"],
        "titles": True,
        "ignored_titles": ["币种", "付款账号", "付款名称", "用途", "汇款方式", "短信"],
        "columns": [
            {"field": "bank_line_no", "title": "序号"},
            {"field": "account_no", "title": "收款账号"},
            {"field": "account_name", "title": "收款名称"},
            {"field": "amount", "title": "金额"},
            {"field": "status", "title": "网上银行状态"},
            {"field": "reference", "title": "用户备注", "optional": True},
            {"field": "bank_reason", "title": "银行反馈信息", "optional": True},
        ],
        "status_map": {
            "处理成功": "settled",
            "指令被拒绝授权": "rejected",
            "等待授权": "pending",
        },
        "amount_format": {"suffix": "元", "thousands": True},
        "completeness": {"kind": "final_newline"},
    },
}

#: 批量转账: yuan, in-bank and cross-bank in separate files, 800 rows; the result names no key.
CCB: Mapping[str, Any] = {
    "code": "ccb_batch_like",
    "name": "建行类批量转账（示例，请与开户行核对）",
    "note": EXAMPLE,
    "format": "delimited",
    "encoding": "gbk",
    "newline": "crlf",
    "separator": "|",
    "char_map": _GBK_MAP,
    "max_rows": 800,
    "split_by": ["in_bank"],
    "file_name_pattern": "{batch_no}.txt",
    "detail_columns": [
        {"title": "序号", "source": "row"},
        {"title": "付款账户名称", "source": "debtor_account_name", **_NAME},
        {"title": "付款账号", "source": "debtor_account_no", **_ACCOUNT},
        {"title": "付款一级分行号"},
        {"title": "收款账号", "source": "payee_account_no", **_ACCOUNT},
        {"title": "收款名称", "source": "payee_account_name", **_NAME},
        {"title": "收款一级分行号"},
        {"title": "收款开户行名称", "source": "payee_bank_name", **_NAME},
        {"title": "收款联行号", "source": "payee_cnaps_code", "length": 12, "charset": "digits"},
        {"title": "柜台号"},
        {"title": "行内标志", "source": "in_bank", "map": {"yes": "1", "no": "0"}},
        {"title": "金额", "source": "amount", "unit": "yuan"},
        {"title": "币种", "constant": "01"},
        {
            "title": "用途",
            "sources": ["reference", "purpose"],
            "join": " ",
            "max": 120,
            "max_unit": "bytes",
        },
        {"title": "行别"},
        {"title": "开户行机构号"},
    ],
    "results": {
        "format": "delimited",
        "encoding": "gb18030",
        "separator": "|",
        "titles": False,
        "fields_min": 17,
        "columns": [
            {"field": "amount", "title": "金额", "position": 5},
            {"field": "account_name", "title": "户名", "position": 13},
            {"field": "account_no", "title": "账号", "position": 14},
            {"field": "status", "title": "状态", "position": 17},
        ],
        "status_map": {"成功": "settled"},
        "amount_format": {"thousands": True},
        "completeness": {"kind": "final_newline"},
    },
}

#: 批量付款: header P (in-bank) or PO (cross-bank) with count and sum in fen, last line ########.
CMBC: Mapping[str, Any] = {
    "code": "cmbc_like",
    "name": "民生类批量付款（示例，请与开户行核对）",
    "note": EXAMPLE,
    "format": "delimited",
    "encoding": "gbk",
    "newline": "crlf",
    "separator": "|",
    "end_line": "########",
    "char_map": _GBK_MAP,
    "split_by": ["in_bank"],
    "file_name_pattern": "req_{yyyymmdd}_{batch_no}.txt",
    "header_columns": [
        {"title": "类别", "source": "in_bank", "map": {"yes": "P", "no": "PO"}},
        {"title": "笔数", "source": "count"},
        {"title": "总金额", "source": "total", "unit": "fen"},
    ],
    "detail_columns": [
        {"title": "流水号", "source": "reference"},
        {"title": "账号", "source": "payee_account_no", **_ACCOUNT},
        {"title": "户名", "source": "payee_account_name", **_NAME},
        {
            "title": "支付行号",
            "source": "payee_cnaps_code",
            "length": 12,
            "charset": "digits",
            "when": "cross_bank",
        },
        {"title": "开户行名", "source": "payee_bank_name", "when": "cross_bank", **_NAME},
        {"title": "金额", "source": "amount", "unit": "fen"},
        {"title": "摘要", "source": "purpose", "max": 100, "max_unit": "bytes", "empty_as": ""},
        {"title": "备注", "source": "reference"},
    ],
}
