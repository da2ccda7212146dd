"""Status reports of ISO 20022: the most specific word wins, contradictions are shown."""

import os
from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from models.rules.errors import bankfiles as refusals
from tests.workers.bankfiles.examples import PROFILES
from workers.bankfiles import Profile, inferred, read_results

V10, V03 = PROFILES["iso_pain001_v09_cn"], PROFILES["iso_pain001_v03_cn"]


def transaction(reference: str, status: str = "", extra: str = "", instruction: str = "") -> str:
    own = f"<TxSts>{status}</TxSts>" if status else ""
    return (
        f"<TxInfAndSts><OrgnlInstrId>{instruction or reference}</OrgnlInstrId>"
        f"<OrgnlEndToEndId>{reference}</OrgnlEndToEndId>{own}{extra}</TxInfAndSts>"
    )


def report(*transactions: str, group: str = "", batch: str = "", version: str = "10") -> bytes:
    word = f"<GrpSts>{group}</GrpSts>" if group else ""
    inner = f"<PmtInfSts>{batch}</PmtInfSts>" if batch else ""
    info = (
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>B1</OrgnlPmtInfId>{inner}{''.join(transactions)}"
        "</OrgnlPmtInfAndSts>"
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Document '
        f'xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.{version}"><CstmrPmtStsRpt>'
        "<GrpHdr><MsgId>S1</MsgId><CreDtTm>2026-04-02T23:30:00Z</CreDtTm></GrpHdr>"
        "<OrgnlGrpInfAndSts><OrgnlMsgId>B1</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09"
        f"</OrgnlMsgNmId><OrgnlNbOfTxs>3</OrgnlNbOfTxs>{word}{counts(group)}</OrgnlGrpInfAndSts>"
        f"{info if transactions or batch else ''}</CstmrPmtStsRpt></Document>"
    ).encode()


def counts(group: str) -> str:
    if group != "PART":
        return ""
    return "".join(
        f"<NbOfTxsPerSts><DtldNbOfTxs>{n}</DtldNbOfTxs><DtldSts>{word}</DtldSts></NbOfTxsPerSts>"
        for word, n in (("ACSC", 2), ("RJCT", 1))
    )


REASON = (
    "<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>账户已销户</AddtlInf></StsRsnInf>"
    "<AccptncDtTm>2026-04-02T09:00:00</AccptncDtTm>"
)
AMOUNT = (
    '<OrgnlTxRef><Amt><InstdAmt Ccy="CNY">12.50</InstdAmt></Amt><Cdtr>{}</Cdtr><CdtrAcct><Id>'
    "<Othr><Id>520012345</Id></Othr></Id></CdtrAcct></OrgnlTxRef>"
)
PARTY = {"10": "<Pty><Nm>贵州黔岭</Nm></Pty>", "03": "<Nm>贵州黔岭</Nm>"}


@pytest.mark.parametrize(("profile", "version"), [(V10, "10"), (V03, "03")])
def test_both_versions_are_read(profile, version):
    detail = AMOUNT.format(PARTY[version])
    data = report(
        transaction("R1", "ACSC", detail),
        transaction("R2", "RJCT", REASON),
        transaction("R3", "ACSP"),
        version=version,
    )

    found = read_results(profile, [data[:100], data[100:]])

    assert [line.status for line in found.lines] == ["settled", "rejected", "pending"]
    assert [line.reference for line in found.lines] == ["R1", "R2", "R3"]
    first, second, third = found.lines
    assert (first.amount_fen, first.account_no, first.account_name) == (
        1250,
        "520012345",
        "贵州黔岭",
    )
    assert second.bank_reason == "AC04 账户已销户"
    assert (first.booked_on, second.booked_on) == (date(2026, 4, 3), date(2026, 4, 2))
    assert third.booked_on is None
    assert (found.batch_no, found.original_count) == ("B1", 3)


def test_a_word_nobody_mapped_has_no_meaning():
    (line,) = read_results(V10, [report(transaction("R1", "XXXX"))]).lines

    assert (line.status, line.status_text) == (None, "XXXX")


def test_the_most_specific_word_wins_and_a_contradiction_is_shown():
    (line,) = read_results(V10, [report(transaction("R1", "ACSC"), group="RJCT")]).lines

    assert line.status == "settled"
    assert line.contradiction == "GrpSts RJCT ≠ TxSts ACSC"


def test_a_rejection_below_an_accepted_group_is_no_contradiction():
    (line,) = read_results(V10, [report(transaction("R1", "RJCT"), group="ACCP")]).lines

    assert (line.status, line.contradiction) == ("rejected", None)


def test_a_listed_transaction_without_a_word_takes_the_next_level():
    found = read_results(V10, [report(transaction("R1"), transaction("R2"), batch="RJCT")])

    assert [line.status for line in found.lines] == ["rejected", "rejected"]


def test_two_different_references_are_a_contradiction():
    (line,) = read_results(V10, [report(transaction("R1", "ACSC", instruction="R2"))]).lines

    assert line.reference == "R1"
    assert "InstrId R2" in str(line.contradiction)


