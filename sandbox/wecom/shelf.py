"""Media of the corp: kept for three days, within a bound of memory."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sandbox.bounded import Bounded
from sandbox.clock import Clock

LIFE = 3 * 86_400  # seconds (WeCom: 上传临时素材)
_ROOM = 256 * 1024 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Medium:
    """One file. `kind` is image, voice, video or file; `at` when it came, in seconds."""

    media_id: str
    kind: str
    name: str
    content_type: str
    data: bytes
    at: float


class Shelf:
    """Files by media id; the oldest go when the shelf is full."""

    def __init__(self, clock: Clock) -> None:
        """Start with an empty shelf."""
        self._clock = clock
        self._media: Bounded[str, Medium] = Bounded(20_000)
        self._bytes = 0

    def add(self, kind: str, name: str, content_type: str, data: bytes) -> Medium:
        """Keep a file under a fresh id."""
        media_id = secrets.token_urlsafe(48)
        medium = Medium(media_id, kind, name, content_type, data, self._clock.now())
        self._media[media_id] = medium
        self._bytes += len(data)
        while self._bytes > _ROOM and len(self._media) > 1:
            self._bytes -= len(self._media.popitem(last=False)[1].data)
        return medium

    def find(self, media_id: object) -> Medium | None:
        """The file, while it lives."""
        medium = self._media.get(media_id) if isinstance(media_id, str) else None
        return medium if medium and medium.at + LIFE > self._clock.now() else None

    def reset(self) -> None:
        """Empty the shelf."""
        self._media.clear()
        self._bytes = 0
