"""The example month of docs/schemes.md settled under every preset, to the line and to the fen."""

import re
from datetime import date
from typing import Any

import pytest

from models.records.base import db as database
from models.records.base import sql
from models.rules import presets
from models.rules.money import yuan
from models.rules.words import Role
from models.services.access import Actor
from models.services.settle import settle_period
from tests.factories.imports import credit_code, send
from tests.processes import ROOT

ON, PERIOD, DAY = date(2026, 2, 2), "2026-01", "2026-01-15"
AREA, ENTERPRISE = "520000", credit_code(35)
SETTLER = Actor("settler", Role.MAKER)

#: hospital → ownership, level
HOSPITALS = {
    "H52010000001": ("public", "3"),
    "H52010000002": ("public", "1"),
    "H52010000003": ("private", "2"),
    "H52010000004": ("military", "3"),
}
#: letter → hospital, kind, category, name, quantity of one hundred yuan each
LINES = {
    "A": ("H52010000001", "drug", "national", "甲药", 1),
    "B": ("H52010000001", "consumable", "alliance", "乙材", 2),
    "C": ("H52010000001", "drug", "province", "丙药", 4),
    "D": ("H52010000001", "drug", "city", "丁药", 8),
    "E": ("H52010000001", "drug", "negotiated", "戊药", 16),
    "F": ("H52010000001", "cloud_film", "", "云胶片", 32),
    "G": ("H52010000001", "drug", "", "庚药", 64),
    "H": ("H52010000001", "consumable", "", "辛材", 128),
    "I": ("H52010000001", "drug", "", "甲药", 256),
    "J": ("H52010000002", "drug", "national", "甲药", 512),
    "K": ("H52010000003", "drug", "national", "甲药", 1024),
    "L": ("H52010000004", "drug", "national", "甲药", 2048),
    "M": ("H52010000001", "consumable", "national", "癸材", 4096),
}
LEVELS = ("national", "alliance", "province", "city")
ROW = re.compile(r"^\| `(\w+)` \| (\w+) \| ([A-M ]*) \| ([\d,.]+) \| ([\d-]*) \|$", re.M)
TOLD = {
    code: (funding, letters, payable.replace(",", ""), due)
    for code, funding, letters, payable, due in ROW.findall(
        (ROOT / "docs" / "schemes.md").read_text(encoding="utf-8")
    )
}


@pytest.fixture
def city(db):
    send("areas", [{"area_code": AREA, "name": "示例省", "parent_code": "", "level": "province"}])
    send("hospitals", [_hospital(code, *facts) for code, facts in HOSPITALS.items()])
    send("enterprises", [
        {"credit_code": ENTERPRISE, "name": "望江药业", "role": "both", "size": "small",
         "account_no": "6200000000000001", "account_name": "望江药业", "bank_name": "望江银行",
         "cnaps_code": "103701509015", "email": "e@example.org", "suspended_on": ""},
    ])  # fmt: skip
    sql("UPDATE enterprise SET account_verified = true")
    send("products", [_product(letter, *facts) for letter, facts in LINES.items()])
    send("rounds", [
        {"round_code": f"R-{level}", "name": level, "level": level, "term_start": "2025-01-01",
         "term_end": "2027-12-31"} for level in LEVELS
    ])  # fmt: skip
    chosen = [(letter, facts) for letter, facts in LINES.items() if facts[2] in LEVELS]
    send("awards", [
        {"round_code": f"R-{facts[2]}", "nhsa_code": _code(letter), "area_code": AREA,
         "price_yuan": "100"} for letter, facts in chosen
    ])  # fmt: skip
    send("contracts", [
        {"contract_no": f"K-{letter}", "hospital_code": facts[0], "nhsa_code": _code(letter),
         "enterprise_code": ENTERPRISE, "round_code": f"R-{facts[2]}", "price_yuan": "100",
         "committed_quantity": "9999", "term_start": "2025-01-01", "term_end": "2027-12-31",
         "signed_on": "2025-01-01"} for letter, facts in chosen
    ])  # fmt: skip
    send("purchases", [_purchase(letter, *facts) for letter, facts in LINES.items()])
    send("invoices", [_invoice(place, letter) for place, letter in enumerate(LINES)])


