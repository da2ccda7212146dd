"""Refusals about webhooks: addresses, events, and deliveries that cannot move."""

from models.rules.errors import SettlementError


class BadWebhookAddress(SettlementError):
    """An address nothing may be sent to."""

    code = "webhook_address"
    zh = "推送地址不能使用：{reason}。"
    en = "The webhook's address cannot be used: {reason_en}."


class BadWebhookEvents(SettlementError):
    """No event chosen, or one the institution may not be told of."""

    code = "webhook_events"
    zh = "请至少选择一种本单位可以接收的事件。"
    en = "Choose at least one event that the institution may be told of."


class UnknownWebhook(SettlementError):
    """A webhook that is not there for this reader."""

    code = "webhook_unknown"
    zh = "找不到这个推送。"
    en = "There is no such webhook."


class WebhookEnded(SettlementError):
    """Something asked of a webhook that was ended."""

    code = "webhook_ended"
    zh = "这个推送已停用，请另建一个。"
    en = "This webhook was ended; make another."


class DeliveryMoved(SettlementError):
    """A delivery that somebody or something moved first."""

    code = "webhook_delivery_moved"
    zh = "这次投递现在的状态不能这样办理，请刷新后再看。"
    en = "The delivery is in another state by now; look again."


class TooManyWebhooks(SettlementError):
    """More live webhooks than an institution may have."""

    code = "webhook_too_many"
    zh = "本单位已有 {count} 个推送，请先停用不用的。"
    en = "The institution has {count} webhooks already; end one first."
