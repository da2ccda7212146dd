"""The two languages of the pages: Chinese as written, English from the catalogue."""

import re
from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask_babel import Babel, Domain, get_locale, gettext
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from models.rules.errors import SettlementError

#: `{n|line|lines}` in an English text: the first where the value of n is one.
PLURAL = re.compile(r"\{(\w+)\|([^{}|]*)\|([^{}|]*)\}")
_TAGS = re.compile(r"<[^>]*>")


class Words(Domain):
    """The catalogue, with English plurals chosen by the values (docs/admin.md §6)."""

    def gettext(self, string: str, **variables: Any) -> str:
        """Return the text in the reader's language with its values."""
        said = str(self.get_translations().ugettext(string))
        if not variables:
            return said
        return counted(said, variables) % variables


def counted(said: str, variables: Mapping[str, Any]) -> str:
    """Return the text with its plurals chosen; a value may be formatted or marked up already."""
    if "|" not in said:
        return said

    def chosen(found: re.Match[str]) -> str:
        name, one, many = found.groups()
        return one if _TAGS.sub("", str(variables.get(name, ""))) == "1" else many

    return PLURAL.sub(chosen, said)


def is_english() -> bool:
    """Return whether the reader's language is English."""
    locale = get_locale()
    return bool(locale and locale.language == "en")


def sentence_of(error: SettlementError) -> str:
    """Return the refusal's sentence in the reader's language."""
    return error.sentence_en if is_english() else error.sentence


@pass_context
def _in_template(context: Context, string: str, **variables: Any) -> str:
    """Return the text for a page: itself safe, its values escaped; always a format, as in Jinja."""
    said = counted(gettext(string), variables)
    return (Markup(said) if context.eval_ctx.autoescape else said) % variables  # noqa: S704


def install(app: Flask, babel: Babel) -> None:
    """Make the catalogue the one of code and templates alike."""
    babel.domain_instance = Words()
    app.jinja_env.globals["gettext"] = _in_template
