"""A county with a lead hospital, its member and a stranger, and a scheme to switch on."""

from datetime import date
from decimal import Decimal
from typing import Any

from tests.properties.plain_settlement import World
from tests.properties.worlds import put

COUNTY = "990101"
LEAD, MEMBER, STRANGER = "H99010100001", "H99010100002", "H99010100003"
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
#: Awarded; of the same name and not awarded; a consumable; a film.
SELECTED, GENERIC, CONSUMABLE, FILM = "D1", "D2", "C1", "F1"


def world(**switches: Any) -> World:
    """The county; `switches` are columns of its scheme S1 for national rounds."""
    made = World()
    made.area = [
        {"area_code": "990000", "name": "省", "parent_code": None, "level": "province"},
        {"area_code": COUNTY, "name": "县", "parent_code": "990000", "level": "county"},
    ]
    made.hospital = [
        {"hospital_code": code, "name": code, "credit_code": "X", "area_code": COUNTY,
         "ownership": "public", "level": level, "email": "h@example.org", "joined_on": FIRST,
         "lead_hospital_code": lead}
        for code, level, lead in ((LEAD, "2", LEAD), (MEMBER, "1", LEAD), (STRANGER, "0", None))
    ]  # fmt: skip
    made.enterprise = [
        {"credit_code": "E1", "name": "药企", "role": "both", "size": "small", "account_no": "1",
         "account_name": "药企", "bank_name": "行", "cnaps_code": "1", "email": "e@example.org",
         "suspended_on": None, "account_verified": True}
    ]  # fmt: skip
    made.product = [
        {"nhsa_code": code, "name": name, "kind": kind, "specification": "", "unit": "盒",
         "manufacturer_code": "E1", "listed_price_yuan": Decimal(1), "negotiated": False}
        for code, name, kind in (
            (SELECTED, "甲药", "drug"), (GENERIC, "甲药", "drug"),
            (CONSUMABLE, "导管", "consumable"), (FILM, "胶片", "cloud_film"),
        )
    ]  # fmt: skip
    made.vbp_round = [
        {"round_code": "N1", "name": "N1", "level": "national", "term_start": FIRST,
         "term_end": LAST}
    ]  # fmt: skip
    made.award = [
        {"round_code": "N1", "nhsa_code": SELECTED, "area_code": "990000",
         "price_yuan": Decimal("2.0000"), "term_start": None, "term_end": None}
    ]  # fmt: skip
    made.contract = [contract(LEAD)]
    made.scheme = [
        {"scheme_code": "S1", "valid_from": FIRST, "valid_to": None, "area_code": "990000",
         "funding": "offset", "scope": ["national_vbp"], "deduct_month": "next",
         "confirm_days": 5, "confirm_unit": "working_day", "silence": "escalate",
         "payment_per": "enterprise", "trace_codes": "ignore",
         "holiday_shift": "next_working_day", "due_start": "acceptance", "due_days": 30,
         "due_month_end": False, **switches}
    ]  # fmt: skip
    return made


def contract(hospital_code: str, **changes: Any) -> dict[str, Any]:
    """A contract of the selected product for the year."""
    return {
        "contract_no": f"K{hospital_code}", "hospital_code": hospital_code,
        "nhsa_code": SELECTED, "enterprise_code": "E1", "round_code": "N1",
        "price_yuan": Decimal(2), "committed_quantity": Decimal(1), "term_start": FIRST,
        "term_end": LAST, "signed_on": FIRST, "payment_days": None, "acceptance_days": None,
    } | changes  # fmt: skip


def line(line_no: str, hospital_code: str = LEAD, **changes: Any) -> dict[str, Any]:
    """A receipt of ten selected boxes at the award price, confirmed by both."""
    made = {
        "line_no": line_no, "line_kind": "receipt", "original_line_no": None, "order_no": "D1",
        "hospital_code": hospital_code, "enterprise_code": "E1", "nhsa_code": SELECTED,
        "quantity": Decimal(10), "unit_price_yuan": Decimal("2.0000"), "amount_fen": 2_000,
        "delivered_on": date(2026, 3, 9), "accepted_on": date(2026, 3, 10), "platform": "online",
        "hospital_confirmed_on": date(2026, 3, 20), "enterprise_confirmed_on": date(2026, 3, 20),
        "trace_codes": None,
    } | changes  # fmt: skip
    if made["line_kind"] != "price_adjustment":
        made["amount_fen"] = int(made["quantity"] * made["unit_price_yuan"] * 100)
    return made


def invoiced(made: World, *, off_by_fen: int = 0) -> World:
    """Give every line one invoice of its amount, or off by some fen."""
    made.invoice_line = [
        {"invoice_code": "", "invoice_no": f"I{place}", "line_no": row["line_no"],
         "kind": "blue" if row["amount_fen"] > 0 else "red", "issued_on": row["accepted_on"],
         "enterprise_code": "E1", "hospital_code": row["hospital_code"],
         "amount_fen": row["amount_fen"] + off_by_fen}
        for place, row in enumerate(made.purchase_line)
    ]  # fmt: skip
    return made


def settled_world(made: World, *lines: dict[str, Any], off_by_fen: int = 0) -> World:
    """Write the county with these lines and their invoices into the database."""
    made.purchase_line = list(lines)
    put(invoiced(made, off_by_fen=off_by_fen))
    return made
