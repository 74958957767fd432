"""What a downloaded file really is: its first bytes, not what a header says."""

from bot.core.carrier import Fetched
from channels.wecom.markup import clean
from channels.wecom.transport import Reply

UNKNOWN = "application/octet-stream"
NAME_LIMIT = 120
_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"#!AMR\n", "audio/amr"),
    (4, b"ftyp", "video/mp4"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"PK\x03\x04", "application/zip"),
)
"""Offset, bytes, media type (the formats' own registrations; AMR: RFC 4867, section 5)."""

_OFFICE = "application/vnd.openxmlformats-officedocument."
"""Office files are zip archives: here the header may be more exact than the first bytes."""


def sniff(body: bytes) -> str | None:
    """The media type that the first bytes tell, None for one not known here."""
    return next((kind for offset, magic, kind in _MAGIC if body.startswith(magic, offset)), None)


def media_type(body: bytes, claimed: str) -> str:
    """The type that `body` may be kept and shown as.

    A header is believed only where it says no more than the bytes do: a page that calls itself a picture, or any type
    that a browser would run, is a heap of bytes.
    """
    found = sniff(body)
    if found == "application/zip" and claimed.startswith(_OFFICE):
        return claimed
    return found or UNKNOWN


def unpack(reply: Reply) -> Fetched:
    """The file of an answer, with a type that is true and a name without a path."""
    name = clean(reply.name).replace("\\", "/").rsplit("/", 1)[-1].strip(". ")
    return Fetched(body=reply.body, media_type=media_type(reply.body, reply.media_type), name=name[:NAME_LIMIT])
