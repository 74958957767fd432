"""Photos, voices and files of records: no file has an address of its own right, each reading is allowed or not."""

from urllib.parse import quote

from aiohttp import web as http

from domain.errors import NotFound
from services.files import TYPES
from services.storage import StorageError
from services.work_orders import SUBJECT
from web import sessions
from web.login import sign_in_first
from web.site import SITE
from web.visitor import Visitor

KEPT = "private, max-age=3600"
"""The reader's own browser may keep it: the bytes behind a hash never change."""
SHOWN = ("image/", "audio/", "video/")
"""Media types that a browser shows by itself; others are only for saving."""
FILE_POLICY = "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; sandbox"
"""Whatever lies in a file, it is no page of ours. (Browsers show a lone picture with a style of their own.)"""


def mount(app: http.Application) -> None:
    """Hang the files on an application."""
    app.router.add_get("/files/{sha256:[0-9a-f]{64}}", read)


async def read(request: http.Request) -> http.Response:
    """The bytes of a file, for those who may see a record that has it."""
    services, digest = request.app[SITE].services, request.match_info["sha256"]
    visitor, only = await _reader(request)
    if visitor is None:
        return sign_in_first(request, request.path)
    media_type, name = await _note(request, visitor, digest, only)
    tag = f'"{digest}"'
    headers = {
        "Cache-Control": KEPT,
        "Content-Security-Policy": FILE_POLICY,
        "Content-Disposition": _disposition(media_type, name or digest[:12]),
        "ETag": tag,
    }
    if request.headers.get("If-None-Match") == tag:
        return http.Response(status=304, headers=headers)
    try:
        body = await services.files.storage.get(digest)
    except FileNotFoundError:
        raise http.HTTPNotFound from None
    except StorageError:
        raise http.HTTPServiceUnavailable from None
    return http.Response(body=body, headers={**headers, "Content-Type": media_type})


async def _reader(request: http.Request) -> tuple[Visitor | None, str]:
    """Who reads; with a card's link also the one record through which they may."""
    ticket = request.query.get("k", "")
    passed = request.app[SITE].services.tickets.read_pass(ticket) if ticket else None
    if passed is None:
        return await sessions.signed_in(request), ""
    visitor = await sessions.reader_of(request, passed.record)
    return visitor, passed.record if visitor is not None and visitor.ticket else ""


async def _note(request: http.Request, visitor: Visitor, digest: str, only: str) -> tuple[str, str]:
    """Media type and name of a file, from a record that this visitor may see; `NotFound` where there is none."""
    services = request.app[SITE].services
    allowed = await services.work_orders.id_of(visitor.actor, only) if only else None
    notes = [note for note in await services.files.with_hash(digest) if note.subject == SUBJECT]
    for note in notes:
        if allowed in {None, note.subject_id} and await _may(request, visitor, note.subject_id, digest):
            known = note.media_type in TYPES
            return note.media_type if known else "application/octet-stream", note.name
    raise NotFound


async def _may(request: http.Request, visitor: Visitor, order_id: int, digest: str) -> bool:
    try:
        files = await request.app[SITE].services.work_orders.files(visitor.actor, order_id)
    except NotFound:
        return False
    return any(file.sha256 == digest for file in files)


def _disposition(media_type: str, name: str) -> str:
    how = "inline" if media_type.startswith(SHOWN) else "attachment"
    return f"{how}; filename*=UTF-8''{quote(name, safe='')}"
