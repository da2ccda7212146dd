"""A hospital's offset statement as a file: every figure and every sheet, so that it adds up."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from flask import Response, g
from flask_babel import gettext as _

from models.rules.money import yuan
from models.rules.words import InstructionState, Shortfall
from models.services.exports import listed
from models.services.views.offset_statement import Statement
from web import downloads, words


def answer(found: Statement, kind: str) -> Response:
    """Return the statement as a csv or xlsx download."""
    titles = [_("项目"), _("单号"), _("月份"), _("医药企业"), _("说明"), _("金额（元）")]
    content = listed.written(g.actor, "offset_statement", kind, titles, _lines(found))
    row = found.row
    name = f"{_('抵扣结算单')}_{row.period}_{row.hospital_code}.{kind}"
    return downloads.made(name, content)


def month(period: str, found: list[Any], kind: str) -> Response:
    """Return a month's offsets, a hospital a row, as a csv or xlsx download."""
    titles = [
        _("月份"), _("医疗机构编码"), _("医疗机构"), _("基金月"), _("审核应付（元）"),
        _("已即时拨付（元）"), _("预付清算（元）"), _("质量保证金（元）"), _("可抵扣（元）"),
        _("本期货款（元）"), _("上期结转（元）"), _("已缴回（元）"), _("待缴（元）"),
        _("抵扣（元）"), _("结转下期（元）"), _("收回周转金（元）"), _("应拨付医院（元）"),
        _("不足处理"),
    ]  # fmt: skip
    content = listed.written(g.actor, "offset_month", kind, titles, map(_row, found))
    return downloads.made(f"{_('基金抵扣')}_{period}_{len(found)}.{kind}", content)


def _row(one: Any) -> list[listed.Cell]:
    fund = (one.audited_fen, one.advanced_fen, one.clawback_fen, one.deposit_fen)
    return [
        one.period,
        one.hospital_code,
        one.hospital_name,
        one.fund_period,
        *(None if fen is None else _yuan(fen) for fen in fund),
        _yuan(one.available_fen),
        _yuan(one.goods_fen),
        _yuan(one.carried_in_fen),
        _yuan(one.collected_fen),
        _yuan(one.deferred_fen),
        _yuan(one.offset_fen),
        _yuan(one.carried_out_fen),
        _yuan(one.recovered_fen),
        _yuan(one.available_fen - one.offset_fen - one.recovered_fen),
        str(words.word(Shortfall(one.shortfall))),
    ]


def _lines(found: Statement) -> Iterator[list[listed.Cell]]:
    row = found.row
    if row.audited_fen is None:
        yield [_("审核应付"), "", row.fund_period, "", _("未导入医保基金，按 0 计算"), _yuan(0)]
    else:
        yield [_("审核应付"), "", row.fund_period, "", "", _yuan(row.audited_fen)]
        yield [_("减：已即时拨付"), "", "", "", "", _yuan(-row.advanced_fen)]
        yield [_("减：预付清算"), "", "", "", "", _yuan(-row.clawback_fen)]
        yield [_("减：质量保证金"), "", "", "", "", _yuan(-row.deposit_fen)]
    yield [_("可抵扣"), "", "", "", _("不低于 0"), _yuan(row.available_fen)]
    for one in found.sheets:
        told = words.word(InstructionState(one.state)) if one.state else ""
        yield [
            _("货款") if one.amount_fen > 0 else _("退回货款"),
            one.sheet_no,
            one.period,
            one.enterprise_name,
            " ".join(filter(None, (one.reference, told))),
            _yuan(one.amount_fen),
        ]
    yield [_("本期货款"), "", row.period, "", _("以上结算单合计"), _yuan(row.goods_fen)]
    yield [_("加：上期结转"), "", "", "", "", _yuan(row.carried_in_fen)]
    for paid in found.receipts:
        yield [
            _("医院缴回"),
            paid.request_no,
            "",
            "",
            _("凭证 %(v)s，%(d)s 入账", v=paid.voucher_no, d=paid.booked_on),
            _yuan(paid.amount_fen),
        ]
    yield [_("减：医院缴回合计"), "", "", "", "", _yuan(-row.collected_fen)]
    yield [_("其中：待医院缴款，暂不抵扣"), "", "", "", "", _yuan(row.deferred_fen)]
    yield [_("本期抵扣"), "", row.fund_period, "", "", _yuan(row.offset_fen)]
    yield [_("结转下期"), "", "", "", "", _yuan(row.carried_out_fen)]
    if row.recovered_fen:
        yield [_("收回周转金"), row.turnover_no, "", "", "", _yuan(row.recovered_fen)]
    yield [_("抵扣后应拨付医院"), "", row.fund_period, "", "", _yuan(row.payout_fen)]


def _yuan(fen: int) -> Decimal:
    return Decimal(yuan(fen))
