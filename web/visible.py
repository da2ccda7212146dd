"""Characters that nobody sees made visible wherever a text is shown: no name reads as another.

A mark of direction turns what follows around, a zero width hides between two letters: an account's
name could look like one that people know just before money moves. Files of the bank refuse such
names (docs/bank-formats.md); pages show the name as it is kept, with a sign where the mark stands.
"""

import re
from typing import Any

from flask import Flask
from markupsafe import Markup

#: Direction marks, embeddings and isolates; zero widths and joiners; soft hyphen; fillers; the mark
#: of byte order; tags. Variation selectors stay: they choose among the forms of one character.
HIDDEN = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def shown(value: Any) -> Any:
    """Return a text with a sign such as ⟨U+202E⟩ for every character nobody sees."""
    if not isinstance(value, str) or value.isascii() or not HIDDEN.search(value):
        return value
    told = HIDDEN.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", value)
    return Markup(told) if isinstance(value, Markup) else told  # nosec B704  # noqa: S704 - as it was


def install(app: Flask) -> None:
    """Look at every value a template shows."""
    app.jinja_env.finalize = shown
