"""XML and text from outside: read without following anything that it points at, and cleaned of what no reader sees."""

import re
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

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
    """The root `<xml>` of a callback. Raises `BadCallback` for anything else, a document type and entities included."""
    if len(document) > BODY_LIMIT:
        raise BadCallback("too long", status=413)
    try:
        root: Element = fromstring(document, forbid_dtd=True)
    except (DefusedXmlException, ParseError, ValueError, LookupError) as error:
        raise BadCallback(type(error).__name__) from None
    if root.tag != "xml":
        raise BadCallback("root")
    return root


def word(root: Element, path: str) -> str:
    """The cleaned text of a descendant; "" where it is missing or empty, which the vendor uses alike."""
    return clean(root.findtext(path) or "").strip()
