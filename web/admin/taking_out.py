"""A list taken out as a file with the conditions of its address: one road for every short list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import g
from flask.typing import ResponseReturnValue
from flask_admin import expose

from models import clock
from models.rules.errors.exports import ListTooLong
from models.services.exports import listed
from web import downloads
from web.admin import asked

#: Longer lists are narrowed first, or are taken out by the job `export_list`.
ROWS_MAX = 10_000


@dataclass(frozen=True)
class TakenOut:
    """What is written: under which name, which columns, which rows."""

    #: As the audit log names it.
    what: str
    #: As the reader's folder names it; the day and the number of rows follow.
    name: str
    titles: Sequence[str]
    rows: Iterable[Sequence[listed.Cell]]


class TakesOut:
    """A list whose rows can be taken out as they are shown: same conditions, same reader."""

    def taken_out(self, most: int) -> TakenOut:
        """Return the rows that the address asks for, so many at most."""
        raise NotImplementedError

    def taken_out_long(self) -> ResponseReturnValue:
        """Queue the job that writes a longer list; raises ListTooLong where there is none."""
        raise ListTooLong(rows_max=ROWS_MAX)

    @expose("/export")
    def export(self) -> ResponseReturnValue:
        """Send the list of the address as csv or xlsx; what is longer than ROWS_MAX by a job."""
        found = self.taken_out(ROWS_MAX + 1)
        rows = list(found.rows)
        if len(rows) > ROWS_MAX:
            return self.taken_out_long()
        kind = asked.file_kind()
        content = listed.written(g.actor, found.what, kind, found.titles, rows)
        return downloads.made(f"{found.name}_{len(rows)}_{clock.today():%Y%m%d}.{kind}", content)
