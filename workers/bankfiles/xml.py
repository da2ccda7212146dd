"""Reading a bank's XML safely, in flat memory: no DTD, no entities, no network."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from lxml import etree

from models.rules.errors.bankfiles import (
    SchemaInvalid,
    XmlBroken,
    XmlHasDtd,
    XmlNamespaceWrong,
)
from workers.bankfiles.intake import limited

_HEAD_BYTES_MAX = 65_536
#: What libxml2 calls violations of a schema (XML_SCHEMAV_*).
_SCHEMA_CODES = range(1_800, 1_900)

#: A file with more kinds of transactions than this is not from a bank.
_SHAPES_MAX = 1_000


def elements(
    chunks: Iterable[bytes],
    namespace: str,
    tags: Iterable[str],
    schema: etree.XMLSchema | None = None,
) -> Iterator[Any]:
    """Yield the finished elements with the tags of the namespace, in the order they end.

    Raises XmlNamespaceWrong when the root is of another namespace or version, XmlHasDtd, XmlBroken,
    and SchemaInvalid where a schema is given. The caller frees an element it has used with `free`.
    """
    source = _Source(chunks)
    _check_head(source.head(), namespace)
    context = etree.iterparse(
        source,
        events=("end",),
        tag=[f"{{{namespace}}}{tag}" for tag in tags],
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        schema=schema,
    )
    try:
        for _, element in context:
            yield element
    except etree.XMLSyntaxError as error:
        if schema is not None and error.code in _SCHEMA_CODES:
            raise SchemaInvalid(reason=error.msg[:300]) from error
        raise XmlBroken(row=error.lineno or 1) from error


def free(element: Any) -> None:  # noqa: ANN401 - lxml has no types
    """Drop an element and the siblings before it, so that a long file stays small in memory."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


class Reader:
    """Looks into an element of one namespace."""

    def __init__(self, namespace: str) -> None:
        self._prefix = f"{{{namespace}}}"
        self._shapes: dict[tuple[Any, Any], list[tuple[str, int]]] = {}

    def child(self, element: Any, *path: str) -> Any:  # noqa: ANN401
        """Return the first descendant along the path, or None."""
        if element is None:
            return None
        for tag in path:
            # iterchildren matches in C; find() goes through ElementPath and is ten times slower.
            element = next(element.iterchildren(self._prefix + tag), None)
            if element is None:
                return None
        return element

    def text(self, element: Any, *path: str) -> str | None:  # noqa: ANN401
        """Return the text at the path, or None when absent or blank."""
        found = self.child(element, *path)
        text = found.text if found is not None else None
        return text.strip() or None if text else None

    def flat(self, element: Any) -> dict[str, str]:  # noqa: ANN401
        """Return the texts below an element by path (first of each)."""
        return {path: node.text for path, node in self.leaves(element).items()}

    def leaves(self, element: Any) -> dict[str, Any]:  # noqa: ANN401
        """Return the elements with a text below an element by path (first of each).

        Tags and numbers of children, in the order of the document, are the tree's shape: the
        transactions of a file have few, and where the texts stand is worked out once for each.
        """
        nodes = list(element.iter())
        shape = tuple([node.tag for node in nodes]), tuple(map(len, nodes))
        found = self._shapes.get(shape)
        if found is None:
            if len(self._shapes) >= _SHAPES_MAX:
                self._shapes.clear()
            found = self._shapes[shape] = self._leaves(*shape)
        return {path: node for path, place in found if (node := nodes[place]).text}

    def _leaves(self, tags: Sequence[str], children: Sequence[int]) -> list[tuple[str, int]]:
        """Return path and place of each leaf, the last first: so the first of a path stays."""
        cut, leaves = len(self._prefix), []
        #: Paths of the elements we are in, each with how many children are still to come.
        open_ones: list[list[Any]] = [["", children[0]]]
        for place in range(1, len(tags)):
            while not open_ones[-1][1]:
                open_ones.pop()
            open_ones[-1][1] -= 1
            path = f"{open_ones[-1][0]}{tags[place][cut:]}"
            open_ones.append([f"{path}/", children[place]])
            if not children[place]:
                leaves.append((path, place))
        return leaves[::-1]

    def children(self, element: Any, tag: str) -> list[Any]:  # noqa: ANN401
        """Return the direct children with the tag."""
        return list(element.iterchildren(self._prefix + tag))

    def tag(self, element: Any) -> str:  # noqa: ANN401
        """Return the element's name without its namespace."""
        return str(element.tag).rpartition("}")[2]


class _Source:
    """The chunks as a file for lxml, with a look at the head first."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(limited(chunks))
        self._first = b""
        self._at = 0

    def head(self) -> bytes:
        """Return the first bytes, enough for the root element, and keep them for reading."""
        while len(self._first) < _HEAD_BYTES_MAX:
            chunk = next(self._chunks, b"")
            if not chunk:
                break
            self._first += chunk
        return self._first

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, at most `size`; empty at the end.

        Small pieces: what lxml has parsed and we have not yet looked at stays small too.
        """
        if not self._first:
            self._first = next(self._chunks, b"")
            self._at = 0
        end = len(self._first) if size < 0 else self._at + size
        piece = self._first[self._at : end]
        self._at = end
        if end >= len(self._first):
            self._first, self._at = b"", 0
        return piece


def _check_head(head: bytes, namespace: str) -> None:
    """Refuse a document type or a foreign root before the rest is looked at."""
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise XmlHasDtd
    parser = etree.XMLPullParser(
        events=("start",), resolve_entities=False, no_network=True, load_dtd=False
    )
    try:
        parser.feed(head[:_HEAD_BYTES_MAX])
        root = next((element for _, element in parser.read_events()), None)
    except etree.XMLSyntaxError as error:
        root = next((element for _, element in parser.read_events()), None)
        if root is None:
            raise XmlBroken(row=error.lineno or 1) from error
    if root is None:
        raise XmlBroken(row=1)
    if root.getroottree().docinfo.internalDTD is not None:
        raise XmlHasDtd
    try:
        found = etree.QName(root).namespace or etree.QName(root).localname
    except ValueError as error:  # a namespace with a brace, which no name may hold
        raise XmlBroken(row=1) from error
    if found != namespace:
        raise XmlNamespaceWrong(expected=namespace, found=found)
