"""撤回: the way back that is offered beside a message, with its end."""

from flask import flash


def offer(url: str, *, until: str, **fields: str) -> None:
    """Offer an undo on the next page: a form to `url` with these fields, and when it ends."""
    flash({"url": url, "fields": fields, "until": str(until)}, "undo")  # type: ignore[arg-type]
