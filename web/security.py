"""What a browser may do with our pages, and the key that signs sessions and forms."""

import logging
import os
import secrets
from datetime import timedelta
from pathlib import Path

from flask import Flask, Response, abort, current_app, request, session
from flask_admin.form import SecureForm

from models.settings import Settings
from web import visible

log = logging.getLogger("zhijie.web")

#: Nothing but our own files: no inline style or script, no frame, no plug-in, no outside address.
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
#: A clerk may leave a form open over a working day.
FORM_LIFE = timedelta(hours=12)


def secret_key(settings: Settings) -> str:
    """Return the configured key, or one made once and kept readable to us alone in var_dir.

    Several web hosts need the same key: set SECRET_KEY there.
    """
    if settings.secret_key:
        return settings.secret_key
    path = settings.var_dir / "secret_key"
    if not path.exists():
        _write_once(path, secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii").strip()


def _write_once(path: Path, text: str) -> None:
    """Write a file whole and private; whoever comes second keeps the first one's file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    try:
        os.link(part, path)
    except FileExistsError:
        pass
    finally:
        part.unlink()


class TokenForm(SecureForm):
    """A form of nothing but its token; base of all forms of ours."""

    class Meta(SecureForm.Meta):
        """Tokens that outlive lunch."""

        csrf_time_limit = FORM_LIFE


def csrf_token() -> str:
    """Return the token every form that posts must carry as `csrf_token`."""
    return str(TokenForm().csrf_token._value())


def _needs_token() -> bool:
    return request.method in {"POST", "PUT", "PATCH", "DELETE"} and not request.path.startswith(
        "/api/"
    )


def check_token() -> None:
    """Refuse any writing request without a valid token; the API has bearer tokens instead."""
    if not _needs_token() or not current_app.config.get("CSRF_CHECKED", True):
        return
    if "csrf" not in session or not TokenForm(request.form).validate():
        log.warning("request.without_token path=%s address=%s", request.path, request.remote_addr)
        abort(400, "csrf")


def refuse_nul() -> None:
    """Refuse a NUL in address or form: no text of ours holds one, and no table takes it."""
    # Programs have their own door, which names the parameter it refuses.
    if request.path.startswith("/api/"):
        return
    asked = [request.path, *request.args.values(), *request.args]
    asked += [*request.form.values(), *request.form]
    asked += [one.filename or "" for one in request.files.values()]
    if any("\x00" in one for one in asked):
        abort(400)


def dress(response: Response) -> Response:
    """Put the security headers on an answer."""
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers.setdefault(
            "Strict-Transport-Security", "max-age=31536000; includeSubDomains"
        )
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def install(app: Flask, settings: Settings) -> None:
    """Sign with our key, check every form and dress every answer."""
    is_https = settings.public_url.startswith("https://")
    app.config.update(
        SECRET_KEY=secret_key(settings),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        # With __Host- browsers take the cookie from this very host over https alone.
        SESSION_COOKIE_NAME="__Host-zhijie" if is_https else "zhijie",
        SESSION_COOKIE_SECURE=is_https,
        MAX_CONTENT_LENGTH=settings.upload_bytes_max + (1 << 20),
    )
    app.before_request(refuse_nul)
    app.before_request(check_token)
    app.after_request(dress)
    app.jinja_env.globals["csrf_token"] = csrf_token
    visible.install(app)
