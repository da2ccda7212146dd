"""Tasks about what other systems hold: keys that end soon, events no address took."""

from models.rules.api_keys import ENDING_DAYS
from models.rules.words import Role
from web.today.kind import Kind

_KEEPERS = frozenset({Role.ADMINISTRATOR, Role.HOSPITAL, Role.ENTERPRISE})
_OWN = {"area": "k.area_code", "hospital": "k.party_code", "enterprise": "k.party_code"}

INTERFACE = (
    Kind(
        "keys_ending",
        _KEEPERS,
        "SELECT count(*), NULL::bigint, min(k.expires_on) FROM api_key k"
        f" WHERE k.ended_at IS NULL AND k.expires_on BETWEEN %(on)s AND %(on)s + {ENDING_DAYS}"
        " AND {scope}",
        _OWN,
        "/api-keys/?view=ending",
    ),
    Kind(
        "deliveries_dead",
        _KEEPERS,
        "SELECT count(*), NULL::bigint, NULL::date FROM webhook k"
        " JOIN webhook_delivery d ON d.webhook_id = k.id AND d.state = 'dead'"
        " WHERE k.ended_at IS NULL AND {scope}",
        _OWN,
        "/webhooks/?view=dead",
    ),
)
