"""Refusals to other systems at the programming interface."""

from models.rules.errors import SettlementError


class TokenNeeded(SettlementError):
    """No bearer token, or one that is unknown or revoked."""

    code = "token_needed"
    zh = "请求须带有效的接口令牌（Authorization: Bearer …）。"
    en = "The request needs a valid bearer token (Authorization: Bearer …)."


class KeyNeeded(SettlementError):
    """A writing request without its idempotency key."""

    code = "idempotency_key_needed"
    zh = "写入请求须带请求头 Idempotency-Key（1 至 {length} 个字符），以便重发时不重复处理。"
    en = "A writing request needs the header Idempotency-Key (1 to {length} characters)."


class BadJson(SettlementError):
    """The body is not what was announced."""

    code = "bad_json"
    zh = "请求体第 {line} 行不是合格的 JSON 对象：{reason}。整个请求没有处理。"
    en = "Line {line} of the body is not a good JSON object: {reason}; nothing was taken."


class UnknownField(SettlementError):
    """A row has a member the table does not know."""

    code = "unknown_field"
    zh = "第 {line} 行有未知的字段：{fields}。整个请求没有处理。"
    en = "Row {line} has unknown members: {fields}; nothing was taken."


class BadContentType(SettlementError):
    """Neither JSON nor NDJSON."""

    code = "bad_content_type"
    zh = "只接收 application/json 或 application/x-ndjson。"
    en = "Only application/json and application/x-ndjson are taken."
