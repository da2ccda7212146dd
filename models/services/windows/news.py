"""Who is awaited is told: what opened, ends soon or fell silent; each window once of each."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from models.records.base import sql
from models.records.planning import linear_joins
from models.rules import calendar
from models.rules.job_names import JobName
from models.rules.windows import REMIND_WORKING_DAYS
from models.services import jobs, notifications
from models.services.judgement.due import day_kinds

#: Counterparties named in a mail.
NAMED_MAX = 10

#: Windows nobody told the institution of, by what there is to tell. One that opened and ends soon
#: is told once, as opened; one that fell silent is not called to mind any more.
_MARK = """
CREATE TEMP TABLE untold ON COMMIT DROP AS
SELECT w.id, w.party AS party_kind,
       CASE w.party WHEN 'hospital' THEN w.hospital_code ELSE w.enterprise_code END AS party_code,
       CASE w.party WHEN 'hospital' THEN w.enterprise_code ELSE w.hospital_code END AS other_code,
       w.area_code, w.amount_fen, w.due_on, w.state, w.kind, w.silence,
       CASE WHEN w.state = 'open' AND w.opened_mail_id IS NULL THEN 'opened'
            WHEN w.state = 'open' AND w.soon_mail_id IS NULL AND w.due_on <= %(soon)s THEN 'soon'
            WHEN w.silent_mail_id IS NULL
                 AND w.state IN ('escalated', 'rolled', 'auto_confirmed') THEN w.state
            END AS what
  FROM confirm_window w
 WHERE w.state = 'open' AND (w.opened_mail_id IS NULL
          OR w.soon_mail_id IS NULL AND w.due_on <= %(soon)s)
    OR w.state IN ('escalated', 'rolled', 'auto_confirmed') AND w.silent_mail_id IS NULL
       AND w.kind = 'answer'
"""
_PARTIES = """
SELECT u.party_kind, u.party_code, coalesce(h.name, e.name) AS name, coalesce(h.email, e.email),
       h.copy_emails
  FROM (SELECT DISTINCT party_kind, party_code FROM untold) u
  LEFT JOIN hospital h ON u.party_kind = 'hospital' AND h.hospital_code = u.party_code
  LEFT JOIN enterprise e ON u.party_kind = 'enterprise' AND e.credit_code = u.party_code
 ORDER BY 1, 2
"""
_SUMS = """
SELECT party_kind, party_code, what, count(*), sum(amount_fen)::bigint, min(due_on) FROM untold
 GROUP BY 1, 2, 3
"""
_OTHERS = """
SELECT u.party_kind, u.party_code, coalesce(h.name, e.name), count(*), sum(u.amount_fen)::bigint,
       min(u.due_on)
  FROM untold u
  LEFT JOIN enterprise e ON u.party_kind = 'hospital' AND e.credit_code = u.other_code
  LEFT JOIN hospital h ON u.party_kind = 'enterprise' AND h.hospital_code = u.other_code
 WHERE u.what IN ('opened', 'soon', 'escalated')
 GROUP BY 1, 2, 3 ORDER BY 1, 2, 5 DESC, 3
"""
_TOLD = {
    "opened": "opened_mail_id",
    "soon": "soon_mail_id",
    "escalated": "silent_mail_id",
    "rolled": "silent_mail_id",
    "auto_confirmed": "silent_mail_id",
}
_KEEP = """
UPDATE confirm_window w SET {column} = m.mail_id
  FROM untold u JOIN told_mail m USING (party_kind, party_code)
 WHERE u.id = w.id AND u.what = ANY (%(whats)s)
"""
#: Windows that fell silent, for the agency that pays there.
_SILENT = """
SELECT p.agency_code, p.name, p.email, w.party,
       CASE w.party WHEN 'hospital' THEN w.hospital_code ELSE w.enterprise_code END AS code,
       coalesce(h.name, e.name) AS party_name, count(*) AS lines, sum(w.amount_fen)::bigint AS fen,
       min(w.due_on) AS due_on
  FROM confirm_window w JOIN paying_agency USING (area_code) JOIN agency p USING (agency_code)
  LEFT JOIN hospital h ON w.party = 'hospital' AND h.hospital_code = w.hospital_code
  LEFT JOIN enterprise e ON w.party = 'enterprise' AND e.credit_code = w.enterprise_code
 WHERE w.state = 'escalated' AND w.agency_mail_id IS NULL
 GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 8 DESC, 5
"""
_KEEP_AGENCY = """
UPDATE confirm_window w SET agency_mail_id = %(mail)s
  FROM paying_agency p WHERE p.area_code = w.area_code AND p.agency_code = %(code)s
   AND w.state = 'escalated' AND w.agency_mail_id IS NULL
