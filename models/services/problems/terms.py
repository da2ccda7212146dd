"""Which kinds of problems count on a day, and the working days they may take."""

from datetime import date

from models.records.base import sql
from models.rules.errors.problems import UnknownProblemKind
from models.rules.problems import KINDS, Terms

#: The row of each kind that begins last; one that ended takes the kind away.
_ROWS = """
SELECT DISTINCT ON (kind_code) kind_code, name, coalesce(name_en, name), take_days, result_days,
       urgent_take_days, urgent_result_days, reopen_days,
       coalesce(valid_to >= %(on)s, true) AS counts
  FROM problem_kind WHERE valid_from <= %(on)s
 ORDER BY kind_code, valid_from DESC
"""


def kinds(on: date) -> dict[str, Terms]:
    """Return code → terms of the kinds that count on a day: the built-in ones, then rows."""
    found = dict(KINDS)
    for *told, counts in sql(_ROWS, {"on": on}):
        if counts:
            found[told[0]] = Terms(*told)
        else:
            found.pop(told[0], None)
    return found


def names(on: date) -> dict[str, tuple[str, str]]:
    """Return code → name in Chinese and English, of every kind there was up to the day."""
    found = {code: (one.name, one.name_en) for code, one in KINDS.items()}
    found |= {row[0]: (row[1], row[2]) for row in sql(_ROWS, {"on": on})}
    return found


def terms(kind_code: str, on: date) -> Terms:
    """Return the terms of a kind on a day. Raises UnknownProblemKind."""
    found = kinds(on).get(kind_code)
    if found is None:
        raise UnknownProblemKind(kind=kind_code)
    return found


def of(kind_code: str, on: date) -> Terms:
    """Return the terms of a problem that was reported: its kind may have ended since."""
    return kinds(on).get(kind_code) or KINDS.get(kind_code) or KINDS["other"]
