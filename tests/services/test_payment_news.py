"""Who is told by mail what came back or was rejected: each fact once, to each concerned once."""

import threading
from datetime import timedelta

import pytest

from models.records.base import db as handle
from models.records.base import sql
from models.services import payment_news
from models.services.notifications import Rendered
from tests.factories import payments as bank
from tests.factories import sheets
from tests.factories.sheets import ON
from tests.services.test_bank_results import about, answer
from tests.services.test_statements import Day, Entry, record

pytestmark = pytest.mark.usefixtures("db")

LATER = ON + timedelta(days=1)
told: list[dict] = []


def render(kind, facts):
    told.append({"kind": kind, **facts})
    return Rendered(kind, "正文", "<p>正文</p>")


@pytest.fixture(autouse=True)
def _nothing_told():
    told.clear()


def tell() -> dict[str, int]:
    return payment_news.tell(ON, render, by="system")


def mails() -> list[tuple]:
    return sql(
        "SELECT kind, party_kind, party_code, to_address, state FROM mail ORDER BY id"
    ).fetchall()


def test_a_rejection_is_told_to_the_enterprise_and_the_hospital_once():
    town = bank.paid_city(100, 200)
    answer(about(0, "rejected", bank_reason="户名不符"), about(1, "settled"))
    assert tell() == {"mails": 2, "cases": 0}
    assert mails() == [
        ("returned_payment", "enterprise", town.enterprises[0], "e@x.cn", "waiting"),
        ("returned_payment", "hospital", town.hospitals[0], "h@x.cn", "waiting"),
    ]
    assert tell() == {"mails": 0, "cases": 0}
    (one,) = told[0]["rows"]
    assert (one.state, one.amount_fen, one.reason) == ("rejected", 100, "户名不符")
    assert told[0]["by_fact"] == [("rejected", 1, 100)]


def test_one_digest_for_an_institution_whatever_came_in_one_file():
    town = bank.paid_city(100, 200, 300)
    answer(about(0, "rejected"), about(1, "returned"), about(2, "reversed"))
    assert tell() == {"mails": 4, "cases": 0}
    hospital = told[-1]
    assert hospital["party"].code == town.hospitals[0]
    assert (hospital["count"], hospital["sum_fen"]) == (3, 600)
    assert hospital["by_fact"] == [("returned", 1, 200), ("reversed", 1, 300), ("rejected", 1, 100)]


def test_a_hospital_is_told_of_its_own_sheets_only():
    town = sheets.city(2, 1)
    bank.profile()
    for hospital, fen in zip(town.hospitals, (100, 250), strict=True):
        sheets.sheet(hospital, town.enterprises[0], fen)
    bank.approve_all()
    bank.pay()
    answer(about(0, "rejected"))
    assert tell() == {"mails": 3, "cases": 0}
    assert [(one["party"].kind, one["sum_fen"]) for one in told] == [
        ("enterprise", 350), ("hospital", 100), ("hospital", 250),
    ]  # fmt: skip


def test_a_return_after_a_settlement_is_told_when_it_comes_and_not_again():
    bank.paid_city(100)
    reference = bank.orders()[0][0]
    record(Day(1000, 900, [Entry("1", -100, reference)]))
    assert tell()["mails"] == 0
    record(Day(900, 1000, [Entry("1", 100, reference, LATER)], LATER))
    assert tell()["mails"] == 2
    answer(about(0, "returned", LATER))
    assert tell()["mails"] == 0


def test_the_moves_themselves_ask_for_the_mails_once_in_a_transaction():
    bank.paid_city(100, 200, 300)
    answer(about(2, "settled"))
    assert sql("SELECT count(*) FROM job WHERE name = 'payment_news'").fetchone()[0] == 0
    answer(about(0, "rejected"), about(1, "returned"))
    assert sql("SELECT count(*) FROM job WHERE name = 'payment_news'").fetchone()[0] == 1


def test_late_contrary_evidence_is_told_to_the_agency_that_paid():
    bank.paid_city(100)
    answer(about(0, "rejected"))
    answer(about(0, "settled"))
    assert tell()["cases"] == 1
    assert mails()[-1][:4] == ("payment_case", "agency", f"A{sheets.PROVINCE}", "a@x.cn")
    assert tell() == {"mails": 0, "cases": 0}


def test_told_by_several_at_once_each_fact_is_one_mail():
    bank.paid_city(*range(100, 120))
    answer(*(about(place, "rejected") for place in range(20)))

    def run() -> None:
        with handle.connection_context():
            tell()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sql("SELECT count(*) FROM mail").fetchone()[0] == 21
    assert sql("SELECT count(*) FROM mail_fact").fetchone()[0] == 40


def test_what_is_rolled_back_is_told_later():
    bank.paid_city(100)
    answer(about(0, "rejected"))

    def broken(kind, facts):
        raise OSError("no template")

    with pytest.raises(OSError, match="template"):
        payment_news.tell(ON, broken, by="system")
    assert mails() == []
    assert tell()["mails"] == 2
