"""What every page of ours states: its row in the table of rights, and what it lets people do."""

from collections.abc import Callable
from typing import Any, ClassVar

from flask import abort, g
from flask.typing import ResponseReturnValue
from flask_admin import BaseView

from models.services.access import Actor
from web import permissions
from web.permissions import Page


class Guarded:
    """Reading needs the page's right; a page without a statement does not start."""

    page: ClassVar[Page]
    #: A page may share a right without standing in the menu.
    in_menu: ClassVar[bool] = True
    #: Whether the number of the right stands beside this item.
    counted: ClassVar[bool] = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Refuse a page that does not state its right."""
        super().__init_subclass__(**kwargs)
        if not isinstance(getattr(cls, "page", None), Page) and "abstract" not in cls.__dict__:
            raise TypeError(f"{cls.__name__} does not state its page in the table of rights")

    @property
    def actor(self) -> Actor:
        """Return who is signed in."""
        return g.actor

    def is_accessible(self) -> bool:
        """Return whether the reader's role may read the page."""
        return "actor" in g and permissions.may_read(g.actor.role, self.page)

    def may_act(self) -> bool:
        """Return whether the reader's role may press the page's buttons."""
        return permissions.may_act(g.actor.role, self.page)

    def require_act(self) -> None:
        """Refuse a writing request of a reader who may only look."""
        if not self.may_act():
            abort(403)

    def _run_view(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Run a page once: Flask-Admin takes our TypeError for a wrong call and repeats it."""
        return fn(self, *args, **kwargs)

    def inaccessible_callback(self, name: str, **kwargs: Any) -> ResponseReturnValue:
        """Answer 403 with our page."""
        return abort(403)


class WorkView(Guarded, BaseView):
    """Base of the work screens.

    A module web/admin/work_<area>.py has subclasses that state their `page`, expose "/" and
    render templates of zhijie/work/ with `self.render(...)`, and a function `views()` that returns
    them made, e.g. `[SheetsView(_("结算单"), endpoint="sheets")]`. Every POST begins with
    `self.require_act()`; its form prints `{{ ui.token() }}` (checked for all pages in
    web/security.py); rows are bound by `scope.current().sql(area="s.area_code", ...)`; after an
    action `counts.forget()` makes the menu tell the truth at once.
    """

    abstract = True
