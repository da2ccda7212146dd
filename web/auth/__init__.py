"""Signing in and out, how long that lasts, proving it again, and the pages of one's own account."""

from flask import Flask

from web.auth import colleagues, door, entering, links, profile, second_factor, stepping
from web.auth.door import LANGUAGES, OPEN, bp, here, locale
from web.auth.stepping import step_up

__all__ = ["LANGUAGES", "OPEN", "ask_again", "here", "install", "locale", "step_up"]

#: The modules whose import gives the blueprint its addresses.
PAGES = (colleagues, entering, links, profile, second_factor)


def install(app: Flask) -> None:
    """Put the door before every page."""
    app.register_blueprint(bp)
    door.install(app)


def ask_again(app: Flask) -> None:
    """Put the second question before money acts; after rights were looked at."""
    stepping.install(app)
