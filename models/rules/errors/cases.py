"""Refusals of what people decide about cases and statement days."""

from models.rules.errors import SettlementError


class CaseNotAdmissible(SettlementError):
    """The evidence of a case may not be booked, whoever says so."""

    code = "case_not_admissible"
    zh = "异常 {case} 的证据不能认定入账：{reason}"
    en = "The evidence of case {case} cannot be admitted: {reason_en}."


class DecisionOpen(SettlementError):
    """Somebody asked for a decision about this case or order already."""

    code = "decision_open"
    zh = "异常 {case} 或其付款已有一项认定等待第二人，请先同意、退回或撤回那一项。"
    en = "A decision about case {case} or its order waits for a second person already."


class DecisionTaken(SettlementError):
    """A decision is given once."""

    code = "decision_taken"
    zh = "认定 {decision} 已被处理或撤回，不能再次处理。"
    en = "Decision {decision} was given or taken back already."


class NotTheAsker(SettlementError):
    """Only who asked for a decision takes it back."""

    code = "not_the_asker"
    zh = "这项认定由 {asked_by} 提出，只有本人可以撤回。"
    en = "Only {asked_by}, who asked for the decision, can take it back."


class NothingSuggested(SettlementError):
    """There is no unambiguous suggestion to take together."""

    code = "nothing_suggested"
    zh = "这份文件现在没有可以成批认定的唯一候选。"
    en = "This file has no unambiguous suggestion left to take together."


class DayMissing(SettlementError):
    """Booked money needs its day, and neither bank nor person gave one."""

    code = "booking_day_missing"
    zh = "银行文件没有入账日。请填写银行凭证上的入账日，不早于发送日 {sent_on}，不晚于 {on}。"
    en = (
        "The bank's file has no booking day; state the day of the bank's voucher,"
        " from {sent_on} to {on}."
    )


class StatementDayOpen(SettlementError):
    """A statement day that does not add up is not closed by anybody."""

    code = "statement_day_open"
    zh = "{day} 不能结平：{reason}"
    en = "The day {day} cannot be closed: {reason_en}."


class NotAnAccount(SettlementError):
    """Statement days belong to the accounts we pay from."""

    code = "not_an_account"
    zh = "没有这个付款账户，或它不在您的数据范围内。"
    en = "There is no such paying account within your rows."
