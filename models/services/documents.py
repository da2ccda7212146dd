"""Documents people attach as evidence: recognised by their first bytes, kept as they came."""

from dataclasses import dataclass

from models.rules.errors.remedies import DocumentRefused
from models.services import files

BYTES_MAX = 10 << 20
#: What a document begins with, and the ending under which it is kept.
_KINDS = {b"%PDF-": ".pdf", b"\xff\xd8\xff": ".jpg", b"\x89PNG\r\n\x1a\n": ".png"}


@dataclass(frozen=True)
class Document:
    """A document as it was sent."""

    name: str
    content: bytes


def keep(document: Document | None, *, by: str) -> int | None:
    """Store a document in the caller's transaction and return its file; None when none was sent.

    Raises DocumentRefused for anything but PDF, JPG and PNG of at most 10 MB.
    """
    if document is None or not document.content:
        return None
    ending = next((e for start, e in _KINDS.items() if document.content.startswith(start)), "")
    if not ending or len(document.content) > BYTES_MAX:
        raise DocumentRefused(mb=BYTES_MAX >> 20)
    stem = document.name.rsplit(".", 1)[0] or "document"
    return int(files.store(f"{stem}{ending}", [document.content], by=by, kind="evidence").id)