def _code(letter: str) -> str:
    return f"XA00001BC01A0010001100{letter}"


def _hospital(code: str, ownership: str, level: str) -> dict[str, str]:
    return {
        "hospital_code": code, "name": f"医院{code[-1]}", "credit_code": "12529901100001019E",
        "area_code": AREA, "ownership": ownership, "level": level, "lead_hospital_code": "",
        "joined_on": "2025-01-01", "email": "h@example.org",
    }  # fmt: skip


def _product(letter: str, _h: str, kind: str, category: str, name: str, _n: int) -> dict[str, str]:
    return {
        "nhsa_code": _code(letter), "name": name, "kind": kind, "specification": "1", "unit": "盒",
        "manufacturer_code": ENTERPRISE, "listed_price_yuan": "100",
        "negotiated": "yes" if category == "negotiated" else "no",
    }  # fmt: skip


def _purchase(letter: str, hospital: str, _k: str, _c: str, _n: str, number: int) -> dict[str, str]:
    return {
        "line_no": letter, "line_kind": "receipt", "original_line_no": "", "order_no": "DD1",
        "hospital_code": hospital, "enterprise_code": ENTERPRISE, "nhsa_code": _code(letter),
        "quantity": str(number), "unit_price_yuan": "100", "amount_yuan": f"{number * 100}.00",
        "delivered_on": "2026-01-14", "accepted_on": DAY, "platform": "online",
        "hospital_confirmed_on": "2026-01-25", "enterprise_confirmed_on": "2026-01-25",
        "trace_codes": "",
    }  # fmt: skip


def _invoice(place: int, letter: str) -> dict[str, str]:
    hospital, *_facts, number = LINES[letter]
    return {
        "invoice_code": "", "invoice_no": f"265200000000000000{place:02d}", "line_no": letter,
        "kind": "blue", "issued_on": "2026-01-20", "enterprise_code": ENTERPRISE,
        "hospital_code": hospital, "amount_yuan": f"{number * 100}.00",
    }  # fmt: skip


def settled_under(preset: presets.Preset) -> tuple[str, str, str, str]:
    """Settle the month under a preset, take it back, and return what the table tells of it."""
    with database.atomic() as taken_back:
        row = {**preset.row(), "scheme_code": "P-1", "valid_from": "2025-01-01", "area_code": AREA}
        assert send("schemes", [row]).counts == (1, 0, 0)
        if preset.row().get("mandates") == "yes":
            _mandates()
        settle_period(SETTLER, PERIOD, None, on=ON, progress=lambda *_: None)
        told = _told(row["funding"])
        taken_back.rollback()
    return told


def _mandates() -> None:
    send("mandates", [
        {"hospital_code": code, "valid_from": "2025-01-01", "document_no": f"WT-{code[-1]}"}
        for code in HOSPITALS
    ])  # fmt: skip


def _told(funding: str) -> tuple[str, str, str, str]:
    lines: list[Any] = sql("SELECT line_no, due_on FROM sheet_line ORDER BY line_no").fetchall()
    payable = sql("SELECT coalesce(sum(payable_fen), 0)::bigint FROM settlement_sheet").fetchone()[
        0
    ]
    letters = " ".join(line for line, _due in lines)
    assert sql("SELECT count(*) FROM held_line WHERE reasons <> '{}'").fetchone()[0] == 0
    return funding, letters, yuan(int(payable)), str(lines[0][1]) if lines else ""


def test_the_example_month_under_every_preset_is_what_the_document_tells(city):
    found = {one.code: settled_under(one) for one in presets.listed()}
    assert found == TOLD
