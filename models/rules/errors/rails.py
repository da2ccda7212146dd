"""Refusals about payment systems: an order no rail takes."""

from models.rules.errors import SettlementError


class NoRail(SettlementError):
    """No payment system of the profile takes the order."""

    code = "no_rail"
    zh = "金额 {amount_yuan} 元的付款没有可用的支付通道，请核对“支付通道”中的单笔上限和有效期。"
    en = "No payment system takes an order of {amount_yuan} yuan; look at the caps of the rails."
