"""XML and text from outside: read without following anything that it points at, and cleaned of what no reader sees."""

import re
from typing import NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers.expat import ExpatError, ParserCreate

BODY_LIMIT = 1 << 20
"""Bytes of a callback that are read; the vendor's longest message is a small fraction of it."""

_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


class BadCallback(Exception):  # noqa: N818 - what it is, not that it is one
    """A callback that is not the vendor's, not for this app, or broken; `status` is what to answer, with no body."""

    def __init__(self, why: str, *, status: int = 400) -> None:
        """Say why, for the log; never with anything of what was sent."""
        super().__init__(why)
        self.status = status


def clean(text: str) -> str:
    """Text without what XML cannot carry (zero bytes, lone surrogates) and without marks that turn its direction."""
    if text.isprintable():  # nearly all are, and none of those marks is
        return text
    return _BIDI.sub("", _NO_XML.sub("", text))


def read(document: str | bytes) -> Element:
    """The root `<xml>` of a callback. Raises `BadCallback` for anything else, a document type and entities included.

    Expat hands what it finds straight to the tree, with no Python in between: defusedxml, which refuses the same, wraps
    the slow one of the standard library's parsers, and each message is two documents.
    """
    if len(document) > BODY_LIMIT:
        raise BadCallback("too long", status=413)
    tree, parser = TreeBuilder(), ParserCreate(namespace_separator="}")  # so that no other's <xml> is taken for ours
    parser.StartDoctypeDeclHandler = _refuse_document_type
    parser.StartElementHandler, parser.EndElementHandler = tree.start, tree.end
    parser.CharacterDataHandler = tree.data
    try:
        parser.Parse(document, True)
    except (ExpatError, ValueError, LookupError) as error:
        raise BadCallback(type(error).__name__) from None
    root = tree.close()
    if root.tag != "xml":
        raise BadCallback("root")
    return root


def _refuse_document_type(*_: object) -> NoReturn:
    """Entities are declared and outer files are named in a document type alone: where it begins, reading ends."""
    raise BadCallback("document type")


def word(root: Element, path: str) -> str:
    """The cleaned text of a descendant; "" where it is missing or empty, which the vendor uses alike."""
    return clean(root.findtext(path) or "").strip()
