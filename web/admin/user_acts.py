"""What an administrator does about a user's way in: link, lock, sessions, second factor."""

from typing import Any

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from models import clock
from models.records.access import User
from models.records.base import db
from models.rules.entrance import SessionEnd
from models.rules.errors import SettlementError
from models.services import audit, users
from models.services.users import links, second_factors, sessions
from web import formats, mail_texts
from web.auth import agents, colleagues, door
from web.errors import sentence_of

ACTS = frozenset({"invite", "unlock", "end-sessions", "reset-second-factor"})


def facts(user: User) -> dict[str, Any]:
    """Return what the page of a user shows about the way in."""
    return {
        "is_locked": bool(user.locked_until and user.locked_until > clock.now()),
        "factor": second_factors.of(user.name),
        "codes_left": second_factors.codes_left(user.name),
        "link": links.open_link(user.name),
        "open_sessions": sessions.open_of(user.name, door.span()),
        "agent": agents.words,
        "now": clock.now(),
    }


def done(act: str, user: User) -> ResponseReturnValue:
    """Do it and say so on the user's page."""
    onward = url_for("users.one", user_name=user.name)
    try:
        if act == "invite":
            links.invite(user.name, by=g.actor.name, render=mail_texts.renderer())
            return colleagues.told(user.name, onward)
        flash(_do(act, user.name), "success")
    except SettlementError as error:
        flash(sentence_of(error), "error")
    return redirect(onward, 303)


def _do(act: str, name: str) -> str:
    by = g.actor.name
    if act == "unlock":
        users.unlock(name, by=by)
        return _("%(name)s 已解除锁定。", name=name)
    if act == "reset-second-factor":
        second_factors.reset(name, by=by)
        return _("%(name)s 的动态口令已重置，其登录已结束；请本人登录后重新启用。", name=name)
    with db.atomic():
        ended = sessions.end_all(name, SessionEnd.KEEPER)
        audit.wrote("session.ended", actor=by, subject=f"user:{name}", sessions=ended)
    return _("已结束 %(name)s 的 %(n)s 处登录。", name=name, n=formats.count(ended))
