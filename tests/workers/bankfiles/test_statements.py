"""Statements: days, balances and entries, from CSV and from camt.053."""

from datetime import date

import pytest

from models.rules.errors import bankfiles as refusals
from tests.workers.bankfiles import iso
from tests.workers.bankfiles.examples import PROFILES
from workers.bankfiles import Profile, read_statement

HEADER = (
    "account_no,day,opening_yuan,closing_yuan,entry_no,booked_on,amount_yuan,"
    "counter_account,counter_name,reference,purpose\n"
)
TWO = (
    "24020,2026-04-02,1000.00,900.00,1,2026-04-02,-150.00,5200,贵州黔岭,R1,货款\n"
    "24020,2026-04-02,1000.00,900.00,2,2026-04-02,50.00,5201,贵州夜郎,R0,退款\n"
)


def generic(rows: str, header: str = HEADER):
    return read_statement(PROFILES["generic_csv"], [(header + rows).encode()])


def test_a_day_that_adds_up_is_read():
    (day,) = generic(TWO).days

    assert (day.account_no, day.day, day.opening_fen, day.closing_fen) == (
        "24020",
        date(2026, 4, 2),
        100_000,
        90_000,
    )
    assert [entry.amount_fen for entry in day.entries] == [-15_000, 5_000]
    assert day.adds_up


def test_a_day_that_does_not_add_up_is_read_and_says_so():
    (day,) = generic(TWO.splitlines(keepends=True)[0]).days

    assert not day.adds_up


def test_a_day_without_entries_is_a_day():
    (day,) = generic("24020,2026-04-03,900.00,900.00,,,,,,,\n").days

    assert day.entries == ()
    assert day.adds_up


def test_optional_columns_may_be_absent():
    header = "account_no,day,opening_yuan,closing_yuan,entry_no,booked_on,amount_yuan\n"

    (day,) = generic("24020,2026-04-02,1.00,0.00,1,2026-04-02,-1.00\n", header).days

    assert day.entries[0].reference is None


@pytest.mark.parametrize(
    ("rows", "refusal"),
    [
        (TWO.replace("900.00,2,", "901.00,2,"), refusals.DayContradicts),
        (TWO.replace("900.00,2,", "900.00,1,"), refusals.LineRepeated),
        (TWO.replace("-150.00", "-150.001"), refusals.BadAmount),
        (TWO.replace("900.00,2,2026-04-02", "900.00,2,"), refusals.FieldMissing),
        (TWO.replace("24020", "", 1), refusals.FieldMissing),
    ],
)
def test_a_malformed_statement_is_refused_whole(rows, refusal):
    with pytest.raises(refusal):
        generic(rows)


def balance(code: str, amount: str, day: str, side: str = "CRDT") -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="CNY">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>'
    )


def details(reference: str, amount: str, extra: str = "") -> str:
    return (
        f"<TxDtls><Refs><EndToEndId>{reference}</EndToEndId></Refs>"
        f'<Amt Ccy="CNY">{amount}</Amt><CdtDbtInd>DBIT</CdtDbtInd>'
        "<RltdPties><Cdtr><Pty><Nm>贵州黔岭</Nm></Pty></Cdtr><CdtrAcct><Id><Othr><Id>5200</Id>"
        f"</Othr></Id></CdtrAcct></RltdPties>{extra}</TxDtls>"
    )


def entry(amount: str, side: str, inside: str, *, status: str = "BOOK", reversal: str = "") -> str:
    return (
        f'<Ntry><Amt Ccy="CNY">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>{reversal}'
        f"<Sts><Cd>{status}</Cd></Sts><BookgDt><Dt>2026-04-02</Dt></BookgDt>"
        f"<AcctSvcrRef>X1</AcctSvcrRef><NtryDtls>{inside}</NtryDtls></Ntry>"
    )


