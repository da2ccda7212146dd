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
    en = "Line {line} of the body is not a good JSON object: {reason_en}; nothing was taken."


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


class KeyRefused(SettlementError):
    """A good key, but from another address or without its certificate."""

    code = "key_refused"
    zh = "这个接口密钥不能从这里使用：来源地址或客户端证书不符。"
    en = "This key may not be used from here: the address or the client certificate differs."


class SignatureRefused(SettlementError):
    """A request that had to be signed and is not signed well."""

    code = "signature_refused"
    zh = "请求签名不被接受：{reason}。"
    en = "The signature of the request was refused: {reason_en}."


class PermissionMissing(SettlementError):
    """The role may, the key may not."""

    code = "permission_missing"
    zh = "这个接口密钥没有权限 {permission}，请由本单位或管理员另行生成。"
    en = "This key lacks the permission {permission}."


class BadCursor(SettlementError):
    """A cursor that no page gave out."""

    code = "bad_cursor"
    zh = "游标无效，请从第一页重新读取。"
    en = "The cursor is not one of ours; begin with the first page."


class BadParameter(SettlementError):
    """A parameter of the address that cannot be read."""

    code = "bad_parameter"
    zh = "参数 {name} 不合要求：{form}。"
    en = "The parameter {name} is not as it must be: {form}."


class TooManyRequests(SettlementError):
    """More calls than the rate allows."""

    code = "too_many_requests"
    zh = "请求过于频繁，请在 {seconds} 秒后再试。"
    en = "Too many requests; try again in {seconds} seconds."


class KeyTooLong(SettlementError):
    """A last day in the past or too far ahead."""

    code = "api_key_last_day"
    zh = "最后一天须在今天以后、{days} 天以内。"
    en = "The last day must be from today on and within {days} days."


class BadAddresses(SettlementError):
    """Something among the addresses that is none."""

    code = "api_key_addresses"
    zh = "来源地址 {address} 不是 IP 地址或网段（如 10.1.0.0/16），最多 50 个。"
    en = "{address} is no address or network such as 10.1.0.0/16; at most 50."


class BadFingerprint(SettlementError):
    """No sha256 fingerprint."""

    code = "api_key_fingerprint"
    zh = "客户端证书指纹须是 SHA-256（64 位十六进制）。"
    en = "The fingerprint of the certificate must be a SHA-256 of 64 hexadecimal digits."


class NoPermission(SettlementError):
    """A key that could do nothing, or more than its role."""

    code = "api_key_permissions"
    zh = "请至少选择一项权限，且不超出角色“{role}”的范围。"
    en = "Choose at least one permission, none beyond the role {role_en}."


class KeyLabel(SettlementError):
    """A key nobody could tell from another."""

    code = "api_key_label"
    zh = "请填写 1 至 100 个字的用途。"
    en = "Say what it is for, in 1 to 100 characters."


class UnknownInstitution(SettlementError):
    """A key for an institution that does not exist or is not the maker's."""

    code = "api_key_institution"
    zh = "找不到单位 {party}，或不在您的数据范围内。"
    en = "There is no institution {party} within your rows."


class UnknownKey(SettlementError):
    """A key that is not there for this reader."""

    code = "api_key_unknown"
    zh = "找不到这个接口密钥。"
    en = "There is no such key."


class SecretUnreadable(SettlementError):
    """A secret kept under another SECRET_KEY."""

    code = "secret_unreadable"
    zh = "保存的密钥无法解开：SECRET_KEY 已更换或尚未设置。请重新生成。"
    en = "A stored secret cannot be read: SECRET_KEY was changed or is not set. Make a new one."
