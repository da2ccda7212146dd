"""Three months of a prepaid area (Hubei's model) by real workers: every balance to the fen.

One hospital is refused by the bank and prepaid for a round; another tops up a fen, goes on, and has
its sub-ledger closed at the end.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from models.records.base import sql
from models.rules.job_names import JobName
from models.rules.money import fen, yuan
from models.services import accounts, approvals, books, files
from models.services.prepaid import balances, closings
from models.services.prepaid.closing_steps import StepName
from models.services.round_prepayments import deciding
from models.services.views import subledgers
from tests.factories import imports as papers
from tests.factories import prepaid, receipts
from tests.factories.sheets import APPROVER, CHECKER, MAKER
from tests.processes import running_workers, wait_until
from tests.simulation.bank import Order, Say
from tests.simulation.desk import WorkersDesk
from tests.simulation.paper import CSV
from tests.simulation.town import bring_profile, people

A, B = papers.HOSPITAL, papers.OTHER_HOSPITAL
ONE, TWO = papers.ENTERPRISE, papers.OTHER_ENTERPRISE
PROFILE = str(CSV.spec["code"])
SCHEME = papers.SCHEME_ROW | {
    "funding": "prepaid_subledger", "payment_per": "sheet", "top_up_days": "5",
    "top_up_remind_days": "3", "round_prepay_bp": "3000",
}  # fmt: skip


@pytest.fixture
def desk(db, settings, redis_url, tmp_path: Path) -> Iterator[WorkersDesk]:
    with running_workers(settings.database_url, redis_url, log_path=tmp_path / "log"):
        yield WorkersDesk()


def take(desk: WorkersDesk, kind: str, rows: list[dict[str, str]], on: date) -> None:
    """A file goes in by a worker, and all of it is taken."""
    stored = files.store(f"{kind}.csv", [papers.written(rows)], by="maker", kind="upload")
    args = {"kind": kind, "file_id": int(stored.id), "on": on}
    result = desk.do(JobName.IMPORT_DATA, args, by="maker")
    assert (result["accepted"], result["rejected"]) == (len(rows), 0), result


def vouchers(desk: WorkersDesk, on: date, *rows: tuple[str, str, str, str]) -> None:
    told = [
        {"voucher_no": number, "hospital_code": hospital, "kind": kind, "amount_yuan": amount,
         "booked_on": str(on)}
        for number, hospital, kind, amount in rows
    ]  # fmt: skip
    take(desk, "prepayments", told, on)


def goods(desk: WorkersDesk, month: str, *rows: tuple[str, str, str, str, str]) -> None:
    """Lines both sides confirmed, each with its invoice: number, hospital, enterprise, yuan."""
    lines, invoices, day = [], [], f"{month}-17"
    for number, hospital, enterprise, amount, original in rows:
        lines.append(
            papers.purchase(
                number, hospital_code=hospital, enterprise_code=enterprise, quantity=amount,
                unit_price_yuan="1.0000", amount_yuan=amount, delivered_on=day, accepted_on=day,
                hospital_confirmed_on=day, enterprise_confirmed_on=day,
                line_kind="goods_return" if original else "receipt", original_line_no=original,
            )
        )  # fmt: skip
        invoices.append(
            papers.invoice(
                number, invoice_no=f"2652{fen(amount.removeprefix('-')):08d}{len(lines):08d}",
                issued_on=day, hospital_code=hospital, enterprise_code=enterprise,
                amount_yuan=amount, kind="red" if original else "blue",
            )
        )  # fmt: skip
    take(desk, "purchases", lines, date.fromisoformat(day))
    take(desk, "invoices", invoices, date.fromisoformat(day))


def month(desk: WorkersDesk, period: str, on: date) -> None:
    """Settled by a worker, reviewed by two people, paid by a worker."""
    desk.do(JobName.SETTLE, {"period": period, "area": None, "on": on}, by="maker")
    approvals.approve(CHECKER, period, None, on)
    approvals.approve(APPROVER, period, None, on)
    pay(desk, period, on)


def pay(desk: WorkersDesk, period: str, on: date) -> None:
    args = {"period": period, "area": None, "profile": PROFILE, "on": on}
    desk.do(JobName.PAY, args, by="maker")


def hear(desk: WorkersDesk, on: date, **words: str) -> None:
    """The bank's word about every order it has not answered; `settled` where nothing is said."""
    rows = sql(
        "SELECT i.reference, i.payee_account_no, i.payee_account_name, i.amount_fen"
        " FROM payment_instruction i WHERE i.state = 'sent' ORDER BY i.id"
    ).fetchall()
    says = [
        Say(Order(*row), words.get(f"_{row[3]}", "settled"), on, "账号户名不符") for row in rows
    ]
    if says:
        desk.give(JobName.BANK_RESULT, CSV.write_results(says, 1), PROFILE, on)


def stands(hospital: str) -> tuple[str, str, str]:
    """Booked, held and available in yuan; the statement says the same line by line."""
    now, paper = balances.of(hospital), subledgers.statement(hospital, None, None)
    assert paper.closing_booked_fen == now.booked_fen
    assert paper.closing_held_fen == now.held_fen
    for move in paper.moves:
        assert min(move.booked_fen, move.held_fen, move.available_fen) >= 0, move
    return yuan(now.booked_fen), yuan(now.held_fen), yuan(now.available_fen)


