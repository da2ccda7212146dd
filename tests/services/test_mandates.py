"""Mandates: without one nothing is paid where the scheme asks for it; registered, ended, kept."""

from datetime import date
from decimal import Decimal

import pytest

from models.records.base import db as database
from models.records.base import sql
from models.rules.errors.access import NotAllowed
from models.rules.errors.mandates import (
    MandateDocumented,
    MandateEnded,
    MandateIncomplete,
    MandateKnown,
    MandateNotFound,
)
from models.rules.errors.remedies import DocumentRefused
from models.rules.words import Role
from models.services import mandates
from models.services.access import SYSTEM, Actor
from models.services.documents import Document
from models.services.mandates import Wish
from models.services.settle import settle_period
from tests.factories.imports import send
from tests.factories.scope import LEAD, MEMBER, contract, line, settled_world, world

ON = date(2026, 11, 1)
MAKER = Actor(name="maker", role=Role.MAKER)
PAPER = Document("委托书.pdf", b"%PDF-1.7 signed")
NO = "W-2026-1"


@pytest.fixture(autouse=True)
def empty(db):
    return db


def settle(period: str = "2026-03") -> dict[str, object]:
    with database.atomic():
        return settle_period(SYSTEM, period, None, on=ON, progress=lambda *_: None)


def held() -> list[tuple[str, list[str]]]:
    return sql("SELECT line_no, reasons FROM held_line ORDER BY line_no").fetchall()


def register(
    code: str = LEAD,
    valid_from: date | None = date(2026, 3, 1),
    *,
    by: Actor = MAKER,
    valid_to: date | None = None,
    document: Document | None = PAPER,
    number: str = NO,
) -> None:
    wish = Wish(code, number, valid_from, valid_to, date(2026, 2, 20), document)
    mandates.register(by, wish, on=ON)


def test_lines_of_a_hospital_without_a_mandate_wait_and_say_so():
    settled_world(world(mandates=True), line("L1"))
    assert settle()["lines"] == 0
    assert held() == [("L1", ["mandate_missing"])]
    register()
    assert settle()["lines"] == 1


def test_a_scheme_that_does_not_ask_pays_without():
    settled_world(world(), line("L1"))
    assert settle()["lines"] == 1


def test_the_mandate_covers_both_its_end_days_and_no_other():
    settled_world(
        world(mandates=True),
        *(line(f"L{day}", accepted_on=date(2026, 3, day)) for day in (9, 10, 20, 21)),
    )
    register(valid_from=date(2026, 3, 10), valid_to=date(2026, 3, 20))
    settle()
    assert [no for no, _ in held()] == ["L21", "L9"]


def test_the_mandate_of_a_lead_serves_its_members():
    settled_world(world(mandates=True, lead_settles=True), line("L1"), line("L2", MEMBER))
    register()
    assert settle()["lines"] == 2


def test_without_a_lead_that_settles_each_needs_its_own():
    made = world(mandates=True)
    made.contract.append(contract(MEMBER))
    settled_world(made, line("L1"), line("L2", MEMBER))
    register()
    settle()
    assert held() == [("L2", ["mandate_missing"])]


def test_what_a_sheet_took_is_given_back_though_the_mandate_ended():
    back = line("L2", line_kind="goods_return", original_line_no="L1", quantity=Decimal(-1),
                accepted_on=date(2026, 4, 9))  # fmt: skip
    settled_world(world(mandates=True), line("L1"), back)
    register()
    settle()
    mandates.end(MAKER, LEAD, date(2026, 3, 1), date(2026, 3, 5), "解除委托")
    assert settle("2026-04")["lines"] == 1
    assert held() == []


def test_registering_names_everything_that_is_wrong_and_happens_once():
    settled_world(world(), line("L1"))
    with pytest.raises(MandateIncomplete) as refused:
        mandates.register(MAKER, Wish(LEAD, "", None, None, date(2026, 12, 1), None), on=ON)
    for word in ("委托书编号", "生效日期", "签署日期", "签署件"):
        assert word in refused.value.sentence
    with pytest.raises(DocumentRefused):
        register(document=Document("a.pdf", b"MZ"))
    register()
    with pytest.raises(MandateKnown):
        register()
    with pytest.raises(MandateNotFound):
        register("H99999999999")
    assert sql("SELECT count(*) FROM mandate").fetchone() == (1,)
    told = sql("SELECT action, subject, facts ->> 'document_no' FROM audit_event").fetchall()
    assert told == [("mandate.registered", f"mandate:{LEAD}:2026-03-01", NO)]


def test_who_may_not_keep_mandates_or_works_elsewhere_is_refused():
    settled_world(world(), line("L1"))
    with pytest.raises(NotAllowed):
        register(by=Actor(name="c", role=Role.CHECKER))
    with pytest.raises(NotAllowed):
        register(by=Actor(name="h", role=Role.HOSPITAL, party_code=LEAD))
    with pytest.raises(MandateNotFound):
        register(by=Actor(name="m", role=Role.MAKER, area_code="520000"))


def test_a_mandate_is_ended_once_within_its_term_for_a_reason_and_no_file_opens_it_again():
    settled_world(world(), line("L1"))
    register(valid_to=date(2026, 12, 31))
    first = date(2026, 3, 1)
    for last_day, reason in (
        (date(2026, 2, 28), "原因"),
        (date(2026, 12, 31), "原因"),
        (date(2026, 6, 30), " "),
        (None, "原因"),
    ):
        with pytest.raises(MandateIncomplete):
            mandates.end(MAKER, LEAD, first, last_day, reason)
    mandates.end(MAKER, LEAD, first, date(2026, 6, 30), "医院改由本单位付款")
    with pytest.raises(MandateEnded):
        mandates.end(MAKER, LEAD, first, date(2026, 5, 31), "再次")
    row = {"hospital_code": LEAD, "valid_from": "2026-03-01", "valid_to": "", "document_no": NO}
    assert send("mandates", [row]).codes == {2: "conflict"}
    silent = {name: value for name, value in row.items() if name != "valid_to"}
    assert send("mandates", [silent]).counts == (0, 1, 0)
    assert sql("SELECT valid_to::text FROM mandate").fetchone() == ("2026-06-30",)
    history = sql("SELECT count(*) FROM master_history WHERE table_name = 'mandate'").fetchone()
    assert history == (1,)


def test_a_mandate_from_a_file_gets_its_document_once():
    settled_world(world(), line("L1"))
    row = {"hospital_code": LEAD, "valid_from": "2026-03-01", "valid_to": "", "document_no": NO}
    assert send("mandates", [row]).counts == (1, 0, 0)
    assert send("mandates", [row]).counts == (0, 1, 0)
    first = date(2026, 3, 1)
    with pytest.raises(MandateIncomplete):
        mandates.attach(MAKER, LEAD, first, None)
    mandates.attach(MAKER, LEAD, first, PAPER)
    with pytest.raises(MandateDocumented):
        mandates.attach(MAKER, LEAD, first, PAPER)
