"""帮助: the handbook by role, its pictures, and a search in it."""

from typing import ClassVar

from flask import abort, g, request, send_from_directory
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import lazy_gettext

from models.rules.words import Role
from web.admin.pages import WorkView
from web.help import handbook
from web.permissions import Page

#: Longer questions find nothing anyway.
QUESTION_MAX = 60


class HelpView(WorkView):
    """The handbook."""

    page: ClassVar[Page] = Page.HELP
    in_menu: ClassVar[bool] = False

    @expose("/")
    def index(self) -> str:
        """List the chapters, the reader's own first, or what a search found."""
        role = Role(g.actor.role)
        chapters = handbook.chapters(role)
        wanted = request.args.get("q", "").strip()[:QUESTION_MAX]
        return self.render(
            "zhijie/help.html",
            own=[one for one in chapters if one.key in handbook.OF_ROLE[role]],
            others=[one for one in chapters if one.key not in handbook.OF_ROLE[role]],
            wanted=wanted,
            hits=handbook.search(wanted, chapters) if wanted else [],
        )

    @expose("/<key>")
    def chapter(self, key: str) -> str:
        """Show a chapter."""
        found = handbook.chapter(key)
        if found is None:
            abort(404)
        return self.render("zhijie/help_chapter.html", chapter=found)

    @expose("/pictures/<file_name>")
    def picture(self, file_name: str) -> ResponseReturnValue:
        """Send a picture of the handbook."""
        return send_from_directory(handbook.PICTURES, file_name, max_age=3_600)


def views() -> list[WorkView]:
    """Return the page."""
    return [HelpView(lazy_gettext("帮助"), endpoint="help", url="/help")]
