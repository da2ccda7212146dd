"""Lines that fall due soon: announced once, where the scheme asks for it."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from models.records.base import sql
from models.services import notifications
from models.services.excused import EXCUSED
from models.services.overdue.told import Soon, SoonLine

KIND = "upcoming"
#: Lines shown in a mail.
SHOWN_LINES = 10

_ASKED = "SELECT EXISTS (SELECT FROM scheme WHERE upcoming_days IS NOT NULL)"

#: Read of the register, which knows what is open and whose turn it is, due or not.
_SOON = f"""
CREATE TEMP TABLE soon ON COMMIT DROP AS
SELECT l.line_no, l.responsible, l.party_code, l.hospital_code, l.enterprise_code, l.nhsa_code,
       l.due_on, l.unpaid_fen,
       row_number() OVER (PARTITION BY l.responsible, l.party_code
                          ORDER BY l.due_on, l.unpaid_fen DESC, l.line_no) AS place
  FROM open_line l
  JOIN LATERAL (SELECT s.upcoming_days FROM scheme s WHERE s.scheme_code = l.scheme_code
                   AND s.valid_from <= %(on)s AND coalesce(s.valid_to >= %(on)s, true)
                 ORDER BY s.valid_from DESC LIMIT 1) s ON true
 WHERE l.area_code = ANY (%(areas)s) AND l.party_code IS NOT NULL AND l.unpaid_fen > 0
   AND l.due_on BETWEEN %(on)s AND %(on)s::date + s.upcoming_days
   AND NOT EXISTS (SELECT FROM upcoming_line u WHERE u.line_no = l.line_no)
   AND NOT {EXCUSED}
"""
_PARTIES = """
SELECT s.responsible, s.party_code, coalesce(h.name, e.name, a.name),
       coalesce(h.email, e.email, a.email), h.copy_emails, count(*), sum(s.unpaid_fen)::bigint,
       min(s.due_on), max(s.due_on)
  FROM soon s
  LEFT JOIN hospital h ON s.responsible = 'hospital' AND h.hospital_code = s.party_code
  LEFT JOIN enterprise e ON s.responsible = 'enterprise' AND e.credit_code = s.party_code
  LEFT JOIN agency a ON s.responsible = 'agency' AND a.agency_code = s.party_code
 GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2
"""
_LINES = f"""
SELECT s.responsible, s.party_code, s.line_no, p.name, h.name, e.name, s.due_on, s.unpaid_fen
  FROM soon s JOIN product p USING (nhsa_code) JOIN hospital h USING (hospital_code)
  JOIN enterprise e ON e.credit_code = s.enterprise_code
 WHERE s.place <= {SHOWN_LINES} ORDER BY s.responsible, s.party_code, s.place
"""
_RECORD = """
INSERT INTO upcoming_line (line_no, due_on, announced_on, party_kind, party_code, mail_id)
SELECT s.line_no, s.due_on, %(on)s, m.party_kind, m.party_code, m.id
  FROM soon s JOIN mail m ON m.party_kind = s.responsible AND m.party_code = s.party_code
 WHERE m.id = ANY (%(mails)s)
ON CONFLICT (line_no) DO NOTHING
"""

Key = tuple[str, str]


def collect(areas: Sequence[str], on: date) -> dict[Key, Soon]:
    """Return what each institution is told of lines falling due; empty where no scheme asks."""
    if not sql(_ASKED).fetchone()[0]:
        return {}
    sql("DROP TABLE IF EXISTS pg_temp.soon")
    sql(_SOON, {"areas": list(areas), "on": on})
    shown: dict[Key, list[SoonLine]] = defaultdict(list)
    for kind, code, *line in sql(_LINES):
        shown[kind, code].append(SoonLine(*line))
    found = {}
    for kind, code, name, email, copies, lines, unpaid_fen, first, last in sql(_PARTIES):
        found[kind, code] = Soon(
            kind, code, name, email, notifications.copies_of(copies, but=email), lines, unpaid_fen,
            first, last, shown[kind, code],
        )  # fmt: skip
    return found


def announce(
    on: date,
    found: dict[Key, Soon],
    digests: dict[Key, int],
    render: notifications.Renderer,
    *,
    by: str,
) -> int:
    """Write a mail for each institution without a digest and return how many; tick all lines off.

    `digests` are the digests of the day that hold the announcement already.
    """
    mails = [digests[key] for key in found if key in digests]
    alone = [_notice(soon, on) for key, soon in found.items() if key not in digests]
    written = [mail_id for _, mail_id in notifications.record_all(alone, render, by=by)]
    mails += written
    if mails:
        sql(_RECORD, {"on": on, "mails": mails})
    return len(written)


def _notice(soon: Soon, on: date) -> notifications.Notice:
    return notifications.Notice(
        kind=KIND,
        party_kind=soon.kind,
        party_code=soon.code,
        to_address=soon.email,
        copy_addresses=soon.copies,
        business_on=on,
        dedupe_key=f"{KIND}:{soon.kind}:{soon.code}:{on}:{soon.shown[0].line_no}",
        facts={"party": soon, "soon": soon, "on": on},
    )
