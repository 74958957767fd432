"""Photos that come with a form: looked at by their first bytes, kept in the storage, handed on as references."""

import asyncio

from aiohttp import web as http
from multidict import MultiDictProxy

from bot.core.event import FileKind, FileRef
from services.files import SIZE_LIMIT, Files
from services.storage import StorageError

MOST = 6
"""Photos with one step."""
NAME_LIMIT = 120


class PhotoError(Exception):
    """Cannot be kept; `notice` names what the page says (web.notice.…)."""

    def __init__(self, notice: str) -> None:
        """Name the notice."""
        super().__init__(notice)
        self.notice = notice


def media_type(head: bytes) -> str:
    """What the first bytes say that it is: jpeg, png, gif or webp, or "". A name or a header may say anything."""
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    return "image/webp" if head[:4] == b"RIFF" and head[8:12] == b"WEBP" else ""


async def kept(files: Files, sent: MultiDictProxy[str | bytes | bytearray | http.FileField]) -> tuple[FileRef, ...]:
    """Keep the photos of a form.

    Raises `PhotoError`, and has kept none of them then; `HTTPServiceUnavailable` while the storage is away.
    """
    fields = [f for f in sent.getall("photo", []) if isinstance(f, http.FileField) and f.filename]
    if len(fields) > MOST:
        raise PhotoError("photo_many")
    bodies = [(field, await asyncio.to_thread(_read, field)) for field in fields]
    types = [_checked(body) for _, body in bodies]
    try:
        refs = [
            f"{await files.storage.put(body)}|{kind}|{len(body)}" for (_, body), kind in zip(bodies, types, strict=True)
        ]
    except StorageError:
        raise http.HTTPServiceUnavailable from None
    return tuple(
        FileRef(
            ref=ref,
            kind=FileKind.IMAGE,
            name=field.filename.rpartition("/")[2].rpartition("\\")[2][:NAME_LIMIT],
        )
        for (field, _), ref in zip(bodies, refs, strict=True)
    )


def _read(field: http.FileField) -> bytes:
    return field.file.read(SIZE_LIMIT + 1)


def _checked(body: bytes) -> str:
    if len(body) > SIZE_LIMIT:
        raise PhotoError("photo_size")
    kind = media_type(body[:16])
    if not kind:
        raise PhotoError("photo_type")
    return kind