def test_silence_is_only_read_by_agreement_and_when_counts_agree():
    data = report(transaction("R2", "RJCT", REASON), group="PART")
    agreed = Profile.from_spec(
        {**V10.spec, "results": {**V10.spec["results"], "report_scope": "rejects_only"}}
    )
    result = read_results(agreed, [data])

    lines = inferred(agreed, result, ["R1", "R2", "R3"])

    assert [(line.reference, line.status) for line in lines] == [
        ("R1", "settled"),
        ("R3", "settled"),
    ]
    assert inferred(V10, result, ["R1", "R2", "R3"]) == ()
    assert inferred(agreed, result, ["R1", "R2"]) == ()
    assert inferred(agreed, result, ["R1", "R2", "R3", "R4"]) == ()
    assert inferred(agreed, result, ["R1", "R4", "R3"]) == ()


def test_the_word_of_the_only_payment_information_speaks_of_every_order():
    """A bank may reject a whole file without naming one order."""
    silent = {**V10.spec["results"], "report_scope": "accepts_only"}
    agreed = Profile.from_spec({**V10.spec, "results": silent})
    refused = report(batch="RJCT")

    result = read_results(agreed, [refused])

    assert (result.group_status_text, result.group_status, result.lines) == ("RJCT", "rejected", ())
    lines = inferred(agreed, result, ["R1", "R2", "R3"])
    assert {line.status for line in lines} == {"rejected"}
    assert inferred(V10, read_results(V10, [refused]), ["R1", "R2", "R3"]) == ()


def test_a_word_about_the_whole_file_is_shown_to_a_person_where_silence_means_nothing():
    (line,) = read_results(V10, [report(batch="RJCT")]).lines

    assert (line.reference, line.status, line.status_text) == (None, None, "RJCT")
    assert line.bank_reason == "B1"
    assert read_results(V10, [report(group="ACCP")]).lines == ()
    assert len(read_results(V10, [report(transaction("R1", "RJCT"), group="RJCT")]).lines) == 1


def test_two_final_words_that_differ_say_nothing_about_the_unlisted():
    result = read_results(V10, [report(group="RJCT", batch="ACSC")])

    assert result.group_status is None


def test_counts_below_the_payment_information_count_too():
    counted = counts("PART")
    data = report(transaction("R2", "RJCT", REASON), batch="PART").replace(
        b"<TxInfAndSts>", counted.encode() + b"<TxInfAndSts>"
    )

    assert read_results(V10, [data]).count_by_status == {"ACSC": 2, "RJCT": 1}


def test_the_debited_account_is_told():
    extra = "<OrgnlTxRef><DbtrAcct><Id><Othr><Id>24020</Id></Othr></Id></DbtrAcct></OrgnlTxRef>"

    result = read_results(V10, [report(transaction("R1", "ACSC", extra))])

    assert result.lines[0].debtor_account_no == "24020"


GOOD = report(transaction("R1", "ACSC"), transaction("R2", "RJCT"))
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    + GOOD.split(b"?>", 1)[1].replace(b"<MsgId>S1", b"<MsgId>&b;")
)


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (BOMB, refusals.XmlHasDtd),
        (b"<!DOCTYPE Document SYSTEM 'file:///etc/passwd'><Document/>", refusals.XmlHasDtd),
        (BOMB.decode().replace("1.0", "1.0", 1).encode("utf-16"), refusals.XmlHasDtd),
        (GOOD.replace(b"002.001.10", b"002.001.03"), refusals.XmlNamespaceWrong),
        (GOOD.replace(b"pain.002.001.10", b"camt.053.001.08"), refusals.XmlNamespaceWrong),
        (b"<Document/>", refusals.XmlNamespaceWrong),
        (GOOD[:-30], refusals.XmlBroken),
        (GOOD[: len(GOOD) // 2], refusals.XmlBroken),
        (GOOD.replace(b"R1", b"R\0"), refusals.XmlBroken),
        (GOOD.replace(b"R1", b"R\xff"), refusals.XmlBroken),
        (GOOD.replace(b">pain.001.001.09<", b">pain.008.001.08<"), refusals.FileForeign),
        (
            report(transaction("R1", "RJCT"), transaction("R2", "RJCT"), group="PART"),
            refusals.CountsDiffer,
        ),
        (report(*(transaction(f"R{n}", "ACSC") for n in range(4))), refusals.CountsDiffer),
        (b"", refusals.FileEmpty),
        (b"reference,status\n", refusals.XmlBroken),
        (report(transaction("R1", "ACSC"), transaction("R1", "ACSC")), refusals.LineRepeated),
        (
            report(transaction("R1", "ACSC", AMOUNT.format("").replace("CNY", "USD"))),
            refusals.NotYuan,
        ),
        (
            report(transaction("R1", "ACSC", AMOUNT.format("").replace("12.50", "12.505"))),
            refusals.BadAmount,
        ),
    ],
)
def test_a_damaged_or_dangerous_report_is_refused_whole(data, refusal):
    with pytest.raises(refusal):
        read_results(V10, [data])


def test_no_cut_of_a_report_is_taken():
    for size in range(1, len(GOOD) - 1, 7):
        with pytest.raises(refusals.FileRefused):
            read_results(V10, [GOOD[:size]])


@pytest.mark.skipif("ISO20022_XSD_DIR" not in os.environ, reason="set ISO20022_XSD_DIR")
@pytest.mark.parametrize("version", ["10", "03"])
def test_the_reports_of_these_tests_are_valid_by_the_iso_schema(version):
    path = Path(os.environ["ISO20022_XSD_DIR"]) / f"pain.002.001.{version}.xsd"
    data = report(
        transaction("R1", "RJCT", REASON + AMOUNT.format(PARTY[version])),
        group="PART",
        version=version,
    )

    etree.XMLSchema(etree.parse(path)).assertValid(etree.fromstring(data))
