"""Mails as people read them: three files for each kind, in Chinese with a short English part."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jinja2

from models import settings as settings_module
from models.rules.money import yuan
from models.services.notifications import Rendered
from workers.mail.attachment import overdue_csv, returned_csv

TEMPLATES = Path(__file__).parent / "templates"
FILES = ("subject.txt", "body.txt", "body.html")
#: Longer subjects are cut by mail programs.
SUBJECT_CHARS_MAX = 120

#: Kinds whose mails carry a file: how it is called and made.
ATTACHMENTS: dict[str, Callable[[Mapping[str, Any]], tuple[str, bytes]]] = {
    "overdue": lambda facts: (
        f"逾期明细-{facts['party'].code}-{facts['on']:%Y%m%d}.csv",
        overdue_csv(facts["lines"]),
    ),
    "returned_payment": lambda facts: (
        f"退回明细-{facts['party'].code}-{facts['on']:%Y%m%d}.csv",
        returned_csv(facts["rows"][: facts["listed_max"]]),
    ),
}


class MailRenderer:
    """Renders the mails of one installation; links begin with its public address."""

    def __init__(self, settings: settings_module.Settings) -> None:
        self._public_url = settings.public_url
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(TEMPLATES),
            autoescape=jinja2.select_autoescape(["html"]),
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters["yuan"] = _yuan
        self._templates.globals["link"] = self.link

    def link(self, page: str, **query: object) -> str:
        """Return the address of a page; it opens after sign-in."""
        asked = urlencode({name: str(value) for name, value in query.items()})
        return f"{self._public_url}/{page.strip('/')}/" + (f"?{asked}" if asked else "")

    def __call__(self, template: str, facts: Mapping[str, Any]) -> Rendered:
        """Return subject, text, HTML and file of a kind of mail."""
        subject, text, html = (
            self._templates.get_template(f"{template}/{name}").render(**facts) for name in FILES
        )
        name, content = ATTACHMENTS[template](facts) if template in ATTACHMENTS else (None, None)
        one_line = " ".join(subject.split())[:SUBJECT_CHARS_MAX]
        return Rendered(one_line, text.strip() + "\n", html.strip() + "\n", name, content)


def _yuan(amount_fen: int) -> str:
    """Return yuan with thousands separators, as people read sums."""
    whole, cents = yuan(amount_fen).split(".")
    return f"{int(whole):,}.{cents}" if whole != "-0" else f"-0.{cents}"
