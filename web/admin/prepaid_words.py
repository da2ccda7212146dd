"""What movements of a sub-ledger and steps of a close-out are called, and the rows of its files."""

from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models.rules.money import yuan
from models.services.exports.listed import Cell
from models.services.prepaid.closing_steps import StepName

#: A movement's name and tone.
MOVES = {
    "prepayment": (lazy_gettext("收到预付"), "good"),
    "round_prepayment": (lazy_gettext("收到集采预付"), "good"),
    "top_up": (lazy_gettext("医院补足"), "good"),
    "interest": (lazy_gettext("利息入账"), "good"),
    "refund": (lazy_gettext("退还医院"), "rest"),
    "hold": (lazy_gettext("付款发出，冻结"), "wait"),
    "post": (lazy_gettext("银行入账，扣减"), "done"),
    "void": (lazy_gettext("款项退回，恢复冻结"), "bad"),
    "kept": (lazy_gettext("付款未成，继续冻结"), "bad"),
    "again": (lazy_gettext("重新付款"), "wait"),
}
STEPS = {
    StepName.SHEETS: lazy_gettext("付清全部结算单"),
    StepName.PAYMENTS: lazy_gettext("在途和退回的付款全部到账"),
    StepName.REQUESTS: lazy_gettext("补足通知办结"),
    StepName.INTEREST: lazy_gettext("利息退还绑定账户"),
    StepName.PRINCIPAL: lazy_gettext("余额退还绑定账户"),
}


def move(what: str) -> tuple[str, str]:
    """Return what a movement is called, and its tone."""
    words, tone = MOVES[what]
    return str(words), tone


def money(fen: int | None) -> Cell:
    """Return an amount as a number of a file."""
    return None if fen is None else Decimal(yuan(int(fen)))


def statement_titles() -> list[str]:
    """Return the head of a statement's file."""
    return [
        _("序号"), _("记账日"), _("入账日"), _("事项"), _("凭证或付款"), _("结算单号"),
        _("医药企业"), _("发生额（元）"), _("账面变动（元）"), _("冻结变动（元）"),
        _("账面余额（元）"), _("冻结余额（元）"), _("可用余额（元）"),
    ]  # fmt: skip


def statement_row(one: Any) -> list[Cell]:
    """Return one movement as a row of a file."""
    return [
        one.n,
        str(one.day),
        str(one.value_on or ""),
        move(one.what)[0],
        one.evidence,
        one.sheet_no or "",
        one.enterprise_name or "",
        money(one.amount_fen),
        money(one.booked_by),
        money(one.held_by),
        money(one.booked_fen),
        money(one.held_fen),
        money(one.available_fen),
    ]


def ledger_titles() -> list[str]:
    """Return the head of the list's file."""
    return [
        _("医疗机构"), _("编码"), _("统筹区"), _("账面余额（元）"), _("冻结（元）"),
        _("可用余额（元）"), _("其中利息（元）"), _("等待补足（张）"), _("缺口（元）"),
        _("已通知未收（元）"), _("最早期限"), _("销户"),
    ]  # fmt: skip


def ledger_row(one: Any) -> list[Cell]:
    """Return one sub-ledger as a row of a file."""
    return [
        one.hospital_name,
        one.hospital_code,
        one.area_code,
        money(one.booked_fen),
        money(one.held_fen),
        money(one.available_fen),
        money(one.interest_fen),
        int(one.short_sheets),
        money(one.missing_fen),
        money(one.open_fen or 0),
        str(one.due_on or ""),
        one.closing or "",
    ]
