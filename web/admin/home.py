"""今日待办: what waits for this reader today."""

from typing import ClassVar

from flask_admin import AdminIndexView, expose
from flask_babel import lazy_gettext as _

from web.admin.pages import Guarded
from web.permissions import Page

NAME = _("今日待办")


class HomeView(Guarded, AdminIndexView):
    """The first page after sign-in."""

    page: ClassVar[Page] = Page.TODAY

    @expose("/")
    def index(self) -> str:
        """Show the tasks of the reader."""
        return self.render("zhijie/home.html")
