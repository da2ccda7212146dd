"""Each way a bank's file can be wrong has a refusal of its own; another order is no wrong."""

from collections import Counter
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.rules.errors import bankfiles as refusals
from tests.workers.bankfiles import iso, sheets
from tests.workers.bankfiles.examples import PROFILES
from workers.bankfiles import read_results, read_statement, refuse_foreign

HEADER = "reference,status,amount_yuan,booked_on,bank_reason\r\n"
ROWS = [f"R{n},settled,{n}.00,2026-04-02,\r\n" for n in range(1, 7)]
CSV = (HEADER + "".join(ROWS)).encode()
BOOK = sheets.book(
    ("客户方流水号", "收款方客户账号", "收款方账户名称", "金额", "交易状态"),
    ("R1", "5200", "贵州黔岭", "1.00", "交易成功"),
)
ADVICE = iso.advice("08")
DTD = b'<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'


@pytest.mark.parametrize(
    ("code", "data", "refusal"),
    [
        # truncated
        ("generic_csv", CSV[:-4], refusals.RowShape),
        ("xlsx_generic", BOOK[:-30], refusals.FileTruncated),
        ("iso_pain001_v09_cn", ADVICE[:-9], refusals.XmlBroken),
        ("cmbc_like", b"P|1|1\r\nR1|B|5|N|1|S|||20260402|1\r\n", refusals.FileTruncated),
        # foreign
        ("generic_csv", BOOK, refusals.EncodingWrong),
        ("xlsx_generic", CSV, refusals.FileForeign),
        ("icbc_bpt_like", CSV, refusals.FileForeign),
        ("iso_pain001_v09_cn", CSV, refusals.XmlBroken),
        # duplicated
        ("generic_csv", CSV + ROWS[0].encode(), refusals.LineRepeated),
        ("iso_pain001_v09_cn", ADVICE.replace(b"R2", b"R1").replace(b"CRDT", b"DBIT")
            .replace(b"AC04", b"").replace(b"RtrInf", b"Tax").replace(b"RRTN", b"DMCT"),
            refusals.LineRepeated),
        # wrong encoding
        ("generic_csv", CSV.decode().encode("utf-16"), refusals.EncodingWrong),
        ("icbc_bpt_like", "[BatchPayDetail]\r\n户名行\n".encode(), refusals.EncodingWrong),
        ("iso_pain001_v09_cn", ADVICE.replace(b"UTF-8", b"GBK", 1), refusals.XmlBroken),
        # document types and entities
        ("iso_pain001_v09_cn", ADVICE.replace(b"<Document", DTD + b"<Document", 1),
            refusals.XmlHasDtd),
        ("iso_pain001_v09_cn", ADVICE.replace(b"R1", b"&b;"), refusals.XmlBroken),
        # wrong namespace or version
        ("iso_pain001_v09_cn", iso.advice("02"), refusals.XmlNamespaceWrong),
        ("iso_pain001_v03_cn", ADVICE, refusals.XmlNamespaceWrong),
        ("iso_pain001_v09_cn", iso.statement("08"), refusals.XmlNamespaceWrong),
    ],
)  # fmt: skip
def test_a_wrong_result_file_is_refused_by_name(code, data, refusal):
    with pytest.raises(refusal) as refused:
        read_results(PROFILES[code], [data])
    assert refused.value.sentence
    assert refused.value.sentence_en


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (iso.statements(iso.stmt(page="1false")), refusals.FilePartial),
        (iso.statement("08")[:-40], refusals.XmlBroken),
        (iso.statement("02"), refusals.XmlNamespaceWrong),
        (iso.advice("08"), refusals.XmlNamespaceWrong),
        (iso.statement("08").replace(b"<Document", DTD + b"<Document", 1), refusals.XmlHasDtd),
        (iso.statements(iso.stmt(), iso.stmt()), refusals.LineRepeated),
        (iso.statement("08").replace(b"CNY", b"USD"), refusals.NotYuan),
    ],
)
def test_a_wrong_statement_is_refused_by_name(data, refusal):
    with pytest.raises(refusal):
        read_statement(PROFILES["iso_pain001_v09_cn"], [data])


def test_news_about_another_account_is_refused():
    result = read_results(PROFILES["iso_pain001_v09_cn"], [ADVICE])

    with pytest.raises(refusals.AccountForeign):
        refuse_foreign(result, {"9999"})


@given(order=st.permutations(ROWS))
def test_the_order_of_lines_does_not_matter(order):
    found = read_results(PROFILES["generic_csv"], [(HEADER + "".join(order)).encode()]).lines

    facts = Counter((line.reference, line.status, line.amount_fen) for line in found)
    assert facts == {(f"R{n}", "settled", n * 100): 1 for n in range(1, 7)}


ENTRIES = [iso.entry(f"{n}.00", iso.details(f"R{n}", f"{n}.00"), number=f"X{n}") for n in range(4)]


@given(order=st.permutations(ENTRIES))
def test_the_order_of_entries_does_not_matter(order):
    (day,) = read_statement(
        PROFILES["iso_pain001_v09_cn"],
        [iso.statements(iso.stmt(*order, opening="10.00", closing="4.00"))],
    ).days

    assert day.adds_up
    assert {(e.entry_no, e.reference, e.amount_fen) for e in day.entries} == {
        (f"X{n}", f"R{n}", -n * 100) for n in range(4)
    }


@example(data=b"}", cut=56)
@given(data=st.binary(max_size=300), cut=st.integers(0, 300))
@pytest.mark.parametrize("code", PROFILES)
def test_noise_is_refused_or_understood_and_never_breaks(code, data, cut):
    for noise in (data, CSV[:cut] + data, ADVICE[:cut] + data + ADVICE[cut:]):
        with suppress(refusals.FileRefused):
            read_results(PROFILES[code], [noise])
