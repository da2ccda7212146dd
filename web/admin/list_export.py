"""A list taken out with the conditions of its address: at once, or by a job where it is long."""

import tempfile
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from flask import g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from models import clock
from models.records.base import db
from models.rules.job_names import JobName
from models.services import access, audit
from models.services.exports import lists
from models.services.views.listing import Counted, numbers
from models.services.views.reading import COUNT_MAX
from web import downloads, words
from web.admin import asked
from web.admin.screen import Screen


def is_long(counted: Counted) -> bool:
    """Return whether a list is longer than a page writes while the browser waits."""
    return (numbers([counted])[0] or 0) > COUNT_MAX


def answer(
    screen: Screen,
    what: str,
    label: str,
    conditions: Any,
    counted: Counted,
    titles: Mapping[str, Any],
    enums: Mapping[str, type[StrEnum]],
) -> ResponseReturnValue:
    """Send the list as a file, or queue the job that writes it and lead to its page.

    `label` begins the file's name; `titles` names the columns of the list in their order; `enums`
    says which of them hold states and choices.
    """
    access.require(g.actor, "export")
    (found,) = numbers([counted])
    kind, on = asked.file_kind(), clock.today()
    count = "" if (found or 0) > COUNT_MAX else f"_{found}"
    wish = lists.Wish(
        what=what,
        asked=_told(conditions),
        format=kind,
        name=f"{label}{count}_{on:%Y%m%d}.{kind}",
        titles={name: str(title) for name, title in titles.items()},
        words={
            name: {one.value: str(words.word(one)) for one in enum} for name, enum in enums.items()
        },
    )
    if (found or 0) > COUNT_MAX:
        return screen.start(
            JobName.EXPORT_LIST,
            asdict(wish),
            subject=f"export:{what}",
            message=_("超过 %(n)s 行，正在后台写出，完成后在本页下载。", n=f"{COUNT_MAX:,}"),
            what=what,
        )
    with tempfile.TemporaryDirectory(prefix="zhijie-list-") as folder, db.atomic():
        path = Path(folder) / "list"
        written = lists.write(g.actor, wish, path, on)
        audit.wrote(
            "export.written", actor=g.actor.name, subject=what, rows=written, format=kind,
            asked=dict(wish.asked),
        )  # fmt: skip
        return downloads.made(wish.name, path.read_bytes())


def _told(conditions: Any) -> dict[str, Any]:
    """Return conditions as a job keeps them: days as text, what is not asked left out."""
    is_row = is_dataclass(conditions) and not isinstance(conditions, type)
    told = asdict(conditions) if is_row else dict(conditions)
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in told.items()
        if value not in (None, "", ())
    }
