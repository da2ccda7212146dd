"""Files on their way to a browser, named in Chinese; stored ones are streamed."""

from urllib.parse import quote

from flask import Response, abort, stream_with_context

from models.records.files import StoredFile
from models.services import files

TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xml": "application/xml",
    ".txt": "text/plain",
}


def attachment(name: str) -> str:
    """Return the header that saves an answer under this name, whatever its script (RFC 6266)."""
    plain = "".join(c if (c.isascii() and c.isalnum()) or c in "._-" else "_" for c in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"


def made(name: str, content: bytes) -> Response:
    """Return what was made for this answer as a file; its type is that of the name's ending."""
    return Response(
        content,
        mimetype=TYPES[f".{name.rsplit('.', 1)[-1]}"],
        headers={"Content-Disposition": attachment(name)},
    )


def send(file_id: int) -> Response:
    """Return a stored file; the caller has asked whether the reader may have it."""
    stored = StoredFile.get_or_none(StoredFile.id == file_id)
    if stored is None:
        abort(404)
    suffix = "." + stored.name.rsplit(".", 1)[-1].lower()
    return Response(
        stream_with_context(files.read(file_id)),
        mimetype=TYPES.get(suffix, "application/octet-stream"),
        headers={
            "Content-Disposition": attachment(stored.name),
            "Content-Length": str(stored.size_bytes),
            "X-Content-SHA256": stored.sha256,
        },
    )
