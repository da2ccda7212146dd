"""What a kind of task is: whom it waits for, what is counted, and the page where it is done."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from models.rules.words import Role
from models.services.views.reading import Rows


@dataclass(frozen=True)
class Kind:
    """A kind of task: what is counted and what it is called."""

    key: str
    roles: frozenset[Role]
    #: SELECT count, sum of fen, earliest deadline; {scope} stands for the reader's rows.
    statement: str
    columns: dict[str, str]
    url: str
    #: mine: this reader acts; others: he waits.
    mine: bool = True
    #: Says whose rows these are where no single column does.
    bound: Callable[[Rows], tuple[str, dict[str, Any]]] | None = None
