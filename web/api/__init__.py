"""HTTP interface for other systems, version 1 (docs/api.md)."""

from flask import Blueprint, Flask
from werkzeug.routing import BaseConverter

from models.rules.errors import SettlementError
from models.settings import Settings
from web.api import document, door, following, problems, rates, reads, sending


class CodeConverter(BaseConverter):
    """A number of ours in an address: letters, digits and - _ . only."""

    regex = r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,63}"


def install(app: Flask, settings: Settings) -> None:
    """Register the interface."""
    app.url_map.converters["code"] = CodeConverter
    rates.install(app, settings)
    bp = Blueprint("api", __name__, url_prefix="/api/v1")
    bp.before_request(door.enter)
    bp.after_request(door.leave)
    bp.register_error_handler(SettlementError, door.refusal)
    for part in (document, following, reads, problems, sending):
        part.install(bp)
    app.register_blueprint(bp)
