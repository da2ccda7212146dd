"""The demo city's statements: each day adds up, follows the day before, and ends in time."""

import csv
import io
from datetime import date

from models.rules.money import fen
from scripts.demo import bank, places
from scripts.demo.statement import DAYS, Statements, bookings

FIRST, LATER = date(2026, 9, 10), date(2026, 10, 10)
AREA = places.PAYING_COUNTIES[0]


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def answers() -> list[bank.Answer]:
    orders = "reference,account_no,account_name,amount_yuan\r\n" + "".join(
        f"ZJ{number:04d},6200{number:04d},甲,{number}.10\r\n" for number in range(1, 61)
    )
    return bank.decide("generic_csv", orders.encode())


def test_a_returned_payment_leaves_and_comes_back_and_a_refused_one_never_leaves():
    booked = list(bookings(AREA, FIRST, answers()))
    by_status = {one.status: one.order.reference for one in answers()}
    moved = [one.amount_fen for one in booked if one.answer.status == "returned"]
    assert len(moved) == 2
    assert sum(moved) == 0
    assert {one.answer.status for one in booked} == {"settled", "returned"}
    assert {"settled", "rejected", "returned", "pending"} == set(by_status)


def test_every_day_adds_up_and_opens_where_the_one_before_ended():
    statements = Statements()
    booked = list(bookings(AREA, date(2026, 9, 11), answers()))
    stated = rows(statements.write(FIRST, LATER, booked)) + rows(statements.write(LATER, LATER, []))
    closing: dict[str, int] = {}
    for account_no, day in dict.fromkeys((row["account_no"], row["day"]) for row in stated):
        of_day = [row for row in stated if (row["account_no"], row["day"]) == (account_no, day)]
        moved = sum(fen(row["amount_yuan"]) for row in of_day if row["amount_yuan"])
        assert fen(of_day[0]["opening_yuan"]) + moved == fen(of_day[0]["closing_yuan"])
        assert fen(of_day[0]["opening_yuan"]) == closing.get(
            account_no, fen(of_day[0]["opening_yuan"])
        )
        closing[account_no] = fen(of_day[0]["closing_yuan"])
    assert len(closing) == 1 + len(places.PAYING_COUNTIES)
    assert len({row["day"] for row in stated}) == DAYS + 1


def test_no_day_lies_after_the_business_date():
    assert {row["day"] for row in rows(Statements().write(FIRST, FIRST, []))} == {"2026-09-10"}
