"""Tasks about what failed: rows refused, jobs, addresses that take no mail."""

from models.rules.words import Role
from models.services.views import mails
from web.today.kind import Kind

_SENDERS = frozenset({Role.MAKER, Role.HOSPITAL, Role.ENTERPRISE})

SYSTEM = (
    Kind(
        "refused_rows",
        _SENDERS,
        "SELECT coalesce(sum(rejected_count), 0)::bigint, NULL::bigint, NULL::date FROM import_run"
        " WHERE imported_by = %(reader)s AND rejected_count > 0 AND imported_at > %(since)s",
        {},
        "/imports/",
    ),
    Kind(
        "failed_jobs",
        frozenset(Role),
        "SELECT count(*), NULL::bigint, NULL::date FROM job WHERE state = 'failed'"
        " AND requested_by = %(reader)s AND requested_at > %(since)s",
        {},
        "/jobs/?state=failed",
    ),
    Kind(
        "bounces",
        _SENDERS,
        "SELECT count(*), NULL::bigint, NULL::date FROM mail_bounce m"
        f" {mails.owner()} WHERE m.cleared_at IS NULL AND {{scope}}",
        {},
        "/bounces/",
        bound=mails.mine,
    ),
)
