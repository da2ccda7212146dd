"""Contacts as the pages show them: people of the reader's institutions and who can be reached."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from models.services.views import mails
from models.services.views.reading import PAGE_ROWS, Rows, Where, fetch, like, name_party, one

_NAME = "coalesce(h.name, e.name, a.name, m.party_code)"
_SELECT = f"""
SELECT m.*, {_NAME} AS party_name, b.code AS bounce_code, b.answer AS bounce_answer,
       b.last_seen_at AS bounced_at,
       m.active_from <= %(on)s AND coalesce(m.active_to >= %(on)s, true) AS active
  FROM contact m {mails.owner()}
  LEFT JOIN mail_bounce b ON b.address = lower(m.email) AND b.cleared_at IS NULL
 WHERE {{where}}
"""
_LIST = _SELECT + " ORDER BY m.party_kind, m.party_code, m.id LIMIT %(rows)s OFFSET %(skip)s"
#: Institutions by name or code, for whoever adds a contact.
_PARTIES = """
SELECT * FROM (
    SELECT 'hospital' AS party_kind, hospital_code AS party_code, name, email, area_code
      FROM hospital
    UNION ALL SELECT 'enterprise', credit_code, name, email, NULL FROM enterprise
    UNION ALL SELECT 'agency', agency_code, name, email, area_code FROM agency) q
 WHERE {where} ORDER BY party_kind, party_code LIMIT 20
"""


@dataclass(frozen=True)
class Asked:
    """The conditions of the list."""

    party: str = ""
    topic: str = ""
    #: Ended ones too.
    ended: bool = False


def page(
    rows: Rows, asked: Asked, on: date, *, number: int = 0, size: int = PAGE_ROWS
) -> list[Any]:
    """Return the contacts of the reader's institutions, one more than a page."""
    found = Where(*_mine(rows))
    found.add_if(asked.topic, "%(topic)s = ANY (m.topics)", "topic")
    name_party(found, asked.party, code="m.party_code", names=[_NAME])
    if not asked.ended:
        found.add("coalesce(m.active_to >= %(on)s, true)")
    told = {**found.told, "on": on, "rows": size + 1, "skip": number * size}
    return fetch(_LIST.format(where=found.text), told)


def find(rows: Rows, contact_id: int, on: date) -> Any:  # noqa: ANN401 - a row by name
    """Return a contact of the reader, or None."""
    found = Where(*_mine(rows)).add("m.id = %(id)s", id=contact_id)
    return one(_SELECT.format(where=found.text), {**found.told, "on": on})


def parties(rows: Rows, sought: str) -> list[Any]:
    """Return institutions of the reader by a part of the name or the code, at most 20."""
    area, told = rows.sql(
        area="area_code",
        hospital="CASE party_kind WHEN 'hospital' THEN party_code END",
        enterprise="CASE party_kind WHEN 'enterprise' THEN party_code END",
    )
    bound = "party_kind = 'enterprise' OR " if "area_code" in area else ""
    found = Where([f"{bound}({area})"], dict(told))
    if sought:
        found.add("name LIKE %(like)s OR party_code = %(code)s", like=like(sought), code=sought)
    return fetch(_PARTIES.format(where=found.text), found.told)


def party(rows: Rows, party_kind: str, party_code: str) -> Any:  # noqa: ANN401 - a row by name
    """Return one institution of the reader, or None."""
    found = [one for one in parties(rows, party_code) if one.party_code == party_code]
    return next((one for one in found if one.party_kind == party_kind), None)


def _mine(rows: Rows) -> tuple[list[str], dict[str, Any]]:
    condition, told = mails.mine(rows)
    return [condition], told
