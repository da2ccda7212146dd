"""我的账号: who I am, my password, where I am signed in, and who tried to be me."""

from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from models import clock
from models.records.base import db
from models.rules.entrance import SessionEnd
from models.rules.errors import SettlementError
from models.services import users
from models.services.users import password_news, second_factors, sessions
from web import formats, mail_texts
from web.auth import agents, door
from web.auth.door import bp, visitor
from web.errors import sentence_of
from web.problems import status_of

ROWS = 50


@bp.route("/me", methods=["GET", "POST"])
def me() -> ResponseReturnValue:
    """Show who I am and let me change my password."""
    if request.method == "GET":
        return _page()
    try:
        _change_own_password()
    except SettlementError as error:
        status = status_of(error)
        return _page(refusal=sentence_of(error)), 422 if status == 401 else status
    flash(_("密码已更改。其他设备上的登录已失效。"), "success")
    return redirect(url_for("auth.me"))


def _page(refusal: str = "") -> str:
    name = g.actor.name
    debt = door.owed()
    return render_template(
        "zhijie/me.html",
        refusal=refusal,
        user=current_user.user,
        policy=users.policy(),
        owes_password=debt == "password",
        debt=debt,
        sessions=sessions.open_of(name, door.span()),
        mine=current_user.of.id,
        factor=second_factors.of(name),
        codes_left=second_factors.codes_left(name),
        rule=second_factors.rule(),
        agent=agents.words,
    )


def _change_own_password() -> None:
    name = g.actor.name
    users.check_password(name, request.form.get("old", ""), visitor())
    with db.atomic():
        users.set_password(
            name, request.form.get("new", ""), by=name, session_id=current_user.of.id
        )
        password_news.tell(name, by=name, render=mail_texts.renderer())


@bp.route("/me/sessions/<int:session_id>/end", methods=["POST"])
def end_session(session_id: int) -> ResponseReturnValue:
    """End one of my sessions; another person's does not exist for me."""
    if not sessions.end_own(g.actor.name, session_id):
        abort(404)
    flash(_("已结束这台设备上的登录。"), "success")
    return redirect(url_for("auth.me"), 303)


@bp.route("/me/sessions/end", methods=["POST"])
def end_sessions() -> ResponseReturnValue:
    """End all my sessions but this one."""
    ended = sessions.end_all(g.actor.name, SessionEnd.OWNER, but=current_user.of.id)
    flash(_("已结束其他 %(n)s 处登录。", n=formats.count(ended)), "success")
    return redirect(url_for("auth.me"), 303)


@bp.route("/me/left.json")
def left() -> dict[str, int]:
    """Tell the page how many seconds this session lasts if nobody clicks; asking keeps nothing."""
    return {"left": int(sessions.left(current_user.of, door.span()).total_seconds())}


@bp.route("/me/stay", methods=["POST"])
def stay() -> dict[str, int]:
    """Keep this session, at the press of a button; its whole age stays what it is."""
    sessions.touch(current_user.of.id)
    current_user.of.seen_at = clock.now()
    return left()


@bp.route("/me/sign-ins")
def sign_ins() -> str:
    """List the tries to come in with my name."""
    return render_template("zhijie/sign_ins.html", **attempts(g.actor.name), of=None)


def attempts(name: str) -> dict[str, Any]:
    """Return what a page of tries shows."""
    number = max(request.args.get("page", 0, type=int), 0)
    found = users.attempts_of(name, number=number, size=ROWS)
    return {
        "attempts": found[:ROWS],
        "more": len(found) > ROWS,
        "page": number,
        "agent": agents.words,
    }
