"""Refusals about sub-ledgers: topping up, closing, and the round's prepayment."""

from models.rules.errors import SettlementError


class NothingMissing(SettlementError):
    """The sub-ledger lacks nothing that is not asked for already."""

    code = "nothing_missing"
    zh = "医院 {hospital_code} 的分簿没有尚未通知的缺口，不需要再发补足通知。"
    en = "The sub-ledger of {hospital_code} lacks nothing that was not asked for yet."


class NoSubLedger(SettlementError):
    """The hospital never had money or sheets in a sub-ledger."""

    code = "no_sub_ledger"
    zh = "医院 {hospital_code} 没有分簿，或不在您的数据范围内。"
    en = "Hospital {hospital_code} has no sub-ledger within your rows."


class ClosingLive(SettlementError):
    """One close-out of a hospital at a time."""

    code = "closing_live"
    zh = "医院 {hospital_code} 的分簿已有销户事项 {closing_no}。"
    en = "The close-out {closing_no} of the sub-ledger of {hospital_code} is there already."


class UnknownClosing(SettlementError):
    """No such close-out within the user's rows."""

    code = "unknown_closing"
    zh = "找不到销户事项 {closing_no}，或它不在您的数据范围内。"
    en = "There is no close-out {closing_no} within your rows."


class ClosingMoved(SettlementError):
    """The close-out is past the point where this can be done."""

    code = "closing_moved"
    zh = "销户事项 {closing_no} 现在不能办理这一步：已被他人处理，或不在相应状态。"
    en = "The close-out {closing_no} is not where this can be done; reload to see its state."


class ClosingNotReady(SettlementError):
    """A step before is not done."""

    code = "closing_not_ready"
    zh = "销户事项 {closing_no} 还有未完成的步骤：{steps}。"
    en = "The close-out {closing_no} has steps left: {steps_en}."


class NothingToRefund(SettlementError):
    """A part of the balance that is zero."""

    code = "nothing_to_refund"
    zh = "销户事项 {closing_no} 没有需要退还的{part}。"
    en = "There is no {part_en} to refund in the close-out {closing_no}."


class VoucherKnown(SettlementError):
    """A voucher number stands for one movement for ever."""

    code = "voucher_used"
    zh = "凭证号 {voucher_no} 已经使用，请核对。"
    en = "The voucher {voucher_no} is used already."


class NoRoundTerms(SettlementError):
    """The scheme sets no ratio of the round's prepayment."""

    code = "no_round_terms"
    zh = "统筹区 {area} 的结算方案没有规定集采预付比例。"
    en = "The scheme of {area} sets no ratio for the round's prepayment."


class NothingToPrepay(SettlementError):
    """Nobody has agreed amounts that are not prepaid or financed already."""

    code = "nothing_to_prepay"
    zh = "批次 {round_code} 没有可预付的约定采购金额：没有生效的协议，或已预付、已有资金。"
    en = "Nothing of round {round_code} is to be prepaid: no contract, or financed already."


class UnknownPrepayment(SettlementError):
    """No such prepayment within the user's rows."""

    code = "unknown_prepayment"
    zh = "找不到集采预付 {prepayment_no}，或它不在您的数据范围内。"
    en = "There is no prepayment {prepayment_no} within your rows."


class PrepaymentMoved(SettlementError):
    """The prepayment is past the point where this can be done."""

    code = "prepayment_moved"
    zh = "集采预付 {prepayment_no} 现在不能办理这一步：已被他人处理，或不在相应状态。"
    en = "The prepayment {prepayment_no} is not where this can be done; reload to see its state."


class PrepaymentOutdated(SettlementError):
    """What was proposed is not what would be computed now."""

    code = "prepayment_outdated"
    zh = "集采预付 {prepayment_no} 提出后协议、价格或分簿资金已有变化，请退回后重新计算。"
    en = "Contracts, prices or balances changed since {prepayment_no} was proposed; refuse it."


class AlreadyPassedOn(SettlementError):
    """What was reported stays as it is."""

    code = "already_passed_on"
    zh = "集采预付 {prepayment_no} 的这一笔转付已经登记，不能修改。"
    en = "This part of {prepayment_no} was reported as passed on already."


class NotPassedOnYet(SettlementError):
    """Nobody passes down what did not reach him."""

    code = "not_passed_on_yet"
    zh = "医院尚未登记向贵企业转付集采预付 {prepayment_no}，不能登记向下转付。"
    en = "The hospital has not reported passing {prepayment_no} on yet."


class NothingToRecover(SettlementError):
    """Nothing was drawn down, or no claw-back is left to use."""

    code = "nothing_to_recover"
    zh = "集采预付 {prepayment_no} 在 {period} 没有可收回的金额：预付未动用，或当月清算已用完。"
    en = "Nothing of {prepayment_no} is to be recovered in {period}."


class RepaidTooMuch(SettlementError):
    """No more comes back than is outstanding."""

    code = "repaid_too_much"
    zh = "归还金额超过集采预付 {prepayment_no} 尚未收回的 {open_yuan} 元。"
    en = "More than what is outstanding of {prepayment_no} ({open_yuan})."


class DayBeforePayout(SettlementError):
    """Nothing is passed on before it was paid, nor reported for days to come."""

    code = "day_before_payout"
    zh = "日期应在 {earliest} 至 {latest} 之间。"
    en = "The day must lie between {earliest} and {latest}."
