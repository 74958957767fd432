"""media/upload and media/get (WeCom: 上传临时素材, 获取临时素材)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.wecom.call import Call
from sandbox.wecom.errors import VendorError
from sandbox.wecom.shelf import Medium
from sandbox.wecom.world import World

Json = dict[str, Any]

MEGABYTE = 1024 * 1024
_LEAST = 5  # bytes; a file must be larger
_LONGEST_VOICE = 60  # seconds
AMR_HEAD = b"#!AMR\n"
# Length in bytes of an AMR-NB frame by its type, head byte included (RFC 4867, 5.3; 3GPP TS 26.101).
_AMR_FRAMES = (13, 14, 16, 18, 20, 21, 27, 32, 6, 1, 1, 1, 1, 1, 1, 1)


@dataclass(frozen=True, slots=True)
class Kind:
    """What may be uploaded as one type: the largest size in bytes, its error, and how its files begin."""

    limit: int
    too_large: int
    genuine: Callable[[bytes], bool]
    content_type: Callable[[bytes], str]


def _is_picture(data: bytes) -> bool:
    return data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))


def picture_type(data: bytes) -> str:
    """JPG or PNG, by the first bytes."""
    return "image/png" if data.startswith(b"\x89PNG") else "image/jpeg"


KINDS: dict[str, Kind] = {
    "image": Kind(10 * MEGABYTE, 40009, _is_picture, picture_type),
    "voice": Kind(2 * MEGABYTE, 40010, lambda data: data.startswith(AMR_HEAD), lambda _: "audio/amr"),
    "video": Kind(10 * MEGABYTE, 40011, lambda data: data[4:8] == b"ftyp", lambda _: "video/mp4"),
    "file": Kind(20 * MEGABYTE, 45001, lambda _: True, lambda _: "application/octet-stream"),
}
RANGE_ABOVE = 20 * MEGABYTE


def upload(world: World, call: Call) -> Json:
    """Keep the file of a multipart body for three days. `created_at` is a text, as at the vendor."""
    kind = KINDS.get(call.query.get("type", ""))
    if kind is None:
        raise VendorError(40005, f"type {call.query.get('type')!r}")
    if call.upload is None or call.upload.field != "media" or not call.upload.name:
        raise VendorError(44001, "a multipart field named media, with a file name")
    data = call.upload.data
    if len(data) <= _LEAST:
        raise VendorError(40006, f"{len(data)} bytes")
    if len(data) > kind.limit:
        raise VendorError(kind.too_large, f"{len(data)} bytes, at most {kind.limit}")
    _check_form(kind, data)
    name = call.query["type"]
    medium = world.shelf.add(name, call.upload.name, kind.content_type(data), data)
    return {"errcode": 0, "errmsg": "", "type": name, "media_id": medium.media_id, "created_at": str(int(medium.at))}


def fetch(world: World, call: Call) -> Medium:
    """The file of a media id. Raises VendorError 40007."""
    if medium := world.shelf.find(call.query.get("media_id")):
        return medium
    raise VendorError(40007)


def _check_form(kind: Kind, data: bytes) -> None:
    if not kind.genuine(data):
        raise VendorError(40004, "the bytes are of another kind")
    if data.startswith(AMR_HEAD) and kind is KINDS["voice"] and seconds(data) > _LONGEST_VOICE:
        raise VendorError(45007, f"at most {_LONGEST_VOICE} seconds")


def seconds(data: bytes) -> float:
    """How long an AMR-NB file plays: 20 ms a frame."""
    at, frames = len(AMR_HEAD), 0
    while at < len(data):
        at += _AMR_FRAMES[data[at] >> 3 & 0xF]
        frames += 1
    return frames / 50