def asked() -> list[tuple[str, str, str]]:
    rows = sql("SELECT hospital_code, amount_fen, state FROM money_request ORDER BY id")
    return [(code, yuan(amount), state) for code, amount, state in rows]


def proved() -> None:
    wait_until(
        lambda: sql("SELECT count(*) FROM job WHERE state IN ('waiting', 'sent', 'running')"
                    " AND name <> 'send_mail'").fetchone()[0] == 0,
        what="every job to end",
    )  # fmt: skip
    assert sql("SELECT name, error_sentence FROM job WHERE state = 'failed'").fetchall() == []
    assert books.check_books()["broken"] == []


def test_three_months_of_a_prepaid_area_to_the_fen(desk: WorkersDesk):
    people()
    bring_profile(CSV.spec)
    papers.world()
    agency = {"agency_code": "AG1", "name": "市医保中心", "area_code": "529900", **papers.ACCOUNT,
              "email": "a@example.org"}  # fmt: skip
    for kind, rows in (("agencies", [agency]), ("schemes", [SCHEME])):
        assert papers.send(kind, rows).counts[2] == 0
    prepaid.bound_accounts()
    accounts.approve(CHECKER)

    # March: the second hospital lacks one fen; the bank refuses one order of the first.
    vouchers(desk, date(2026, 3, 2), ("YF-A", A, "prepayment", "20000.00"),
             ("YF-B", B, "prepayment", "5000.00"))  # fmt: skip
    goods(desk, "2026-03", ("A1", A, ONE, "12345.67", ""), ("A2", A, TWO, "6000.00", ""),
          ("B1", B, ONE, "5000.01", ""))  # fmt: skip
    month(desk, "2026-03", date(2026, 4, 10))
    assert stands(A) == ("20000.00", "18345.67", "1654.33")
    hear(desk, date(2026, 4, 11), _600000="rejected")
    assert stands(A) == ("7654.33", "6000.00", "1654.33")
    assert stands(B) == ("5000.00", "0.00", "5000.00")
    proved()
    assert asked() == [(B, "0.01", "asked")]
    subjects = [row[0] for row in sql("SELECT subject FROM mail WHERE kind = 'money_request'")]
    assert len(subjects) == 1
    assert "补足预付款 0.01 元" in subjects[0]
    vouchers(desk, date(2026, 4, 14), ("BZ-B", B, "top_up", "0.01"))
    proved()
    assert asked() == [(B, "0.01", "paid")]
    pay(desk, "2026-03", date(2026, 4, 15))
    hear(desk, date(2026, 4, 16))
    assert stands(B) == ("0.00", "0.00", "0.00")

    # April: interest comes in and goods go back; what the bank refused stays held for its sheet.
    vouchers(desk, date(2026, 4, 20), ("LX-A", A, "interest", "3.21"),
             ("YF-B2", B, "prepayment", "1000.00"))  # fmt: skip
    goods(desk, "2026-04", ("A3", A, ONE, "2000.00", ""), ("A4", A, ONE, "-345.67", "A1"),
          ("B2", B, TWO, "300.00", ""))  # fmt: skip
    month(desk, "2026-04", date(2026, 5, 8))
    hear(desk, date(2026, 5, 9))
    assert stands(A) == ("6003.21", "6000.00", "3.21")
    assert stands(B) == ("700.00", "0.00", "700.00")
    proved()

    # May: the round is prepaid into the sub-ledger and drawn down; the other account is closed.
    receipts.insert("vbp_round", round_code="VBP1", name="第十一批", level="national",
                    term_start="2026-01-01", term_end="2026-12-31")  # fmt: skip
    receipts.insert("contract", contract_no="C1", hospital_code=A, nhsa_code=papers.PRODUCT,
                    enterprise_code=ONE, round_code="VBP1", price_yuan="0.40",
                    committed_quantity="84000", term_start="2026-01-01", term_end="2026-12-31",
                    signed_on="2026-01-01")  # fmt: skip
    may = date(2026, 5, 12)
    (found,) = deciding.look(MAKER, "VBP1", None, may)
    assert (yuan(found.gross_fen), yuan(found.already_fen)) == ("10080.00", "0.00")
    (number,) = deciding.propose(MAKER, "VBP1", None, may, count=1, total_fen=found.amount_fen)
    deciding.approve(APPROVER, [number], may, total_fen=found.amount_fen)
    deciding.pay_out(MAKER, number, "JC-A", may, may)
    assert stands(A) == ("16083.21", "6000.00", "10083.21")
    vouchers(desk, may, ("LX-B", B, "interest", "0.55"))
    goods(desk, "2026-05", ("A5", A, TWO, "9000.00", ""), ("B3", B, ONE, "500.00", ""))
    month(desk, "2026-05", date(2026, 6, 9))
    hear(desk, date(2026, 6, 10))
    assert stands(A) == ("7083.21", "6000.00", "1083.21")
    june = date(2026, 6, 12)
    closing = closings.ask(MAKER, B, "改用抵扣模式", date(2026, 6, 30), june)
    closings.agree(CHECKER, closing, june)
    assert closings.refund(MAKER, closing, StepName.INTEREST, "TX-B", june, june) == 55
    assert closings.refund(MAKER, closing, StepName.PRINCIPAL, "TB-B", june, june) == 200_00
    closings.close(APPROVER, closing, june)
    assert stands(B) == ("0.00", "0.00", "0.00")
    proved()
