"""One digest for each institution and day: totals, the worst lines, and all lines for its file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from models.records.base import db, sql
from models.rules import departure
from models.services import notifications
from models.services.excused import EXCUSED
from models.services.notifications import hours
from models.services.overdue import outlook
from models.services.overdue.told import (
    ANSWER_DAYS,
    LISTED_LINES_MAX,
    LateLine,
    Outlook,
    Party,
    Soon,
    addresses,
)

#: Rows fetched at a time, so that memory stays flat.
FETCH_ROWS = 2_000

KIND = "overdue"

#: The institutions that are told, or the one asked for.
_TOLD = """
CREATE TEMP TABLE told ON COMMIT DROP AS
SELECT responsible, party_code, count(*) AS calling,
       array_remove(array_agg(DISTINCT copy_to), NULL) AS copies
  FROM calling
 WHERE party_code IS NOT NULL
   AND (%(party)s::text IS NULL OR (responsible, party_code) = (%(kind)s::text, %(party)s))
 GROUP BY 1, 2
"""

#: Everything an institution answers for counts, not only the lines that called; what is excused
#: on the day stands in no mail.
_PARTIES = f"""
WITH cost AS (SELECT line_no, sum(interest_fen) AS interest_fen FROM late_part GROUP BY 1),
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
          FROM late l JOIN told USING (responsible, party_code)
          LEFT JOIN calling c USING (line_no)
         WHERE NOT {EXCUSED}) r
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

Key = tuple[str, str]


@dataclass(frozen=True)
class Preview:
    """A digest as it would be recorded now, to whom and from when it would leave."""

    group: notifications.Group
    shown: notifications.Rendered
    not_before: Any


def record_mails(
    on: date,
    render: notifications.Renderer,
    *,
    by: str,
    areas: Sequence[str] = (),
    soon: dict[Key, Soon] | None = None,
) -> dict[Key, int]:
    """Put one digest for each institution with calling lines into the outbox; return its mail.

    What falls due soon is part of the digest. A digest of the day before that still waits for its
    hour is taken into the new one.
    """
    mails = {
        (notice.party_kind, notice.party_code): mail_id
        for notice, mail_id in notifications.record_all(_notices(on, soon or {}), render, by=by)
    }
    told = list(mails.values())
    sql(_RECORD_LINES, {"mails": told, "on": on})
    notifications.absorb(told, areas)
    return mails


def preview(
    on: date, key: Key, render: notifications.Renderer, soon: dict[Key, Soon]
) -> list[Preview]:
    """Return the digest of an institution as sending now would record it; nothing is written."""
    return [
        Preview(
            group,
            notifications.rendered(notice, group, render),
            hours.not_before(*key, on),
        )
        for notice in _notices(on, soon, only=key)
        for group in notifications.groups(notice)
    ]


def _notices(
    on: date, soon: dict[Key, Soon], only: Key | None = None
) -> Iterator[notifications.Notice]:
    """Yield the notice of each institution that is told, one in memory at a time."""
    sql("DROP TABLE IF EXISTS pg_temp.told")
    sql(_TOLD, {"kind": only and only[0], "party": only and only[1]})
    sql("ANALYZE pg_temp.told")
    sql("CREATE INDEX IF NOT EXISTS late_part_line ON pg_temp.late_part (line_no)")
    parties = {(party.kind, party.code): party for party in _parties(on)}
    others, steps = outlook.counterparties(on, parties), outlook.next_steps(on)
    broken = outlook.broken_promises(on)
    offices, earlier = outlook.offices(), notifications.recorded_on(KIND, on)
    answer_by = departure.answer_by(on, ANSWER_DAYS, hours.kinds_after(on))
    for key, lines in _listed(on):
        beside = Outlook(
            counterparties=others.get(key, []),
            next_step=steps.get(key),
            broken=broken.get(key, []),
            answer_by=answer_by,
            office=offices.get(key[1], "") if key[0] == "hospital" else "",
            soon=soon.get(key),
        )
        yield _notice(parties[key], on, lines, beside, earlier.get(key, 0))


def _notice(
    party: Party, on: date, lines: list[LateLine], beside: Outlook, earlier: int
) -> notifications.Notice:
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
        facts=party.facts(on, lines, beside),
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
            copies=addresses([own_copies, *step_copies], without=email),
            lines=lines,
            calling=calling,
            unpaid_fen=unpaid_fen,
            interest_fen=interest_fen,
            days_late_max=days_late_max,
            by_step=tuple(zip(steps, names, counts, sums, strict=True)),
        )


def _listed(on: date) -> Iterator[tuple[Key, list[LateLine]]]:
    """Yield each institution's lines, the worst first, one institution in memory at a time."""
    with db.connection().cursor(name="digest_lines") as cursor:
        cursor.itersize = FETCH_ROWS
        rows = cursor.execute(_LINES, {"on": on})
        for key, group in groupby(rows, key=lambda row: (row[0], row[1])):
            yield key, [LateLine(*row[2:]) for row in group]
