"""The two languages of the pages: Chinese as written, English from the catalogue."""

import re
from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask_babel import Babel, Domain, force_locale, get_locale, gettext
from jinja2 import pass_context
from jinja2.ext import Extension
from jinja2.runtime import Context
from markupsafe import Markup

from models.rules.errors import SettlementError

#: `{n|line|lines}` in an English text: the first where the value of n is one.
PLURAL = re.compile(r"\{(\w+)\|([^{}|]*)\|([^{}|]*)\}")
_ENDING = re.compile(r"(?<=ch)es$|(?<=ss)es$|s$")
_TAGS = re.compile(r"<[^>]*>")
#: Full-width marks that templates write between values; each is a string of the catalogue.
MARKS = "：（），；、。《》\u3000"
_MARK = re.compile(f"[{MARKS}]")
_CODE = re.compile(r"(\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\})", re.DOTALL)


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


class Marks(Extension):
    """Full-width marks in the text of templates follow the language like words."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Return the source with every mark outside of expressions looked up."""
        parts = _CODE.split(source)
        parts[::2] = [_MARK.sub(r"{{ _('\g<0>') }}", text) for text in parts[::2]]
        return "".join(parts)


def pieces(text: str) -> str:
    """Return labels that come joined by 、, each in the reader's language."""
    return gettext("、").join(gettext(one) for one in text.split("、")) if text else ""


def worded(text: str) -> str:
    """Return a label that comes from the rules in the reader's language."""
    return gettext(text) if text else ""


def units(word: Any, number: int) -> str:
    """Return the word something is counted in; the English of one thing has no plural."""
    said = str(word)
    return _ENDING.sub("", said) if number == 1 and is_english() else said


def is_english() -> bool:
    """Return whether the reader's language is English."""
    locale = get_locale()
    return bool(locale and locale.language == "en")


def sentence_of(error: SettlementError) -> str:
    """Return the refusal's sentence in the reader's language."""
    return in_english(error) if is_english() else error.sentence


def in_english(error: SettlementError) -> str:
    """Return the English sentence of a refusal, also for a system that reads no pages.

    Facts that are labels, such as what a reason is asked for, are looked up in the catalogue.
    """
    with force_locale("en"):
        facts = {
            name: gettext(fact) if isinstance(fact, str) and fact else fact
            for name, fact in error.facts.items()
        }
    return error.en.format(**facts)


def why(job: Any) -> str:
    """Return why a job failed in the reader's language; a job of old has the Chinese only."""
    return str((is_english() and job.error_sentence_en) or job.error_sentence or "")


@pass_context
def _in_template(context: Context, string: str, **variables: Any) -> str:
    """Return the text for a page: itself safe, its values escaped; always a format, as in Jinja."""
    said = counted(gettext(string), variables)
    return (Markup(said) if context.eval_ctx.autoescape else said) % variables  # nosec B704  # noqa: S704


def install(app: Flask, babel: Babel) -> None:
    """Make the catalogue the one of code and templates alike."""
    babel.domain_instance = Words()
    app.jinja_env.globals["gettext"] = _in_template
    app.jinja_env.globals["in_english"] = is_english
    app.jinja_env.globals["why"] = why
    app.jinja_env.filters["pieces"] = pieces
    app.jinja_env.filters["worded"] = worded
    app.jinja_env.filters["units"] = units
    app.jinja_env.add_extension(Marks)
