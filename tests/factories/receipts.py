"""Receipts nobody has paid yet, and what decides about them: schemes, ladders, contracts."""

import itertools
from datetime import date
from typing import Any

from models.records.base import sql
from tests.factories import sheets

ACCEPTED_ON = date(2026, 3, 2)
_numbers = itertools.count(1)


def insert(table: str, **row: Any) -> None:
    """Insert a row as it is named."""
    marks = ", ".join(["%s"] * len(row))
    sql(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))


def product(code: str = "P1", *, name: str = "阿莫西林", kind: str = "drug", **more: Any) -> str:
    insert(
        "product", nhsa_code=code, name=name, kind=kind, specification="0.25g", unit="盒",
        manufacturer_code="M", listed_price_yuan=1, negotiated=more.pop("negotiated", False),
    )  # fmt: skip
    return code


def scheme(code: str = "S1", area_code: str = sheets.CITY, **more: Any) -> str:
    row = {
        "scheme_code": code, "valid_from": "2026-01-01", "area_code": area_code,
        "funding": "offset", "scope": ["listed"], "deduct_month": "current", "confirm_days": 5,
        "confirm_unit": "working_day", "silence": "escalate", "payment_per": "enterprise",
        "trace_codes": "ignore", "holiday_shift": "next_working_day", "due_start": "acceptance",
        "due_days": 30, "due_month_end": False,
    }  # fmt: skip
    insert("scheme", **{**row, **more})
    return code


def rung(step: int, after_days: int, *, code: str = "S1", **more: Any) -> None:
    row = {"valid_from": "2026-01-01", "name": f"阶梯{step}", "action": "remind"}
    insert(
        "ladder_step",
        **{**row, "scheme_code": code, "step": step, "after_days": after_days, **more},
    )


def receipt(hospital: str, enterprise: str, fen: int = 100_00, **more: Any) -> str:
    """A receipt bought offline, so of the self lane; due 30 days after acceptance."""
    line_no = more.pop("line_no", f"R{next(_numbers):06d}")
    row = {
        "line_no": line_no, "line_kind": "receipt", "order_no": "O1", "hospital_code": hospital,
        "enterprise_code": enterprise, "nhsa_code": "P1", "quantity": 1,
        "unit_price_yuan": fen / 100, "amount_fen": fen, "delivered_on": ACCEPTED_ON,
        "accepted_on": ACCEPTED_ON, "platform": "offline",
    }  # fmt: skip
    insert("purchase_line", **{**row, **more})
    return line_no


def goods_return(original: str, fen: int, accepted_on: date) -> str:
    """A return of part of a receipt."""
    line_no = f"T{next(_numbers):06d}"
    sql(
        "INSERT INTO purchase_line (line_no, line_kind, original_line_no, order_no, hospital_code,"
        " enterprise_code, nhsa_code, quantity, unit_price_yuan, amount_fen, delivered_on,"
        " accepted_on, platform) SELECT %s, 'goods_return', line_no, order_no, hospital_code,"
        " enterprise_code, nhsa_code, -1, %s, %s, %s, %s, platform FROM purchase_line"
        " WHERE line_no = %s",
        (line_no, -fen / 100, fen, accepted_on, accepted_on, original),
    )
    return line_no


def own_payment(line_no: str, paid_on: date, fen: int) -> None:
    """What the hospital paid itself."""
    insert(
        "hospital_payment",
        payment_no=f"Y{next(_numbers)}", line_no=line_no, paid_on=paid_on, amount_fen=fen,
    )  # fmt: skip
