"""Refusals of what is said about retention: a hospital's word, an agency's answer."""

from models.rules.errors import SettlementError


class RetentionUnknown(SettlementError):
    """No such calculation within the user's rows."""

    code = "retention_unknown"
    zh = "找不到 {period} {round} 的结余留用测算，或它不在您的数据范围内。"
    en = "There is no retention of {round} for {period} within your rows."


class RetentionMoved(SettlementError):
    """What is said counts for the figures that were looked at."""

    code = "retention_moved"
    zh = "{period} {round} 的测算结果在您核对期间已更新，没有登记，请重新核对。"
    en = "The retention of {round} for {period} changed while you looked; nothing was kept."


class RetentionClosed(SettlementError):
    """The present state does not take this."""

    code = "retention_closed"
    zh = "{period} {round} 现在不能办理这一步，可能已有人办理，请刷新后查看。"
    en = "The retention of {round} for {period} does not take this step now; reload to see why."


class RetentionReasonMissing(SettlementError):
    """An appeal and its answer say why."""

    code = "retention_reason_missing"
    zh = "请写明理由。"
    en = "Say why."


class NothingToPublish(SettlementError):
    """No declared amount of the month may be made public."""

    code = "nothing_to_publish"
    zh = "{period} 没有可以公示的留用款：须已由医院申报、金额大于零、符合条件，且没有列入过。"
    en = "{period} has no amounts to publish: declared, above zero, eligible and not listed before."


class UnknownPublicity(SettlementError):
    """No such list within the user's rows."""

    code = "unknown_publicity"
    zh = "找不到公示表 {publicity_no}，或它不在您的数据范围内。"
    en = "There is no list {publicity_no} within your rows."


class PublicityMoved(SettlementError):
    """The list is past the point where this can be done."""

    code = "publicity_moved"
    zh = "公示表 {publicity_no} 现在不能办理这一步：已被他人处理，或不在相应状态。"
    en = "The list {publicity_no} does not take this step now; reload to see its state."


class StillPublic(SettlementError):
    """Nothing is granted before the days of publicity are over."""

    code = "still_public"
    zh = "公示表 {publicity_no} 公示至 {until_on}，{until_on} 之后才能准予拨付。"
    en = "The list {publicity_no} is public until {until_on}; amounts are granted after that day."


class GrantOutdated(SettlementError):
    """A later calculation came to other figures, or the hospital said another word."""

    code = "grant_outdated"
    zh = "留用款 {grants} 公示以后测算结果或医院的意见有变化，请先撤出再准予其余。"
    en = "The figures of {grants} changed since, or the hospital appealed; withdraw them first."


class UnknownGrant(SettlementError):
    """No such amount within the user's rows."""

    code = "unknown_grant"
    zh = "找不到留用款 {grant_no}，或它不在您的数据范围内。"
    en = "There is no amount {grant_no} within your rows."


class GrantMoved(SettlementError):
    """The amount is past the point where this can be done."""

    code = "grant_moved"
    zh = "留用款 {grant_no} 现在不能撤出：已进入付款，或已撤出。"
    en = "The amount {grant_no} cannot be withdrawn now: it is being paid or was withdrawn."


class NothingGranted(SettlementError):
    """The list has no granted amount that was never ordered."""

    code = "nothing_granted"
    zh = "公示表 {publicity_no} 没有待拨付的留用款；退回的款项请在“退票与重付”办理重付。"
    en = "The list {publicity_no} has nothing to pay; what came back is paid by a re-issue."


class AssessmentIncomplete(SettlementError):
    """All items are given points at once; fewer points than an item has say why."""

    code = "assessment_incomplete"
    zh = "请逐项填写得分，未得满分的写明理由：{items}。"
    en = "Give points for every item, and say why where they are not full: {items}."


class AssessmentPointsRefused(SettlementError):
    """Points lie between 0 and those of the item."""

    code = "assessment_points_refused"
    zh = "“{item}”的得分应在 0 和 {most} 之间，最多两位小数。"
    en = "Points of “{item}” lie between 0 and {most}, with at most two decimals."


class AssessmentListed(SettlementError):
    """What was made public is not assessed again."""

    code = "assessment_listed"
    zh = "留用款 {grant_no} 已列入公示，不能再改考核得分；需要更正时先撤出。"
    en = "The amount {grant_no} stands on a list; withdraw it before the score is corrected."
