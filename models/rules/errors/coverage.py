"""Refusals of hospitals' joining direct settlement."""

from models.rules.errors import SettlementError


class NobodyJoins(SettlementError):
    """Joining names hospitals and a day."""

    code = "nobody_joins"
    zh = "请选择要纳入的医疗机构，并填写纳入日期。"
    en = "Choose the hospitals that join, and the day."


class AlreadyJoined(SettlementError):
    """Who takes part already does not join again: its day stays."""

    code = "already_joined"
    zh = "{count} 家机构已纳入（如 {hospital}，{joined_on}），不能再次纳入。"
    en = "{count} of the hospitals take part already ({hospital} since {joined_on})."


class TooManyJoin(SettlementError):
    """More hospitals than one step takes."""

    code = "too_many_join"
    zh = "一次最多纳入 {limit} 家机构，所选为 {count} 家。"
    en = "At most {limit} hospitals join at once, {count} were chosen."
