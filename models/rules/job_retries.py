"""When broken work is tried again: what may heal waits longer each time, a bug is given up soon."""

#: Pauses after the first, second … broken attempt, in seconds; the last one repeats.
PAUSES_SECONDS = (1, 5, 20, 60, 180)

#: An error that nothing outside explains is most likely a bug: a second look, then a person.
BUG_ATTEMPTS_MAX = 2


def pause_seconds(attempt: int) -> int:
    """Return the pause after the broken attempt of that number (the first is 1)."""
    return PAUSES_SECONDS[min(max(attempt, 1), len(PAUSES_SECONDS)) - 1]


def is_last(attempt: int, attempts_max: int, *, may_heal: bool) -> bool:
    """Return whether the job is dead after this broken attempt."""
    return attempt >= (attempts_max if may_heal else min(attempts_max, BUG_ATTEMPTS_MAX))
