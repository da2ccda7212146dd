"""What the selects of the pages offer: months, areas, bank profiles."""

from typing import Any

from models.services.views.reading import Rows, fetch

_PERIODS = "SELECT DISTINCT period FROM settled_period ORDER BY period DESC LIMIT 36"
_AREAS = """
SELECT area_code, name, level FROM area a WHERE {scope} ORDER BY area_code
"""
_PROFILES = """
SELECT DISTINCT ON (profile_code) profile_code, version, name, format, retired_at FROM bank_profile
 ORDER BY profile_code, version DESC
"""
#: Sheets, lines and days there are: the first and the last month worth asking for.
_MONTHS = """
SELECT to_char(min(accepted_on), 'YYYY-MM') AS first, to_char(max(accepted_on), 'YYYY-MM') AS last
  FROM purchase_line
"""


def periods() -> list[str]:
    """Return the settled months, the latest first."""
    return [row.period for row in fetch(_PERIODS)]


def areas(rows: Rows) -> list[tuple[str, str]]:
    """Return code and name of the reader's areas."""
    condition, told = rows.sql(area="a.area_code")
    found = fetch(_AREAS.format(scope=condition), told)
    return [(row.area_code, f"{row.name} · {row.area_code}") for row in found]


def profiles(*, to_pay: bool = False) -> list[tuple[str, str]]:
    """Return code and name of the bank profiles; to pay with, only those not retired."""
    return [
        (row.profile_code, f"{row.name} · {row.profile_code}")
        for row in fetch(_PROFILES)
        if not (to_pay and row.retired_at)
    ]


def months() -> Any:  # noqa: ANN401 - a row by name
    """Return the first and last month in which anything was accepted."""
    return fetch(_MONTHS)[0]
