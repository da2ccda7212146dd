"""Advices of ISO 20022 as news: booked debits settle, returns and corrections come back."""

import os
from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from models.rules.errors import bankfiles as refusals
from tests.workers.bankfiles import iso
from tests.workers.bankfiles.examples import PROFILES
from workers.bankfiles import read_results

V09, V03 = PROFILES["iso_pain001_v09_cn"], PROFILES["iso_pain001_v03_cn"]


def lines(*entries: str):
    return read_results(V09, [iso.advices(iso.ntfctn(*entries))]).lines


@pytest.mark.parametrize(("profile", "version"), [(V09, "08"), (V03, "02")])
def test_payment_return_and_correction_are_three_facts(profile, version):
    data = iso.advice(version)

    paid, returned, reversed_ = read_results(profile, [data[:90], data[90:]]).lines

    assert (paid.reference, paid.status, paid.amount_fen) == ("R1", "settled", 150)
    assert (paid.booked_on, paid.account_no, paid.account_name) == (
        date(2026, 4, 2),
        "5200",
        "贵州黔岭",
    )
    assert (returned.reference, returned.status) == ("R2", "returned")
    assert (returned.booked_on, returned.bank_reason) == (date(2026, 4, 3), "AC04 账户已销户")
    assert (reversed_.reference, reversed_.status) == ("R3", "reversed")
    assert {line.debtor_account_no for line in (paid, returned, reversed_)} == {"24020"}


def test_a_returned_payment_is_known_by_the_banks_code_alone():
    (line,) = lines(iso.entry("2.00", iso.details("R2"), side="CRDT", code="RRTN"))

    assert line.status == "returned"


def test_a_batch_booked_debit_settles_each_order_with_its_own_amount():
    inside = iso.batch_of(2) + iso.details("R1", "20.00") + iso.details("R2", "30.00")

    found = lines(iso.entry("50.00", inside))

    assert [(line.reference, line.amount_fen, line.status) for line in found] == [
        ("R1", 2000, "settled"),
        ("R2", 3000, "settled"),
    ]


@pytest.mark.parametrize(
    "inside",
    [
        iso.batch_of(2) + iso.details("R1", "20.00") + iso.details("R2", "31.00"),
        iso.batch_of(2) + iso.details("R1") + iso.details("R2"),
        iso.batch_of(3) + iso.details("R1", "20.00") + iso.details("R2", "30.00"),
        iso.batch_of(2) + iso.details("R1", "20.00"),
        iso.batch_of(2) + iso.details("R1"),
        iso.batch_of(2),
    ],
)
def test_a_batch_total_never_settles_an_order(inside):
    (line,) = lines(iso.entry("50.00", inside))

    assert (line.reference, line.status, line.amount_fen) == (None, None, 5000)
    assert str(line.bank_reason).startswith("PmtInfId B1")


def test_a_debit_shown_as_a_batch_and_again_one_by_one_refuses_the_file():
    inside = iso.batch_of(2) + iso.details("R1", "20.00") + iso.details("R2", "30.00")

    with pytest.raises(refusals.LineRepeated):
        lines(iso.entry("50.00", inside), iso.entry("20.00", iso.details("R1", "20.00")))


def test_pending_entries_are_no_settlement_and_information_is_no_news():
    found = lines(
        iso.entry("1.00", iso.details("R1", "1.00"), status="PDNG"),
        iso.entry("2.00", iso.details("R2", "2.00"), status="INFO"),
    )

    assert [(line.reference, line.status, line.booked_on) for line in found] == [
        ("R1", "pending", None)
    ]


def test_a_debit_without_a_day_waits_for_the_statement():
    (line,) = lines(iso.entry("1.00", iso.details("R1", "1.00"), day=""))

    assert (line.status, line.booked_on) == ("pending", None)


@pytest.mark.parametrize(
    ("entry", "word"),
    [
        (iso.entry("1.00", iso.details("R1", side="CRDT"), side="CRDT"), "BOOK CRDT"),
        (iso.entry("1.00", iso.details("R1"), reversal=True), "BOOK DBIT RvslInd"),
    ],
)
def test_what_fits_no_payment_goes_to_a_person(entry, word):
    (line,) = lines(entry)

    assert (line.status, line.status_text) == (None, word)


def test_entries_about_nothing_of_ours_are_no_news_but_a_nameless_return_is():
    found = lines(
        iso.entry("9.00", ""),
        iso.entry("9.00", iso.details("NOTPROVIDED", "9.00")),
        iso.entry("5.00", iso.details(returned="AC04"), side="CRDT"),
    )

    assert [(line.reference, line.status, line.amount_fen) for line in found] == [
        (None, "returned", 500)
    ]


def test_two_references_of_one_transaction_are_a_contradiction():
    refs = "<EndToEndId>R1</EndToEndId>"
    inside = iso.details("R1", "1.00").replace(refs, "<InstrId>R2</InstrId>" + refs)

    (line,) = lines(iso.entry("1.00", inside))

    assert line.contradiction == "EndToEndId R1 ≠ InstrId R2"


def test_an_advice_in_another_currency_or_without_an_account_is_refused():
    data = iso.advice("08")

    with pytest.raises(refusals.NotYuan):
        read_results(V09, [data.replace(b"CNY", b"USD")])
    with pytest.raises(refusals.FieldMissing):
        read_results(V09, [data.replace(b"<Id>24020</Id>", b"<Id> </Id>")])


@pytest.mark.skipif("ISO20022_XSD_DIR" not in os.environ, reason="set ISO20022_XSD_DIR")
@pytest.mark.parametrize("version", ["08", "02"])
@pytest.mark.parametrize("kind", ["053", "054"])
def test_the_samples_are_valid_by_the_iso_schema(kind, version):
    data = iso.statement(version) if kind == "053" else iso.advice(version)
    path = Path(os.environ["ISO20022_XSD_DIR"]) / f"camt.{kind}.001.{version}.xsd"

    etree.XMLSchema(etree.parse(path)).assertValid(etree.fromstring(data))
