"""The side menu: groups in the order of work, only what the reader may open."""

from dataclasses import dataclass, field
from typing import Any

from flask_admin import Admin
from flask_babel import lazy_gettext as _

from models.services.access import Actor
from web import counts
from web.permissions import Page, may_read


@dataclass
class Group:
    """A heading with its pages; the last two are folded."""

    title: Any
    pages: tuple[Page, ...]
    folded: bool = False
    key: str = ""


GROUPS = (
    Group("", (Page.TODAY,)),
    Group(
        _("数据"),
        (
            Page.PURCHASES,
            Page.DELIVERIES,
            Page.CONFIRMATIONS,
            Page.INVOICES,
            Page.HOLDS,
        ),
    ),
    Group(
        _("结算"),
        (
            Page.SHEETS,
            Page.OFFSETS,
            Page.SHORTFALLS,
            Page.TURNOVER,
            Page.SUBLEDGERS,
            Page.MONEY_REQUESTS,
            Page.ROUND_PREPAYMENTS,
            Page.CLOSE,
        ),
    ),
    Group(
        _("付款"),
        (
            Page.BATCHES,
            Page.PAYMENTS,
            Page.RESULTS,
            Page.EXCEPTIONS,
            Page.UNCONFIRMED,
            Page.RETURNS,
            Page.MY_PAYMENTS,
            Page.OWN_PAYMENTS,
        ),
    ),
    Group(
        _("监督"),
        (
            Page.OVERDUE,
            Page.PROMISES,
            Page.EXCUSES,
            Page.MEASURES,
            Page.MAILS,
            Page.COVERAGE,
            Page.INDICATORS,
            Page.RETENTION,
            Page.STATISTICS,
            Page.REPORTS,
            Page.LEDGER,
            Page.IDENTITY,
        ),
    ),
    Group(
        _("基础数据"),
        (
            Page.MASTER,
            Page.CONTACTS,
            Page.SCHEMES,
            Page.MANDATES,
            Page.RULES,
            Page.PROFILES,
            Page.ACCOUNTS,
            Page.HOSPITAL_ACCOUNTS,
        ),
        folded=True,
        key="master",
    ),
    Group(
        _("系统与审计"),
        (Page.IMPORTS, Page.JOBS, Page.AUDIT, Page.USERS),
        folded=True,
        key="system",
    ),
)


@dataclass
class Item:
    """A page in the menu with how much waits there for this reader."""

    name: str
    url: str
    current: bool
    waiting: int = 0
    hot: bool = False

    @property
    def count(self) -> str:
        """Return how much waits as the menu shows it."""
        return counts.told(self.waiting)


@dataclass
class Shown:
    """A group as it is shown."""

    title: str
    folded: bool
    items: list[Item] = field(default_factory=list)

    @property
    def open(self) -> bool:
        """Return whether the folded group holds the present page."""
        return any(item.current for item in self.items)

    @property
    def waiting(self) -> int:
        """Return how much waits in the whole group, shown while it is folded."""
        return sum(item.waiting for item in self.items)

    @property
    def count(self) -> str:
        """Return how much waits as the menu shows it."""
        return counts.told(self.waiting)


def shown(admin: Admin, actor: Actor, current: Any) -> list[Shown]:
    """Return the menu of a reader; pages nobody registered are left out."""
    waiting = counts.waiting(actor)
    found = []
    for group in GROUPS:
        items = [
            _item(view, waiting, current)
            for page in group.pages
            if may_read(actor.role, page)
            for view in admin._views
            if getattr(view, "page", None) is page and view.in_menu and view.is_accessible()
        ]
        if items:
            found.append(Shown(str(group.title), group.folded, items))
    return found


def _item(view: Any, waiting: dict[Page, int], current: Any) -> Item:
    return Item(
        name=str(view.name),
        url=view.get_url(f"{view.endpoint}.{view._default_view}"),
        current=view is current,
        waiting=waiting.get(view.page, 0) if getattr(view, "counted", True) else 0,
        hot=view.page is Page.EXCEPTIONS,
    )
