"""A scheme wherever it is named: its code, the notice it rests on, and the way to its page."""

from datetime import date
from typing import Any

from flask import g, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from models.services.views import schemes
from web.permissions import Page, may_read


def named(code: str | None, valid_from: date | None = None, *, until: str = "") -> Markup:
    """Return a scheme with its basis; of several versions the stated one, else the last by a day.

    `until` is a day, or a month's end written as YYYY-MM-31.
    """
    if not code:
        return Markup("{}").format(_("无"))
    if "scheme_bases" not in g:
        g.scheme_bases = schemes.bases()
    known = [one for one in g.scheme_bases if one.scheme_code == code]
    fitting = [
        one
        for one in known
        if (valid_from is None or one.valid_from == valid_from)
        and (not until or one.valid_from.isoformat() <= until)
    ]
    found = max(fitting or known, key=lambda one: one.valid_from, default=None)
    shown = _linked(code, found.valid_from if found else None)
    if found is None or not found.legal_basis:
        return shown
    return Markup('{}<span class="muted xs">{}{}{}</span>').format(
        shown, _("（"), found.legal_basis, _("）")
    )


def _linked(code: str, valid_from: date | None) -> Markup:
    if valid_from is None or not may_read(g.actor.role, Page.SCHEMES):
        return Markup('<span class="code">{}</span>').format(code)
    version: dict[str, Any] = {"from": valid_from}
    address = url_for("schemes.one", code=code, **version)
    return Markup('<a class="code" href="{}">{}</a>').format(address, code)
