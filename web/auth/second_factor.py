"""动态口令: the second factor switched on with a picture to scan, its codes for loss, off again."""

import segno
from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from models.records.entrance import UserSession
from models.rules.entrance import SecondFactorRule
from models.rules.errors import SettlementError
from models.services import users
from models.services.users import second_factors, sessions
from web.auth.door import bp, here, visitor
from web.errors import sentence_of


@bp.route("/me/second-factor", methods=["GET", "POST"])
def second_factor() -> ResponseReturnValue:
    """Show the picture to scan, or that it is on; switch it on or off, make new codes."""
    name, refusal = g.actor.name, ""
    if second_factors.rule() is SecondFactorRule.OFF:
        return redirect(url_for("auth.me"))
    if request.method == "POST":
        try:
            return _acts(request.form.get("act", ""), name)
        except SettlementError as error:
            refusal = sentence_of(error)
    is_on = second_factors.is_on(name)
    secret = "" if is_on else second_factors.begin(name)
    page = render_template(
        "zhijie/second_factor.html",
        refusal=refusal,
        is_on=is_on,
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        picture="" if is_on else picture(second_factors.uri(name, secret)),
        codes_left=second_factors.codes_left(name),
        due=second_factors.is_due(g.actor.role),
        factor=second_factors.of(name),
    )
    return page, 422 if refusal else 200


def _acts(act: str, name: str) -> ResponseReturnValue:
    if act == "on":
        codes = second_factors.switch_on(name, request.form.get("code", ""))
        UserSession.update(second_factor=True).where(UserSession.id == current_user.of.id).execute()
        return _codes(codes)
    user = current_user.user
    users.check_code(user, request.form.get("code", ""), visitor())
    sessions.confirm(current_user.of)
    if act == "codes":
        return _codes(second_factors.new_codes(name))
    second_factors.switch_off(user)
    flash(_("动态口令已关闭。"), "success")
    return redirect(url_for("auth.me"), 303)


def _codes(codes: list[str]) -> str:
    return render_template(
        "zhijie/recovery_codes.html", codes=codes, back=here(request.args.get("next"))
    )


def picture(told: str) -> Markup:
    """Return a text as a square to scan; drawn here, so that no other site learns the secret."""
    made = segno.make(told, error="m")
    return Markup(made.svg_inline(scale=5, border=2, light="#fff", svgclass=None, lineclass=None))  # nosec B704  # noqa: S704
