"""The set-based run of windows equals a plain reading, however days, words and runs fall."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from models.records.base import db as database
from models.records.base import sql
from models.rules.errors.windows import NotAutomatic, RevocationOver
from models.rules.words import DayKind, Party
from models.services import windows
from models.services.access import SYSTEM
from tests.factories import receipts, sheets, waiting
from tests.factories.imports import send
from tests.properties.plain_windows import Book, Line, Scheme, Word, instant

FIRST = date(2026, 3, 1)
few = st.sampled_from
march = st.integers(0, 40).map(lambda n: FIRST + timedelta(n))
#: Steps after March: so many days pass, then something happens.
LATER = date(2026, 4, 1)


@st.composite
def schemes(draw) -> Scheme:
    """Draw a scheme and a calendar with some odd days."""
    odd = draw(
        st.dictionaries(
            st.integers(0, 120).map(lambda n: LATER + timedelta(n)),
            few([DayKind.HOLIDAY, DayKind.MAKEUP]),
            max_size=5,
        )
    )
    return Scheme(
        initiator=draw(few(["system", "system", "enterprise", "hospital"])),
        apply_day=draw(few([None, 1, 5, 12])),
        days=draw(few([1, 2, 3, 5, 12])),
        unit=draw(few(["working_day", "calendar_day", "day_of_month"])),
        shift=draw(few(["next_working_day", "after_holiday_plus_2", "previous_working_day"])),
        silence=draw(few(["auto_confirm", "auto_confirm", "escalate", "roll"])),
        revocable_days=draw(few([None, 0, 3, 30])),
        dispute_days=draw(few([None, 5])),
        kinds=odd,
    )


steps = st.tuples(
    few(["run"] * 6 + ["word"] * 6 + ["revoke"] * 2 + ["void"]),
    # Days that pass before it, and how long before its telling a word was said.
    few([0, 0, 1, 2, 4, 7, 12]),
    few([0, 0, 1, 3, 6, 11]),
    st.integers(0, 3),
    few(["hospital", "enterprise"]),
    few(["confirm", "confirm", "confirm", "dispute", "other", "withdraw"]),
)


@pytest.mark.parametrize("silence", ["auto_confirm", None])
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@example(
    # Taken back on the day of the very run that confirms for the party.
    scheme=Scheme(
        "system", None, 1, "calendar_day", "next_working_day", "auto_confirm", None, None, {}
    ),
    lines=[(FIRST, False)],
    moves=[
        ("run", 0, 0, 0, "hospital", "confirm"),
        ("word", 4, 0, 0, "hospital", "withdraw"),
        ("run", 0, 0, 0, "hospital", "confirm"),
    ],
)
@given(scheme=schemes(), lines=st.lists(st.tuples(march, st.booleans()), min_size=1, max_size=2),
       moves=st.lists(steps, min_size=10, max_size=24))  # fmt: skip
def test_windows_equal_the_plain_reading(db, scheme, lines, moves, silence):
    scheme.silence = silence or scheme.silence
    with database.atomic() as transaction:
        book = _made(scheme, lines)
        _play(book, moves)
        transaction.rollback()


def _made(scheme: Scheme, lines: list[tuple[date, bool]]) -> Book:
    """Write the world down and return its plain book."""
    city = sheets.city(1, 1)
    receipts.product()
    waiting.scheme(
        initiator=scheme.initiator, apply_day=scheme.apply_day, confirm_days=scheme.days,
        confirm_unit=scheme.unit, holiday_shift=scheme.shift, silence=scheme.silence,
        revocable_days=scheme.revocable_days, dispute_days=scheme.dispute_days,
    )  # fmt: skip
    for day, kind in scheme.kinds.items():
        receipts.insert("calendar_day", day=day, kind=kind.value)
    known = {}
    for place, (accepted, invoiced) in enumerate(lines):
        line_no, fen = f"L{place}", 10_000 + place
        days = {"accepted_on": accepted, "delivered_on": accepted}
        waiting.line(city, line_no, fen, invoiced=invoiced, **days)
        known[line_no] = Line(accepted, fen, invoiced)
    return Book(scheme, known)


def _play(book: Book, moves) -> None:
    on = LATER
    for number, (what, passed, back, place, party, said) in enumerate(moves):
        on += timedelta(passed)
        line_no = f"L{place % len(book.lines)}"
        if what == "run":
            windows.follow_all(on)
            book.run(on)
            _compare(book)
            assert windows.follow_all(on) == windows.Followed()
            _compare(book)
        elif what == "word":
            _say(book, line_no, party, said, on - timedelta(back), number)
        elif what == "void" and not book.lines[line_no].void:
            receipts.insert("line_void", line_no=line_no, reason="错")
            book.lines[line_no].void = True
        elif what == "revoke":
            _revoke(book, line_no, party, on, number)


def _say(book: Book, line_no: str, party: str, said: str, day: date, number: int) -> None:
    line = book.lines[line_no]
    if line.void:
        return
    decision, fen = ("confirm", line.fen + 1) if said == "other" else (said, line.fen)
    # No two words share an instant.
    word = Word(instant(day, 600 + number), decision, fen)
    row = {
        "line_no": line_no, "party": party, "decided_at": word.at.isoformat(),
        "decision": decision, "amount_yuan": f"{fen / 100:.2f}", "reason": "说明",
    }  # fmt: skip
    assert send("confirmations", [row]).counts == (1, 0, 0)
    book.hear(line_no, party, word)


def _revoke(book: Book, line_no: str, party: str, on: date, number: int) -> None:
    window = book.lines[line_no].automatic(party)
    at = instant(on, 600 + number)
    if book.may_revoke(line_no, party, on):
        assert window is not None
        windows.revoke(SYSTEM, Party(party), [line_no], "错", on, at=at)
        book.revoke(line_no, party, on, at)
    elif not book.lines[line_no].void:
        with pytest.raises((NotAutomatic, RevocationOver)):
            windows.revoke(SYSTEM, Party(party), [line_no], "错", on, at=at)


def _compare(book: Book) -> None:
    for line_no, line in book.lines.items():
        for party in Party:
            expected = [
                (w.round_no, w.kind, w.state, w.opened, w.due) for w in line.windows[party.value]
            ]
            assert waiting.of(line_no, party.value) == expected
            words = sorted((w.at, w.decision, w.fen) for w in line.words[party.value])
            assert [(at, d, fen) for d, fen, at in waiting.words(line_no, party.value)] == words
        found = sql(
            "SELECT party, coalesce(ended, 'open') FROM line_dispute WHERE line_no = %s"
            " ORDER BY id",
            (line_no,),
        ).fetchall()
        assert sorted(map(list, found)) == sorted(line.disputes)
