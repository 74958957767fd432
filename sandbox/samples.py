"""A photo and a voice made on the spot, for phones that have neither camera nor microphone."""

from __future__ import annotations

import struct
import zlib
from functools import lru_cache

_CELL = 4  # pixels of one painted square
_COLUMNS, _ROWS = 120, 90
_SCENES = 6
# One AMR-NB frame of 20 ms, mode 0 (4.75 kbit/s, 13 bytes), good quality bit set (RFC 4867, 5.3).
_AMR_FRAME = b"\x04" + bytes(12)


def photo(seed: int = 0) -> bytes:
    """A PNG of 480 × 360 pixels; another `seed` gives another picture (and so another hash)."""
    header = struct.pack(">IIBBBBB", _COLUMNS * _CELL, _ROWS * _CELL, 8, 2, 0, 0, 0)
    note = b"Comment\x00sample " + str(seed).encode()
    chunks = ((b"IHDR", header), (b"tEXt", note), (b"IDAT", _scene(seed % _SCENES)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


@lru_cache(maxsize=_SCENES)
def _scene(scene: int) -> bytes:
    """A tiled wall with a puddle on the floor, compressed; painted once, because load tests ask for many photos."""
    rows = (b"".join(_square(x, y, scene) * _CELL for x in range(_COLUMNS)) for y in range(_ROWS))
    return zlib.compress(b"".join((b"\x00" + row) * _CELL for row in rows), 1)


def _square(x: int, y: int, scene: int) -> bytes:
    distance = ((x - 50 - 4 * scene) / 34) ** 2 + ((y - 70) / 13) ** 2
    if distance < 1:
        return bytes((86, 138 + int(40 * distance), 188))
    seam = 26 if x % 20 == 0 or (y < 52 and y % 14 == 0) or y == 52 else 0
    shade = (222 if y < 52 else 184) - y // 3 - seam
    return bytes((shade, shade + 5, shade + 9))


def _chunk(kind: bytes, data: bytes) -> bytes:
    """One PNG chunk: length, kind, data, checksum over kind and data."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def voice(seconds: float = 3.0) -> bytes:
    """An AMR-NB file of silence, 50 frames a second, as a chat voice of the vendor is (8 kHz, one channel)."""
    return b"#!AMR\n" + _AMR_FRAME * int(seconds * 50)
