"""A payment run: who is paid, in which order, from which account, and never twice."""

import hashlib
import threading
from datetime import date, timedelta

import pytest

from models.records.base import db as handle
from models.records.base import sql
from models.rules.errors.access import NotAllowed
from models.rules.errors.bank import UnknownProfile
from models.rules.errors.payment import AgencyMissing, FileTotalsDiffer, OrderTooLarge
from models.services import files, payments
from tests.factories import payments as bank
from tests.factories import sheets
from tests.factories.sheets import CHECKER, CITY, MAKER, ON, OTHER_CITY, PERIOD, PROVINCE

pytestmark = pytest.mark.usefixtures("db")


def voucher(hospital: str, amount_fen: int, number: str = "V1", kind: str = "prepayment") -> None:
    sql(
        "INSERT INTO prepayment_voucher (voucher_no, hospital_code, kind, amount_fen, booked_on)"
        " VALUES (%s, %s, %s, %s, '2026-03-01')",
        (number, hospital, kind, amount_fen),
    )


def test_one_instruction_for_each_enterprise_and_area():
    town = sheets.city(2, 2)
    bank.profile()
    sheets.sheet(town.hospitals[0], town.enterprises[0], 100)
    sheets.sheet(town.hospitals[1], town.enterprises[0], 200)
    sheets.sheet(town.hospitals[0], town.enterprises[1], 400)
    bank.approve_all()
    (batch,) = bank.pay()
    assert [amount for _, amount, _ in bank.orders()] == [300, 400]
    assert (batch["lines"], batch["total_yuan"]) == (2, "7.00")
    assert set(sheets.states().values()) == {"sent"}


def test_per_sheet_each_sheet_has_its_instruction():
    town = sheets.city(2, 1)
    bank.profile()
    sheets.sheet(town.hospitals[0], town.enterprises[0], 100, payment_per="sheet")
    sheets.sheet(town.hospitals[1], town.enterprises[0], 200, payment_per="sheet")
    bank.approve_all()
    bank.pay()
    assert [amount for _, amount, _ in bank.orders()] == [100, 200]


def test_the_file_is_stored_with_its_sha256_and_carries_the_orders():
    bank.paid_city(100, 250)
    file_id, sha256 = sql("SELECT file_id, file_sha256 FROM payment_batch").fetchone()
    content = b"".join(files.read(file_id))
    assert hashlib.sha256(content).hexdigest() == sha256
    references = [reference for reference, _, _ in bank.orders()]
    assert [line.split(",")[0] for line in content.decode().splitlines()] == references
    assert all(len(reference) <= 16 for reference in references)
    moves = sql("SELECT from_state, to_state FROM instruction_event ORDER BY id").fetchall()
    assert sorted(set(moves)) == [("approved", "batched"), ("batched", "sent")]


def test_a_second_run_has_nothing_to_pay():
    bank.paid_city(100)
    assert bank.pay() == []
    assert len(bank.orders()) == 1


def test_nothing_to_pay_is_an_empty_list():
    sheets.city()
    bank.profile()
    assert bank.pay() == []


def test_a_payable_of_zero_makes_no_instruction():
    town = sheets.city()
    bank.profile()
    sheets.sheet(town.hospitals[0], town.enterprises[0], 100, -100)
    bank.approve_all()
    assert bank.pay() == []


def test_sheets_of_earlier_periods_are_paid_too_and_later_ones_wait():
    town = sheets.city()
    bank.profile()
    early = sheets.sheet(town.hospitals[0], town.enterprises[0], 100)
    late = sheets.sheet(town.hospitals[0], town.enterprises[0], 300, period="2026-04")
    next_one = sheets.sheet(town.hospitals[0], town.enterprises[0], 900, period="2026-05")
    for period in (PERIOD, "2026-04", "2026-05"):
        bank.approve_all(period)
    bank.pay("2026-04")
    assert sheets.states() == {early: "sent", late: "sent", next_one: "approved"}
    assert [amount for _, amount, _ in bank.orders()] == [400]
    assert sql("SELECT period, purpose FROM payment_instruction").fetchone() == (
        "2026-04", "医药货款2026-03至2026-04",
    )  # fmt: skip


