"""What sending today would do, and the very text of one digest: asked, never recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from models import clock
from models.records.base import db, sql
from models.services import notifications
from models.services.overdue import calling, digests, listing, register, scan, upcoming, watched

_PARTIES = """
SELECT c.responsible, c.party_code, count(*), sum(l.unpaid_fen)::bigint, max(l.days_late),
       coalesce(max(h.name), max(e.name), max(a.name))
  FROM calling c JOIN late l USING (line_no)
  LEFT JOIN hospital h ON c.responsible = 'hospital' AND h.hospital_code = c.party_code
  LEFT JOIN enterprise e ON c.responsible = 'enterprise' AND e.credit_code = c.party_code
  LEFT JOIN agency a ON c.responsible = 'agency' AND a.agency_code = c.party_code
 WHERE c.party_code IS NOT NULL GROUP BY 1, 2 ORDER BY 5 DESC, 4 DESC, 2
"""


@dataclass(frozen=True)
class Told:
    """An institution that would be told."""

    kind: str
    code: str
    #: Lines that call for the mail, their sum and the longest of them.
    lines: int
    unpaid_fen: int
    days_late: int
    name: str


@dataclass(frozen=True)
class Day:
    """What sending on a day would do."""

    #: overdue, escalated, mails
    counts: dict[str, int]
    parties: list[Told]
    #: The mails of the institution asked for, one for each language.
    mails: list[digests.Preview]
    asked: Told | None


def look(
    areas: Sequence[str], on: date, key: tuple[str, str] | None, render: notifications.Renderer
) -> Day:
    """Return what sending would do, with the mails of one institution: of `key`, else the first."""
    with db.atomic():
        counts, by_register = _collect(areas, on)
        parties = [Told(*row) for row in sql(_PARTIES)]
        asked = next((one for one in parties if (one.kind, one.code) == key), None)
        if asked is None and key is None and parties:
            asked = parties[0]
        mails: list[Any] = []
        if asked is not None:
            soon = upcoming.collect(areas, on) if by_register else {}
            mails = digests.preview(on, (asked.kind, asked.code), render, soon)
        return Day(counts, parties, mails, asked)


def _collect(areas: Sequence[str], on: date) -> tuple[dict[str, int], bool]:
    if on <= clock.today() and register.refresh(on, wait=False):
        counts = scan.look(areas, on)
        scan.widen(areas, on)
        return counts, True
    listing.collect(areas, on)
    calling.collect(on)
    watched.collect_interest(on)
    return calling.counts(), False
