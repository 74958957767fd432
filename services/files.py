"""Photos, voices and files: noted when a message names them, filled in when they have been fetched."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from tortoise.queryset import QuerySet, ValuesQuery

from models import Attachment
from services.actor import Actor
from services.clock import Clock
from services.mailroom import Mailroom, Post
from services.people import WEB, Address
from services.statements import Statement
from services.storage import Storage
from services.unit import unit_in_hand

BELONGS = timedelta(minutes=10)
"""A photo sent this long before a report, without a word, belongs to it."""
PERSON = "person"
SIZE_LIMIT = 20 * 1024 * 1024
"""Bytes of one file: what the vendor's media/get gives in one piece."""
TYPES = frozenset(
    {"image/jpeg", "image/png", "image/gif", "image/webp", "audio/amr", "audio/mpeg", "video/mp4", "application/pdf"}
)
"""Media types that are kept; anything else is turned away."""


def _sent_since(people: list[int], since: datetime) -> ValuesQuery[Literal[False]]:
    return Attachment.filter(subject=PERSON, subject_id__in=people, at__gt=since).distinct().values("subject_id")


def _of_many(subject: str, ids: list[int]) -> QuerySet[Attachment]:
    return Attachment.filter(subject=subject, subject_id__in=ids).order_by("id")


_SENT_SINCE, _OF_MANY = Statement(_sent_since), Statement(_of_many)


@dataclass(slots=True)
class _Waiting:
    """What a batch has read of files without a record: of these `people`, those `having` some."""

    people: set[int] = field(default_factory=set)
    having: set[int] = field(default_factory=set)


class Files:
    """Notes of files, and their bytes in the storage."""

    def __init__(self, storage: Storage, mailroom: Mailroom, clock: Clock) -> None:
        """Bytes go to `storage`, orders to fetch go to the `mailroom`."""
        self.storage = storage
        self._mailroom = mailroom
        self._clock = clock

    async def note(self, actor: Actor, subject: str, subject_id: int, *, ref: str, kind: str, name: str) -> Attachment:
        """Note a file that lies at the vendor, and have it fetched."""
        row = await Attachment.create(
            subject=subject,
            subject_id=subject_id,
            kind=kind,
            channel=actor.channel,
            ref=ref,
            name=name,
            author_id=actor.person,
            at=self._clock(),
        )
        if subject == PERSON and (unit := unit_in_hand()):
            unit.room(_Waiting).having.add(subject_id)
        if actor.channel == WEB:  # a page has put the bytes into the storage itself
            digest, media_type, size = ref.split("|")
            await self.arrived(row.id, sha256=digest, media_type=media_type, size=int(size))
        else:
            lane = Address(f"{actor.channel}:files", actor.account)
            await self._mailroom.post([Post(to=lane, subject="file", subject_id=row.id, step="fetch")])
        return row

    async def expect(self, people: Collection[int]) -> None:
        """Find out at once who of these has sent files that wait for a report."""
        if (unit := unit_in_hand()) is None or not people:
            return
        waiting = unit.room(_Waiting)
        recent = await _SENT_SINCE.found(list(people), self._clock() - BELONGS)
        waiting.having.update(row["subject_id"] for row in recent)
        waiting.people.update(people)

    def has_waiting(self, actor: Actor) -> bool:
        """May there be files of this person to `claim`?"""
        waiting = unit.room(_Waiting) if (unit := unit_in_hand()) else _Waiting()
        return actor.person in waiting.having or actor.person not in waiting.people

    async def claim(self, actor: Actor, subject: str, subject_id: int) -> int:
        """Give a person's latest unclaimed files to a record; returns how many."""
        mine = Attachment.filter(subject=PERSON, subject_id=actor.person, at__gt=self._clock() - BELONGS)
        return await mine.update(subject=subject, subject_id=subject_id)

    async def get(self, file_id: int) -> Attachment | None:
        """The note of a file."""
        return await Attachment.get_or_none(id=file_id)

    async def of(self, subject: str, subject_id: int) -> list[Attachment]:
        """The files of a record, oldest first."""
        return await Attachment.filter(subject=subject, subject_id=subject_id).order_by("id")

    async def of_many(self, subject: str, ids: Collection[int]) -> dict[int, list[Attachment]]:
        """The files of many records of a subject, each record's oldest first."""
        found: dict[int, list[Attachment]] = defaultdict(list)
        for row in await _OF_MANY.objects(Attachment, subject, list(ids)):
            found[row.subject_id].append(row)
        return found

    async def with_hash(self, sha256: str) -> list[Attachment]:
        """All notes of the same bytes: whoever may see one of their records may see the bytes."""
        return await Attachment.filter(sha256=sha256)

    async def arrived(self, file_id: int, *, sha256: str, media_type: str, size: int) -> None:
        """A file has been fetched and stored."""
        await Attachment.filter(id=file_id).update(sha256=sha256, media_type=media_type, size=size, failed="")

    async def failed(self, file_id: int, why: str) -> None:
        """A file cannot be had."""
        await Attachment.filter(id=file_id).update(failed=why[:120])


def refusal_of(media_type: str, size: int) -> str | None:
    """Why a file is not kept, as a text key, or None when it is."""
    if size > SIZE_LIMIT:
        return "file.refusal.size"
    return None if media_type in TYPES else "file.refusal.type"
