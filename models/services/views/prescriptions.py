"""What departments and prescribers prescribed (处方点评), as the rules about overuse read it."""

from dataclasses import dataclass, field
from typing import Any

from models.services.views.listing import Counted, Listing
from models.services.views.reading import PAGE_ROWS, Rows, Where, like, name_hospital
from models.services.views.risks import is_seat

EXPORT_MAX = 50_000
SCOPE = {"area": "h.area_code", "hospital": "x.hospital_code"}

#: A prescriber's code is whole for its hospital alone, as in findings.
_FROM = """
  FROM prescription x JOIN hospital h USING (hospital_code) LEFT JOIN product d USING (nhsa_code)
 WHERE {where}
"""
LIST = Listing(
    rows=f"""
SELECT x.period, x.hospital_code, h.name AS hospital_name, x.department, x.nhsa_code,
       coalesce(d.name, x.nhsa_code) AS product_name, x.quantity, x.amount_fen,
       coalesce(d.specification, '') AS specification,
       CASE WHEN %(whole)s THEN x.prescriber_code
            WHEN length(x.prescriber_code) <= 4 THEN repeat('*', length(x.prescriber_code))
            ELSE left(x.prescriber_code, 2) || repeat('*', length(x.prescriber_code) - 4)
                 || right(x.prescriber_code, 2) END AS prescriber
{_FROM}
 ORDER BY x.period DESC, x.hospital_code, x.department, x.prescriber_code, x.nhsa_code
 LIMIT %(rows)s OFFSET %(skip)s
""",
    source=_FROM,
    sums="coalesce(sum(x.amount_fen), 0)::bigint AS amount_fen",
)


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    period: str = ""
    hospital: str = ""
    department: str = ""
    product: str = ""
    areas: tuple[str, ...] = field(default=())


def where(rows: Rows, wanted: Asked) -> Where:
    """Return the conditions of the reader's rows."""
    found = Where.of(rows, **SCOPE).add("true", whole=is_seat(rows))
    found.add_if(wanted.period, "x.period = %(period)s", "period")
    found.add_if(wanted.department, "x.department = %(department)s", "department")
    found.add_if(list(wanted.areas) or None, "h.area_code = ANY (%(areas)s)", "areas")
    if wanted.product:
        found.add(
            "(x.nhsa_code = %(product)s OR d.name LIKE %(product_like)s)",
            product=wanted.product,
            product_like=like(wanted.product),
        )
    return name_hospital(found, wanted.hospital, "x.hospital_code")


def page(rows: Rows, wanted: Asked, *, number: int = 0, size: int = PAGE_ROWS) -> list[Any]:
    """Return a page of rows, one more than asked for."""
    return LIST.page(where(rows, wanted), number=number, size=size)


def totals(rows: Rows, wanted: Asked) -> Any:  # noqa: ANN401 - a row by name
    """Return how many rows and their sum in fen."""
    return LIST.totals(where(rows, wanted))


def counted(rows: Rows, wanted: Asked) -> Counted:
    """Return what a saved view counts."""
    return LIST.counted(where(rows, wanted))
