"""接口密钥: who of the outside may send and read by program, made and ended by its institution."""

import re
from datetime import timedelta
from typing import Any, ClassVar

from flask import abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from markdown_it import MarkdownIt
from markupsafe import Markup

from models import clock
from models.rules import api_keys
from models.rules.errors import SettlementError
from models.services.api import keys
from models.services.views import interface
from models.services.views.reading import PAGE_ROWS
from models.settings import ROOT
from web.admin import asked, interface_words, screen
from web.admin.screen import Screen
from web.errors import sentence_of
from web.permissions import Page

GUIDE = ROOT / "docs" / "api.md"
CLIENT = ROOT / "docs" / "examples" / "zhijie_client.py"
_TYPED = ("label", "expires_on", "addresses", "certificate")


class ApiKeysView(Screen):
    """The keys of the reader's institutions, and how to program against the interface."""

    page: ClassVar[Page] = Page.API_KEYS

    @expose("/")
    def index(self) -> str:
        """List the keys, live ones first."""
        number, today, is_ending = asked.page(), clock.today(), asked.text("view") == "ending"
        found = interface.keys(g.actor, today, view="ending" if is_ending else "", number=number)
        soon = _("%(n)s 天内到期", n=api_keys.ENDING_DAYS)
        page: str = self.render(
            "zhijie/work/api_keys.html",
            keys=found[:PAGE_ROWS],
            more=len(found) > PAGE_ROWS,
            number=number,
            pager=screen.pager_url,
            soon=today + timedelta(days=30),
            today=today,
            may_act=self.may_act(),
            is_ending=is_ending,
            views=[
                (_("全部"), "/api-keys/", None, not is_ending),
                (soon, "/api-keys/?view=ending", interface.ending(g.actor, today), is_ending),
            ],
        )
        return page

    @expose("/new", methods=("GET", "POST"))
    def new(self) -> ResponseReturnValue:
        """Choose the institution, then make a key; it is shown on this one answer."""
        self.require_act()
        whose = interface_words.institution()
        if whose is None:
            return self._form(None, {})
        if request.method == "GET":
            day = clock.today() + timedelta(days=api_keys.LIFE_DAYS)
            return self._form(whose, {"expires_on": day.isoformat(), "permissions": []})
        typed = interface_words.typed(*_TYPED)
        typed["permissions"] = request.form.getlist("permissions")
        typed["signed"] = "signed" in request.form
        try:
            made = keys.make(_wish(whose, typed), g.actor)
        except SettlementError as error:
            return self._form(whose, typed, sentence_of(error)), 422
        return self.render("zhijie/work/api_key_made.html", made=made)

    def _form(self, whose: dict[str, Any] | None, typed: dict[str, Any], refusal: str = "") -> str:
        allowed = keys.permissions(whose["role"]) if whose else ()
        page: str = self.render(
            "zhijie/work/api_key.html",
            whose=whose,
            typed=typed,
            refusal=refusal,
            fields=interface_words.institution_fields(),
            sends=[one for one in allowed if one.startswith("send:")],
            reads=[one for one in allowed if one.startswith("read:")],
            permission=interface_words.permission,
            days=api_keys.LIFE_DAYS_MAX,
        )
        return page

    @expose("/<int:key_id>")
    def one(self, key_id: int) -> str:
        """Show what one key may do and when it was used."""
        found = interface.key(g.actor, key_id, clock.today())
        if found is None:
            abort(404)
        page: str = self.render(
            "zhijie/work/api_key_one.html",
            key=found,
            permission=interface_words.permission,
            may_act=self.may_act(),
        )
        return page

    @expose("/<int:key_id>/end", methods=("POST",))
    def end(self, key_id: int) -> ResponseReturnValue:
        """End a key for ever."""
        self.require_act()
        if interface.key(g.actor, key_id, clock.today()) is None:
            abort(404)
        keys.end(key_id, g.actor)
        screen.done(_("密钥已停用，使用它的系统从现在起不能再连接。"))
        return redirect(url_for("api_keys.one", key_id=key_id), 303)

    @expose("/guide")
    def guide(self) -> str:
        """Show the document for developers."""
        # The page has its own heading.
        text = GUIDE.read_text(encoding="utf-8").partition("\n")[2]
        made = _served(MarkdownIt("commonmark", {"html": False}).enable("table").render(text))
        page: str = self.render("zhijie/work/api_guide.html", text=Markup(made))  # nosec B704  # noqa: S704 - our own file, raw HTML is off
        return page

    @expose("/client")
    def client(self) -> ResponseReturnValue:
        """Send the client to copy."""
        text = CLIENT.read_text(encoding="utf-8")
        return (
            text,
            200,
            {
                "Content-Type": "text/x-python; charset=utf-8",
                "Content-Disposition": f'attachment; filename="{CLIENT.name}"',
            },
        )


def _served(html: str) -> str:
    """Return the guide with links to what is served here; other documents are only named."""
    served = {
        "openapi.json": url_for("api.document"),
        "examples/zhijie_client.py": url_for("api_keys.client"),
    }

    def link(found: re.Match[str]) -> str:
        href = served.get(found[1])
        return f'<a href="{href}">{found[2]}</a>' if href else found[2]

    told = re.sub(r'<a href="([^"]*)">(.*?)</a>', link, html)
    # Wide parts scroll by themselves, on a telephone too.
    part = f'<div class="scroll" role="group" aria-label="{_("示例或表格")}" tabindex="0">'
    for tag in ("pre", "table"):
        told = told.replace(f"<{tag}>", f"{part}<{tag}>").replace(f"</{tag}>", f"</{tag}></div>")
    return told


def _wish(whose: dict[str, Any], typed: dict[str, Any]) -> keys.Wish:
    return keys.Wish(
        label=typed["label"],
        role=whose["role"],
        permissions=typed["permissions"],
        # A day that is none is refused as one that is past.
        expires_on=asked.day("expires_on") or clock.today() - timedelta(days=1),
        area_code=whose["area_code"],
        party_code=whose["party"],
        addresses=typed["addresses"],
        certificate=typed["certificate"],
        signed=typed["signed"],
    )


def views() -> list[Screen]:
    """Return the page."""
    return [ApiKeysView(lazy_gettext("接口密钥"), endpoint="api_keys", url="/api-keys")]
