"""Links of mails: choosing a first password, or a new one that was forgotten."""

import time

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from models.rules.entrance import LinkPurpose
from models.rules.errors import SettlementError
from models.rules.errors.signin import LinkSpent
from models.services import users
from models.services.users import links
from web import mail_texts
from web.auth.door import bp, visitor
from web.errors import sentence_of
from web.problems import status_of

#: Every answer takes at least as long: how long does not tell whether the user exists.
ANSWER_SECONDS = 0.4


@bp.route("/forgotten", methods=["GET", "POST"])
def forgotten() -> ResponseReturnValue:
    """Ask for the name or the mail address; the answer is the same whoever it is."""
    if request.method == "GET":
        return render_template("zhijie/forgotten.html", sent=False)
    begun = time.monotonic()
    try:
        links.ask_reset(request.form.get("name", "").strip(), visitor(), mail_texts.renderer())
    except SettlementError as error:
        page = render_template("zhijie/forgotten.html", sent=False, refusal=sentence_of(error))
        return page, status_of(error)
    time.sleep(max(0.0, ANSWER_SECONDS - (time.monotonic() - begun)))
    return render_template("zhijie/forgotten.html", sent=True)


@bp.route("/welcome/<number>", methods=["GET", "POST"])
def welcome(number: str) -> ResponseReturnValue:
    """Let the person of the link choose a password, once."""
    refusal = ""
    if request.method == "POST":
        try:
            links.use(number, _typed(), mail_texts.renderer())
        except LinkSpent:
            return _spent()
        except SettlementError as error:
            refusal = sentence_of(error)
        else:
            session.pop("_user_id", None)
            flash(_("密码已设置，请登录。"), "success")
            return redirect(url_for("auth.sign_in"), 303)
    try:
        link, user = links.find(number)
    except LinkSpent:
        return _spent()
    page = render_template(
        "zhijie/welcome.html",
        refusal=refusal,
        user=user,
        first=link.purpose == LinkPurpose.INVITATION,
        until=link.expires_at,
        policy=users.policy(),
    )
    return page, 422 if refusal else 200


def _typed() -> str:
    return request.form.get("new", "")


def _spent() -> ResponseReturnValue:
    page = render_template("zhijie/forgotten.html", sent=False, refusal=sentence_of(LinkSpent()))
    return page, 410