def test_only_the_asked_area_is_paid():
    town = sheets.city()
    bank.profile()
    sheets.area(OTHER_CITY, PROVINCE)
    there = sheets.hospital(77, OTHER_CITY)
    here = sheets.sheet(town.hospitals[0], town.enterprises[0], 100)
    away = sheets.sheet(there, town.enterprises[0], 300, area_code=OTHER_CITY)
    bank.approve_all()
    bank.pay(area=CITY)
    assert sheets.states() == {here: "sent", away: "approved"}
    bank.pay()
    assert [amount for _, amount, _ in bank.orders()] == [100, 300]


def test_areas_pay_from_their_own_agency_or_the_nearest_above():
    town = sheets.city()
    bank.profile()
    sheets.area(OTHER_CITY, PROVINCE)
    sheets.agency(OTHER_CITY)
    there = sheets.hospital(77, OTHER_CITY)
    sheets.sheet(town.hospitals[0], town.enterprises[0], 100)
    sheets.sheet(there, town.enterprises[0], 300, area_code=OTHER_CITY)
    bank.approve_all()
    batches = bank.pay()
    assert [one["total_yuan"] for one in batches] == ["3.00", "1.00"] or [
        one["total_yuan"] for one in batches
    ] == ["1.00", "3.00"]
    debtors = sql("SELECT debtor_account_no, total_fen FROM payment_batch ORDER BY 2").fetchall()
    assert debtors == [(f"1001{PROVINCE}", 100), (f"1001{OTHER_CITY}", 300)]


def test_an_area_without_agency_is_refused_by_name():
    sheets.area(PROVINCE, level="province")
    sheets.area(CITY, PROVINCE)
    bank.profile()
    one = sheets.sheet(sheets.hospital(1), sheets.enterprise(1), 100)
    bank.approve_all()
    with pytest.raises(AgencyMissing, match=CITY):
        bank.pay()
    assert sheets.state(one) == "approved"


def test_an_unverified_account_is_kept_out_and_blocks_no_other():
    town = sheets.city(1, 2)
    bank.profile()
    kept = sheets.sheet(town.hospitals[0], town.enterprises[0], 100)
    paid = sheets.sheet(town.hospitals[0], town.enterprises[1], 300)
    bank.approve_all()
    sql(
        "UPDATE enterprise SET account_verified = false WHERE credit_code = %s",
        (town.enterprises[0],),
    )
    bank.pay()
    assert sheets.states() == {kept: "approved", paid: "sent"}
    assert sql("SELECT kept_out FROM settlement_sheet WHERE id = %s", (kept,)).fetchone()[0] == (
        "account_unverified"
    )
    sql("UPDATE enterprise SET account_verified = true")
    bank.pay()
    assert sheets.state(kept) == "sent"
    assert sql("SELECT kept_out FROM settlement_sheet WHERE id = %s", (kept,)).fetchone()[0] is None


@pytest.mark.parametrize(
    ("set_after", "suspended_on", "state"),
    [
        (timedelta(hours=1), ON, "approved"),
        (timedelta(hours=1), ON + timedelta(days=1), "sent"),
        (timedelta(hours=-1), ON, "sent"),
    ],
    ids=["reached", "not yet reached", "known before the approval"],
)
def test_only_a_suspension_known_after_the_approval_and_reached_keeps_out(
    set_after, suspended_on, state
):
    town = sheets.city(1, 1)
    bank.profile()
    one = sheets.sheet(town.hospitals[0], town.enterprises[0], 100)
    bank.approve_all()
    sql(
        "UPDATE enterprise SET suspended_on = %s,"
        " suspended_set_at = (SELECT max(approved_at) FROM settlement_sheet) + %s",
        (suspended_on, set_after),
    )
    bank.pay()
    assert sheets.state(one) == state


