"""The installation itself: settings, the modes of its files, room on its disks."""

import asyncio
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from bot.core.findings import Finding, doubtful, well, wrong
from bot.doctor.patient import Patient
from config.settings import PREFIX, Settings

STRONG = 32
"""Characters of a secret key that nobody guesses, if they are drawn by lot."""
VARIED = 10
"""Different characters that such a key has at least."""
VENDORS = ("WECOM_", "AIBOT_", "DINGTALK_")
"""How the settings begin that a channel reads."""
LOCAL = frozenset({"127.0.0.1", "localhost", "::1", "0.0.0.0"})  # noqa: S104 - to be found, not to be listened on
OTHERS = stat.S_IRWXG | stat.S_IRWXO
SHORT, LITTLE = 200 << 20, 1 << 30
"""Bytes left on a disk: too few to work with, and few enough to be said."""
SHORT_SHARE, LITTLE_SHARE = 2, 10
"""The same in per cent."""


async def settings(patient: Patient) -> list[Finding]:
    """Settings that can be read and are still not what a school should run with."""
    given = patient.settings
    found = [*_secret(given.secret_key.get_secret_value()), *_address(given.public_url)]
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    found += [
        doubtful("settings.unknown", name=name)
        for name in sorted(patient.environ)
        if name.startswith(PREFIX) and name not in known and not name.removeprefix(PREFIX).startswith(VENDORS)
    ]
    if not patient.channels:
        found.append(wrong("settings.no_channels"))
    channels = ", ".join(patient.channels) or "—"
    return [*found, well("settings.read", count=len(known), channels=channels, zone=given.tz)]


def _secret(key: str) -> Iterator[Finding]:
    if len(key) < STRONG or len(set(key)) < VARIED:
        yield doubtful("settings.weak_key", length=len(key), wanted=STRONG)


def _address(url: str) -> Iterator[Finding]:
    parts = urlsplit(url)
    if parts.hostname in LOCAL:
        yield doubtful("settings.local_url", url=url)
    elif parts.scheme != "https":
        yield doubtful("settings.plain_url", url=url)


async def modes(patient: Patient) -> list[Finding]:
    """Files that hold secrets or people's words must be the bot's own to read."""
    return await asyncio.to_thread(_modes, patient.settings)


def _modes(given: Settings) -> list[Finding]:
    schools = given.schools.glob("*.env") if given.schools else ()
    paths = [Path(".env"), *schools, given.data_dir, *_database_file(given)]
    there = [path for path in paths if path.exists()]
    open_ones = [path for path in there if path.stat().st_mode & OTHERS and _reachable(path)]
    found = [
        doubtful("modes.open", path=str(path), mode=f"{stat.S_IMODE(path.stat().st_mode):o}") for path in open_ones
    ]
    return found or [well("modes.closed", count=len(there))]


def _reachable(path: Path) -> bool:
    """May others come as far as this? A folder above that is closed to them keeps everything in it."""
    return all(above.stat().st_mode & OTHERS for above in path.absolute().parents)


def _database_file(given: Settings) -> list[Path]:
    scheme, _, rest = given.database_url.partition("://")
    return [Path(rest.partition("?")[0])] if scheme == "sqlite" else []


async def disk(patient: Patient) -> list[Finding]:
    """Room for the data folder, for the database's file and for files, each disk once."""
    given = patient.settings
    storage = [Path(given.storage.removeprefix("file://"))] if given.storage.startswith("file://") else []
    places = [given.data_dir, *_database_file(given), *storage]
    return await asyncio.to_thread(_disks, patient, places)


def _disks(patient: Patient, places: list[Path]) -> list[Finding]:
    found: dict[tuple[int, int], Finding] = {}
    for place in places:
        room = patient.space(place)
        percent = room.free * 100 // room.total if room.total else 0
        values: dict[str, str | int] = {"path": str(place), "free": _size(room.free), "percent": percent}
        if room.free < SHORT or percent < SHORT_SHARE:
            finding = wrong("disk.short", **values)
        elif room.free < LITTLE or percent < LITTLE_SHARE:
            finding = doubtful("disk.little", **values)
        else:
            finding = well("disk.enough", **values)
        found.setdefault((room.total, room.free), finding)
    return list(found.values())


def _size(count: int) -> str:
    return f"{count / (1 << 30):.1f} GiB" if count >= 1 << 30 else f"{count >> 20} MiB"
