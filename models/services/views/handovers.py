"""Handovers to discipline inspection as the pages and their files show them."""

from typing import Any

from models.services.views.listing import Listing
from models.services.views.reading import Rows, Where, fetch

VIEWS = {
    "prepared": "x.state = 'prepared'",
    "handed": "x.state = 'handed'",
    "withdrawn": "x.state = 'withdrawn'",
}
_ITEMS_OF = """
LEFT JOIN LATERAL (
     SELECT count(*) AS findings, coalesce(sum(i.amount_fen), 0)::bigint AS amount_fen
       FROM risk_handover_item i WHERE i.handover_id = x.id) n ON true
"""
_LIST = f"""
SELECT x.*, n.findings, n.amount_fen FROM risk_handover x {_ITEMS_OF}
 WHERE {{where}} ORDER BY x.id DESC LIMIT %(rows)s OFFSET %(skip)s
"""
LIST = Listing(_LIST, "FROM risk_handover x WHERE {where}", views=VIEWS)

#: A prescriber's code stands whole once the list was handed over: that is what it is for.
_ITEMS = """
SELECT f.id, f.kind, f.state, i.evidence_count, i.amount_fen, f.opened_on, f.hospital_code,
       h.name AS hospital_name, f.enterprise_code, e.name AS enterprise_name, f.nhsa_code,
       p.name AS product_name, r.name AS round_name,
       CASE WHEN f.kind <> 'prescriber_overuse' OR x.state = 'handed' THEN f.subject
            WHEN length(f.subject) <= 4 THEN repeat('*', length(f.subject))
            ELSE left(f.subject, 2) || repeat('*', length(f.subject) - 4) || right(f.subject, 2)
       END AS subject
  FROM risk_handover_item i JOIN risk_handover x ON x.id = i.handover_id
  JOIN risk_finding f ON f.id = i.finding_id JOIN hospital h USING (hospital_code)
  LEFT JOIN enterprise e ON e.credit_code = f.enterprise_code LEFT JOIN product p USING (nhsa_code)
  LEFT JOIN vbp_round r USING (round_code)
 WHERE i.handover_id = %(id)s ORDER BY i.amount_fen DESC, f.id
"""
_EVIDENCE = """
SELECT f.id, f.kind, v.evidence_key, v.period, v.line_no, l.accepted_on, v.quantity, v.measured,
       v.expected, v.amount_fen
  FROM risk_handover_item i JOIN risk_finding f ON f.id = i.finding_id
  JOIN risk_evidence v ON v.finding_id = f.id LEFT JOIN purchase_line l USING (line_no)
 WHERE i.handover_id = %(id)s ORDER BY f.id, v.evidence_key LIMIT 100000
"""


def where(rows: Rows) -> Where:
    """Return the condition of the reader's rows; institutions have none."""
    return Where.of(rows, area="x.area_code")


def find(rows: Rows, handover: int) -> Any:  # noqa: ANN401 - a row by name
    """Return a handover of the reader, or None."""
    return LIST.find(where(rows).add("x.id = %(id)s", id=handover))


def items(handover: int) -> list[Any]:
    """Return the findings of a handover, the greatest amounts first."""
    return fetch(_ITEMS, {"id": handover})


def evidence(handover: int) -> list[Any]:
    """Return what the findings of a handover rest on."""
    return fetch(_EVIDENCE, {"id": handover})
