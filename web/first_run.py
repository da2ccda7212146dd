"""首次使用: the first administrator of an installation that nobody can sign in to yet."""

import base64
import contextlib
import hmac
import logging
import os
from typing import Any

from flask import (
    Blueprint,
    Flask,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from models.rules.errors import SettlementError
from models.rules.errors.signin import FirstRunCodeWrong
from models.services.users import first
from models.settings import Settings
from web.errors import sentence_of
from web.problems import status_of
from web.security import secret_key

log = logging.getLogger("zhijie.web")

#: Whoever can read this file of VAR_DIR owns the installation.
CODE_FILE = "first_run_code"
#: Drawn from the key that signs sessions, so that all processes know the same one.
CODE_BYTES = 10
#: Set once there is a user; users are never deleted.
OVER = "zhijie_first_run_over"

bp = Blueprint("first_run", __name__)


def code(settings: Settings) -> str:
    """Return the code of the first run and keep it where whoever runs the server can read it."""
    drawn = hmac.digest(secret_key(settings).encode(), b"first run", "sha256")[:CODE_BYTES]
    told = base64.b32encode(drawn).decode().lower()
    path = settings.var_dir / CODE_FILE
    if not path.exists():
        with contextlib.suppress(OSError):
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(f"{told}\n")
            log.warning("first_run.open code_in=%s", path)
    return told


def _is_over() -> bool:
    if not current_app.extensions.get(OVER):
        current_app.extensions[OVER] = not first.is_wanted()
    return bool(current_app.extensions[OVER])


def _lead() -> ResponseReturnValue | None:
    """Lead from the door to the first run while there is nobody who could sign in."""
    if request.endpoint == "auth.sign_in" and not _is_over():
        return redirect(url_for("first_run.index"))
    return None


@bp.route("/first-run/", methods=["GET", "POST"])
def index() -> ResponseReturnValue:
    """Ask for the code and make the first administrator; afterwards there is no such page."""
    if _is_over():
        abort(404)
    settings: Settings = current_app.config["SETTINGS"]
    wanted = code(settings)
    if request.method == "GET":
        return _asks()
    try:
        if not hmac.compare_digest(request.form.get("code", "").strip().encode(), wanted.encode()):
            raise FirstRunCodeWrong
        made = first.create(
            request.form.get("name", "").strip(),
            request.form.get("password", ""),
            full_name=request.form.get("full_name", "").strip(),
            email=request.form.get("email", "").strip() or None,
        )
    except SettlementError as error:
        return _asks(refusal=sentence_of(error)), status_of(error)
    (settings.var_dir / CODE_FILE).unlink(missing_ok=True)
    flash(_("管理员 %(name)s 已建立，请登录。", name=made.name), "success")
    return redirect(url_for("auth.sign_in"), 303)


def _asks(**facts: Any) -> str:
    return render_template("zhijie/first_run.html", typed=request.form, **facts)


def install(app: Flask) -> None:
    """Register the page, and lead there from the door."""
    app.register_blueprint(bp)
    app.before_request(_lead)
