"""What was answered about one late line: who knew and promised, what is excused, which measures."""

from datetime import date
from typing import Any, NamedTuple

from models.services.excused import COVERS
from models.services.views.reading import fetch

_KNOWN = """
SELECT a.id, a.known_on, a.promised_on, a.said_by
  FROM acknowledged_line p JOIN acknowledgement a ON a.id = p.acknowledgement_id
 WHERE p.line_no = %(line_no)s AND (%(seat)s::text IS NULL OR a.party_code = %(seat)s)
 ORDER BY a.id
"""
_EXCUSES = f"""
SELECT x.request_no, x.reason, x.from_on, x.until_on, x.state, x.asked_on, {COVERS} AS covers
  FROM line_excuse x
 WHERE x.line_no = %(line_no)s AND (%(seat)s::text IS NULL OR x.party_code = %(seat)s)
 ORDER BY x.id
"""
#: What was only proposed, and letters to authorities, are not for the institution's own eyes.
_MEASURES = """
SELECT m.id, m.measure_no, m.kind, m.state, m.opened_on
  FROM measure_step s JOIN measure m ON m.id = s.measure_id
 WHERE s.line_no = %(line_no)s
   AND (%(seat)s::text IS NULL OR (m.party_code = %(seat)s AND m.kind <> 'referral'
        AND m.state NOT IN ('proposed', 'refused', 'withdrawn')))
 ORDER BY m.id
"""


class Answers(NamedTuple):
    """Everything that was answered about a line, the oldest first."""

    known: list[Any]
    excuses: list[Any]
    measures: list[Any]


def of_line(line_no: str, on: date, *, seat: str | None) -> Answers:
    """Return the answers about a line; a seat sees those of its own institution alone."""
    told = {"line_no": line_no, "on": on, "seat": seat}
    return Answers(*(fetch(text, told) for text in (_KNOWN, _EXCUSES, _MEASURES)))
