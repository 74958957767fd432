"""Event: one shape for everything that comes in, whoever brought it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

TEXT_LIMIT = 4000
"""Characters of a message that are kept; what is longer is no sentence."""

HOUSE = "house"
"""The channel of events that nobody sent: timers, and files that were fetched."""


CHECK = "doctor:"
"""Buttons whose names begin so are the doctor's: a press is handled and does nothing. Its name is the event's id."""


def clean(text: str) -> str:
    """A text without what no database keeps: zero bytes, and halves of surrogate pairs."""
    if text.isprintable():  # nearly all are, and neither of those is
        return text
    return text.replace("\0", "").encode("utf-8", "ignore").decode()


class Kind(StrEnum):
    """What happened, in words that no vendor owns."""

    MESSAGE = "message"  # a person wrote, spoke or sent a file
    PRESS = "press"  # a person pressed a button of a card or a page
    VISIT = "visit"  # a person opened the chat, or has just got the app
    TICK = "tick"  # the clock
    FETCHED = "fetched"  # a file that a message named is in our storage
    CHECK = "check"  # the doctor pressed a button of their own, to see that presses arrive
    NOTICE = "notice"  # the vendor tells something that nobody has to be answered for


class FileKind(StrEnum):
    """What kind of file a message carries."""

    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRef:
    """A file that still lies at the vendor: `ref` is what the channel needs to fetch it."""

    ref: str
    kind: FileKind
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened.

    `id` is unique for ever within the channel: a repeat of the same event has the same id. `account` is who, in the
    channel's own (lower-case) spelling. For a PRESS `name` is the button's name, `fields` what was chosen beside it,
    `card` the channel's reference of the card and `code` a one-use code with which that card can be changed.
    For a MESSAGE `text` is what was written ("" for a file) and `files` what came with it. `at` is aware, UTC.
    """

    id: str
    channel: str
    account: str
    kind: Kind
    at: datetime
    name: str = ""
    text: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    files: tuple[FileRef, ...] = ()
    card: str = ""
    code: str = ""

    def pack(self) -> dict[str, Any]:
        """As JSON-ready values, for the inbox; `unpack` is the way back."""
        return {
            "kind": self.kind.value,
            "at": self.at.isoformat(),
            "name": clean(self.name),
            "text": clean(self.text[:TEXT_LIMIT]),
            "fields": {clean(key): clean(value) for key, value in self.fields.items()},
            "files": [{"ref": clean(f.ref), "kind": f.kind.value, "name": clean(f.name)} for f in self.files],
            "card": clean(self.card),
            "code": clean(self.code),
        }

    @classmethod
    def unpack(cls, channel: str, event_id: str, account: str, body: Mapping[str, Any]) -> Self:
        """The event that `pack` wrote down."""
        files = tuple(FileRef(ref=f["ref"], kind=FileKind(f["kind"]), name=f["name"]) for f in body["files"])
        return cls(
            id=event_id,
            channel=channel,
            account=account,
            kind=Kind(body["kind"]),
            at=datetime.fromisoformat(body["at"]),
            name=body["name"],
            text=body["text"],
            fields=body["fields"],
            files=files,
            card=body["card"],
            code=body["code"],
        )
