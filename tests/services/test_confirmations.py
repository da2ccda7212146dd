"""Decisions sent by other systems: read row by row, each request taken once."""

import pytest

from models.records.base import sql
from models.rules.errors.imports import KeyReused, TooManyRows
from models.services.access import Actor
from models.services.api import once
from models.services.imports.rows import ROWS_MAX, check_row, take_rows
from tests.factories import imports as make
from tests.factories.imports import ON, confirmation, purchase, send

pytestmark = pytest.mark.usefixtures("db")

SEAT = Actor("h", "hospital", party_code=make.HOSPITAL)


@pytest.fixture(autouse=True)
def world(db):
    make.world()
    send("purchases", [purchase("L1"), purchase("L2", hospital_code=make.OTHER_HOSPITAL)])


def test_a_request_is_taken_like_a_file_of_the_same_rows():
    rows = [
        confirmation(),
        confirmation(decision="perhaps", amount_yuan="1e3"),
        confirmation("L2"),
        {"line_no": "L1", "colour": "red"},
    ]
    taken = take_rows("confirmations", rows, SEAT, on=ON, name="x")
    assert (taken["rows"], taken["accepted"], taken["rejected"]) == (4, 1, 3)
    assert [(e["row"], e["error_codes"]) for e in taken["errors"]] == [
        (2, ["bad_choice", "bad_number"]),
        (3, ["unknown_reference"]),
        (4, ["bad_code", "missing_value"]),
    ]
    assert send("confirmations", rows[:1], by=SEAT).counts == (0, 1, 0)


def test_numbers_are_sent_as_text_or_whole():
    taken = take_rows(
        "confirmations",
        [
            confirmation() | {"amount_yuan": 123.45},
            confirmation() | {"amount_yuan": 123},
            confirmation(decided_at="2026-03-25T09:00:01Z") | {"reason": None},
            confirmation("L\ud800"),
            "not a row",
        ],
        SEAT,
        on=ON,
        name="x",
    )
    assert (taken["accepted"], taken["rejected"]) == (2, 3)
    assert [e["error_codes"] for e in taken["errors"]] == [
        ["bad_number"],
        ["bad_code"],
        ["bad_code"],
    ]
    assert sql("SELECT amount_fen FROM confirmation ORDER BY decided_at").fetchall() == [
        (12300,),
        (12345,),
    ]


def send_once(rows, *, by=SEAT, key="k-1", kind="confirmations"):
    return once.take(kind, rows, by, on=ON, key=key)


def test_the_same_key_and_content_gets_the_first_answer():
    first = send_once([confirmation()])
    again = send_once([dict(reversed(confirmation().items()))])
    assert (again.facts, first.replayed, again.replayed) == (first.facts, False, True)
    assert again.facts["accepted"] == 1
    assert sql("SELECT count(*) FROM import_run WHERE kind = 'confirmations'").fetchone() == (1,)


def test_the_same_key_with_other_content_or_for_another_table_is_refused():
    send_once([confirmation()])
    with pytest.raises(KeyReused):
        send_once([confirmation(decision="dispute")])
    with pytest.raises(KeyReused):
        send_once([confirmation()], kind="hospital_payments")


def test_a_key_belongs_to_the_institution_whoever_of_it_sends():
    send_once([confirmation()])
    colleague = Actor("api:9", "hospital", party_code=make.HOSPITAL)
    assert send_once([confirmation()], by=colleague).replayed
    other = Actor("h2", "hospital", party_code=make.OTHER_HOSPITAL)
    assert send_once([confirmation("L2")], by=other).facts["accepted"] == 1


def test_too_many_rows_are_refused_before_anything_is_read():
    with pytest.raises(TooManyRows):
        take_rows("confirmations", [confirmation()] * (ROWS_MAX + 1), SEAT, on=ON, name="x")


def test_a_form_learns_what_is_wrong_with_its_cells():
    told = check_row("confirmations", confirmation(amount_yuan="1.234"))
    assert list(told) == ["amount_yuan"]
    assert "确认金额" in told["amount_yuan"]
