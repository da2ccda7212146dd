"""Which of a bank's several kinds of result a file is, told by its content alone."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

from models.rules.errors.bankfiles import FileRefused
from workers.bankfiles import camt054, pain002
from workers.bankfiles.incoming import IncomingLayout
from workers.bankfiles.intake import limited
from workers.bankfiles.model import ResultFile

Read = Callable[[IncomingLayout, Iterable[bytes]], ResultFile]

_NAMESPACES = {**pain002.NAMESPACES, **camt054.NAMESPACES}
_HEAD_BYTES = 4_096
#: XML begins with < after an optional mark; any other file is a table.
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def choose(layouts: Sequence[IncomingLayout], chunks: Iterable[bytes], read: Read) -> ResultFile:
    """Return the file as the layout that fits it reads it.

    XML is told apart by the namespace, tables by trying them in the profile's order: each reader is
    strict about fields and ends, so at most one takes the file. When none does, the refusal of the
    first is raised: it is the kind of file that was most likely meant.
    """
    if len(layouts) == 1:
        return read(layouts[0], chunks)
    source = limited(chunks)
    head = b""
    while len(head) < _HEAD_BYTES and (chunk := next(source, b"")):
        head += chunk
    whole = chain((head,), source)
    if _is_xml(head):
        return read(_by_namespace(layouts, head), whole)
    tables = [each for each in layouts if each.format not in _NAMESPACES]
    return _by_trying(tables or list(layouts), whole, read)


def _is_xml(head: bytes) -> bool:
    for mark in _MARKS:
        head = head.removeprefix(mark)
    return head.replace(b"\0", b"").lstrip().startswith(b"<")


def _by_namespace(layouts: Sequence[IncomingLayout], head: bytes) -> IncomingLayout:
    """Return the layout whose namespace the head names, else the first XML one, which refuses."""
    xml = [each for each in layouts if each.format in _NAMESPACES] or list(layouts)
    fitting = [each for each in xml if _NAMESPACES.get(each.format, "?").encode() in head]
    return (fitting or xml)[0]


def _by_trying(
    layouts: Sequence[IncomingLayout], chunks: Iterator[bytes], read: Read
) -> ResultFile:
    if len(layouts) == 1:
        return read(layouts[0], chunks)
    held = list(chunks)
    first: FileRefused | None = None
    for layout in layouts:
        try:
            return read(layout, held)
        except FileRefused as refusal:
            first = first or refusal
    assert first is not None  # noqa: S101 - there is at least one layout
    raise first