def test_the_sub_ledger_pays_whole_sheets_in_order_and_nobody_overtakes():
    town = sheets.city(1, 3)
    bank.profile()
    hospital = town.hospitals[0]
    voucher(hospital, 500)
    first = sheets.sheet(
        hospital, town.enterprises[2], 300, funding="prepaid_subledger", due_on=date(2026, 4, 1)
    )
    second = sheets.sheet(
        hospital, town.enterprises[0], 250, funding="prepaid_subledger", due_on=date(2026, 4, 2)
    )
    third = sheets.sheet(
        hospital, town.enterprises[1], 100, funding="prepaid_subledger", due_on=date(2026, 4, 2)
    )
    bank.approve_all()
    bank.pay()
    assert sheets.states() == {first: "sent", second: "short", third: "short"}
    assert bank.balance(f"prepaid:{hospital}") == -200
    voucher(hospital, 150, "V2", "top_up")
    bank.pay(on=date(2026, 4, 20))
    assert sheets.states() == {first: "sent", second: "sent", third: "sent"}
    assert bank.balance(f"prepaid:{hospital}") == 0
    assert bank.balance(f"hospital_goods:{hospital}") == 0


def test_turnover_is_paid_like_prepaid_and_refunds_are_subtracted():
    town = sheets.city(1, 1)
    bank.profile()
    voucher(town.hospitals[0], 500)
    voucher(town.hospitals[0], 401, "V2", "refund")
    one = sheets.sheet(town.hospitals[0], town.enterprises[0], 100, funding="turnover")
    bank.approve_all()
    bank.pay()
    assert sheets.state(one) == "short"


def test_a_kept_out_sheet_takes_nothing_and_blocks_nobody_in_the_sub_ledger():
    town = sheets.city(1, 2)
    bank.profile()
    voucher(town.hospitals[0], 300)
    kept = sheets.sheet(town.hospitals[0], town.enterprises[0], 250, funding="prepaid_subledger")
    paid = sheets.sheet(town.hospitals[0], town.enterprises[1], 300, funding="prepaid_subledger")
    bank.approve_all()
    sql(
        "UPDATE enterprise SET account_verified = false WHERE credit_code = %s",
        (town.enterprises[0],),
    )
    bank.pay()
    assert sheets.states() == {kept: "approved", paid: "sent"}


def test_a_run_is_split_by_rows_and_by_bytes():
    town = sheets.city(1, 10)
    bank.profile("rows", max_rows=4)
    bank.profile("bytes", max_bytes=420)
    for code in town.enterprises[:5]:
        sheets.sheet(town.hospitals[0], code, 100)
    bank.approve_all()
    assert [one["lines"] for one in bank.pay(profile="rows")] == [4, 1]
    for code in town.enterprises[:5]:
        sheets.sheet(town.hospitals[0], code, 100, period="2026-04")
    bank.approve_all("2026-04")
    batches = bank.pay("2026-04", profile="bytes")
    assert sum(one["lines"] for one in batches) == 5
    assert len(batches) > 1
    sizes = sql(
        "SELECT f.size_bytes FROM stored_file f JOIN payment_batch b ON b.file_id = f.id"
        " WHERE b.period = '2026-04'"
    ).fetchall()
    assert all(size <= 420 for (size,) in sizes)


def test_an_order_larger_than_any_file_is_refused():
    town = sheets.city(1, 1)
    bank.profile(max_bytes=10)
    one = sheets.sheet(town.hospitals[0], town.enterprises[0], 100)
    bank.approve_all()
    with pytest.raises(OrderTooLarge):
        bank.pay()
    assert sheets.state(one) == "approved"


def test_a_file_that_reads_back_otherwise_sends_nothing():
    town = sheets.city(1, 1)
    bank.profile(misread_fen=1)
    one = sheets.sheet(town.hospitals[0], town.enterprises[0], 100)
    bank.approve_all()
    with pytest.raises(FileTotalsDiffer):
        bank.pay()
    assert sheets.state(one) == "approved"
    assert bank.orders() == []
    assert sql("SELECT count(*) FROM stored_file").fetchone()[0] == 0


