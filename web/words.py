"""The words people read for every state and choice, each state with its tone."""

from enum import StrEnum

from web.words_of_choices import CHOICES
from web.words_of_states import STATES


def word(value: StrEnum | None) -> str:
    """Return the word of a state or choice; an unknown one as it stands."""
    if value is None:
        return ""
    known = type(value)
    if known in STATES:
        return str(STATES[known].get(value.value, (value.value,))[0])
    return str(CHOICES.get(known, {}).get(value.value, value.value))


def tone(value: StrEnum, *, mine: bool = True) -> str:
    """Return the tone of a state; what waits for somebody else is `wait`, not `todo`."""
    found = STATES.get(type(value), {}).get(value.value, ("", "rest"))[1]
    return "wait" if found == "todo" and not mine else found


def choices(kind: type[StrEnum]) -> list[tuple[str, str]]:
    """Return (value, word) of every member, for selects."""
    return [(member.value, word(member)) for member in kind]