def camt(*entries: str) -> bytes:
    return (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>'
        "<Id>1</Id><Acct><Id><Othr><Id>24020</Id></Othr></Id></Acct>"
        f"{balance('OPBD', '1000.00', '2026-04-02')}{balance('CLBD', '850.00', '2026-04-02')}"
        f"{''.join(entries)}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def test_a_camt053_day_is_read_entry_by_entry():
    data = camt(
        entry("100.00", "DBIT", details("R1", "100.00")),
        entry("50.00", "DBIT", details("R2", "20.00") + details("R3", "30.00")),
        entry("9.00", "DBIT", details("R9", "9.00"), status="PDNG"),
    )

    (day,) = read_statement(PROFILES["iso_pain001_v09_cn"], [data]).days

    assert [(e.reference, e.amount_fen) for e in day.entries] == [
        ("R1", -10_000),
        ("R2", -2_000),
        ("R3", -3_000),
    ]
    assert [e.entry_no for e in day.entries] == ["X1", "X1#2", "X1#3"]
    assert day.entries[0].counter_name == "贵州黔岭"
    assert day.adds_up


def test_an_entry_whose_parts_do_not_add_up_stays_whole_and_names_no_order():
    data = camt(entry("50.00", "DBIT", details("R2", "20.00") + details("R3", "31.00")))

    (day,) = read_statement(PROFILES["iso_pain001_v09_cn"], [data]).days

    assert [(e.reference, e.amount_fen) for e in day.entries] == [(None, -5_000)]


def test_returns_and_reversals_are_told_apart():
    returned = details("R1", "1.00", "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>")
    data = camt(
        entry("1.00", "CRDT", returned),
        entry("2.00", "CRDT", details("R2", "2.00"), reversal="<RvslInd>true</RvslInd>"),
    )

    (day,) = read_statement(PROFILES["iso_pain001_v09_cn"], [data]).days

    assert [(e.returned, e.reversal, e.amount_fen) for e in day.entries] == [
        (True, False, 100),
        (False, True, 200),
    ]


def test_a_statement_without_a_closing_balance_is_refused():
    data = camt().replace(b"CLBD", b"ITBD")

    with pytest.raises(refusals.FieldMissing):
        read_statement(PROFILES["iso_pain001_v09_cn"], [data])


ISO = PROFILES["iso_pain001_v09_cn"]


def test_a_batch_booked_debit_is_taken_apart_and_the_day_adds_up():
    inside = iso.batch_of(3) + "".join(iso.details(f"R{n}", "50.00") for n in range(3))

    (day,) = read_statement(ISO, [iso.statements(iso.stmt(iso.entry("150.00", inside)))]).days

    assert [(e.reference, e.amount_fen) for e in day.entries] == [
        ("R0", -5000),
        ("R1", -5000),
        ("R2", -5000),
    ]
    assert day.adds_up


@pytest.mark.parametrize(
    ("inside", "named"),
    [
        (iso.batch_of(3) + iso.details("R1", "50.00"), "B1"),
        (iso.batch_of(3) + iso.details("R1"), "B1"),
        (iso.batch_of(3) + iso.details("R1", "50.00") + iso.details("R2", "100.00"), "B1"),
        (iso.details("R1", "50.00"), None),
    ],
)
def test_a_batch_total_is_never_one_orders_amount(inside, named):
    (day,) = read_statement(ISO, [iso.statements(iso.stmt(iso.entry("150.00", inside)))]).days

    assert [(e.reference, e.amount_fen) for e in day.entries] == [(named, -15_000)]
    assert day.adds_up


def test_a_batch_shown_again_one_by_one_does_not_add_up():
    inside = iso.batch_of(2) + iso.details("R1", "50.00") + iso.details("R2", "100.00")
    again = iso.entry("50.00", iso.details("R1", "50.00"))

    (day,) = read_statement(
        ISO, [iso.statements(iso.stmt(iso.entry("150.00", inside), again))]
    ).days

    assert not day.adds_up


def test_a_day_in_two_statements_is_one_day_in_either_order():
    morning = iso.stmt(iso.entry("50.00", ""), opening="1000.00", closing="950.00")
    evening = iso.stmt(
        iso.entry("100.00", ""), opening="950.00", closing="850.00", number="S2", sequence=8
    )

    for both in ((morning, evening), (evening, morning)):
        (day,) = read_statement(ISO, [iso.statements(*both)]).days
        assert (day.opening_fen, day.closing_fen, day.adds_up) == (100_000, 85_000, True)
        assert sorted(e.amount_fen for e in day.entries) == [-10_000, -5_000]
        assert len({e.entry_no for e in day.entries}) == 2


def test_statements_of_one_day_that_do_not_continue_are_refused():
    one = iso.stmt(opening="1000.00", closing="950.00")
    other = iso.stmt(opening="940.00", closing="850.00", number="S2")

    with pytest.raises(refusals.DayContradicts):
        read_statement(ISO, [iso.statements(one, other)])


def test_a_statement_that_stands_twice_is_refused():
    with pytest.raises(refusals.LineRepeated):
        read_statement(ISO, [iso.statements(iso.stmt(), iso.stmt())])


@pytest.mark.parametrize("page", ["1false", "2true"])
def test_a_page_of_a_statement_is_refused_as_partial(page):
    with pytest.raises(refusals.FilePartial):
        read_statement(ISO, [iso.statements(iso.stmt(page=page))])


def test_the_only_page_is_the_whole():
    assert read_statement(ISO, [iso.statements(iso.stmt(page="1true"))]).days


def test_an_entry_keeps_its_number_wherever_its_statement_stands_in_a_file():
    """Two alike on one day are two; the same statement in another file gives the same keys."""
    alike = iso.entry("75.00", iso.details("NOTPROVIDED", "75.00"), number="")
    second = iso.stmt(alike, alike, number="S2")
    first = iso.stmt(alike, number="S1", day="2026-04-01", opening="1075.00", closing="1000.00")

    alone = read_statement(ISO, [iso.statements(second)]).days
    after = read_statement(ISO, [iso.statements(first, second)]).days

    assert [e.entry_no for e in alone[0].entries] == ["N", "N#2"]
    assert [e.entry_no for e in after[1].entries] == ["N", "N#2"]


def test_a_missing_statement_is_a_warning():
    days = [
        iso.stmt(number="S1", sequence=7, day="2026-04-01", closing="1000.00"),
        iso.stmt(number="S2", sequence=9, day="2026-04-03", closing="1000.00"),
        iso.stmt(number="S3", sequence=10, day="2026-04-04", opening="990.00", closing="990.00"),
    ]

    found = read_statement(ISO, [iso.statements(*days)])

    assert [(one.sequence, two.sequence) for one, two in found.gaps] == [(7, 9), (9, 10)]
    assert found.days[0].statement_id == "S1"


def week(*entries: str, opening: str = "1000.00", closing: str = "850.00", first: str) -> bytes:
    """A statement from the first day to 2026-04-05."""
    data = iso.statements(iso.stmt(*entries, opening=opening, closing=closing, day="2026-04-05"))
    return data.replace(b"2026-04-05", first.encode(), 1)


def test_a_statement_over_several_days_is_taken_apart_into_days():
    data = week(
        iso.entry("100.00", iso.details("R1", "100.00"), day="2026-04-02"),
        iso.entry("50.00", iso.details("R2", "50.00"), day="2026-04-04"),
        first="2026-04-02",
    )

    days = read_statement(ISO, [data]).days

    assert [(d.day.day, d.opening_fen, d.closing_fen, len(d.entries)) for d in days] == [
        (2, 100_000, 90_000, 1),
        (3, 90_000, 90_000, 0),
        (4, 90_000, 85_000, 1),
        (5, 85_000, 85_000, 0),
    ]
    assert all(d.adds_up for d in days)
    assert [e.entry_no for d in days for e in d.entries] == ["X1", "X1"]


@pytest.mark.parametrize(
    ("days", "closing", "first"),
    [
        (("2026-04-02", "2026-04-04"), "851.00", "2026-04-02"),
        (("2026-04-01", "2026-04-04"), "850.00", "2026-04-02"),
        (("2026-04-06", "2026-04-04"), "850.00", "2026-04-02"),
        (("2026-04-02", "2026-04-04"), "850.00", "2024-04-02"),
    ],
)
def test_a_statement_that_cannot_be_taken_apart_stays_one_day(days, closing, first):
    entries = [iso.entry("75.00", "", day=day) for day in days]

    (day,) = read_statement(ISO, [week(*entries, closing=closing, first=first)]).days

    assert (day.day, len(day.entries)) == (date(2026, 4, 5), 2)
    assert [e.entry_no for e in day.entries] == ["X1", "X1#2"]


def test_a_column_may_mark_a_correction_of_the_bank():
    spec = PROFILES["generic_csv"].spec
    columns = [*spec["statement"]["columns"], {"field": "reversal", "title": "冲账标志"}]
    profile = Profile.from_spec({**spec, "statement": {**spec["statement"], "columns": columns}})
    header = HEADER.strip() + ",冲账标志\n"
    one, two, _ = TWO.split("\n")

    (day,) = read_statement(profile, [f"{header}{one},\n{two},冲账\n".encode()]).days

    assert [entry.reversal for entry in day.entries] == [False, True]
    with pytest.raises(refusals.WordUnknown):
        read_statement(profile, [f"{header}{one},?\n{two},冲账\n".encode()])
