"""The life cycle in the code is the one that was designed: no arrow more, no arrow less.

Here stands the design once more, as a drawing. Whoever changes an arrow in the code changes it here
too, and says so. Each single change of the table is shown to be noticed.
"""

from collections.abc import Mapping

import pytest

from models.records import ddl
from models.rules import bank_news
from models.rules.bank_news import Status, news
from models.rules.states import BATCH, CAME_TO_NOTHING, INSTRUCTION, SHEET_SHOWS, InstructionMove
from models.rules.words import InstructionState
from tests.properties import payment_promises

#: A drawing of the life of an order: from → to, and who lets it go that way.
DRAWING = """
approved > batched      the run
approved > cancelled    the run
batched  > sent         the run
batched  > cancelled    the run
sent     > unknown      silence
sent     > accepted     the bank
sent     > settled      the bank
sent     > rejected     the bank
sent     > cancelled    the bank
unknown  > accepted     the bank
unknown  > settled      the bank
unknown  > rejected     the bank
unknown  > cancelled    the bank
accepted > settled      the bank
accepted > rejected     the bank
accepted > cancelled    the bank
settled  > returned     the bank
settled  > reversed     the bank
rejected > settled      two people
cancelled > settled     two people
"""
WHO = {
    "the run": {"batch", "send", "cancel"},
    "silence": {"lose_sight"},
    "the bank": {"accept", "settle", "reject", "return", "reverse", "cancel"},
    "two people": {"admit"},
}
Table = Mapping[tuple[InstructionState, InstructionMove], InstructionState]


def drawn() -> dict[tuple[str, str], str]:
    arrows = {}
    for line in DRAWING.split("\n"):
        if line:
            start, end, who = line.replace(">", " ").split(maxsplit=2)
            arrows[start, end] = who
    return arrows


def differences(table: Table) -> list[str]:
    """Say where a table is not the drawing."""
    arrows, found = drawn(), []
    for (start, move), end in table.items():
        who = arrows.pop((str(start), str(end)), None)
        if who is None:
            found.append(f"{start} > {end} is not drawn")
        elif str(move) not in WHO[who]:
            found.append(f"{start} > {end} is of {who} and not by {move}")
    return [*found, *(f"{start} > {end} is missing" for start, end in arrows)]


def test_the_table_is_the_drawing():
    assert differences(INSTRUCTION) == []


@pytest.mark.parametrize("arrow", list(INSTRUCTION), ids="-".join)
def test_an_arrow_taken_away_is_noticed(arrow):
    assert differences({key: end for key, end in INSTRUCTION.items() if key != arrow})


@pytest.mark.parametrize("start", list(InstructionState))
@pytest.mark.parametrize("end", list(InstructionState))
def test_an_arrow_added_is_noticed(start, end):
    known = {(one, target) for (one, _), target in INSTRUCTION.items()}
    for move in InstructionMove:
        if (start, end) not in known and (start, move) not in INSTRUCTION:
            assert differences({**INSTRUCTION, (start, move): end})


@pytest.mark.parametrize("arrow", list(INSTRUCTION), ids="-".join)
def test_an_arrow_led_elsewhere_is_noticed(arrow):
    for end in set(InstructionState) - {INSTRUCTION[arrow]}:
        assert differences({**INSTRUCTION, arrow: end})


def test_no_state_once_sent_leads_back_to_where_it_could_be_sent_again():
    before = {InstructionState.APPROVED, InstructionState.BATCHED}
    for (start, _), end in INSTRUCTION.items():
        assert end not in before or start in before


def test_what_the_bank_says_follows_drawn_arrows_only():
    arrows = drawn()
    for state, status, found in bank_news.table():
        for move in found.moves:
            end = INSTRUCTION[state, move]
            assert arrows[str(state), str(end)] == "the bank", (state, status)
            state = end  # noqa: PLW2901 - one move after the other


@pytest.mark.parametrize("status", list(Status))
def test_no_word_takes_money_back_that_came_to_nothing(status):
    """I9: a rejected, returned or cancelled order moves by no word of the bank alone."""
    for state in CAME_TO_NOTHING:
        assert news(state, status).moves == ()


def test_silence_is_no_word_of_the_bank():
    moves = {move for _, _, found in bank_news.table() for move in found.moves}
    assert InstructionMove.LOSE_SIGHT not in moves
    assert InstructionMove.ADMIT not in moves


def test_the_other_readings_are_the_same():
    """The raw-row promises, the triggers of the database and the sheets read the same arrows."""
    assert {f"{start}>{end}" for start, end in drawn()} == payment_promises.ARROWS
    written = ddl.functions()
    assert all(f"'{start}>{end}'" in written for start, end in drawn())
    assert all(f"'{start}>{end}'" in written for (start, _), end in BATCH.items())
    assert set(SHEET_SHOWS) == set(InstructionState)
    assert {str(state) for state in CAME_TO_NOTHING} == set(payment_promises.NOTHING)
