"""Signing in with name and password, then the six figures; signing out; the language."""

import hashlib
import hmac
from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from models import clock
from models.records.access import User
from models.rules.entrance import FAILURES_MAX, HALF_WAY, LOCK, SessionEnd
from models.rules.errors import SettlementError
from models.services import users
from models.services.users import second_factors, sessions
from web import formats
from web.auth import door
from web.auth.door import LANGUAGES, bp, here, visitor
from web.errors import sentence_of
from web.problems import status_of


@bp.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Ask for name and password; lead on to where the link pointed."""
    target = here(request.values.get("next"))
    if request.method == "GET":
        if current_user.is_authenticated:
            return redirect(target)
        return _asks(target)
    name = request.form.get("name", "").strip()
    try:
        user = users.check_password(name, request.form.get("password", ""), visitor())
    except SettlementError as error:
        return _asks(target, refusal=sentence_of(error), name=name), status_of(error)
    if second_factors.is_on(user.name):
        _half_way(user, target)
        return redirect(url_for("auth.code"))
    _enter(user, second_factor=False)
    return redirect(target)


def _asks(target: str, **facts: Any) -> str:
    return render_template(
        "zhijie/sign_in.html",
        target=target,
        times=FAILURES_MAX,
        minutes=int(LOCK.total_seconds() // 60),
        **facts,
    )


def _mark(user: User) -> str:
    """Return what ties the first half of signing in to the password of that moment."""
    return hashlib.sha256((user.password_hash or "").encode()).hexdigest()[:16]


def _half_way(user: User, target: str) -> None:
    """Keep in the browser, signed, that the password was right; it opens nothing but one page."""
    chosen = session.get("language") or user.language
    session.clear()
    session["language"] = chosen
    session["half"] = {
        "name": user.name,
        "mark": _mark(user),
        "at": clock.now().timestamp(),
        "next": target,
    }


def _halved() -> tuple[User, str] | None:
    half = session.get("half") or {}
    if clock.now().timestamp() - half.get("at", 0) > HALF_WAY.total_seconds():
        return None
    user = User.get_or_none(User.name == half.get("name"), User.active)
    if user is None or not hmac.compare_digest(_mark(user), half.get("mark", "")):
        return None
    return user, here(half.get("next"))


@bp.route("/sign-in/code", methods=["GET", "POST"])
def code() -> ResponseReturnValue:
    """Ask for the six figures after the right password."""
    found = _halved()
    if found is None:
        session.pop("half", None)
        return redirect(url_for("auth.sign_in"))
    user, target = found
    refusal, status = "", 200
    if request.method == "POST":
        try:
            users.check_code(user, request.form.get("code", ""), visitor())
        except SettlementError as error:
            refusal, status = sentence_of(error), status_of(error)
        else:
            _enter(user, second_factor=True)
            return redirect(target)
    return render_template("zhijie/sign_in_code.html", refusal=refusal), status


def _enter(user: User, *, second_factor: bool) -> None:
    """Begin a new session of the user; nothing of an older one stays but the language."""
    chosen = session.get("language") or user.language
    if current_user.is_authenticated:
        sessions.end_number(current_user.get_id(), SessionEnd.REPLACED)
    session.clear()
    session["language"] = chosen
    number, before = users.enter(user, visitor(), second_factor=second_factor)
    found = sessions.find(number, door.span())
    if found is not None:
        login_user(door.Reader(*found, number))
    if before is not None:
        _tell(before)


def _tell(before: users.Before) -> None:
    """Tell the last time and what failed since, so that a stranger's visit is noticed."""
    told = _(
        "上次登录：%(at)s，来自 %(address)s。",
        at=formats.moment(before.at),
        address=before.address or _("未知地址"),
    )
    if before.failures:
        told += _("其后有 %(n)s 次登录失败。", n=before.failures)
    flash(told, "warning" if before.failures else "info")


@bp.route("/sign-out", methods=["POST"])
def sign_out() -> ResponseReturnValue:
    """End the session: its number is worth nothing from now on."""
    chosen = session.get("language")
    if current_user.is_authenticated:
        sessions.end_number(current_user.get_id(), SessionEnd.SIGNED_OUT)
    logout_user()
    session.clear()
    session["language"] = chosen
    flash(_("您已退出登录。"), "success")
    answer = redirect(url_for("auth.sign_in"))
    # What the browser kept of our pages goes too; the language's cookie stays.
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@bp.route("/language", methods=["POST"])
def language() -> ResponseReturnValue:
    """Change the language and remember it with the user."""
    chosen = request.form.get("language", "zh")
    if chosen in LANGUAGES:
        session["language"] = chosen
        if current_user.is_authenticated:
            User.update(language=chosen).where(User.name == current_user.user.name).execute()
    return redirect(here(request.form.get("next")))
