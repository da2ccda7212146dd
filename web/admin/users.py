"""用户与权限: who may sign in, with which role and rows."""

from typing import Any, ClassVar

from flask import abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from models import clock
from models.records.access import User
from models.records.base import db
from models.rules.errors import SettlementError
from models.rules.words import Role
from models.services import users
from models.services.access import ALL_AREAS
from models.services.users import links, password_news
from web import account_sight, mail_texts, permissions, scope, words
from web.admin import taken_lists, user_acts, user_files
from web.admin.pages import WorkView
from web.admin.taking_out import TakenOut, TakesOut
from web.auth import colleagues, profile
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


class UsersView(TakesOut, WorkView):
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

    def taken_out(self, most: int) -> TakenOut:
        """Return the users of the address for a file."""
        return taken_lists.users(_asked().order_by(User.name).limit(most))

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
        return [(page, _("、").join(named[page])) for page in Page if page in named]

    @expose("/new", methods=("GET", "POST"))
    def new(self) -> ResponseReturnValue:
        """Make a user, with a first password or with an invitation."""
        self.require_act()
        return self._form(None)

    @expose("/<user_name>", methods=("GET", "POST"))
    def one(self, user_name: str) -> ResponseReturnValue:
        """Change a user."""
        user = self._find(user_name)
        if request.method == "POST":
            self.require_act()
        return self._form(user)

    @expose("/<user_name>/sign-ins")
    def sign_ins(self, user_name: str) -> str:
        """List the tries to come in with a user's name."""
        user = self._find(user_name)
        return self.render("zhijie/sign_ins.html", of=user, **profile.attempts(user.name))

    @expose("/<user_name>/<act>", methods=("POST",))
    def act(self, user_name: str, act: str) -> ResponseReturnValue:
        """Do one thing about what lets a user in."""
        self.require_act()
        user = self._find(user_name)
        if act not in user_acts.ACTS:
            abort(404)
        return user_acts.done(act, user)

    @expose("/bring", methods=("GET", "POST"))
    def bring(self) -> ResponseReturnValue:
        """Make many users of a file: all of it is shown first, none of it is made by halves."""
        self.require_act()
        return user_files.page(self)

    def _find(self, user_name: str) -> User:
        user: User | None = _visible().where(User.name == user_name).first()
        if user is None:
            abort(404)
        return user

    def _form(self, user: User | None) -> ResponseReturnValue:
        refusal = ""
        if request.method == "POST":
            try:
                with db.atomic():
                    saved = _saved(user)
            except SettlementError as error:
                refusal = sentence_of(error)
            else:
                link = user is None and links.open_link(saved.name)
                onward = url_for("users.one", user_name=saved.name)
                if link:
                    return colleagues.told(saved.name, onward)
                flash(_("用户 %(name)s 已保存。", name=saved.name), "success")
                return redirect(onward, 303)
        page = self.render(
            "zhijie/user.html",
            user=user,
            typed=request.form if refusal else None,
            refusal=refusal,
            roles=words.choices(Role),
            policy=users.policy(),
            **(user_acts.facts(user) if user else {}),
        )
        return page, 422 if refusal else 200


def _saved(user: User | None) -> User:
    """Make or change the user of the form, in the caller's transaction."""
    typed = {name: value.strip() for name, value in request.form.items()}
    if typed.get("role") not in set(Role):
        abort(400)
    name = user.name if user else typed.get("name", "")
    wish = users.Wish(
        full_name=typed.get("full_name") or name,
        role=Role(typed["role"]),
        area_code=typed.get("area_code") or ALL_AREAS,
        party_code=typed.get("party_code") or None,
        email=typed.get("email") or None,
        active=bool(typed.get("active")),
        keeper=bool(typed.get("keeper")),
    )
    users.require_grant(g.actor, name, wish)
    password, by = request.form.get("password", ""), g.actor.name
    if user is None:
        return _made(name, wish, password)
    if password:
        users.set_password(name, password, by=by)
        password_news.tell(name, by=by, render=mail_texts.renderer())
    return users.change(
        name,
        by=by,
        full_name=wish.full_name,
        role=wish.role,
        area_code=wish.area_code,
        party_code=wish.party_code,
        email=wish.email,
        active=wish.active,
        keeper=wish.keeper,
    )


def _made(name: str, wish: users.Wish, password: str) -> User:
    """Make a user; without a password the link to choose one leaves by mail."""
    made = users.create(
        name,
        wish.role,
        wish.area_code,
        party_code=wish.party_code,
        password=password or None,
        full_name=wish.full_name,
        email=wish.email,
        keeper=wish.keeper,
        by=g.actor.name,
    )
    if not password:
        links.invite(name, by=g.actor.name, render=mail_texts.renderer())
    return made


def _sign(found: permissions.Right) -> str:
    if not found.read:
        return ""
    own = _("本") if found.own else ""
    return own + (_("办") if found.act else "" if found.own else _("看"))


def views() -> list[WorkView]:
    """Return the page."""
    return [UsersView(lazy_gettext("用户与权限"), endpoint="users", url="/users")]
