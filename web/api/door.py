"""Who calls: a key of an institution, from where it may, signed where it must; then the rates."""

from typing import Any

from flask import Response, current_app, g, request

from models.records.api import ApiKey
from models.rules import api_keys
from models.rules.errors import SettlementError
from models.rules.errors.api import KeyRefused, PermissionMissing, TokenNeeded
from models.services import access
from models.services.api import keys
from models.settings import Settings
from web import problems
from web.api import rates, signatures

_SCHEME = "bearer "
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
#: The description of the interface is for everybody.
OPEN = frozenset({"api.document"})


def enter() -> None:
    """Find the key and who it acts as.

    Raises TokenNeeded, KeyRefused, SignatureRefused, TooManyRequests.
    """
    if request.endpoint in OPEN:
        return
    address = request.remote_addr or ""
    try:
        key = _key(address)
    except SettlementError:
        rates.count_refusal(address)
        raise
    rates.count(key, writing=request.method not in SAFE)
    g.api_key, g.actor = key, access.of_key(key)
    keys.used(key, address)


def _key(address: str) -> ApiKey:
    header = request.headers.get("Authorization", "")
    secret = header[len(_SCHEME) :].strip() if header.lower().startswith(_SCHEME) else ""
    rates.refuse_hammering(address)
    key = keys.of_secret(secret) if secret else None
    if key is None:
        raise TokenNeeded
    if not api_keys.address_fits(address, key.addresses) or not _has_certificate(key):
        raise KeyRefused
    signatures.check(key)
    return key


def _has_certificate(key: ApiKey) -> bool:
    """Return whether our proxy saw the certificate the key asks for."""
    if key.certificate_sha256 is None:
        return True
    settings: Settings = current_app.config["SETTINGS"]
    told = request.headers.get(settings.client_cert_header, "") if _told(settings) else ""
    return told.replace(":", "").strip().lower() == key.certificate_sha256


def _told(settings: Settings) -> bool:
    return bool(settings.client_cert_header)


def require(permission: str) -> None:
    """Refuse with PermissionMissing unless the key was allowed this."""
    if permission not in g.api_key.permissions:
        raise PermissionMissing(permission=permission)


def leave(answer: Response) -> Response:
    """Keep answers out of caches and tell how much of the rate is left."""
    answer.headers.setdefault("Cache-Control", "no-store")
    answer.headers["Vary"] = "Authorization, Accept-Language"
    for name, value in g.get("api_rate", {}).items():
        answer.headers[name] = value
    return answer


def plain(facts: Any) -> Any:
    """Return facts without what only our own screens need."""
    hidden = {"error_file_id", "file_id"}
    return {k: v for k, v in facts.items() if k not in hidden} if isinstance(facts, dict) else facts


def refusal(error: SettlementError) -> Response:
    """Return a refusal as other programs read it."""
    return problems.of(error)
