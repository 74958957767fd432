"""Texts made to fit the vendor's limits, never by an error: what is too long ends in "…"."""

import re
from functools import lru_cache

from channels.wecom.markup import clean

MORE = "…"
_ADDRESS = re.compile(r"https?://[^\s/?#\[\]\\@]+([/?#]\S*)?")


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, line breaks kept."""
    if not text:
        return ""
    text = clean(text).strip()
    return text if len(text) <= limit else text[: limit - 1].rstrip() + MORE


def line(text: str, limit: int) -> str:
    """At most `limit` characters on one line."""
    return cut(" ".join(text.split()), limit)


@lru_cache(maxsize=512)
def label(text: str, limit: int) -> str:
    """The same of our own words, which come again on every card; nothing that people wrote or are called is kept."""
    return line(text, limit)


def cut_bytes(text: str, limit: int) -> str:
    """At most `limit` bytes of UTF-8, cut between two characters."""
    text = clean(text).strip()
    if len(text.encode()) <= limit:
        return text
    return text.encode()[: limit - len(MORE.encode())].decode(errors="ignore").rstrip() + MORE


def fits(identity: str, limit: int) -> bool:
    """Whether a name that must come back unchanged is one, and at most `limit` bytes; such a name cannot be cut."""
    return 0 < len(identity.encode(errors="replace")) <= limit and identity == clean(identity).strip()


def is_address(url: str, limit: int = 2048) -> bool:
    """Whether the vendor takes it as a web address: http(s), a host, no spaces, at most `limit` bytes."""
    return bool(_ADDRESS.fullmatch(url)) and fits(url, limit)
