"""What every template may use: the reader, the menu, the day, words and icons."""

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, current_app, g, request
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user

from models import clock
from models.records.base import db
from models.rules.words import Role
from models.services.access import ALL_AREAS, Actor
from web import assets, guard, menu, permissions, words
from web.help import screens
from web.permissions import Page

#: The English catalogue; without it the switch would change nothing.
ENGLISH = Path(__file__).parent / "translations" / "en"

_FRAME = """
SELECT (SELECT count(*) FROM job
         WHERE requested_by = %(name)s AND state IN ('waiting', 'sent', 'running')),
       coalesce(
           (SELECT name FROM hospital WHERE hospital_code = %(party)s),
           (SELECT name FROM enterprise WHERE credit_code = %(party)s), %(party)s,
           (SELECT name FROM agency WHERE area_code = %(area)s ORDER BY agency_code LIMIT 1),
           (SELECT name FROM area WHERE area_code = %(area)s), %(area)s)
"""


def _jobs_and_office(actor: Actor) -> tuple[int, str]:
    """Return how many of the reader's jobs run, and whom the reader works for, by name.

    That is the seat's institution, else the agency of the reader's area, else the area.
    """
    told = {"name": actor.name, "area": actor.area_code, "party": actor.party_code or None}
    running, office = db.execute_sql(_FRAME, told).fetchone()
    if actor.area_code == ALL_AREAS and not actor.party_code:
        return running, str(_("全部统筹区"))
    return running, str(office)


def frame(view: Any) -> dict[str, Any]:
    """Return what the frame of a page shows; called once by the base template."""
    actor: Actor = g.actor
    if "frame" not in g:
        jobs, office = _jobs_and_office(actor)
        admin = current_app.extensions["zhijie_admin"]
        g.frame = {
            "menu": menu.shown(admin, actor, view),
            "tabs": menu.tabs(admin, actor, view),
            "help": screens.of(request.endpoint),
            "jobs": jobs,
            "office": office,
            "today": clock.today(),
            "full_name": current_user.user.full_name,
        }
    return dict(g.frame)


def may_act(page: str) -> bool:
    """Return whether the reader may press the buttons of a page."""
    return permissions.may_act(g.actor.role, Page(page))


def may_open(endpoint: str) -> bool:
    """Return whether the reader may look at an address."""
    return guard.opens(endpoint, g.actor.role)


def may_read(page: str) -> bool:
    """Return whether the reader may open a page."""
    return permissions.may_read(g.actor.role, Page(page))


def with_args(**changed: Any) -> str:
    """Return the present address with some query values changed; None drops one."""
    kept = request.args.to_dict(flat=False)
    for name, value in changed.items():
        kept.pop(name, None)
        if value is not None and value != "":
            kept[name] = [str(value)]

    query = urlencode(kept, doseq=True)
    return request.path + (f"?{query}" if query else "")


def _always() -> dict[str, Any]:
    actor = g.get("actor")
    locale = get_locale()
    return {
        "actor": actor,
        "reader_role": Role(actor.role) if actor else None,
        "has_english": ENGLISH.is_dir(),
        "lang": "en" if locale and locale.language == "en" else "zh-CN",
        "environment": current_app.config["ENVIRONMENT_TAG"],
    }


def install(app: Flask) -> None:
    """Register the context."""
    app.context_processor(_always)
    app.jinja_env.globals.update(
        asset=assets.asset,
        frame=frame,
        word=words.word,
        tone=words.tone,
        may_act=may_act,
        may_read=may_read,
        may_open=may_open,
        with_args=with_args,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
