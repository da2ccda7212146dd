"""The profiles a new system starts with: generic_csv to rely on, the others as examples."""

from collections.abc import Mapping
from typing import Any

from workers.bankfiles.seeds_delimited import CCB, CMBC, ICBC
from workers.bankfiles.seeds_more import ABC, BOC, GDB
from workers.bankfiles.seeds_note import EXAMPLE

#: The contract with every bank or program that has no format of its own; labels are its columns.
GENERIC_CSV: Mapping[str, Any] = {
    "code": "generic_csv",
    "name": "通用 CSV",
    "format": "csv",
    "encoding": "utf-8",
    "newline": "crlf",
    "titles": True,
    "keep_edges": True,
    "file_name_pattern": "{batch_no}.csv",
    "detail_columns": [
        {"title": "reference", "source": "reference"},
        {"title": "account_no", "source": "payee_account_no", "empty_as": ""},
        {"title": "account_name", "source": "payee_account_name", "empty_as": ""},
        {"title": "bank_name", "source": "payee_bank_name", "empty_as": ""},
        {"title": "cnaps_code", "source": "payee_cnaps_code", "empty_as": ""},
        {"title": "amount_yuan", "source": "amount", "unit": "yuan"},
        {"title": "purpose", "source": "purpose", "empty_as": ""},
    ],
    "results": {
        "format": "csv",
        "columns": [
            {"field": "reference", "title": "reference"},
            {"field": "status", "title": "status"},
            {"field": "amount", "title": "amount_yuan"},
            {"field": "booked_on", "title": "booked_on"},
            {"field": "bank_reason", "title": "bank_reason", "optional": True},
        ],
        "status_map": {
            "settled": "settled",
            "rejected": "rejected",
            "returned": "returned",
            "pending": "pending",
        },
    },
    "statement": {
        "format": "csv",
        "columns": [
            {"field": "account_no", "title": "account_no"},
            {"field": "day", "title": "day"},
            {"field": "opening", "title": "opening_yuan"},
            {"field": "closing", "title": "closing_yuan"},
            {"field": "entry_no", "title": "entry_no"},
            {"field": "booked_on", "title": "booked_on"},
            {"field": "amount", "title": "amount_yuan"},
            {"field": "counter_account", "title": "counter_account", "optional": True},
            {"field": "counter_name", "title": "counter_name", "optional": True},
            {"field": "reference", "title": "reference", "optional": True},
            {"field": "purpose", "title": "purpose", "optional": True},
        ],
    },
}

#: Words of the ISO external code sets for payment status. Only ACSC and ACCC are settled; a word
#: not listed (PART, for one) says nothing about a single order and goes to a person.
_ISO_STATUS = {
    "ACSC": "settled",
    "ACCC": "settled",
    "RJCT": "rejected",
    "CANC": "cancelled",
    "RCVD": "pending",
    "PDNG": "pending",
    "PATC": "pending",
    "ACTC": "pending",
    "ACCP": "pending",
    "ACSP": "pending",
    "ACWC": "pending",
    "ACWP": "pending",
}

ISO_V09: Mapping[str, Any] = {
    "code": "iso_pain001_v09_cn",
    "name": "ISO 20022 pain.001.001.09 境内人民币（示例，请与开户行核对）",
    "note": EXAMPLE,
    "format": "pain001_v09",
    "max_rows": 10_000,
    "max_bytes": 22_000_000,
    "file_name_pattern": "{batch_no}.xml",
    "xml": {"clearing_system": "CNAPS", "currency": "CNY", "batch_booking": False},
    "results": {"format": "pain002_v10", "status_map": _ISO_STATUS, "report_scope": "all"},
    "more_results": [{"format": "camt054_v08"}],
    "statement": {"format": "camt053_v08"},
}

ISO_V03: Mapping[str, Any] = {
    **ISO_V09,
    "code": "iso_pain001_v03_cn",
    "name": "ISO 20022 pain.001.001.03 境内人民币（示例，请与开户行核对）",
    "format": "pain001_v03",
    "results": {"format": "pain002_v03", "status_map": _ISO_STATUS, "report_scope": "all"},
    "more_results": [{"format": "camt054_v02"}],
    "statement": {"format": "camt053_v02"},
}

#: After the batch templates of corporate internet banking that ask for a workbook.
XLSX_GENERIC: Mapping[str, Any] = {
    "code": "xlsx_generic",
    "name": "通用 XLSX 批量付款（示例，请与开户行核对）",
    "note": EXAMPLE,
    "format": "xlsx",
    "titles": True,
    "max_rows": 10_000,
    "file_name_pattern": "{batch_no}.xlsx",
    "detail_columns": [
        {"title": "序号", "source": "row"},
        {"title": "付款方客户账号", "source": "debtor_account_no", "charset": "alnum"},
        {"title": "付款方账户名称", "source": "debtor_account_name"},
        {"title": "收款方行别代码", "source": "in_bank", "map": {"yes": "01", "no": "02"}},
        {"title": "收款方客户账号", "source": "payee_account_no", "max": 34, "charset": "alnum"},
        {"title": "收款方账户名称", "source": "payee_account_name", "max": 70},
        {"title": "开户行名称", "source": "payee_bank_name", "max": 70},
        {
            "title": "联行号",
            "source": "payee_cnaps_code",
            "length": 12,
            "charset": "digits",
        },
        {"title": "客户方流水号", "source": "reference", "max": 30},
        {"title": "金额", "source": "amount", "unit": "yuan", "cell": "number"},
        {"title": "用途", "source": "purpose", "max": 60, "empty_as": ""},
        {"title": "备注", "source": "reference", "max": 30},
    ],
    "results": {
        "format": "xlsx",
        "ignored_titles": [
            "序号",
            "支付方式",
            "付款方账户名称",
            "收款方行别代码",
            "开户行名称",
            "联行号",
            "用途",
        ],
        "columns": [
            {"field": "reference", "title": "客户方流水号"},
            {"field": "debtor_account_no", "title": "付款方客户账号", "optional": True},
            {"field": "account_no", "title": "收款方客户账号"},
            {"field": "account_name", "title": "收款方账户名称"},
            {"field": "amount", "title": "金额"},
            {"field": "status", "title": "交易状态"},
            {"field": "booked_on", "title": "交易日期", "optional": True},
            {"field": "bank_reason", "title": "备注", "optional": True},
        ],
        "status_map": {
            "交易成功": "settled",
            "交易失败": "rejected",
            "已退票": "returned",
            "待审核": "pending",
            "处理中": "pending",
        },
        "amount_format": {"thousands": True},
    },
}

#: In the order the pages offer them.
SEEDS: tuple[Mapping[str, Any], ...] = (
    GENERIC_CSV,
    ISO_V09,
    ISO_V03,
    ICBC,
    CCB,
    BOC,
    CMBC,
    GDB,
    ABC,
    XLSX_GENERIC,
)
