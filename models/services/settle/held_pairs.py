"""What is held of each hospital and enterprise, added up for the pages that ask every day."""

from collections.abc import Iterable

from models.records.base import sql
from models.records.held_pairs import ADDED

_OF = "h.period = %(period)s AND h.area_code = ANY (%(areas)s)"
_FORGET = f"DELETE FROM held_pair h WHERE {_OF}"
_KEEP = f"""
INSERT INTO held_pair (period, area_code, hospital_code, settler_code, enterprise_code, lane,
    lines_count, amount_fen, reasoned_count, unconfirmed_count, unconfirmed_fen,
    by_hospital_count, by_hospital_fen, by_enterprise_count, by_enterprise_fen, invoice_count,
    invoice_fen)
{ADDED.format(rows=_OF)}
"""


def add_up(period: str, areas: Iterable[str]) -> None:
    """Add up anew what is held of the areas in a month, in the caller's transaction."""
    told = {"period": period, "areas": sorted(areas)}
    sql(_FORGET, told)
    sql(_KEEP, told)
