"""The tables of states: what may happen, what never may, and that their page is current."""

import itertools
from pathlib import Path

import pytest

from models.rules import bank_news, states
from models.rules.account_states import ACCOUNT
from models.rules.bank_news import Outcome, Status, news
from models.rules.lifecycles import as_markdown
from models.rules.states import BATCH, INSTRUCTION, SHEET, InstructionMove, SheetMove
from models.rules.words import AccountChangeState, BatchState, InstructionState, SheetState

PAGE = Path(__file__).parents[2] / "docs" / "lifecycles.md"


def test_the_page_is_written_from_the_tables():
    assert PAGE.read_text(encoding="utf-8") == as_markdown()


@pytest.mark.parametrize(
    ("table", "words", "start"),
    [
        (SHEET, SheetState, SheetState.DRAFT),
        (INSTRUCTION, InstructionState, InstructionState.APPROVED),
        (BATCH, BatchState, BatchState.PREPARED),
        (ACCOUNT, AccountChangeState, AccountChangeState.REQUESTED),
    ],
)
def test_every_state_can_be_reached(table, words, start):
    reached = {start}
    for _ in words:
        reached |= {end for (state, _), end in table.items() if state in reached}
    assert reached == set(words)


def test_after_sent_nothing_goes_back_to_before_sent():
    before = {InstructionState.APPROVED, InstructionState.BATCHED}
    for (state, _), end in INSTRUCTION.items():
        assert state in before or end not in before


def test_what_came_to_nothing_moves_only_when_two_people_admit_late_evidence():
    for state in states.CAME_TO_NOTHING:
        moves = {move for (start, move) in INSTRUCTION if start == state}
        assert moves <= {InstructionMove.ADMIT}


def test_silence_only_makes_unknown():
    moves = {(s, e) for (s, m), e in INSTRUCTION.items() if m is InstructionMove.LOSE_SIGHT}
    assert moves == {(InstructionState.SENT, InstructionState.UNKNOWN)}


def test_every_move_has_one_end_so_that_its_update_can_be_guarded():
    for move in InstructionMove:
        assert states.target(INSTRUCTION, move)
        assert states.sources(INSTRUCTION, move)
    with pytest.raises(ValueError, match="return"):
        states.target(
            {
                (SheetState.DRAFT, SheetMove.RETURN): SheetState.DRAFT,
                (SheetState.SHORT, SheetMove.RETURN): SheetState.SHORT,
            },
            SheetMove.RETURN,
        )


def test_every_instruction_state_shows_on_the_sheet():
    assert set(states.SHEET_SHOWS) == set(InstructionState)


@pytest.mark.parametrize(("state", "status"), list(itertools.product(InstructionState, Status)))
def test_news_only_make_legal_moves_and_count_once(state, status):
    found = news(state, status)
    at = state
    for move in found.moves:
        at = INSTRUCTION[at, move]
    assert found.outcome in Outcome
    if found.outcome is Outcome.EXCEPTION:
        assert found.moves == ()


@pytest.mark.parametrize(("state", "status"), [(s, w) for s, w, _ in bank_news.table()])
def test_the_same_word_twice_moves_once(state, status):
    first = news(state, status)
    at = state
    for move in first.moves:
        at = INSTRUCTION[at, move]
    again = news(at, status)
    assert again.moves == ()
    assert again.outcome == first.outcome


def test_a_rejection_is_never_turned_into_money_nor_money_into_a_rejection():
    for state, status in [
        (InstructionState.REJECTED, Status.SETTLED),
        (InstructionState.REJECTED, Status.RETURNED),
        (InstructionState.SETTLED, Status.REJECTED),
        (InstructionState.SETTLED, Status.CANCELLED),
        (InstructionState.RETURNED, Status.REJECTED),
        (InstructionState.CANCELLED, Status.SETTLED),
    ]:
        assert news(state, status) == bank_news.CONTRADICTION
