"""One digest for each institution and day: totals, the worst lines, and all lines for its file."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from models.records.base import db, sql
from models.services import notifications
from models.services.excused import EXCUSED

#: A digest's file lists the worst lines up to this many; the totals are of all lines.
LISTED_LINES_MAX = 5_000
#: Lines shown in the mail itself.
WORST_LINES = 10
#: Rows fetched at a time, so that memory stays flat.
FETCH_ROWS = 2_000

KIND = "overdue"


class LateLine(NamedTuple):
    """A late line as a digest shows it."""

    line_no: str
    product_name: str
    hospital_name: str
    enterprise_name: str
    accepted_on: date
    due_on: date
    days_late: int
    unpaid_fen: int
    interest_fen: int
    step: int | None
    step_name: str | None
    #: True: this line called for the mail.
    calls: bool


@dataclass(frozen=True)
class Party:
    """An institution that is told, with the totals of everything it has to answer for."""

    kind: str
    code: str
    name: str
    email: str
    copies: tuple[str, ...]
    lines: int
    calling: int
    unpaid_fen: int
    interest_fen: int
    days_late_max: int
    by_step: tuple[tuple[int | None, str | None, int, int], ...]

    def facts(self, on: date, lines: list[LateLine]) -> dict[str, Any]:
        """Return what the template is told."""
        return {
            "party": self,
            "on": on,
            "lines": lines,
            "worst": lines[:WORST_LINES],
            "listed_max": LISTED_LINES_MAX,
        }


#: Everything an institution answers for counts, not only the lines that called; what is excused
#: on the day stands in no mail.
_PARTIES = f"""
WITH told AS (
    SELECT responsible, party_code, count(*) AS calling,
           array_remove(array_agg(DISTINCT copy_to), NULL) AS copies
      FROM calling WHERE party_code IS NOT NULL GROUP BY 1, 2
),
cost AS (SELECT line_no, sum(interest_fen) AS interest_fen FROM late_part GROUP BY 1),
step AS (
    SELECT l.responsible, l.party_code, l.step, max(l.step_name) AS name, count(*) AS lines,
           sum(l.unpaid_fen)::bigint AS unpaid_fen,
           coalesce(sum(c.interest_fen), 0)::bigint AS interest_fen,
           max(l.days_late) AS days_late
      FROM late l JOIN told USING (responsible, party_code) LEFT JOIN cost c USING (line_no)
     WHERE NOT {EXCUSED}
     GROUP BY 1, 2, 3
)
SELECT t.responsible, t.party_code, coalesce(h.name, e.name, a.name),
       coalesce(h.email, e.email, a.email), h.copy_emails, t.copies,
       sum(s.lines)::bigint, t.calling, sum(s.unpaid_fen)::bigint, sum(s.interest_fen)::bigint,
       max(s.days_late),
       array_agg(s.step ORDER BY s.step DESC NULLS LAST),
       array_agg(s.name ORDER BY s.step DESC NULLS LAST),
       array_agg(s.lines ORDER BY s.step DESC NULLS LAST),
       array_agg(s.unpaid_fen ORDER BY s.step DESC NULLS LAST)
  FROM told t JOIN step s USING (responsible, party_code)
  LEFT JOIN hospital h ON t.responsible = 'hospital' AND h.hospital_code = t.party_code
  LEFT JOIN enterprise e ON t.responsible = 'enterprise' AND e.credit_code = t.party_code
  LEFT JOIN agency a ON t.responsible = 'agency' AND a.agency_code = t.party_code
 GROUP BY 1, 2, 3, 4, 5, 6, 8
