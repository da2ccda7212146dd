"""Mails as people read them: three files for each kind and language.

A mail whose readers nobody named a language for is Chinese with a short English part.
"""

import functools
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jinja2

from models import settings as settings_module
from models.rules.money import yuan
from models.rules.words import FileFormat, MailLanguage
from models.services.notifications import Rendered
from workers.mail import attachment

TEMPLATES = Path(__file__).parent / "templates"
FILES = ("subject.txt", "body.txt", "body.html")
#: Longer subjects are cut by mail programs.
SUBJECT_CHARS_MAX = 120

#: Kinds whose mails carry a file: what it is called in each language, and how it is made.
ATTACHMENTS: dict[str, tuple[dict[str, str], Callable[[Mapping[str, Any], str, str], bytes]]] = {
    "overdue": (
        {"zh": "逾期明细", "en": "overdue"},
        lambda facts, language, form: attachment.overdue(facts["lines"], language, form),
    ),
    "returned_payment": (
        {"zh": "退回明细", "en": "returned-payments"},
        lambda facts, language, form: attachment.returned(
            facts["rows"][: facts["listed_max"]], language, form
        ),
    ),
}


class MailRenderer:
    """Renders the mails of one installation; links begin with its public address."""

    def __init__(self, settings: settings_module.Settings) -> None:
        self._public_url = settings.public_url
        self._templates = _templates(settings.public_url)

    def link(self, page: str, **query: object) -> str:
        """Return the address of a page; it opens after sign-in."""
        return _link(self._public_url, page, **query)

    def __call__(self, template: str, facts: Mapping[str, Any]) -> Rendered:
        """Return subject, text, HTML and file of a kind of mail in the language of its readers."""
        asked = facts.get("language", "")
        language = str(asked or MailLanguage.CHINESE.value)
        told = {**facts, "bilingual": not asked}
        subject, text, html = (
            self._templates.get_template(f"{template}/{language}/{name}").render(**told)
            for name in FILES
        )
        name, content = self._file(template, facts, language)
        one_line = " ".join(subject.split())[:SUBJECT_CHARS_MAX]
        return Rendered(one_line, text.strip() + "\n", html.strip() + "\n", name, content)

    def _file(
        self, template: str, facts: Mapping[str, Any], language: str
    ) -> tuple[str | None, bytes | None]:
        if facts.get("document") is not None:
            name, content = facts["document"]
            return str(name), bytes(content)
        if template not in ATTACHMENTS:
            return None, None
        names, made = ATTACHMENTS[template]
        suffix = str(facts.get("file_format") or FileFormat.CSV.value)
        name = f"{names[language]}-{facts['party'].code}-{facts['on']:%Y%m%d}.{suffix}"
        return name, made(facts, language, suffix)


@functools.cache
def _templates(public_url: str) -> jinja2.Environment:
    """Return the templates of an installation: compiled by the first mail of a process."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=jinja2.select_autoescape(["html"]),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["yuan"] = _yuan
    made.filters["day"] = _day
    made.globals["link"] = functools.partial(_link, public_url)
    return made


def _link(public_url: str, page: str, **query: object) -> str:
    """Return the address of a page; it opens after sign-in.

    Lists end with a slash; one thing of a list does not: with a slash it is not found.
    """
    asked = urlencode({name: str(value) for name, value in query.items()})
    path = page.strip("/") + ("" if "/" in page.strip("/") else "/")
    return f"{public_url}/{path}" + (f"?{asked}" if asked else "")


def _yuan(amount_fen: int) -> str:
    """Return yuan with thousands separators, as people read sums."""
    whole, cents = yuan(amount_fen).split(".")
    return f"{int(whole):,}.{cents}" if whole != "-0" else f"-0.{cents}"


def _day(value: date, language: str = "zh") -> str:
    """Return a day as a letter says it."""
    if language == "en":
        return f"{value.day} {value:%B %Y}"
    return f"{value.year}年{value.month}月{value.day}日"
