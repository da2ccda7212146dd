"""What the codes of refused rows mean to whoever reads a page."""

from typing import Any

from flask_babel import lazy_gettext

from models.rules.errors.imports import RowCode

#: What a code means on its own, without the column it stands for in a single row.
ROW_CODES: dict[str, Any] = {
    RowCode.MISSING_VALUE: lazy_gettext("必填的单元格为空"),
    RowCode.BAD_CODE: lazy_gettext("代码或文本的写法不符合要求"),
    RowCode.BAD_CHECK_DIGIT: lazy_gettext("校验位不对"),
    RowCode.BAD_CHOICE: lazy_gettext("不是允许的取值"),
    RowCode.BAD_DATE: lazy_gettext("日期无效或先后顺序不对"),
    RowCode.BAD_NUMBER: lazy_gettext("数字写法不对或超出范围"),
    RowCode.TOO_MANY_DECIMALS: lazy_gettext("小数位过多（不作四舍五入）"),
    RowCode.UNKNOWN_REFERENCE: lazy_gettext("所指的资料不存在或不在数据范围内"),
    RowCode.BAD_SIGN: lazy_gettext("正负号不对"),
    RowCode.AMOUNT_MISMATCH: lazy_gettext("金额不等于数量乘单价"),
    RowCode.PARTY_MISMATCH: lazy_gettext("医院或企业与明细、发票不一致"),
    RowCode.CONFLICT: lazy_gettext("与已接收的内容不同，且不能改动"),
}


def word(code: str) -> str:
    """Return what a row code means."""
    return str(ROW_CODES.get(code, code))
