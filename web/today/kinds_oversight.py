"""Tasks about late payment: excuses, measures, promises, the list to be published."""

from models.rules.words import Role
from models.services.promised import IS_BROKEN, PROMISED
from models.services.views.institutions import of_party
from web.today.kind import Kind

_M, _C, _A, _H, _E, _S = (
    Role.MAKER,
    Role.CHECKER,
    Role.APPROVER,
    Role.HOSPITAL,
    Role.ENTERPRISE,
    Role.SUPERVISOR,
)
#: From 1 March on the list of the year before waits to be published (国务院令第802号 art. 18).
_PUBLICATION = """
SELECT count(*), NULL::bigint, max(make_date(y.year + 1, 3, 31))
  FROM (SELECT extract(year FROM %(day)s::date)::int - 1 AS year) y
  LEFT JOIN overdue_publication p ON p.year = y.year AND p.area_code = %(area)s
       AND p.state <> 'published'
 WHERE %(day)s >= make_date(y.year + 1, 3, 1)
   AND NOT EXISTS (SELECT 1 FROM overdue_publication d WHERE d.year = y.year
                    AND d.area_code = %(area)s AND d.state = 'published')
   AND EXISTS (SELECT 1 FROM purchase_line)
""".strip()


def _excuses(which: str) -> str:
    """Count the requests for excuses that wait for another person than the one who asked."""
    return (
        "SELECT count(DISTINCT x.request_no), sum(x.unpaid_fen)::bigint, NULL::date"
        f" FROM line_excuse x WHERE {{scope}} AND x.state = 'asked' AND {which}"
        " AND x.asked_by <> %(reader)s"
    )


#: Any of the areas its lines lie in makes a measure the reader's.
_MEASURES = (
    "SELECT count(*), sum(m.unpaid_fen)::bigint, min(m.meet_on) FROM measure m"
    " WHERE EXISTS (SELECT FROM unnest(m.area_codes) u (area_code) WHERE {scope}) AND "
)

_OF_MEASURE = {"area": "u.area_code", **of_party("m.party_kind", "m.party_code")}

OVERSIGHT = (
    # What the agency itself is late with only a supervisor excuses.
    Kind(
        "excuses",
        frozenset({_C, _A}),
        _excuses("x.responsible <> 'agency'"),
        {"area": "x.area_code"},
        "/excuses/?view=asked",
    ),
    Kind(
        "excuses",
        frozenset({_S}),
        _excuses("true"),
        {"area": "x.area_code"},
        "/excuses/?view=asked",
    ),
    Kind(
        "suspensions",
        frozenset({_A, _S}),
        _MEASURES + "m.state = 'proposed' AND m.made_by <> %(reader)s",
        _OF_MEASURE,
        "/measures/?view=proposed",
    ),
    Kind(
        "interviews",
        frozenset({_M, _S, _H, _E}),
        _MEASURES + "m.state = 'planned' AND m.meet_on <= %(on)s + 3",
        _OF_MEASURE,
        "/measures/?view=due",
    ),
    Kind(
        "promises",
        frozenset({_M, _S, _H, _E}),
        "SELECT count(*), sum(o.unpaid_fen)::bigint, min(q.promised_on)"
        f" FROM ({PROMISED}) q JOIN open_line o USING (line_no)"
        f" WHERE o.unpaid_fen > 0 AND {IS_BROKEN} AND {{scope}}",
        {"area": "o.area_code", **of_party("o.responsible", "o.party_code")},
        "/promises/?view=broken",
    ),
    Kind(
        "publication",
        frozenset({_M}),
        f"{_PUBLICATION} AND coalesce(p.state, '') <> 'reviewed'",
        {},
        "/overdue/publication/",
    ),
    Kind(
        "publication_review",
        frozenset({_C, _A, _S}),
        f"{_PUBLICATION} AND p.state = 'draft' AND p.drafted_by <> %(reader)s",
        {},
        "/overdue/publication/",
    ),
    Kind(
        "publication_publish",
        frozenset({_M}),
        f"{_PUBLICATION} AND p.state = 'reviewed'",
        {},
        "/overdue/publication/",
    ),
)
