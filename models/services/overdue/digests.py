"""One digest for each institution and day: totals, the worst lines, and all lines for its file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, groupby
from operator import itemgetter
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
)

#: Rows fetched at a time, so that memory stays flat.
FETCH_ROWS = 2_000
#: Sorts and joins of a day fit; taken while the digests are made.
WORK_MEM = "128MB"

KIND = "overdue"

#: The institutions that are told, or the one asked for.
_TOLD = """
CREATE TEMP TABLE told ON COMMIT DROP AS
SELECT row_number() OVER () AS place, q.*
  FROM (SELECT responsible, party_code, count(*) AS calling,
               array_remove(array_agg(DISTINCT copy_to), NULL) AS copies
          FROM calling
         WHERE party_code IS NOT NULL
           AND (%(party)s::text IS NULL OR (responsible, party_code) = (%(kind)s::text, %(party)s))
         GROUP BY 1, 2 ORDER BY 1, 2) q
"""

#: Everything they answer for, with what it costs; the institution is a number: texts sort slowly.
_OWED = f"""
CREATE TEMP TABLE owed ON COMMIT DROP AS
WITH cost AS (
    SELECT line_no, sum(interest_fen)::bigint AS interest_fen FROM late_part GROUP BY 1
)
SELECT t.place AS party, l.line_no, l.hospital_code, l.enterprise_code, l.scheme_code,
       l.accepted_on, l.due_on, l.days_late, l.unpaid_fen,
       coalesce(c.interest_fen, 0)::bigint AS interest_fen, l.step, l.step_name
  FROM late l JOIN told t USING (responsible, party_code) LEFT JOIN cost c USING (line_no)
 WHERE NOT {EXCUSED}
"""

#: Everything an institution answers for counts, not only the lines that called; what is excused
#: on the day stands in no mail.
_PARTIES = """
WITH step AS (
    SELECT party, step, max(step_name) AS name, count(*) AS lines,
           sum(unpaid_fen)::bigint AS unpaid_fen, sum(interest_fen)::bigint AS interest_fen,
           max(days_late) AS days_late
      FROM owed GROUP BY 1, 2
),
whole AS (
    SELECT party, sum(lines)::bigint AS lines, sum(unpaid_fen)::bigint AS unpaid_fen,
           sum(interest_fen)::bigint AS interest_fen, max(days_late) AS days_late,
           array_agg(step ORDER BY step DESC NULLS LAST) AS steps,
           array_agg(name ORDER BY step DESC NULLS LAST) AS names,
           array_agg(lines ORDER BY step DESC NULLS LAST) AS counts,
           array_agg(unpaid_fen ORDER BY step DESC NULLS LAST) AS sums
      FROM step GROUP BY 1
)
SELECT t.responsible, t.party_code, coalesce(h.name, e.name, a.name),
       coalesce(h.email, e.email, a.email), h.copy_emails, t.copies,
       w.lines, t.calling, w.unpaid_fen, w.interest_fen, w.days_late,
       w.steps, w.names, w.counts, w.sums
  FROM told t JOIN whole w ON w.party = t.place
  LEFT JOIN hospital h ON t.responsible = 'hospital' AND h.hospital_code = t.party_code
  LEFT JOIN enterprise e ON t.responsible = 'enterprise' AND e.credit_code = t.party_code
  LEFT JOIN agency a ON t.responsible = 'agency' AND a.agency_code = t.party_code
"""

#: One sort serves the place and the order of the rows.
_LINES = f"""
SELECT party, line_no, product, hospital, enterprise, accepted_on, due_on, days_late, unpaid_fen,
       interest_fen, step, step_name, calls
  FROM (SELECT o.party, o.line_no, p.name AS product, h.name AS hospital, e.name AS enterprise,
               o.accepted_on, o.due_on, o.days_late, o.unpaid_fen, o.interest_fen, o.step,
               o.step_name, c.line_no IS NOT NULL AS calls,
               row_number() OVER (PARTITION BY o.party ORDER BY o.days_late DESC,
                                  o.unpaid_fen DESC, o.line_no) AS place
          FROM owed o LEFT JOIN calling c USING (line_no)
          JOIN purchase_line b USING (line_no) JOIN product p USING (nhsa_code)
          JOIN hospital h ON h.hospital_code = o.hospital_code
          JOIN enterprise e ON e.credit_code = o.enterprise_code) r
 WHERE place <= {LISTED_LINES_MAX}
 ORDER BY party, days_late DESC, unpaid_fen DESC, line_no
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
    sql(f"SET LOCAL work_mem = '{WORK_MEM}'")
    sql("DROP TABLE IF EXISTS pg_temp.told, pg_temp.owed")
    sql(_TOLD, {"kind": only and only[0], "party": only and only[1]})
    sql("ANALYZE pg_temp.told")
    sql(_OWED, {"on": on})
    sql("ANALYZE pg_temp.owed (party, line_no)")
    keys = {
        row[0]: (row[1], row[2]) for row in sql("SELECT place, responsible, party_code FROM told")
    }
    parties = {(party.kind, party.code): party for party in _parties()}
    others, steps = outlook.counterparties(parties), outlook.next_steps(on)
    broken = outlook.broken_promises(on)
    offices, earlier = outlook.offices(), notifications.recorded_on(KIND, on)
    answer_by = departure.answer_by(on, ANSWER_DAYS, hours.kinds_after(on))
    for number, lines in _listed():
        key = keys[number]
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


def _parties() -> Iterator[Party]:
    """Yield the institutions that are told today."""
    for row in sql(_PARTIES):
        kind, code, name, email, own_copies, step_copies, *totals, steps, names, counts, sums = row
        lines, calling, unpaid_fen, interest_fen, days_late_max = totals
        yield Party(
            kind=kind,
            code=code,
            name=name,
            email=email,
            copies=notifications.copies_of(own_copies, *step_copies, but=email),
            lines=lines,
            calling=calling,
            unpaid_fen=unpaid_fen,
            interest_fen=interest_fen,
            days_late_max=days_late_max,
            by_step=tuple(zip(steps, names, counts, sums, strict=True)),
        )


def _listed() -> Iterator[tuple[int, list[LateLine]]]:
    """Yield each institution's lines, the worst first, one institution in memory at a time."""
    with db.connection().cursor(name="digest_lines") as cursor:
        cursor.execute(_LINES)
        rows = chain.from_iterable(iter(lambda: cursor.fetchmany(FETCH_ROWS), []))
        for number, group in groupby(rows, key=itemgetter(0)):
            yield number, [LateLine._make(row[1:]) for row in group]
