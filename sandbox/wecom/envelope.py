"""The XML of callbacks: the outer envelope, and the plain message or event inside it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
# XML 1.0, 2.2: other characters cannot stand in a document; the vendor's clients never send them.
_FOREIGN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def document(fields: Mapping[str, Any]) -> str:
    """The plain XML of one message. Text goes into CDATA, numbers stand bare, lists are repeated siblings.

    Raises ValueError when a name cannot be an element's.
    """
    return element("xml", fields)


def element(name: str, value: object) -> str:
    """One element, whatever is in it."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"not an element name: {name!r}")
    if isinstance(value, Mapping):
        inside = "".join(element(key, part) for key, part in value.items())
    elif isinstance(value, str):
        inside = f"<![CDATA[{_clean(value)}]]>"
    elif isinstance(value, Sequence):
        return "".join(element(name, part) for part in value)
    else:
        inside = str(value)
    return f"<{name}>{inside}</{name}>"


def _clean(text: str) -> str:
    return _FOREIGN.sub("", text).replace("]]>", "]]]]><![CDATA[>")


def parse(text: str | bytes) -> ElementTree.Element:
    """Parse an answer of the bot. Raises ValueError for broken XML and for anything that declares a document type."""
    head = text if isinstance(text, str) else text.decode("utf-8", "replace")
    if "<!DOCTYPE" in head.upper():
        raise ValueError("a document type is not allowed")
    try:
        return ElementTree.fromstring(text)  # noqa: S314  # no document type, hence no entities
    except ElementTree.ParseError as wrong:
        raise ValueError(f"broken XML: {wrong}") from wrong
