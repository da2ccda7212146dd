"""再次验证: a money act asks again who is there, keeps what was typed, and then does it."""

from datetime import timedelta
from typing import Any

from flask import Flask, current_app, flash, g, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user

from models import clock
from models.rules.errors import SettlementError
from models.services import users
from models.services.users import second_factors, sessions
from web.auth.acts import ACTS, When
from web.auth.door import settings, visitor
from web.errors import back, sentence_of
from web.problems import status_of

#: The one field that is added to what was typed.
PROOF = "step_up_proof"
#: Fields that are not repeated.
_OWN = frozenset({"csrf_token", PROOF})


def lasting() -> timedelta:
    """Return how long a proof lasts here."""
    told: timedelta | None = current_app.config.get("STEP_UP")
    return told or timedelta(minutes=settings().step_up_minutes)


def is_fresh() -> bool:
    """Return whether the person proved lately to be there."""
    return bool(clock.now() - current_user.of.confirmed_at < lasting())


def is_act() -> bool:
    """Return whether this request is one of the acts that ask for a proof."""
    when = ACTS.get(request.endpoint or "")
    if request.method != "POST" or when is None:
        return False
    return when is When.ALWAYS or "selection_hash" in request.form


def step_up() -> Any:
    """Ask for the proof unless it is fresh; return the page that asks, or None to go on."""
    if "actor" not in g or not is_act() or is_fresh():
        return None
    if not request.form.get(PROOF):
        return _asks(""), 403
    try:
        _prove(request.form[PROOF])
    except SettlementError as error:
        return _asks(sentence_of(error)), status_of(error)
    sessions.confirm(current_user.of)
    if _has_file():
        flash(_("已验证，请再操作一次。"), "success")
        return redirect(back())
    return None


def _prove(proof: str) -> None:
    user = current_user.user
    if second_factors.is_on(user.name):
        users.check_code(user, proof, visitor())
    else:
        users.check_password(user.name, proof, visitor())


def _has_file() -> bool:
    return any(one.filename for one in request.files.values())


def _asks(refusal: str) -> str:
    typed = [(name, value) for name, value in request.form.items(multi=True) if name not in _OWN]
    return render_template(
        "zhijie/step_up.html",
        typed=typed,
        refusal=refusal,
        by_code=second_factors.is_on(g.actor.name),
        minutes=int(lasting().total_seconds() // 60),
        proof=PROOF,
        back=back(),
    )


def install(app: Flask) -> None:
    """Ask after the rights are known: whoever may not act is not asked either."""
    app.before_request(step_up)
