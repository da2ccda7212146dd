"""本机构用户: the keeper of an institution invites its colleagues and ends their access."""

from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from models.records.access import User
from models.rules.errors import SettlementError
from models.services import users
from models.services.users import colleagues as services
from models.services.users import links
from web import mail_texts
from web.auth.door import bp, settings
from web.errors import sentence_of
from web.problems import status_of

ACTS = frozenset({"invite", "stop", "let"})


def is_keeper() -> bool:
    """Return whether the reader keeps the users of an institution."""
    user = current_user.user
    return bool(user.keeper and g.actor.role in users.SEATS)


@bp.route("/me/colleagues", methods=["GET", "POST"])
def colleagues() -> ResponseReturnValue:
    """List the users of my institution; invite one more."""
    if not is_keeper():
        abort(404)
    refusal, status = "", 200
    if request.method == "POST":
        typed = {name: value.strip() for name, value in request.form.items()}
        try:
            made = services.invite(
                current_user.user,
                typed.get("name", ""),
                full_name=typed.get("full_name", ""),
                email=typed.get("email", ""),
                render=mail_texts.renderer(),
            )
        except SettlementError as error:
            refusal, status = sentence_of(error), status_of(error)
        else:
            return told(made.user_name, url_for("auth.colleagues"))
    found = services.of(current_user.user)
    page = render_template(
        "zhijie/colleagues.html", users=found, refusal=refusal, typed=request.form
    )
    return page, status


@bp.route("/me/colleagues/<user_name>/<act>", methods=["POST"])
def colleague(user_name: str, act: str) -> ResponseReturnValue:
    """Invite a colleague again, end the access, or give it back."""
    if not is_keeper() or act not in ACTS:
        abort(404)
    user = current_user.user
    if act == "invite":
        services.invite_again(user, user_name, mail_texts.renderer())
        return told(user_name, url_for("auth.colleagues"))
    services.let_in(user, user_name, active=act == "let")
    flash(
        _("已恢复 %(name)s 的登录。", name=user_name)
        if act == "let"
        else _("已停用 %(name)s，其登录立即失效。", name=user_name),
        "success",
    )
    return redirect(url_for("auth.colleagues"), 303)


def told(name: str, onward: str) -> Any:
    """Tell that the mail is on its way; without a mail server show the link, this once."""
    link = links.open_link(name)
    if settings().smtp_host or link is None:
        flash(_("邀请邮件已放入发件箱，%(name)s 将收到设置密码的链接。", name=name), "success")
        return redirect(onward, 303)
    address = f"{settings().public_url}/welcome/{links.number_of(link)}"
    return render_template(
        "zhijie/link_shown.html",
        address=address,
        user=User.get_by_id(name),
        until=link.expires_at,
        onward=onward,
    )
