"""The database is destroyed in mid-month and comes back: what left since is not sent again."""

from datetime import date

import psycopg
import pytest

from models import settings as settings_module
from models.records import base
from models.records.base import sql
from models.rules.errors.recovery import (
    JournalNotWritten,
    LostFileDiffers,
    LostFileSamePerson,
)
from models.rules.job_names import JobName
from models.rules.lost_files import LostFileState
from models.services import access, approvals, payments, releases
from scripts import pay
from tests.journeys.months import APPROVER, CHECKER, CITY, MAKER, Office, broken
from tests.processes import running_workers
from workers import banking

ON = date(2026, 4, 10)
NEXT = date(2026, 5, 10)


def settle_and_approve(office: Office, period: str, on: date) -> None:
    office.do(JobName.SETTLE, on, period=period, area=CITY)
    for person in (CHECKER, APPROVER):
        with base.db.atomic():
            approvals.approve(person, period, CITY, on)


def orders() -> list[tuple]:
    return sql(
        "SELECT i.reference, i.uetr, i.amount_fen, i.state, b.batch_no, b.file_sha256, i.sent_on"
        " FROM payment_instruction i JOIN payment_batch b ON b.id = i.batch_id ORDER BY i.id"
    ).fetchall()


def destroy(url: str) -> None:
    base.db.close()
    with psycopg.connect(url) as ask:
        ask.execute("DROP SCHEMA public CASCADE")
        ask.execute("CREATE SCHEMA public")


def test_a_month_destroyed_after_its_bank_file_left_pays_nobody_twice(
    own_database, redis_url, tmp_path, run
):
    with running_workers(own_database, redis_url):
        office = Office()
        office.open()
        office.buy("2026-03", 123_456, ON)
        settle_and_approve(office, "2026-03", ON)
        base.db.close()
        status, made = run("backup.__main__", tmp_path / "safe")
        assert status == 0, made
        base.db.connect()
        # After the backup: the file is made and taken to the bank.
        office.do(JobName.PAY, ON, period="2026-03", area=CITY, profile="generic_csv")
        batch = sql(
            "SELECT batch_no, file_id, file_name AS file, file_sha256 AS sha256, lines_count,"
            " total_fen FROM payment_batch"
        ).fetchone()
        told = dict(
            zip(
                ("batch_no", "file_id", "file", "sha256", "lines", "total_yuan"), batch, strict=True
            )
        )
        pay.written(told, tmp_path, by=MAKER.name)
        before = orders()
    destroy(own_database)
    status, back = run("restore.__main__", made["file"])
    assert (status, back["broken"], back["differences"]) == (1, [], []), back
    assert [one["batch_no"] for one in back["lost"]] == [told["batch_no"]]
    assert back["lost"][0]["total_yuan"] == "1234.56"
    base.db.connect(reuse_if_open=True)
    assert [one.split("：")[0] for one in broken()] == ["released_files_are_known"]

    # Nothing of it is paid again, by no road.
    paid = payments.pay_sheets(
        MAKER, "2026-03", CITY, "generic_csv", ON, formats=banking.order_file
    )
    assert paid["batches"] == []
    sheet = sql("SELECT id, payable_fen FROM settlement_sheet").fetchone()
    with (
        pytest.raises(psycopg.errors.RestrictViolation, match="sent before the restore"),
        base.db.atomic(),
    ):
        sql(
            "INSERT INTO payment_allocation (instruction_id, sheet_id, amount_fen)"
            " VALUES (1, %s, %s)",
            sheet,
        )

    # Two people settle it: it is recorded with the very numbers the bank has.
    releases.propose(MAKER, told["batch_no"], LostFileState.RECORDED, "开户行确认已受理")
    with pytest.raises(LostFileSamePerson):
        releases.decide(access.Actor(MAKER.name, APPROVER.role), told["batch_no"])
    assert releases.decide(APPROVER, told["batch_no"]) is LostFileState.RECORDED
    assert orders() == before
    assert broken() == []
    assert releases.compare(settings_module.load().journals, by="maker")["lost"] == []

    # The month goes on: the bank's answer finds the order, the next one gets a new number.
    with running_workers(own_database, redis_url):
        office = Office()
        office.answer("settled", ON)
        office.buy("2026-04", 1_000, NEXT)
        told = office.settle_and_pay("2026-04", NEXT)
        assert len(told["batches"]) == 1
    assert [one[3] for one in orders()] == ["settled", "settled"]
    assert broken() == []


def test_lost_sheets_are_held_until_they_are_approved_again_or_the_bank_gave_the_file_back(
    own_database, redis_url, tmp_path, run
):
    with running_workers(own_database, redis_url):
        office = Office()
        office.open()
        office.buy("2026-03", 5_000, ON)
        base.db.close()
        _, made = run("backup.__main__", tmp_path / "safe")
        base.db.connect()
        settle_and_approve(office, "2026-03", ON)
        told = office.do(JobName.PAY, ON, period="2026-03", area=CITY, profile="generic_csv")
        releases.release(told["batches"][0]["batch_no"], by=MAKER.name)
        number = told["batches"][0]["batch_no"]
    destroy(own_database)
    _, back = run("restore.__main__", made["file"])
    assert [one["batch_no"] for one in back.get("lost", [back])] == [number]
    base.db.connect(reuse_if_open=True)
    releases.propose(MAKER, number, LostFileState.RECORDED, "开户行确认已受理")
    with pytest.raises(LostFileDiffers, match="approved"):
        releases.decide(APPROVER, number)
    with running_workers(own_database, redis_url):
        settle_and_approve(Office(), "2026-03", ON)
    assert pay_again()["batches"] == []
    # The bank never took the file: a person withdraws it, and the month is paid once, anew.
    releases.propose(MAKER, number, LostFileState.WITHDRAWN, "开户行 4 月 10 日函复：未收到该文件")
    assert releases.decide(APPROVER, number) is LostFileState.WITHDRAWN
    (batch,) = pay_again()["batches"]
    assert batch["batch_no"] != number, "a number the bank has seen is never used again"
    assert broken() == []


def pay_again() -> dict:
    return payments.pay_sheets(
        MAKER, "2026-03", CITY, "generic_csv", ON, formats=banking.order_file
    )


def test_no_file_leaves_when_its_journal_cannot_be_written(
    own_database, redis_url, tmp_path, monkeypatch
):
    with running_workers(own_database, redis_url):
        office = Office()
        office.open()
        office.buy("2026-03", 5_000, ON)
        settle_and_approve(office, "2026-03", ON)
        told = office.do(JobName.PAY, ON, period="2026-03", area=CITY, profile="generic_csv")
    blocked = tmp_path / "not-a-folder"
    blocked.write_text("")
    monkeypatch.setenv("RELEASE_JOURNAL", f"{tmp_path / 'first'}:{blocked}")
    with pytest.raises(JournalNotWritten):
        pay.written(told["batches"][0], tmp_path, by=MAKER.name)
    assert not (tmp_path / told["batches"][0]["file"]).exists()
    assert sql("SELECT count(*) FROM audit_event WHERE action = 'batch.downloaded'").fetchone() == (
        0,
    )
