"""A city with sheets ready for review: areas, agency, hospitals, enterprises, lines on sheets."""

import itertools
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from models.records.base import sql
from models.rules.calendar import last_day
from models.services import sheet_content
from models.services.access import Actor

PROVINCE, CITY, OTHER_CITY = "520000", "520100", "520200"
MAKER = Actor(name="maker", role="maker")
CHECKER = Actor(name="checker1", role="checker")
APPROVER = Actor(name="checker2", role="approver")
PERIOD = "2026-03"
ON = date(2026, 4, 10)
_numbers = itertools.count(1)


def hospital_code(number: int) -> str:
    return f"H{number:011d}"


def credit_code(number: int) -> str:
    return f"9152{number:014d}"


@dataclass
class City:
    """What a test needs to know about the city it works in."""

    hospitals: list[str] = field(default_factory=list)
    enterprises: list[str] = field(default_factory=list)


def area(code: str, parent: str | None = None, level: str = "city") -> None:
    sql(
        "INSERT INTO area (area_code, name, parent_code, level) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        (code, f"统筹区{code}", parent, level),
    )


def agency(area_code: str, account_no: str | None = None) -> str:
    code = f"A{area_code}"
    sql(
        "INSERT INTO agency (agency_code, name, area_code, account_no, account_name, bank_name,"
        " cnaps_code, email) VALUES (%s, %s, %s, %s, %s, '工行', '102100099996', 'a@x.cn')",
        (code, f"经办{area_code}", area_code, account_no or f"1001{area_code}", f"经办{area_code}"),
    )
    return code


def hospital(number: int, area_code: str = CITY) -> str:
    code = hospital_code(number)
    sql(
        "INSERT INTO hospital (hospital_code, name, credit_code, area_code, ownership, level,"
        " joined_on, email) VALUES (%s, %s, %s, %s, 'public', '3', '2026-01-01', 'h@x.cn')",
        (code, f"医院{number}", credit_code(900_000 + number), area_code),
    )
    return code


def enterprise(number: int, *, verified: bool = True, name: str | None = None) -> str:
    code = credit_code(number)
    sql(
        "INSERT INTO enterprise (credit_code, name, role, size, account_no, account_name,"
        " bank_name,"
        " cnaps_code, email, account_verified)"
        " VALUES (%s, %s, 'both', 'small', %s, %s, '建行', '105100000017', 'e@x.cn', %s)",
        (code, name or f"药企{number}", f"6200{number:012d}", name or f"药企{number}", verified),
    )
    return code


def city(hospitals: int = 2, enterprises: int = 2) -> City:
    """A city below a province that has the agency."""
    area(PROVINCE, level="province")
    area(CITY, PROVINCE)
    agency(PROVINCE)
    return City(
        [hospital(n) for n in range(1, hospitals + 1)],
        [enterprise(n) for n in range(1, enterprises + 1)],
    )


def sheet(
    hospital_code: str,
    enterprise_code: str,
    *amounts_fen: int,
    period: str = PERIOD,
    area_code: str = CITY,
    funding: str = "offset",
    payment_per: str = "enterprise",
    deduct_month: str = "current",
    carried_in_fen: int = 0,
    due_on: date | None = None,
    makers: tuple[str, ...] = ("maker",),
    line_no: str | None = None,
) -> int:
    """A draft sheet whose lines are the amounts: positive are receipts, negative returns.

    `line_no` is the number of its only line, where that matters.
    """
    net = sum(amounts_fen) + carried_in_fen
    due = due_on or last_day(period)
    row = sql(
        "INSERT INTO settlement_sheet (sheet_no, period, area_code, hospital_code, enterprise_code,"
        " funding, payment_per, deduct_month, lines_count, received_fen, returned_fen,"
        " adjusted_fen,"
        " carried_in_fen, payable_fen, carried_out_fen, due_on, state, content_hash, settled_at,"
        " makers)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 0, %s, %s, %s, %s, 'draft', '',"
        " %s, %s)"
        " RETURNING id",
        (
            f"JS{next(_numbers):08d}", period, area_code, hospital_code, enterprise_code, funding,
            payment_per, deduct_month, len(amounts_fen), sum(a for a in amounts_fen if a > 0),
            sum(a for a in amounts_fen if a < 0), carried_in_fen, max(net, 0), min(net, 0),
            due if amounts_fen else None, datetime(2026, 4, 1, tzinfo=UTC), list(makers),
        ),
    ).fetchone()  # fmt: skip
    for amount in amounts_fen:
        number = line_no or f"L{next(_numbers):08d}"
        _line(number, int(row[0]), hospital_code, enterprise_code, amount, due, period)
    sql(
        "INSERT INTO settled_period (area_code, period, settled_at, settled_by)"
        " VALUES (%s, %s, now(), 'maker') ON CONFLICT DO NOTHING",
        (area_code, period),
    )
    sheet_content.seal(period, [area_code])
    return int(row[0])


def _line(
    line_no: str,
    sheet_id: int,
    hospital_code: str,
    enterprise_code: str,
    amount: int,
    due: date,
    period: str,
) -> None:
    kind = "receipt" if amount > 0 else "goods_return"
    sql(
        "INSERT INTO purchase_line (line_no, line_kind, order_no, hospital_code, enterprise_code,"
        " nhsa_code, quantity, unit_price_yuan, amount_fen, delivered_on, accepted_on, platform)"
        " VALUES (%s, %s, 'O1', %s, %s, 'P1', sign(%s), abs(%s)::numeric / 100, %s, %s, %s,"
        " 'online')",
        (line_no, kind, hospital_code, enterprise_code, amount, amount, amount,
         f"{period}-10", f"{period}-10"),
    )  # fmt: skip
    sql(
        "INSERT INTO sheet_line (line_no, sheet_id, line_kind, category, amount_fen, due_on)"
        " VALUES (%s, %s, %s, 'listed', %s, %s)",
        (line_no, sheet_id, kind, amount, due),
    )


def state(sheet_id: int) -> str:
    return str(sql("SELECT state FROM settlement_sheet WHERE id = %s", (sheet_id,)).fetchone()[0])


def states() -> dict[int, str]:
    return dict(sql("SELECT id, state FROM settlement_sheet ORDER BY id").fetchall())
