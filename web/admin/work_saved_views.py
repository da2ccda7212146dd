"""已存查询: the reader's saved views of all lists, saving one, and deleting one's own."""

from typing import ClassVar

from flask import abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models.records.saved_views import NAME_CHARS_MAX
from models.rules.errors import SettlementError
from models.rules.words import Role
from models.services import saved_views
from web import words
from web.admin import asked, saved, screen
from web.admin.screen import Screen
from web.errors import sentence_of
from web.permissions import Page


class SavedViewsView(Screen):
    """What a reader saved and was offered, by list."""

    page: ClassVar[Page] = Page.TODAY
    in_menu: ClassVar[bool] = False

    @expose("/")
    def index(self) -> str:
        """List the saved views of the reader's lists."""
        found = [
            (view, str(page.name))
            for view in saved_views.offered(g.actor)
            if (page := saved.list_of(view.screen, g.actor.role)) is not None
        ]
        return self.render("zhijie/saved_views.html", views=found)

    @expose("/new", methods=("GET", "POST"))
    def new(self) -> ResponseReturnValue:
        """Give the conditions of a list a name."""
        path, query = asked.text("screen"), saved.canonical(asked.text("query"))
        page = saved.list_of(path, g.actor.role)
        if page is None:
            abort(404)
        refusal = ""
        if request.method == "POST":
            try:
                saved_views.keep(g.actor, path, asked.text("name"), query, asked.text("role"))
            except SettlementError as error:
                refusal = sentence_of(error)
            else:
                saved.forget()
                screen.done(_("已保存查询“%(n)s”，在列表上方可以直接打开。", n=asked.text("name")))
                return redirect(f"{path}?{query}", 303)
        roles = [g.actor.role] if g.actor.party_code else list(Role)
        told = self.render(
            "zhijie/saved_view.html",
            list_name=str(page.name),
            path=path,
            query=query,
            name=asked.text("name"),
            chars=NAME_CHARS_MAX,
            roles=[(role, words.word(Role(role))) for role in roles],
            role=asked.text("role"),
            refusal=refusal,
        )
        return told, 422 if refusal else 200

    @expose("/<int:number>/end", methods=("POST",))
    def end(self, number: int) -> ResponseReturnValue:
        """Delete one of the reader's own views."""
        if not saved_views.end(g.actor, number):
            abort(404)
        saved.forget()
        screen.done(_("已删除。"))
        return redirect(url_for("saved_views.index"), 303)


def views() -> list[Screen]:
    """Return the page."""
    return [SavedViewsView(lazy_gettext("已存查询"), endpoint="saved_views", url="/saved-views")]
