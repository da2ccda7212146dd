"""Signing in and out, how long that lasts, and the language of the pages."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Flask,
    flash,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from models import clock
from models.records.access import User
from models.records.base import db
from models.rules.errors import SettlementError
from models.services import audit, users
from models.services.access import Actor
from web.errors import sentence_of, status_of

#: Without a click for this long one signs in again; and always after the whole age.
IDLE = timedelta(hours=2)
AGE = timedelta(hours=12)
LANGUAGES = {"zh": "zh_Hans_CN", "en": "en"}

#: Endpoints people reach before they signed in.
OPEN = frozenset({"auth.sign_in", "auth.language", "static", "admin.static", "health"})

bp = Blueprint("auth", __name__)
manager = LoginManager()


class Reader(UserMixin):
    """The person who is signed in."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.actor = Actor(
            name=user.name,
            role=str(user.role),
            area_code=user.area_code,
            party_code=user.party_code,
        )

    def get_id(self) -> str:
        """Return what the session keeps."""
        return str(self.user.name)


@manager.user_loader
def _load(name: str) -> Reader | None:
    user = User.get_or_none(User.name == name, User.active)
    return Reader(user) if user is not None and _is_fresh(user) else None


def _is_fresh(user: User) -> bool:
    """Return whether the session is young enough and the password still the same."""
    now = clock.now().timestamp()
    fresh = (
        now - session.get("signed_in_at", 0) < AGE.total_seconds()
        and now - session.get("seen_at", 0) < IDLE.total_seconds()
        and session.get("stamp") == stamp(user)
    )
    if fresh and now - session["seen_at"] > 60:
        session["seen_at"] = now
    return fresh


def stamp(user: User) -> str:
    """Return a mark that changes with the password, so that a new one ends older sessions."""
    return users.token_hash(user.password_hash or "")[:16]


def here(target: str | None) -> str:
    """Return the address if it lies on this site, else the home page."""
    parts = urlsplit(target or "")
    clean = target and not parts.scheme and not parts.netloc and target.startswith("/")
    # Browsers read a backslash as a slash: //host by another spelling.
    return str(target) if clean and "\\" not in str(target) else "/"


@bp.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Ask for name and password; lead on to where the link pointed."""
    target = here(request.values.get("next"))
    if request.method == "GET":
        if current_user.is_authenticated:
            return redirect(target)
        return render_template("zhijie/sign_in.html", target=target)
    name = request.form.get("name", "").strip()
    try:
        user = users.check_password(name, request.form.get("password", ""))
    except SettlementError as error:
        page = render_template(
            "zhijie/sign_in.html", target=target, refusal=sentence_of(error), name=name
        )
        return page, status_of(error)
    _enter(user)
    return redirect(target)


def _enter(user: User) -> None:
    """Begin a new session of the user; nothing of an older one stays but the language."""
    chosen = session.get("language") or user.language
    session.clear()
    now = clock.now().timestamp()
    session.update(signed_in_at=now, seen_at=now, stamp=stamp(user), language=chosen)
    login_user(Reader(user))
    with db.atomic():
        audit.wrote("user.signed_in", actor=user.name, subject=f"user:{user.name}")


@bp.route("/sign-out", methods=["POST"])
def sign_out() -> ResponseReturnValue:
    """End the session."""
    chosen = session.get("language")
    logout_user()
    session.clear()
    session["language"] = chosen
    flash(_("您已退出登录。"), "success")
    return redirect(url_for("auth.sign_in"))


@bp.route("/language", methods=["POST"])
def language() -> ResponseReturnValue:
    """Change the language and remember it with the user."""
    chosen = request.form.get("language", "zh")
    if chosen in LANGUAGES:
        session["language"] = chosen
        if current_user.is_authenticated:
            User.update(language=chosen).where(User.name == current_user.get_id()).execute()
    return redirect(here(request.form.get("next")))


@bp.route("/me", methods=["GET", "POST"])
def me() -> ResponseReturnValue:
    """Show who I am and let me change my password."""
    refusal = ""
    if request.method == "POST":
        try:
            _change_own_password()
        except SettlementError as error:
            refusal = sentence_of(error)
        else:
            flash(_("密码已更改。其他设备上的登录已失效。"), "success")
            return redirect(url_for("auth.me"))
    return render_template("zhijie/me.html", refusal=refusal), 422 if refusal else 200


def _change_own_password() -> None:
    name = g.actor.name
    users.check_password(name, request.form.get("old", ""))
    users.set_password(name, request.form.get("new", ""), by=name)
    session["stamp"] = stamp(User.get(User.name == name))


def locale() -> str:
    """Return the language of this page: ?lang=, the session, Chinese."""
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        session["language"] = asked
    return LANGUAGES.get(session.get("language") or "zh", "zh_Hans_CN")


def _door() -> Any:
    """Let nobody in without a session; the API has its own door."""
    if request.path.startswith("/api/") or request.endpoint in OPEN:
        return None
    if not current_user.is_authenticated:
        return _turned_away()
    g.actor = current_user.actor
    return None


def _turned_away() -> ResponseReturnValue:
    if request.path.endswith(".json"):
        return {"error": _("请先登录"), "code": "sign_in_needed"}, 401
    asked = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return redirect(url_for("auth.sign_in", next=asked))


def install(app: Flask) -> None:
    """Put the door before every page."""
    manager.init_app(app)
    app.register_blueprint(bp)
    app.before_request(_door)


def signed_in_at() -> datetime | None:
    """Return when this session began."""
    began = session.get("signed_in_at")
    return datetime.fromtimestamp(began, clock.SHANGHAI) if began else None
