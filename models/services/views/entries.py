"""The books as the pages show them: entries by account, kind, source and day, and balances."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from models.services.views.listing import turned
from models.services.views.reading import COUNT_MAX, Rows, fetch, one
from models.services.views.reading import Where as _Where
from models.services.views.turning import Key, Order, Place, Turned, whole

#: Accounts are `<book>:<code>`; a reader of some areas sees those of their agencies and hospitals.
#: More entries than these are added up in a request of their own.
ENTRIES_AT_ONCE = 50_000
_MINE = """
split_part(debit_account, ':', 2) IN (SELECT code FROM mine)
OR split_part(credit_account, ':', 2) IN (SELECT code FROM mine)
"""
_OWNERS = """
WITH mine AS MATERIALIZED (
    SELECT agency_code AS code FROM agency a WHERE {agency}
    UNION SELECT hospital_code FROM hospital h WHERE {hospital}
)
"""
_LIST = """
{owners} SELECT entry_no, posted_at, posted_on, debit_account, credit_account, amount_fen, kind,
       source, reverses
  FROM ledger_entry WHERE {where} ORDER BY {order} LIMIT %(rows)s
"""
#: The latest first.
ORDER = Order((Key("entry_no", "entry_no", whole),), is_down=True)
_TOTALS = f"""
{{owners}} SELECT count(*) AS entries, coalesce(sum(amount_fen), 0)::bigint AS sum_fen
  FROM (SELECT amount_fen FROM ledger_entry WHERE {{where}} LIMIT {COUNT_MAX + 1}) q
"""
_BALANCES = """
{owners} SELECT split_part(account, ':', 1) AS book, count(DISTINCT account) AS accounts,
       sum(debit_fen)::bigint AS debit_fen, sum(credit_fen)::bigint AS credit_fen,
       sum(debit_fen - credit_fen)::bigint AS balance_fen
  FROM (SELECT debit_account AS account, amount_fen AS debit_fen, 0 AS credit_fen
         FROM ledger_entry WHERE {where}
        UNION ALL
        SELECT credit_account, 0, amount_fen FROM ledger_entry WHERE {where}) q
 GROUP BY 1 ORDER BY 1
"""
_NAMES = """
SELECT 'h' AS kind, hospital_code AS code, name FROM hospital WHERE hospital_code = ANY (%(codes)s)
UNION ALL SELECT 'e', credit_code, name FROM enterprise WHERE credit_code = ANY (%(codes)s)
UNION ALL SELECT 'a', agency_code, name FROM agency WHERE agency_code = ANY (%(codes)s)
"""


@dataclass(frozen=True)
class Asked:
    """The conditions of the list; empty ones ask nothing."""

    account: str = ""
    kind: str = ""
    source: str = ""
    first_on: date | None = None
    last_on: date | None = None


def _bounds(rows: Rows, asked: Asked) -> tuple[str, _Where]:
    agency, told = rows.sql(area="a.area_code")
    hospital, _ = rows.sql(area="h.area_code")
    bound = agency != "true"
    found = _Where([_MINE if bound else "true"], dict(told))
    if asked.account:
        exact = ":" in asked.account
        pattern = asked.account if exact else f"{asked.account}:%"
        test = "=" if exact else "LIKE"
        found.add(
            f"debit_account {test} %(account)s OR credit_account {test} %(account)s",
            account=pattern,
        )
    found.add_if(asked.kind, "kind = %(kind)s", "kind")
    if asked.source:
        found.add("source LIKE %(source)s || '%%'", source=asked.source)
    found.add_if(asked.first_on, "posted_on >= %(first_on)s", "first_on")
    found.add_if(asked.last_on, "posted_on <= %(last_on)s", "last_on")
    owners = _OWNERS.format(agency=agency, hospital=hospital) if bound else ""
    return owners, found


def page(rows: Rows, asked: Asked, place: Place | None = None) -> Turned:
    """Return the page at a place of the entries, the latest first."""
    owners, found = _bounds(rows, asked)
    return turned(_LIST, found, ORDER, place, owners=owners)


def totals(rows: Rows, asked: Asked) -> Any:  # noqa: ANN401 - a row by name
    """Return count and sum of the entries found, at most COUNT_MAX + 1 of them."""
    owners, found = _bounds(rows, asked)
    return one(_TOTALS.format(owners=owners, where=found.text), found.told)


def balances(rows: Rows, asked: Asked) -> list[Any]:
    """Return debits, credits and balance of each book over the entries found."""
    owners, found = _bounds(rows, asked)
    return fetch(_BALANCES.format(owners=owners, where=found.text), found.told)


def is_large() -> bool:
    """Return whether adding up the books takes longer than a page may: beyond 50,000 entries."""
    found = one("SELECT coalesce(max(entry_no), 0) AS last FROM ledger_entry")
    return bool(found.last > ENTRIES_AT_ONCE)


def names(entries: list[Any]) -> dict[str, str]:
    """Return code → name of the owners of the accounts on a page."""
    codes = {
        account.partition(":")[2]
        for entry in entries
        for account in (entry.debit_account, entry.credit_account)
    }
    return {row.code: row.name for row in fetch(_NAMES, {"codes": sorted(codes)})}
