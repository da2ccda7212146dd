"""What a kind of case means, what may be done about it, and how its three sides compare."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models.rules.words import ExceptionKind
from web import formats

#: kind → what it means and what a person does about it.
ADVICE = {
    ExceptionKind.UNMATCHED: lazy_gettext(
        "银行这一行没有我方参考号，或参考号不属于任何付款。"
        "下方候选只是线索：核对凭证后提出认定，由第二人同意才入账。"
    ),
    ExceptionKind.AMOUNT_DIFFERS: lazy_gettext(
        "银行说的金额与付款指令不同，没有记账，也不能认定。请向银行索取凭证，等更正的回盘。"
    ),
    ExceptionKind.NAME_DIFFERS: lazy_gettext(
        "户名与付款指令不同，没有记账。核对企业登记的户名与银行凭证，确为同一户可提出认定。"
    ),
    ExceptionKind.ACCOUNT_DIFFERS: lazy_gettext(
        "账号与付款指令不同，没有记账，也不能认定。请立即向银行核实款项去向。"
    ),
    ExceptionKind.STATUS_UNKNOWN: lazy_gettext(
        "银行的状态文字没有对应的含义，或缺少入账日。"
        "常见的文字请教给银行格式后重新导入；个别的凭银行答复提出认定。"
    ),
    ExceptionKind.CONTRADICTION: lazy_gettext(
        "银行前后说法矛盾，没有改动已记的账。凭银行书面答复提出认定，第二人同意后按迟到证据入账。"
    ),
    ExceptionKind.RETURNED: lazy_gettext("款项已退回。核对收款账户，两份证据齐全后关联重付。"),
    ExceptionKind.DUPLICATE: lazy_gettext(
        "同一笔在银行文件中出现多次，只认第一次。若银行确实付了两次，请立即追回。"
    ),
    ExceptionKind.FOREIGN: lazy_gettext(
        "这笔付款不属于该银行格式的批次、该账户，或尚未发送。请核对是否选错了格式或文件，"
        "用正确的格式重新导入即可。"
    ),
    ExceptionKind.LATE_EVIDENCE: lazy_gettext(
        "结算单送审之后收到的新证据。请核对后决定是否退回结算单。"
    ),
    ExceptionKind.OUTSIDE_BOUNDS: lazy_gettext(
        "对账单这一笔与付款指令相符，但超出上传时设定的自动认定范围。核对凭证后提出认定。"
    ),
}

STATUSES = {
    "settled": lazy_gettext("已到账"),
    "rejected": lazy_gettext("银行拒绝"),
    "returned": lazy_gettext("退票"),
    "reversed": lazy_gettext("冲账"),
    "pending": lazy_gettext("银行处理中"),
    "cancelled": lazy_gettext("银行确认撤销"),
}
LEVELS = {
    "only": (lazy_gettext("唯一候选"), "good"),
    "counted": (lazy_gettext("按出现次序"), "wait"),
    "several": (lazy_gettext("多个候选"), "unsure"),
}
#: Full-width and half-width brackets and blanks make no other name.
_SAME = str.maketrans("（）", "()", "\u3000 ")

#: A cell of the comparison: what is shown, and whether it differs from our order.
Cell = tuple[str, bool]


def compared(
    case: Any, evidence: dict[str, Any], candidate: Any = None
) -> list[tuple[str, list[Cell]]]:
    """Return the rows of the three-way comparison: our order, the result line, the statement.

    A case without an order is compared with the likeliest suggestion.
    """
    answer, entry, facts = evidence.get("answer"), evidence.get("entry"), case.facts or {}
    order = case if case.reference else candidate
    of = _getter(order, answer, entry)
    money = lambda fen: formats.money(abs(fen))  # noqa: E731 - one word for three sides
    named = lambda text: str(text).translate(_SAME)  # noqa: E731
    rows = [
        _row(_("户名"), of("payee_account_name", "account_name", "counter_name"), same=named),
        _row(
            _("账号"),
            of("payee_account_no", "account_no", "counter_account"),
            show=formats.masked,
        ),
        _row(_("金额（元）"), of("order_fen", "amount_fen", "amount_fen"), show=money, same=abs),
        _row(_("参考号"), of("reference", "reference", "reference")),
        _row(
            _("付款账户"),
            (order and order.debtor_account_no, None, entry and entry.account_no),
            show=formats.masked,
        ),
        _row(
            _("发出 / 入账日"), of("sent_on", "booked_on", "booked_on"), show=formats.day, same=None
        ),
        _row(
            _("银行说明"),
            (
                order and order.bank_reason,
                answer and f"{answer.status_text} {answer.bank_reason or ''}".strip(),
                (entry and entry.purpose) or facts.get("purpose"),
            ),
            same=None,
        ),
        _row(
            _("文件与行"),
            (
                order
                and order.batch_no
                and _("%(b)s 第 %(n)s 笔", b=order.batch_no, n=order.line_in_batch),
                answer and _("%(f)s 第 %(n)s 行", f=answer.file_name, n=answer.row),
                entry and _("%(f)s 第 %(n)s 行", f=entry.file_name or "", n=entry.row or "—"),
            ),
            same=None,
        ),
    ]
    return rows  # noqa: RET504 - named for the reader


def _getter(order: Any, answer: Any, entry: Any) -> Any:
    def of(ours: str, result: str, statement: str) -> tuple[Any, Any, Any]:
        return (
            getattr(order, ours, None) if order else None,
            getattr(answer, result, None) if answer else None,
            getattr(entry, statement, None) if entry else None,
        )

    return of


def _row(label: str, values: Any, show: Any = str, same: Any = str) -> tuple[str, list[Cell]]:
    """Return a row; `same` makes two values comparable, None: they are never the same thing."""
    first = values[0]
    cells = []
    for place, value in enumerate(values):
        told = value not in (None, "")
        differs = bool(
            same and place and told and first not in (None, "") and same(value) != same(first)
        )
        cells.append((str(show(value)) if told else "—", differs))
    return label, cells
