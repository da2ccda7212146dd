"""One entry of the help: a screen in plain words, the source of its rule, where to read on."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Screen:
    """What is told about a screen."""

    #: One to three sentences for whoever opens the screen the first time.
    what: Any
    #: Title and article of the notice or law, as it is written: never translated.
    source: str
    #: chapter#section of docs/handbook.
    more: str
