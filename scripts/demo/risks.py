"""What the city's risk rules look at beside purchases: prescriptions and drugs in short supply."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

from scripts.demo.places import Hospital
from scripts.demo.products import Product

#: Department, prescriber's code, and the share of non-selected products in what was prescribed.
PRESCRIBERS = (
    ("心血管内科", "D01007", 12),
    ("心血管内科", "D01015", 44),
    ("呼吸内科", "D02003", 20),
    ("普外科", "D05011", 8),
)
HOSPITALS = 3
GROUPS = 6
#: Boxes of a product and prescriber in a month.
BOXES = 200
SHORT = 4


def prescription_rows(
    hospitals: Sequence[Hospital], goods: Sequence[Product], period: str
) -> Iterator[dict[str, str]]:
    """Yield what some prescribers prescribed: one of them mostly what no round selected."""
    for hospital in hospitals[:HOSPITALS]:
        for selected, other in _pairs(goods):
            for department, prescriber, share in PRESCRIBERS:
                for product, boxes in (
                    (selected, BOXES * (100 - share) // 100),
                    (other, BOXES * share // 100),
                ):
                    yield {
                        "period": period,
                        "hospital_code": hospital.code,
                        "department": department,
                        "prescriber_code": prescriber,
                        "nhsa_code": product.code,
                        "quantity": str(boxes),
                        "amount_yuan": f"{boxes * product.price_e4 // 10_000}.00",
                    }


def short_supply_rows(goods: Sequence[Product], first: date) -> Iterator[dict[str, str]]:
    """Yield some listed drugs as in short supply since the first month."""
    listed = [one for one in goods if one.kind == "drug" and one.market == "listed"]
    for product in listed[:SHORT]:
        yield {
            "nhsa_code": product.code,
            "valid_from": first.isoformat(),
            "valid_to": "",
            "source": "江岭省短缺药品清单",
        }


def _pairs(goods: Sequence[Product]) -> list[tuple[Product, Product]]:
    """Return drugs of the national round with one of the same name that no round awarded."""
    drugs = sorted((one for one in goods if one.kind == "drug"), key=lambda one: one.name)
    found = []
    for _, named in groupby(drugs, key=lambda one: one.name):
        group = list(named)
        selected = [one for one in group if one.market == "GJ09"]
        others = [one for one in group if not one.is_awarded and one.market == "listed"]
        if selected and others:
            found.append((selected[0], others[0]))
    return found[:GROUPS]
