"""The life of a queued job: the (state, move) → state table of code, docs and tests."""

from enum import StrEnum

from models.rules.words import JobState


class JobMove(StrEnum):
    """What happens to a job."""

    #: The relay put its number into Redis.
    SEND = "send"
    #: The relay sent it again: nobody began it.
    RESEND = "resend"
    #: A worker began it; the attempt is counted.
    CLAIM = "claim"
    #: The service committed its work and the result.
    FINISH = "finish"
    #: The business said no; trying again will not help.
    REFUSE = "refuse"
    #: The attempt broke and is tried again later.
    RETRY = "retry"
    #: The worker's sign of life stayed out, or the worker stops: another one begins again.
    RELEASE = "release"
    #: The last attempt broke: dead, for a person to look at.
    GIVE_UP = "give_up"
    #: A person no longer wants it.
    CANCEL = "cancel"


MOVES: dict[tuple[JobState, JobMove], JobState] = {
    (JobState.WAITING, JobMove.SEND): JobState.SENT,
    (JobState.SENT, JobMove.RESEND): JobState.SENT,
    (JobState.WAITING, JobMove.CLAIM): JobState.RUNNING,
    (JobState.SENT, JobMove.CLAIM): JobState.RUNNING,
    (JobState.RUNNING, JobMove.FINISH): JobState.DONE,
    (JobState.RUNNING, JobMove.REFUSE): JobState.FAILED,
    (JobState.RUNNING, JobMove.RETRY): JobState.WAITING,
    (JobState.RUNNING, JobMove.RELEASE): JobState.WAITING,
    (JobState.RUNNING, JobMove.GIVE_UP): JobState.FAILED,
    (JobState.WAITING, JobMove.CANCEL): JobState.CANCELLED,
    (JobState.SENT, JobMove.CANCEL): JobState.CANCELLED,
    (JobState.RUNNING, JobMove.CANCEL): JobState.CANCELLED,
}

#: Nothing moves a job out of these; "run again" makes a new row.
ENDED = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED})


def sources(move: JobMove) -> list[str]:
    """Return the states a move may start from, in order, as words for a guarded UPDATE."""
    return [state.value for state, known in MOVES if known is move]


def target(move: JobMove) -> str:
    """Return the one state a move leads to."""
    (state,) = {after for (_, known), after in MOVES.items() if known is move}
    return state.value
