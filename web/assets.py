"""Static files with a content hash in the address, so that browsers keep them for good."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Response, request, url_for

STATIC = Path(__file__).parent / "static"


@cache
def _digest(path: Path, changed_ns: int) -> str:
    del changed_ns
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """Return the address of one of our static files with its content hash."""
    path = STATIC / name
    return url_for("static", filename=name, v=_digest(path, path.stat().st_mtime_ns))


def keep_for_good(response: Response) -> Response:
    """Let browsers keep hashed static files for a year and no page at all."""
    if request.endpoint and request.endpoint.endswith("static"):
        if request.args.get("v"):
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        response.headers.setdefault("Cache-Control", "no-store")
    return response
