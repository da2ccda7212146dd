"""用户与权限: who may sign in, with which role and rows; tokens of other systems."""

from typing import Any, ClassVar

from flask import abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.records.access import ApiToken, User
from models.rules.errors import SettlementError
from models.rules.words import Role
from models.services import users
from models.services.access import ALL_AREAS
from web import account_sight, permissions, scope, words
from web.admin.pages import WorkView
from web.errors import sentence_of
from web.permissions import Page

ROWS = 50


def _visible() -> Any:
    """Return the users of the reader's areas."""
    areas = scope.current().areas
    query = User.select()
    return query if areas is None else query.where(User.area_code.in_(sorted(areas)))


def _asked() -> Any:
    query = _visible()
    if role := request.args.get("role", ""):
        query = query.where(User.role == role) if role in set(Role) else query.where(False)  # noqa: FBT003
    if area := request.args.get("area_code", ""):
        query = query.where(User.area_code == area)
    if name := request.args.get("q", "").strip():
        query = query.where(User.name.contains(name) | User.full_name.contains(name))
    return query


class UsersView(WorkView):
    """The administrator makes and changes users; supervisors and auditors look."""

    page: ClassVar[Page] = Page.USERS

    @expose("/")
    def index(self) -> str:
        """List users."""
        page = max(request.args.get("page", 0, type=int), 0)
        found = list(_asked().order_by(User.name).limit(ROWS + 1).offset(page * ROWS))
        return self.render(
            "zhijie/users.html",
            users=found[:ROWS],
            more=len(found) > ROWS,
            page=page,
            roles=words.choices(Role),
            now=clock.now(),
            narrowed=any(request.args.get(n) for n in ("q", "role", "area_code")),
        )

    @expose("/rights")
    def rights(self) -> str:
        """Show the table of rights as the program reads it."""
        return self.render(
            "zhijie/rights.html",
            pages=self._pages(),
            roles=list(Role),
            signs={
                (role, page): _sign(permissions.RIGHTS[role, page])
                for role in Role
                for page in Page
            },
            whole=account_sight.roles(),
        )

    def _pages(self) -> list[tuple[Page, str]]:
        named: dict[Page, list[str]] = {}
        for view in self.admin._views:
            if isinstance(getattr(view, "page", None), Page) and view.in_menu:
                named.setdefault(view.page, []).append(str(view.name))
        return [(page, "、".join(named[page])) for page in Page if page in named]

    @expose("/new", methods=("GET", "POST"))
    def new(self) -> ResponseReturnValue:
        """Make a user."""
        self.require_act()
        return self._form(None)

    @expose("/<user_name>", methods=("GET", "POST"))
    def one(self, user_name: str) -> ResponseReturnValue:
        """Change a user."""
        user = _visible().where(User.name == user_name).first()
        if user is None:
            abort(404)
        if request.method == "POST":
            self.require_act()
        return self._form(user)

    def _form(self, user: User | None) -> ResponseReturnValue:
        refusal = ""
        if request.method == "POST":
            try:
                saved = self._save(user)
            except SettlementError as error:
                refusal = sentence_of(error)
            else:
                flash(_("用户 %(name)s 已保存。", name=saved.name), "success")
                return redirect(url_for("users.one", user_name=saved.name), 303)
        tokens = (
            list(ApiToken.select().where(ApiToken.user_name == user.name).order_by(ApiToken.id))
            if user
            else []
        )
        page = self.render(
            "zhijie/user.html",
            user=user,
            typed=request.form if refusal else None,
            refusal=refusal,
            roles=words.choices(Role),
            tokens=tokens,
        )
        return page, 422 if refusal else 200

    def _save(self, user: User | None) -> User:
        typed = {name: value.strip() for name, value in request.form.items()}
        if typed.get("role") not in set(Role):
            abort(400)
        role, area = Role(typed["role"]), typed.get("area_code") or ALL_AREAS
        facts = {
            "full_name": typed.get("full_name") or typed.get("name") or "",
            "party_code": typed.get("party_code") or None,
            "email": typed.get("email") or None,
            "by": g.actor.name,
        }
        if user is None:
            return users.create(
                typed.get("name", ""), role, area, password=request.form["password"], **facts
            )
        if request.form.get("password"):
            users.set_password(user.name, request.form["password"], by=g.actor.name)
        active = bool(typed.get("active"))
        return users.change(user.name, role=role, area_code=area, active=active, **facts)

    @expose("/<user_name>/token", methods=("POST",))
    def token(self, user_name: str) -> ResponseReturnValue:
        """Make a token; it is shown on this one answer and never again."""
        self.require_act()
        made = users.make_token(
            user_name, request.form.get("label", "").strip() or "API", by=g.actor.name
        )
        return self.render("zhijie/token.html", token=made, name=user_name)

    @expose("/<user_name>/token/<int:token_id>/revoke", methods=("POST",))
    def revoke(self, user_name: str, token_id: int) -> ResponseReturnValue:
        """End a token."""
        self.require_act()
        users.revoke_token(token_id, by=g.actor.name)
        flash(_("令牌已停用，使用它的系统从现在起不能再提交。"), "success")
        return redirect(url_for("users.one", user_name=user_name), 303)


def _sign(found: permissions.Right) -> str:
    if not found.read:
        return ""
    own = _("本") if found.own else ""
    return own + (_("办") if found.act else "" if found.own else _("看"))


def views() -> list[WorkView]:
    """Return the page."""
    return [UsersView(lazy_gettext("用户与权限"), endpoint="users", url="/users")]
