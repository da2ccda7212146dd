"""Tasks about who is paid directly: hospitals without a mandate, and mandates that run out."""

from models.rules.words import Role
from models.services.views import mandates
from web.today.kind import Kind

_M, _H = Role.MAKER, Role.HOSPITAL
_HOSPITAL = {"area": "h.area_code", "hospital": "h.hospital_code"}

SCOPE = (
    Kind(
        "mandates_lacking",
        frozenset({_M, _H}),
        "SELECT count(*), NULL::bigint, NULL::date"
        f" {mandates.lacking_from('%(day)s')} AND {{scope}}",
        _HOSPITAL,
        "/mandates/",
    ),
    Kind(
        "mandates_ending",
        frozenset({_M, _H}),
        "SELECT count(*), NULL::bigint, min(m.valid_to)"
        " FROM mandate m JOIN hospital h USING (hospital_code)"
        f" WHERE m.valid_to BETWEEN %(day)s AND %(day)s + {mandates.ENDING_DAYS}"
        " AND m.valid_from <= %(day)s AND m.ended_by IS NULL AND {scope}"
        " AND NOT EXISTS (SELECT FROM mandate n WHERE n.hospital_code = m.hospital_code"
        " AND coalesce(n.valid_to, 'infinity'::date) > m.valid_to)",
        _HOSPITAL,
        "/mandates/?view=ending",
    ),
)