"""


@dataclass(frozen=True)
class Awaited:
    """Lines, their sum and the earliest day."""

    lines: int = 0
    fen: int = 0
    due_on: date | None = None
    name: str = ""


@dataclass
class Party:
    """An institution that is told."""

    kind: str
    code: str
    name: str
    email: str
    copies: tuple[str, ...] = ()
    #: opened, soon, escalated, rolled, auto_confirmed → sums; None: nothing to tell of it.
    news: dict[str, Awaited | None] = field(default_factory=lambda: dict.fromkeys(_TOLD))
    #: By counterparty, or for an agency by who is silent.
    others: list[Awaited] = field(default_factory=list)

    @property
    def open(self) -> Awaited:
        """Return what still waits for it, of what is told."""
        asked = (self.news[what] for what in ("opened", "soon", "escalated"))
        found = [one for one in asked if one is not None]
        days = [one.due_on for one in found if one.due_on]
        return Awaited(
            sum(one.lines for one in found),
            sum(one.fen for one in found),
            min(days) if days else None,
        )


def tell(on: date, render: notifications.Renderer, *, by: str) -> int:
    """Write the mails of a day and return how many; twice tells once."""
    soon = calendar.add_working_days(on, REMIND_WORKING_DAYS, day_kinds())
    sql("DROP TABLE IF EXISTS pg_temp.untold")
    sql(_MARK, {"soon": soon})
    sql("ANALYZE pg_temp.untold")
    mails = [(p.kind, p.code, _write(p, on, render, by)) for p in _parties()]
    written = _keep([mail for mail in mails if mail[2] is not None])
    for agency in _agencies():
        mail_id = _write(agency, on, render, by)
        if mail_id is not None:
            written += 1
            sql(_KEEP_AGENCY, {"mail": mail_id, "code": agency.code})
    if written:
        jobs.enqueue(JobName.SEND_MAIL, {"on": on}, by=by, dedupe_key=JobName.SEND_MAIL)
    return written


def _keep(mails: list[tuple[str, str, Any]]) -> int:
    """Write down which mail told of which window, as whole sets; return how many mails."""
    sql("DROP TABLE IF EXISTS pg_temp.told_mail")
    sql(
        "CREATE TEMP TABLE told_mail (party_kind text, party_code text, mail_id bigint)"
        " ON COMMIT DROP"
    )
    with sql("SELECT 1").copy("COPY pg_temp.told_mail FROM STDIN") as copy:
        for mail in mails:
            copy.write_row(mail)
    sql("ANALYZE pg_temp.told_mail")
    with linear_joins():
        for column in dict.fromkeys(_TOLD.values()):
            whats = [what for what, of in _TOLD.items() if of == column]
            sql(_KEEP.format(column=column), {"whats": whats})
    return len(mails)


def _parties() -> list[Party]:
    found: dict[tuple[str, str], Party] = {}
    for kind, code, name, email, copies in sql(_PARTIES).fetchall():
        copied = notifications.copies_of(copies, but=email)
        found[kind, code] = Party(kind, code, name, email, copied)
    for kind, code, what, lines, fen, due_on in sql(_SUMS).fetchall():
        found[kind, code].news[what] = Awaited(lines, fen, due_on)
    for kind, code, name, lines, fen, due_on in sql(_OTHERS).fetchall():
        others_of = found[kind, code].others
        if len(others_of) < NAMED_MAX:
            others_of.append(Awaited(lines, fen, due_on, name))
    return list(found.values())


def _agencies() -> Iterator[Party]:
    """Yield each agency with who is silent in its areas."""
    found: dict[str, Party] = {}
    for code, name, email, _, _, silent, lines, fen, due_on in sql(_SILENT).fetchall():
        agency = found.setdefault(code, Party("agency", code, name, email))
        agency.others.append(Awaited(lines, fen, due_on, silent))
    for agency in found.values():
        days = [one.due_on for one in agency.others if one.due_on]
        agency.news["escalated"] = Awaited(
            sum(one.lines for one in agency.others),
            sum(one.fen for one in agency.others),
            min(days) if days else None,
        )
        del agency.others[NAMED_MAX:]
        yield agency


def _write(party: Party, on: date, render: notifications.Renderer, by: str) -> Any:  # noqa: ANN401
    notice = notifications.Notice(
        kind="confirmation",
        party_kind=party.kind,
        party_code=party.code,
        to_address=party.email,
        copy_addresses=party.copies,
        business_on=on,
        dedupe_key=f"confirmation:{party.kind}:{party.code}:{on}",
        facts={"party": party, "on": on},
    )
    return notifications.record(notice, render, by=by)
