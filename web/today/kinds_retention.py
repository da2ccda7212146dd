"""Tasks about retention: rounds to declare, appeals to answer."""

from models.rules.retention import RetentionState
from models.rules.words import Role
from models.services.views import retention
from web.today.kind import Kind

_C, _H, _S = Role.CHECKER, Role.HOSPITAL, Role.SUPERVISOR


def _rounds(state: RetentionState) -> str:
    """Count the rounds that stand so, with what may be kept of them."""
    source = retention.LIST.source.format(where=f"{{scope}} AND {retention.LIST.views[state]}")
    return f"SELECT count(*), sum(r.retained_fen)::bigint, NULL::date {source}"


def _kind(key: str, roles: frozenset[Role], state: RetentionState) -> Kind:
    return Kind(key, roles, _rounds(state), retention.SCOPE, f"/retention/?view={state}")


RETENTION = (
    _kind("retention_declare", frozenset({_H}), RetentionState.WAITING),
    _kind("retention_answered", frozenset({_H}), RetentionState.ANSWERED),
    _kind("retention_appealed", frozenset({_C, _S}), RetentionState.APPEALED),
)
