"""What stands in every member's chat with the app, and a way to wait for news of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sandbox.bounded import Bounded
from sandbox.clock import Clock

Json = dict[str, Any]

PER_CHAT = 500
"""Entries that a chat keeps; older ones are forgotten."""
_IN_ALL, _VERSIONS = 5000, 50


@dataclass(frozen=True, slots=True)
class Version:
    """One look of a card: the card, the dead label in place of its buttons ("" while they live), when and why."""

    card: Json
    replaced: str
    at: float
    cause: str


@dataclass(slots=True)
class Copy:
    """A member's own copy of a card, with everything it has looked like; the last version is the present one."""

    task_id: str
    versions: list[Version] = field(default_factory=list)
    selected: Json = field(default_factory=dict)

    @property
    def present(self) -> Version:
        """What the member sees now."""
        return self.versions[-1]

    def change(self, version: Version) -> None:
        """Show another version and keep a bounded history."""
        self.versions.append(version)
        del self.versions[:-_VERSIONS]


@dataclass(slots=True)
class Message:
    """One entry of a chat. `sender` is `member` or `app`; `revision` grows with every change anywhere."""

    number: int
    userid: str
    sender: str
    kind: str
    content: Json
    at: float
    msgid: str = ""
    copy: Copy | None = None
    recalled: bool = False
    revision: int = 0

    def as_json(self) -> Json:
        """The entry as the phones page and the control interface give it."""
        body = {
            "id": self.number,
            "rev": self.revision,
            "user": self.userid,
            "from": self.sender,
            "kind": self.kind,
            "at": self.at,
            "msgid": self.msgid,
            "recalled": self.recalled,
            "content": {} if self.recalled else self.content,
        }
        return body | {"card": card_json(self.copy)} if self.copy and not self.recalled else body


def card_json(copy: Copy) -> Json:
    """The present state of a member's card."""
    return {
        "task_id": copy.task_id,
        "card": copy.present.card,
        "replaced": copy.present.replaced,
        "selected": copy.selected,
        "version": len(copy.versions),
    }


class Chats:
    """All chats, bounded, newest change last."""

    def __init__(self, clock: Clock) -> None:
        """Start with empty chats."""
        self._clock = clock
        self._chats: dict[str, Bounded[int, Message]] = {}
        self._all: Bounded[int, Message] = Bounded(_IN_ALL)
        self._changed = asyncio.Event()
        self._last = 0
        self.revision = 0

    def post(self, userid: str, sender: str, kind: str, content: Json, msgid: str = "") -> Message:
        """Put a new entry at the end of a member's chat."""
        self._last += 1
        message = Message(self._last, userid, sender, kind, content, self._clock.now(), msgid)
        self.touch(message)
        return message

    def touch(self, message: Message) -> None:
        """Tell everybody who waits that this entry is new or has changed."""
        self.revision += 1
        message.revision = self.revision
        self._chats.setdefault(message.userid, Bounded(PER_CHAT))[message.number] = message
        self._all[message.number] = message
        waiting, self._changed = self._changed, asyncio.Event()
        waiting.set()

    def of(self, userid: str) -> list[Message]:
        """A member's entries in the order they came."""
        return sorted(self._chats.get(userid, {}).values(), key=lambda message: message.number)

    def since(self, revision: int) -> list[Message]:
        """Entries of all members that changed after a revision, in the order of their change."""
        return list(self._newer(self._all, revision))[::-1]

    def since_of(self, userid: str, revision: int) -> list[Message]:
        """A member's entries that changed after a revision, in the order of their change."""
        return list(self._newer(self._chats.get(userid, {}), revision))[::-1]

    async def news(self, revision: int) -> None:
        """Wait until something is newer than `revision`."""
        while self.revision <= revision:
            await self._changed.wait()

    def clear(self) -> None:
        """Forget all entries; the revision goes on, so that nobody who waits sees an old number again."""
        self._chats.clear()
        self._all.clear()
        self.revision += 1
        waiting, self._changed = self._changed, asyncio.Event()
        waiting.set()

    @staticmethod
    def _newer(entries: dict[int, Message], revision: int) -> Iterator[Message]:
        for message in reversed(entries.values()):
            if message.revision <= revision:
                return
            yield message
