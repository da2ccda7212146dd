"""The door before every page: who comes, on which session, and what that session still owes."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import LoginManager, UserMixin, current_user
from werkzeug.middleware.proxy_fix import ProxyFix

from models.records.access import User
from models.records.entrance import UserSession
from models.services import users
from models.services.access import Actor
from models.services.users import second_factors, sessions
from models.settings import Settings

LANGUAGES = {"zh": "zh_Hans_CN", "en": "en"}

#: Endpoints people reach before they signed in.
OPEN = frozenset(
    {
        "auth.sign_in", "auth.code", "auth.forgotten", "auth.welcome", "auth.language", "static",
        "admin.static", "health", "ready", "metrics", "first_run.index",
    }
)  # fmt: skip
#: What is asked of one host among several, by its address.
WATCHED = frozenset({"health", "ready", "metrics"})
#: What a session that owes something may still reach.
OWING = frozenset({"auth.me", "auth.second_factor", "auth.sign_out", "auth.left", "auth.stay"})
#: What it owes → where it is done.
DEBTS = {"password": "auth.me", "second_factor": "auth.second_factor"}

bp = Blueprint("auth", __name__)
manager = LoginManager()


class Reader(UserMixin):
    """The person who is signed in, and the session."""

    def __init__(self, user: User, of: UserSession, number: str) -> None:
        self.user = user
        self.of = of
        self.number = number
        self.actor = Actor(
            name=user.name,
            role=str(user.role),
            area_code=user.area_code,
            party_code=user.party_code,
        )

    def get_id(self) -> str:
        """Return what the browser keeps: the number of the session."""
        return self.number


def settings() -> Settings:
    """Return the settings of this installation."""
    found: Settings = current_app.config["SETTINGS"]
    return found


def span() -> users.Span:
    """Return how long sessions last here."""
    told = settings()
    return users.Span(
        idle=timedelta(minutes=told.session_idle_minutes),
        age=timedelta(hours=told.session_hours_max),
    )


def visitor() -> users.Visitor:
    """Return where the request comes from."""
    return users.Visitor(
        address=request.remote_addr or "", agent=request.headers.get("User-Agent", "")
    )


@manager.user_loader
def _load(number: str) -> Reader | None:
    found = sessions.find(number, span(), by_hand=not request.path.endswith(".json"))
    return None if found is None else Reader(*found, number)


def here(target: str | None) -> str:
    """Return the address if it lies on this site, else the home page."""
    parts = urlsplit(target or "")
    clean = target and not parts.scheme and not parts.netloc and target.startswith("/")
    # Browsers read a backslash as a slash: //host by another spelling; they drop tabs and breaks.
    odd = clean and any(one in str(target) for one in "\\\t\r\n")
    return str(target) if clean and not odd else "/"


def owed() -> str:
    """Return what this session must do before anything else: password, second_factor or nothing."""
    reader: Reader = current_user
    if reader.user.password_by_other or users.is_old(reader.user, settings().password_days_max):
        return "password"
    if not reader.of.second_factor and second_factors.is_due(
        str(reader.user.role), settings().second_factor
    ):
        return "second_factor"
    return ""


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
    debt = "" if request.endpoint in OWING else owed()
    if debt and request.path.endswith(".json"):
        return {"error": _("请先完成账号设置"), "code": f"{debt}_owed"}, 403
    return redirect(url_for(DEBTS[debt])) if debt else None


def _turned_away() -> ResponseReturnValue:
    if request.path.endswith(".json"):
        return {"error": _("请先登录"), "code": "sign_in_needed"}, 401
    asked = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return redirect(url_for("auth.sign_in", next=asked))


def _own_host() -> None:
    """Refuse a foreign host name in production; machines that watch us ask by address."""
    ours = urlsplit(settings().public_url).hostname
    asked = urlsplit(f"//{request.host}").hostname
    if settings().production and request.endpoint not in WATCHED and asked != ours:
        abort(400)


def install(app: Flask) -> None:
    """Put the door before every page."""
    told: Settings = app.config["SETTINGS"]
    if told.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=told.proxies, x_proto=told.proxies)  # type: ignore[method-assign]
    manager.init_app(app)
    app.before_request(_own_host)
    app.before_request(_door)
