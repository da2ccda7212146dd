"""Files to import and the small world they refer to; values are valid and boring."""
# ruff: noqa: E501 - one case a line reads best

import csv
import io
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from models.records.base import db, sql
from models.rules import identifiers
from models.services import files
from models.services.access import Actor
from models.services.imports import running

MAKER = Actor("maker", "maker")
ON = date(2026, 7, 1)

HOSPITAL, OTHER_HOSPITAL = "H52990100101", "H52990200102"


def credit_code(number: int) -> str:
    """A valid code of an invented enterprise."""
    body = f"9152010020{number:07d}"
    return body + (identifiers.credit_check_character(body) or "")


ENTERPRISE, OTHER_ENTERPRISE = credit_code(35), credit_code(36)
PRODUCT = "XA00001BC01A00100011001"

AREA = {"area_code": "520000", "name": "云岭省", "parent_code": "", "level": "province"}
ACCOUNT = {
    "account_no": "6200000000000001",
    "account_name": "望江药业",
    "bank_name": "望江银行",
    "cnaps_code": "103701509015",
}
HOSPITAL_ROW = {
    "hospital_code": HOSPITAL, "name": "望江县医院", "credit_code": "12529901100001019E",
    "area_code": "529901", "ownership": "public", "level": "3", "lead_hospital_code": "",
    "joined_on": "2026-01-01", "email": "h@example.org",
}  # fmt: skip
ENTERPRISE_ROW = {
    "credit_code": ENTERPRISE, "name": "望江药业", "role": "both", "size": "small", **ACCOUNT,
    "email": "e@example.org", "suspended_on": "",
}  # fmt: skip
PRODUCT_ROW = {
    "nhsa_code": PRODUCT, "name": "阿莫西林", "kind": "drug", "specification": "2mg×7", "unit": "盒",
    "manufacturer_code": ENTERPRISE, "listed_price_yuan": "1.0000", "negotiated": "no",
}  # fmt: skip
SCHEME_ROW = {
    "scheme_code": "S-1", "valid_from": "2026-01-01", "valid_to": "", "area_code": "529900",
    "funding": "offset", "scope": "national_vbp;listed", "deduct_month": "next",
    "confirm_days": "5", "confirm_unit": "working_day", "silence": "escalate",
    "payment_per": "enterprise", "trace_codes": "ignore", "holiday_shift": "next_working_day",
    "due_start": "acceptance", "due_days": "30", "due_month_end": "no",
}  # fmt: skip


def purchase(line_no: str = "L1", **changes: str) -> dict[str, str]:
    """A receipt of 10 boxes at 12.345 yuan."""
    return {
        "line_no": line_no, "line_kind": "receipt", "original_line_no": "", "order_no": "DD1",
        "hospital_code": HOSPITAL, "enterprise_code": ENTERPRISE, "nhsa_code": PRODUCT,
        "quantity": "10", "unit_price_yuan": "12.3450", "amount_yuan": "123.45",
        "delivered_on": "2026-03-16", "accepted_on": "2026-03-17", "platform": "online",
        "hospital_confirmed_on": "", "enterprise_confirmed_on": "", "trace_codes": "",
    } | changes  # fmt: skip


def confirmation(line_no: str = "L1", **changes: str) -> dict[str, str]:
    """The hospital agrees."""
    return {
        "line_no": line_no, "party": "hospital", "decided_at": "2026-03-25T09:00:00+08:00",
        "decision": "confirm", "amount_yuan": "123.45", "reason": "",
    } | changes  # fmt: skip


def invoice(line_no: str = "L1", **changes: str) -> dict[str, str]:
    """A digital invoice of the whole line."""
    return {
        "invoice_code": "", "invoice_no": "26520000000000000001", "line_no": line_no,
        "kind": "blue", "issued_on": "2026-03-20", "enterprise_code": ENTERPRISE,
        "hospital_code": HOSPITAL, "amount_yuan": "123.45",
    } | changes  # fmt: skip


def written(rows: list[dict[str, str]]) -> bytes:
    """Rows as CSV with the first row's columns."""
    out = io.StringIO()
    write = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    write.writeheader()
    write.writerows(rows)
    return out.getvalue().encode()


@dataclass(frozen=True)
class Sent:
    """What an import answered."""

    result: dict[str, Any]
    #: The records of the error file.
    errors: list[dict[str, str]] = field(default_factory=list)
    error_file: bytes = b""

    @property
    def counts(self) -> tuple[int, int, int]:
        """(accepted, unchanged, rejected)."""
        found = self.result
        assert found["rows"] == found["accepted"] + found["unchanged"] + found["rejected"]
        return found["accepted"], found["unchanged"], found["rejected"]

    @property
    def codes(self) -> dict[int, str]:
        """row → error_codes"""
        return {int(row["row"]): row["error_codes"] for row in self.errors}


def send(
    kind: str,
    content: bytes | list[dict[str, str]],
    *,
    by: Actor = MAKER,
    all_or_nothing: bool = False,
    name: str = "file.csv",
) -> Sent:
    """Import a file in a transaction of its own."""
    content = content if isinstance(content, bytes) else written(content)
    with db.atomic():
        stored = files.store(name, [content], by=by.name, kind="upload")
        result = running.import_file(kind, stored, by, ON, all_or_nothing=all_or_nothing)
    if result["error_file_id"] is None:
        return Sent(result)
    raw = b"".join(files.read(result["error_file_id"]))
    return Sent(result, list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig")))), raw)


def world() -> None:
    """A province with a city of two counties, two hospitals, two enterprises and one product."""
    areas = [
        AREA,
        AREA | {"area_code": "529900", "parent_code": "520000", "level": "city"},
        AREA | {"area_code": "529901", "parent_code": "529900", "level": "county"},
        AREA | {"area_code": "529902", "parent_code": "529900", "level": "county"},
    ]
    other = {"hospital_code": OTHER_HOSPITAL, "area_code": "529902"}
    for kind, rows in (
        ("areas", areas),
        ("hospitals", [HOSPITAL_ROW, HOSPITAL_ROW | other]),
        ("enterprises", [ENTERPRISE_ROW, ENTERPRISE_ROW | {"credit_code": OTHER_ENTERPRISE}]),
        ("products", [PRODUCT_ROW]),
    ):
        assert send(kind, rows).counts == (len(rows), 0, 0)


def put_on_sheet(line_no: str, *, state: str = "in_review") -> int:
    """Put a line on a sheet of its own, as a settlement would have done."""
    sheet_id = sql(
        "INSERT INTO settlement_sheet (sheet_no, period, area_code, hospital_code, enterprise_code,"
        " funding, payment_per, deduct_month, lines_count, received_fen, returned_fen,"
        " adjusted_fen,"
        " carried_in_fen, payable_fen, carried_out_fen, state, content_hash, settled_at, makers)"
        " SELECT 'S' || line_no, '2026-03', '529901', hospital_code, line_no, 'offset', 'sheet',"
        " 'next', 1, amount_fen, 0, 0, 0, amount_fen, 0, %s, '', now(), '{}' FROM purchase_line"
        " WHERE line_no = %s RETURNING id",
        (state, line_no),
    ).fetchone()[0]
    sql(
        "INSERT INTO sheet_line (line_no, sheet_id, line_kind, category, amount_fen, due_on)"
        " SELECT line_no, %s, line_kind, 'listed', amount_fen, '2026-05-01' FROM purchase_line"
        " WHERE line_no = %s",
        (sheet_id, line_no),
    )
    db.connection().commit()
    return int(sheet_id)
