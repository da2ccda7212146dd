"""The outbox as the pages show it: which mail waits, went or failed, and what it says."""

from typing import Any

from models.services.views.reading import PAGE_ROWS, Rows, Where, fetch, one

_OWNER = """
  LEFT JOIN hospital h ON m.party_kind = 'hospital' AND h.hospital_code = m.party_code
  LEFT JOIN enterprise e ON m.party_kind = 'enterprise' AND e.credit_code = m.party_code
  LEFT JOIN agency a ON m.party_kind = 'agency' AND a.agency_code = m.party_code
"""
_LIST = f"""
SELECT m.id, m.kind, m.party_kind, m.party_code, coalesce(h.name, e.name, a.name,
       m.party_code) AS party_name,
       m.to_address, m.subject, m.state, m.attempts, m.last_error, m.created_at, m.sent_at,
       m.business_on, m.next_try_at
  FROM mail m {_OWNER} WHERE {{where}} ORDER BY m.id DESC LIMIT %(rows)s OFFSET %(skip)s
"""
_ONE = f"""
SELECT m.*, coalesce(h.name, e.name, a.name, m.party_code) AS party_name, f.name AS file_name,
       f.size_bytes, (SELECT count(*) FROM mail_line x WHERE x.mail_id = m.id) AS lines
  FROM mail m {_OWNER} LEFT JOIN stored_file f ON f.id = m.attachment_file_id
 WHERE m.id = %(id)s AND {{where}}
"""
_COUNTS = f"SELECT m.state, count(*) AS mails FROM mail m {_OWNER} WHERE {{where}} GROUP BY 1"


def _where(rows: Rows) -> Where:
    """Enterprises belong to every area; hospitals and agencies to their own."""
    area, told = rows.sql(area="coalesce(h.area_code, a.area_code)", hospital="h.hospital_code",
                          enterprise="e.credit_code")  # fmt: skip
    bound = "m.party_kind = 'enterprise' OR " if "coalesce" in area else ""
    return Where([f"{bound}({area})"], dict(told))


def page(rows: Rows, *, state: str = "", number: int = 0) -> list[Any]:
    """Return the mails of the reader, the latest first, one more than a page."""
    found = _where(rows).add_if(state, "m.state = %(state)s", "state")
    told = {**found.told, "rows": PAGE_ROWS + 1, "skip": number * PAGE_ROWS}
    return fetch(_LIST.format(where=found.text), told)


def counts(rows: Rows) -> dict[str, int]:
    """Return state → number of mails."""
    found = _where(rows)
    return {row.state: row.mails for row in fetch(_COUNTS.format(where=found.text), found.told)}


def find(rows: Rows, mail_id: int) -> Any:  # noqa: ANN401 - a row by name
    """Return a mail of the reader with its text, or None."""
    found = _where(rows)
    return one(_ONE.format(where=found.text), {**found.told, "id": mail_id})
