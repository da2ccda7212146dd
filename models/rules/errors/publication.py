"""Refusals about the yearly list of overdue contracts."""

from models.rules.errors import SettlementError


class YearNotOver(SettlementError):
    """The list is as of 31 December."""

    code = "publication_year_not_over"
    zh = "{year} 年尚未结束，不能起草该年度的公示表。"
    en = "The year {year} is not over: its list cannot be drafted yet."


class PublicationUnderReview(SettlementError):
    """A reviewed list is given back before it is calculated again."""

    code = "publication_under_review"
    zh = "{year} 年度公示表已经复核，请先退回起草再重新计算。"
    en = "The list of {year} has been reviewed; give it back before calculating it again."


class PublicationByItsMaker(SettlementError):
    """Another person than the one who drafted the list reviews it."""

    code = "publication_by_its_maker"
    zh = "公示表须由起草人以外的人复核。"
    en = "The list must be reviewed by another person than the one who drafted it."


class PublicationChanged(SettlementError):
    """The list is no longer in the state, or no longer says what the person saw."""

    code = "publication_changed"
    zh = "{year} 年度公示表已经发生变化，请刷新后再办理。"
    en = "The list of {year} has changed meanwhile; look at it again first."


class PublicationReasonMissing(SettlementError):
    """Giving a list back needs a reason."""

    code = "publication_reason_missing"
    zh = "请说明退回公示表的原因。"
    en = "Say why the list is given back."
