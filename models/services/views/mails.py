"""The outbox as the pages show it: which mail waits, went or failed, what it says, and bounces."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.services.notifications.acts import MAILS_MAX, Act, fits
from models.services.views.listing import Counted, turned
from models.services.views.reading import PAGE_ROWS, Rows, Where, fetch, like, name_party, one
from models.services.views.turning import Key, Order, Place, Turned, whole

_OWNER = """
  LEFT JOIN hospital h ON m.party_kind = 'hospital' AND h.hospital_code = m.party_code
  LEFT JOIN enterprise e ON m.party_kind = 'enterprise' AND e.credit_code = m.party_code
  LEFT JOIN agency a ON m.party_kind = 'agency' AND a.agency_code = m.party_code
"""
_NAME = "coalesce(h.name, e.name, a.name, m.party_code)"
_LIST = f"""
SELECT m.id, m.kind, m.party_kind, m.party_code, {_NAME} AS party_name, m.to_address,
       m.copy_addresses, m.subject, m.state, m.attempts, m.last_error, m.created_at, m.sent_at,
       m.business_on, m.next_try_at, m.not_before, m.language
  FROM mail m {_OWNER} WHERE {{where}} ORDER BY {{order}} LIMIT %(rows)s
"""
#: The latest first.
ORDER = Order((Key("m.id", "id", whole),), is_down=True)
_ONE = f"""
SELECT m.*, {_NAME} AS party_name, f.name AS file_name, f.size_bytes,
       (SELECT count(*) FROM mail_line x WHERE x.mail_id = m.id) AS lines,
       m.not_before > clock_timestamp() AND m.next_try_at < m.not_before AND m.attempts = 0
       AND m.state = 'waiting' AS hurried,
       m.state = 'waiting' AND m.next_try_at > clock_timestamp() AS waits
  FROM mail m {_OWNER} LEFT JOIN stored_file f ON f.id = m.attachment_file_id
 WHERE m.id = %(id)s AND {{where}}
"""
_COUNTS = f"SELECT m.state, count(*) AS mails FROM mail m {_OWNER} WHERE {{where}} GROUP BY 1"
_KINDS = f"SELECT DISTINCT m.kind FROM mail m {_OWNER} WHERE {{where}} ORDER BY 1"
_IDS = f"""
SELECT m.id FROM mail m {_OWNER} WHERE {{where}} ORDER BY m.id LIMIT {MAILS_MAX}
"""
_ATTEMPTS = "SELECT * FROM mail_attempt WHERE mail_id = %(id)s ORDER BY id DESC LIMIT 50"
_BOUNCES = f"""
SELECT m.*, {_NAME} AS party_name FROM mail_bounce m {_OWNER}
 WHERE m.cleared_at IS NULL AND {{where}} ORDER BY m.last_seen_at DESC
 LIMIT %(rows)s OFFSET %(skip)s
"""


@dataclass(frozen=True)
class Asked:
    """The conditions of the outbox; empty ones ask nothing."""

    state: str = ""
    kind: str = ""
    #: Name or code of an institution, or a part of the name.
    party: str = ""
    address: str = ""
    day_from: date | None = None
    day_to: date | None = None


def mine(rows: Rows) -> tuple[str, dict[str, Any]]:
    """Return whose mails a reader sees: an area's agency those of all enterprises too."""
    area, told = rows.sql(area="coalesce(h.area_code, a.area_code)", hospital="h.hospital_code",
                          enterprise="e.credit_code")  # fmt: skip
    bound = "m.party_kind = 'enterprise' OR " if "coalesce" in area else ""
    return f"({bound}({area}))", dict(told)


def owner() -> str:
    """Return the joins that `mine` speaks of, for a row m with party_kind and party_code."""
    return _OWNER


def _where(rows: Rows) -> Where:
    condition, told = mine(rows)
    return Where([condition], told)


def _asked(rows: Rows, asked: Asked) -> Where:
    found = _where(rows)
    found.add_if(asked.state, "m.state = %(state)s", "state")
    found.add_if(asked.kind, "m.kind = %(kind)s", "kind")
    found.add_if(asked.day_from, "m.business_on >= %(day_from)s", "day_from")
    found.add_if(asked.day_to, "m.business_on <= %(day_to)s", "day_to")
    name_party(found, asked.party, code="m.party_code", names=[_NAME])
    if asked.address:
        found.add(
            "m.to_address || ';' || coalesce(m.copy_addresses, '') ILIKE %(address)s",
            address=like(asked.address),
        )
    return found


def page(rows: Rows, asked: Asked, place: Place | None = None, *, size: int = PAGE_ROWS) -> Turned:
    """Return the page at a place of the reader's mails, the latest first."""
    return turned(_LIST, _asked(rows, asked), ORDER, place, size)


def statement(rows: Rows, asked: Asked) -> tuple[str, dict[str, Any]]:
    """Return the statement of the list and its parameters, but for how many."""
    found = _asked(rows, asked)
    return _LIST.format(where=found.text, order=ORDER.sql), found.told


def counted(rows: Rows, asked: Asked) -> Counted:
    """Return what the list counts."""
    found = _asked(rows, asked)
    return Counted(f"SELECT 1 FROM mail m {_OWNER} WHERE {found.text}", found.told)


def every(rows: Rows, asked: Asked, *, most: int) -> Iterator[Any]:
    """Yield the mails of a filter for a file, the latest first, at most so many."""
    yield from page(rows, asked, size=most).rows


def counts(rows: Rows, asked: Asked) -> dict[str, int]:
    """Return state → number of mails, whatever state is asked for."""
    found = _asked(rows, Asked(**{**vars(asked), "state": ""}))
    return {row.state: row.mails for row in fetch(_COUNTS.format(where=found.text), found.told)}


def kinds(rows: Rows) -> list[str]:
    """Return the kinds of mails the reader has."""
    found = _where(rows)
    return [row.kind for row in fetch(_KINDS.format(where=found.text), found.told)]


def fitting(rows: Rows, asked: Asked, act: Act) -> list[int]:
    """Return the mails of a filter that an act fits, the oldest first, at most MAILS_MAX."""
    found = _asked(rows, asked).add(fits(act, "m."))
    return [row.id for row in fetch(_IDS.format(where=found.text), found.told)]


def find(rows: Rows, mail_id: int) -> Any:  # noqa: ANN401 - a row by name
    """Return a mail of the reader with its text, or None."""
    found = _where(rows)
    return one(_ONE.format(where=found.text), {**found.told, "id": mail_id})


def attempts(mail_id: int) -> list[Any]:
    """Return the history of a mail, the latest attempt first."""
    return fetch(_ATTEMPTS, {"id": mail_id})


def bounced(rows: Rows, *, number: int = 0) -> list[Any]:
    """Return the addresses that take no mail, the latest first, one more than a page."""
    found = _where(rows)
    told = {**found.told, "rows": PAGE_ROWS + 1, "skip": number * PAGE_ROWS}
    return fetch(_BOUNCES.format(where=found.text), told)


def is_bounced(rows: Rows, address: str) -> bool:
    """Return whether an address is recorded as bounced within the reader's rows."""
    found = _where(rows).add("m.address = %(address)s AND m.cleared_at IS NULL", address=address)
    text = f"SELECT 1 AS found FROM mail_bounce m {_OWNER} WHERE {found.text}"
    return one(text, found.told) is not None
