"""Signed requests: the time is near, the nonce new, the signature right, the body as signed."""

import hashlib
import hmac
import re

from flask import g, request

from models import clock
from models.records.api import ApiKey
from models.rules import api_keys
from models.rules.errors.api import SignatureRefused
from models.services.api import keys

_SHA256 = re.compile(r"[0-9a-f]{64}")
_SECONDS = re.compile(r"[0-9]{1,12}")
EMPTY_SHA256 = hashlib.sha256(b"").hexdigest()


def check(key: ApiKey) -> None:
    """Refuse with SignatureRefused unless the key need not sign or the request is signed well.

    The body is compared while it is read (`check_body`); requests without one must have signed
    the empty text.
    """
    g.content_sha256 = None
    secret = keys.signing_secret(key)
    if secret is None:
        return
    told = {
        name: request.headers.get(f"X-Zhijie-{name}", "")
        for name in ("Time", "Nonce", "Content-SHA256", "Signature")
    }
    _check_form(told)
    text = api_keys.to_sign(
        request.method, _target(), told["Time"], told["Nonce"], told["Content-SHA256"]
    )
    if not hmac.compare_digest(
        api_keys.signature(secret, text).encode(), told["Signature"].encode()
    ):
        raise SignatureRefused(reason="签名不符", reason_en="it is another signature")
    if request.method in {"GET", "HEAD"} and told["Content-SHA256"] != EMPTY_SHA256:
        raise SignatureRefused(reason="内容摘要不符", reason_en="the body is another one")
    if not keys.take_nonce(key, told["Nonce"]):
        raise SignatureRefused(reason="随机数已用过", reason_en="the nonce was used before")
    g.content_sha256 = told["Content-SHA256"]


def _check_form(told: dict[str, str]) -> None:
    if not all(told.values()):
        raise SignatureRefused(reason="缺少签名请求头", reason_en="a header is missing")
    near = (
        _SECONDS.fullmatch(told["Time"])
        and abs(int(told["Time"]) - int(clock.now().timestamp())) <= api_keys.TIME_SECONDS
    )
    if not near:
        raise SignatureRefused(reason="时间相差过大", reason_en="the time is too far off")
    if not api_keys.NONCE.fullmatch(told["Nonce"]) or not _SHA256.fullmatch(told["Content-SHA256"]):
        raise SignatureRefused(
            reason="随机数或摘要格式不符", reason_en="nonce or hash is malformed"
        )


def _target() -> str:
    """Return the path with its query as the caller wrote it."""
    raw = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or ""
    if raw.startswith("/"):
        return str(raw)
    query = request.query_string.decode("latin-1")
    return request.path + (f"?{query}" if query else "")


def check_body(sha256: str) -> None:
    """Refuse what was read unless it is what was signed."""
    expected = g.get("content_sha256")
    if expected is not None and expected != sha256:
        raise SignatureRefused(reason="内容摘要不符", reason_en="the body is another one")