def test_a_crash_while_the_file_is_written_leaves_no_trace():
    town = sheets.city(1, 1)
    bank.profile()
    one = sheets.sheet(town.hospitals[0], town.enterprises[0], 100)
    bank.approve_all()

    class Crashing(bank.PlainFormat):
        def write(self, head, orders):
            yield from super().write(head, orders)
            raise ConnectionError("the worker dies here")

    with pytest.raises(ConnectionError):
        bank.pay(formats=Crashing)
    assert sheets.state(one) == "approved"
    assert bank.orders() == []
    assert len(bank.pay()) == 1


def test_the_run_is_recorded_as_sent_before_anybody_can_see_the_file():
    """Another connection sees either nothing or sent with its bytes: persist, then send."""
    town = sheets.city(1, 1)
    bank.profile()
    sheets.sheet(town.hospitals[0], town.enterprises[0], 100)
    bank.approve_all()
    seen: list[object] = []

    class Watched(bank.PlainFormat):
        def write(self, head, orders):
            def look() -> None:
                with handle.connection_context():
                    seen.append(sql("SELECT count(*) FROM payment_instruction").fetchone()[0])

            thread = threading.Thread(target=look)
            thread.start()
            thread.join()
            yield from super().write(head, orders)

    bank.pay(formats=Watched)
    assert seen == [0]
    row = sql(
        "SELECT b.state, i.state, b.file_id FROM payment_batch b, payment_instruction i"
    ).fetchone()
    assert row[:2] == ("sent", "sent")
    assert row[2] is not None


def test_two_runs_at_once_pay_once():
    town = sheets.city(1, 3)
    bank.profile()
    for code in town.enterprises:
        sheets.sheet(town.hospitals[0], code, 100)
    bank.approve_all()
    lines: list[int] = []

    def run(area: str | None) -> None:
        with handle.connection_context():
            lines.append(sum(one["lines"] for one in bank.pay(area=area)))

    threads = [threading.Thread(target=run, args=(area,)) for area in (None, CITY, PROVINCE, CITY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(lines) == [0, 0, 0, 3]
    assert [amount for _, amount, _ in bank.orders()] == [100, 100, 100]


def test_sent_money_moves_from_the_enterprise_and_the_hospital_owes_the_agency():
    town = bank.paid_city(700)
    hospital, enterprise = town.hospitals[0], town.enterprises[0]
    assert bank.balance(f"enterprise:{enterprise}") == 0
    assert bank.balance(f"in_transit:A{PROVINCE}") == -700
    assert bank.balance(f"agency_advance:{hospital}") == 700
    assert bank.balance(f"hospital_goods:{hospital}") == 0


def test_the_payee_is_a_snapshot_that_never_changes():
    bank.paid_city(700)
    with pytest.raises(Exception, match="snapshot"), handle.atomic():
        sql("UPDATE payment_instruction SET payee_account_no = 'x'")


def test_unknown_profile_and_wrong_role_are_refused():
    sheets.city()
    with pytest.raises(UnknownProfile):
        bank.pay(profile="nobody")
    with pytest.raises(NotAllowed):
        payments.pay_sheets(CHECKER, PERIOD, None, "x", ON, formats=bank.PlainFormat)


def test_a_sheet_whose_seal_is_not_the_reviewed_one_is_not_paid():
    town = sheets.city(1, 1)
    bank.profile()
    one = sheets.sheet(town.hospitals[0], town.enterprises[0], 100)
    bank.approve_all()
    sql("UPDATE settlement_sheet SET content_hash = 'another'")
    assert bank.pay() == []
    assert sheets.state(one) == "approved"


def test_maker_of_the_run_stands_on_the_batch():
    bank.paid_city(1)
    assert sql("SELECT made_by FROM payment_batch").fetchone()[0] == MAKER.name


def test_the_shortfall_is_what_is_uncovered_less_what_is_left():
    town = sheets.city(1, 2)
    bank.profile()
    hospital = town.hospitals[0]
    voucher(hospital, 500)
    sheets.sheet(hospital, town.enterprises[0], 300, funding="prepaid_subledger")
    sheets.sheet(hospital, town.enterprises[1], 450, funding="prepaid_subledger")
    bank.approve_all()
    result = payments.pay_sheets(MAKER, PERIOD, None, bank.PROFILE, ON, formats=bank.PlainFormat)
    assert result["shortfalls"] == {hospital: "2.50"}