"""

_LINES = f"""
SELECT r.responsible, r.party_code, r.line_no, p.name, h.name, e.name, r.accepted_on, r.due_on,
       r.days_late, r.unpaid_fen,
       (SELECT coalesce(sum(i.interest_fen), 0)::bigint FROM late_part i
         WHERE i.line_no = r.line_no), r.step, r.step_name, r.calls
  FROM (SELECT l.*, c.line_no IS NOT NULL AS calls,
               row_number() OVER (PARTITION BY l.responsible, l.party_code
                                  ORDER BY l.days_late DESC, l.unpaid_fen DESC, l.line_no) AS place
          FROM late l LEFT JOIN calling c USING (line_no)
         WHERE EXISTS (SELECT 1 FROM calling t WHERE t.responsible = l.responsible
                          AND t.party_code = l.party_code)
           AND NOT {EXCUSED}) r
  JOIN purchase_line b USING (line_no) JOIN product p USING (nhsa_code)
  JOIN hospital h ON h.hospital_code = r.hospital_code
  JOIN enterprise e ON e.credit_code = r.enterprise_code
 WHERE r.place <= {LISTED_LINES_MAX}
 ORDER BY r.responsible, r.party_code, r.place
"""

_RECORD_LINES = """
INSERT INTO mail_line (mail_id, line_no, step, mailed_on)
SELECT m.id, c.line_no, c.step, %(on)s
  FROM mail m JOIN calling c ON c.responsible = m.party_kind AND c.party_code = m.party_code
 WHERE m.id = ANY (%(mails)s)
"""

_EARLIER = """
SELECT party_kind, party_code, count(*) FROM mail
 WHERE kind = %(kind)s AND business_on = %(on)s GROUP BY 1, 2
"""


def record_mails(on: date, render: notifications.Renderer, *, by: str) -> int:
    """Put one mail for each institution with calling lines into the outbox; return how many."""
    sql("CREATE INDEX ON pg_temp.late_part (line_no)")
    parties = {(party.kind, party.code): party for party in _parties(on)}
    earlier = {row[:2]: row[2] for row in sql(_EARLIER, {"kind": KIND, "on": on})}
    mails = []
    for key, lines in _listed(on):
        notice = _notice(parties[key], on, lines, earlier.get(key, 0))
        mail_id = notifications.record(notice, render, by=by)
        if mail_id is not None:
            mails.append(mail_id)
    sql(_RECORD_LINES, {"mails": mails, "on": on})
    return len(mails)


def _notice(party: Party, on: date, lines: list[LateLine], earlier: int) -> notifications.Notice:
    """Return the notice of a digest; a second one on a day (other lines) has its own key."""
    place = f":{earlier + 1}" if earlier else ""
    return notifications.Notice(
        kind=KIND,
        party_kind=party.kind,
        party_code=party.code,
        to_address=party.email,
        copy_addresses=party.copies,
        business_on=on,
        dedupe_key=f"{KIND}:{party.kind}:{party.code}:{on}{place}",
        facts=party.facts(on, lines),
    )


def _parties(on: date) -> Iterator[Party]:
    """Yield the institutions that are told today."""
    for row in sql(_PARTIES, {"on": on}):
        kind, code, name, email, own_copies, step_copies, *totals, steps, names, counts, sums = row
        lines, calling, unpaid_fen, interest_fen, days_late_max = totals
        yield Party(
            kind=kind,
            code=code,
            name=name,
            email=email,
            copies=_addresses([own_copies, *step_copies], without=email),
            lines=lines,
            calling=calling,
            unpaid_fen=unpaid_fen,
            interest_fen=interest_fen,
            days_late_max=days_late_max,
            by_step=tuple(zip(steps, names, counts, sums, strict=True)),
        )


def _addresses(lists: list[str | None], *, without: str) -> tuple[str, ...]:
    """Return the addresses of `;`-joined lists, each once."""
    found = (part.strip() for joined in lists for part in (joined or "").split(";"))
    return tuple(dict.fromkeys(part for part in found if part and part != without))


def _listed(on: date) -> Iterator[tuple[tuple[str, str], list[LateLine]]]:
    """Yield each institution's lines, the worst first, one institution in memory at a time."""
    with db.connection().cursor(name="digest_lines") as cursor:
        cursor.itersize = FETCH_ROWS
        rows = cursor.execute(_LINES, {"on": on})
        for key, group in groupby(rows, key=lambda row: (row[0], row[1])):
            yield key, [LateLine(*row[2:]) for row in group]
