"""The frame that shows a mail's own look: what somebody wrote is drawn and runs nothing."""

from flask import Response, make_response

from web.security import CSP

#: The frame of a mail's own look: styles of its own, nothing else, and it runs nothing.
FRAME_CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'self'; sandbox"
)


def framing(page: str) -> Response:
    """Return a page that may hold a frame of our own."""
    answer = make_response(page)
    answer.headers["Content-Security-Policy"] = f"{CSP}; frame-src 'self'"
    return answer


def framed(html: str) -> Response:
    """Return somebody's HTML for a frame: without script, without address, without neighbours."""
    answer = make_response(html)
    answer.headers["Content-Security-Policy"] = FRAME_CSP
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    return answer
