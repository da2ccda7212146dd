"""Tasks about reported problems: what a desk is to take, is late with, and who is to answer."""

from models.rules.words import Role
from models.services.views.problems import DUE
from web.today.kind import Kind

_DESK = frozenset({Role.MAKER, Role.CHECKER, Role.SUPERVISOR})
_SEATS = frozenset({Role.HOSPITAL, Role.ENTERPRISE})
_AT_DESK = {"area": "p.desk_area_code"}

PROBLEMS = (
    Kind(
        "problems_new",
        _DESK,
        "SELECT count(*), NULL::bigint, min(p.take_due_on) FROM problem p"
        " WHERE p.state = 'reported' AND {scope}",
        _AT_DESK,
        "/problems/?view=new",
    ),
    Kind(
        "problems_late",
        _DESK,
        f"SELECT count(*), NULL::bigint, min({DUE}) FROM problem p"
        f" WHERE p.state IN ('reported', 'handling') AND ({DUE}) < %(day)s AND {{scope}}",
        _AT_DESK,
        "/problems/?view=late",
    ),
    Kind(
        "problems_answered",
        _SEATS,
        "SELECT count(*), NULL::bigint, NULL::date FROM problem p"
        " WHERE p.state = 'answered' AND {scope}",
        {"hospital": "p.party_code", "enterprise": "p.party_code"},
        "/problems/?view=answered",
    ),
    # Shown to this institution, which said nothing yet.
    Kind(
        "problems_asked",
        _SEATS,
        "SELECT count(*), NULL::bigint, NULL::date FROM problem_side s"
        " JOIN problem p ON p.id = s.problem_id"
        " WHERE p.state IN ('reported', 'handling') AND s.party_code <> p.party_code"
        " AND NOT EXISTS (SELECT FROM problem_word w WHERE w.problem_id = p.id"
        " AND w.party_code = s.party_code) AND {scope}",
        {"hospital": "s.party_code", "enterprise": "s.party_code"},
        "/problems/",
    ),
)
