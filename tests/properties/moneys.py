"""Random money after a settlement: payments, returns, ladders, rates and agencies."""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from models.records.base import sql
from models.rules.words import LadderAction
from tests.properties.plain_overdue import Money
from tests.properties.plain_settlement import Settlement
from tests.properties.worlds import AREAS

few = st.sampled_from
later = st.integers(0, 120).map(lambda n: date(2026, 3, 1) + timedelta(n))


@st.composite
def moneys(draw: Any, plain: Settlement) -> Money:
    """Draw what moved and what judges it."""
    money = Money()
    _own_payments(draw, plain, money)
    _fates(draw, plain, money)
    _ladders(draw, plain, money)
    _rates(draw, plain, money)
    for number, area in enumerate(draw(st.lists(few(AREAS), max_size=3))):
        money.agency.append(
            {"agency_code": f"J{number}", "name": "局", "area_code": area, "account_no": "1",
             "account_name": "户", "bank_name": "行", "cnaps_code": "1", "email": "j@example.org"}
        )  # fmt: skip
    return money


def _own_payments(draw: Any, plain: Settlement, money: Money) -> None:
    receipts = [row for row in plain.world.live_lines() if row["line_kind"] == "receipt"]
    for number in range(draw(st.integers(0, 6)) if receipts else 0):
        line = draw(few(receipts))
        money.hospital_payment.append(
            {"payment_no": f"F{number}", "line_no": line["line_no"], "paid_on": draw(later),
             "amount_fen": draw(few((1, 100, line["amount_fen"])))}
        )  # fmt: skip


def _fates(draw: Any, plain: Settlement, money: Money) -> None:
    for key, sheet in plain.sheets.items():
        fate = draw(few(("open", "paid", "returned", "reissued", "short")))
        if sheet["payable"] == 0:
            money.approved[key] = draw(later)
        elif fate == "short":
            money.short.add(key)
        elif fate != "open":
            booked = draw(later)
            returned = booked + timedelta(draw(st.integers(0, 30)))
            money.booked[key] = [(booked, None if fate == "paid" else returned)]
            if fate == "reissued":
                money.booked[key].append((returned + timedelta(draw(st.integers(0, 9))), None))


def _ladders(draw: Any, plain: Settlement, money: Money) -> None:
    schemes = sorted({row["scheme_code"] for row in plain.world.scheme})
    keys = st.tuples(few(schemes), later, st.integers(1, 4))
    for code, valid_from, step in sorted(draw(st.sets(keys, max_size=5))):
        money.ladder_step.append(
            {"scheme_code": code, "valid_from": valid_from, "step": step, "name": f"阶梯{step}",
             "after_days": draw(st.integers(0, 60)), "action": LadderAction.REMIND.value}
        )  # fmt: skip


def _rates(draw: Any, plain: Settlement, money: Money) -> None:
    for day in sorted(draw(st.sets(later, max_size=2))):
        rate = draw(st.integers(250, 350))
        money.lpr_rate.append({"valid_from": day - timedelta(60), "one_year_bp": rate})
    for contract in plain.world.contract:
        contract["late_rate_bp"] = draw(few((None, 300, 10_000)))
        contract["enterprise_size"] = draw(few((None, "small", "large")))
    for enterprise in plain.world.enterprise:
        enterprise["size"] = draw(few(("micro", "large")))


_SHEET = "WHERE period = %s AND hospital_code = %s AND enterprise_code = %s"


def put_money(plain: Settlement, money: Money) -> None:
    """Write what moved into the database, around imports and bank files."""
    for table in ("hospital_payment", "ladder_step", "lpr_rate", "agency"):
        for row in getattr(money, table):
            marks = ", ".join(["%s"] * len(row))
            sql(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))
    for row in plain.world.contract:
        told = (row["late_rate_bp"], row["enterprise_size"], row["contract_no"])
        sql(
            "UPDATE contract SET late_rate_bp = %s, enterprise_size = %s WHERE contract_no = %s",
            told,
        )
    for row in plain.world.enterprise:
        sql(
            "UPDATE enterprise SET size = %s WHERE credit_code = %s",
            (row["size"], row["credit_code"]),
        )
    _put_fates(plain, money)


def _put_fates(plain: Settlement, money: Money) -> None:
    for key, day in money.approved.items():
        sql(f"UPDATE settlement_sheet SET approved_on = %s {_SHEET}", (day, *key))
    for key in money.short:
        sql(f"UPDATE settlement_sheet SET state = 'short' {_SHEET}", key)
    # What a re-issue must prove is tried elsewhere; here only the days of its booking count.
    sql("ALTER TABLE payment_allocation DISABLE TRIGGER payment_allocation_again")
    for key, fates in money.booked.items():
        for booked, returned in fates:
            _instruct(key, plain.sheets[key]["payable"], booked, returned)
    sql("ALTER TABLE payment_allocation ENABLE TRIGGER payment_allocation_again")


def _instruct(key: tuple[str, str, str], fen: int, booked: date, returned: date | None) -> None:
    number = sql("SELECT count(*) FROM payment_instruction").fetchone()[0]
    made = sql(
        "INSERT INTO payment_instruction (reference, uetr, period, enterprise_code, area_code,"
        " agency_code, payee_account_no, payee_account_name, payee_bank_name, payee_cnaps_code,"
        " amount_fen, purpose, content_hash, state, booked_on, made_at)"
        " VALUES (%s, %s, %s, %s, '990101', 'J', '1', 'n', 'b', 'c', %s, '货款', '', 'settled', %s,"
        " now()) RETURNING id",
        (f"R{number}", f"U{number}", key[0], key[2], fen, booked),
    ).fetchone()[0]
    sql(
        "INSERT INTO payment_allocation (instruction_id, sheet_id, amount_fen)"
        " SELECT %s, id, payable_fen FROM settlement_sheet"
        f" {_SHEET}",
        (made, *key),
    )
    if returned is not None:
        sql(
            "UPDATE payment_instruction SET state = 'returned', returned_on = %s WHERE id = %s",
            (returned, made),
        )
