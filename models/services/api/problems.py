"""Problems for other systems: reported once for each key of theirs, read as the pages show them."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from models.records.base import db
from models.rules.problems import LinkKind, Urgency
from models.services import problems
from models.services.access import Actor
from models.services.api import once
from models.services.api.once import Answer
from models.services.api.reading import Key, Page
from models.services.problems import Link, Report
from models.services.views import problems as views_of
from models.services.views.problems import Asked
from models.services.views.reading import Rows, fetch

MADE = 201
_PAGE = "SELECT p.* FROM problem p WHERE {where} ORDER BY p.id LIMIT %(rows)s"


def report(actor: Actor, told: Mapping[str, Any], key: str, on: date) -> Answer:
    """Report a problem and answer with its number; the same key and content is one problem.

    Raises KeyReused and what reporting raises.
    """
    content = json.dumps(told, ensure_ascii=True, sort_keys=True, default=str)
    digest = "problem:" + hashlib.sha256(content.encode()).hexdigest()
    with db.atomic():
        once.lock(actor, key)
        first = once.known(actor, key, digest)
        if first is not None:
            return first
        number = problems.report(actor, _report(told), on)
        return once.keep(actor, key, digest, Answer({"problem_no": number}, MADE))


def _report(told: Mapping[str, Any]) -> Report:
    links = [Link(LinkKind(one["kind"]), one["code"]) for one in told["links"]]
    kept = {name: told[name] for name in (
        "title", "words", "is_new", "confidential", "hospital_code", "enterprise_code", "area_code",
    )}  # fmt: skip
    return Report(kind_code=told["kind"], urgency=Urgency(told["urgency"]), links=links, **kept)


def page(rows: Rows, asked: Mapping[str, Any], after: Key | None, on: date) -> Page:
    """Return the reader's problems in the order they were reported."""
    found = views_of.where(rows, Asked(kind=asked["kind"], state=asked["state"]), on)
    found.add_if(after, "p.id > %(after)s", "after")
    told = {**found.told, "rows": asked["limit"] + 1}
    shown = fetch(_PAGE.format(where=found.text), told)
    more = len(shown) > asked["limit"]
    shown = shown[: asked["limit"]]
    return Page(shown, int(shown[-1].id) if more else None)


def one(actor: Actor, rows: Rows, problem_no: str, on: date) -> dict[str, Any] | None:
    """Return a problem of the reader with what it may read of its thread, or None."""
    found = views_of.find(rows, problem_no, on)
    if found is None:
        return None
    return {**found._asdict(), "thread": views_of.words(actor, found.id)}
