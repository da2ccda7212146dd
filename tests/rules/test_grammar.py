"""How a cell must be written."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules import grammar
from models.rules.errors.imports import RowCode
from models.rules.grammar import BadCell


def code_of(read, text):
    with pytest.raises(BadCell) as caught:
        read(text)
    return caught.value.code


@pytest.mark.parametrize(
    "text",
    ["1_000", "１２", "1e3", "NaN", "+1", ".5", "5.", " 1", "1 ", "1,000", "", "-", "٣", "1.2.3"],
)
def test_what_is_no_plain_number_is_refused(text):
    assert code_of(grammar.fen, text) == RowCode.BAD_NUMBER


@pytest.mark.parametrize("text", ["1.234", "1.000"])
def test_extra_decimals_are_an_error_even_when_they_are_zeros(text):
    assert code_of(grammar.fen, text) == RowCode.TOO_MANY_DECIMALS


@given(st.integers(-(10**17) + 1, 10**17 - 1))
def test_every_amount_comes_back_exactly(fen):
    sign = "-" if fen < 0 else ""
    assert grammar.fen(f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}") == fen


@given(st.dates(date(1900, 1, 1)))
def test_a_day_may_be_written_in_three_ways(day):
    for text in (day.isoformat(), f"{day:%Y}/{day.month}/{day.day}", f"{day:%Y%m%d}"):
        assert grammar.day(text) == day


@pytest.mark.parametrize(
    "text", ["2026-02-30", "2026-3-5", "26-03-05", "2026.03.05", "1899-12-31", "2026-03-05 "]
)
def test_other_days_are_refused(text):
    assert code_of(grammar.day, text) == RowCode.BAD_DATE


FIRST, LAST = datetime(1901, 1, 1), datetime(9998, 1, 1)  # noqa: DTZ001 - hypothesis adds none


@given(st.datetimes(FIRST, LAST), st.integers(-14 * 60, 14 * 60))
def test_an_instant_is_the_same_in_every_zone(moment, minutes):
    sign, away = ("-", -minutes) if minutes < 0 else ("+", minutes)
    local = moment.isoformat(timespec="microseconds")
    read = grammar.instant(f"{local}{sign}{away // 60:02d}:{away % 60:02d}")
    assert read.tzinfo is UTC
    assert (moment.replace(tzinfo=UTC) - read).total_seconds() == minutes * 60


@pytest.mark.parametrize("text", ["a@b.cn", "1@example.org"])
def test_an_address_can_stand_in_a_mail(text):
    assert grammar.email(text) == text


@pytest.mark.parametrize("text", ["a", "a@", "a b@c.cn", "a@b.cn\nBcc: x@y.cn", "a@b.cn,c@d.cn"])
def test_what_could_smuggle_a_header_is_no_address(text):
    assert code_of(grammar.email, text) == RowCode.BAD_CODE
