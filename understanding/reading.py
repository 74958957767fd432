"""What a sentence was understood to mean: plain values, nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.catalog import Urgency


class Intent(StrEnum):
    """What the sender wants done: the closed list of the labelling conventions."""

    REPAIR = "repair"
    PURCHASE = "purchase"
    USAGE = "usage"
    BROADCAST = "broadcast"
    CAMERA = "camera"
    SERVER = "server"
    STATUS = "status"
    URGE = "urge"
    ACCEPT = "accept"
    TRANSFER = "transfer"
    PROGRESS = "progress"
    COMPLETE = "complete"
    CONFIRM = "confirm"
    REOPEN = "reopen"
    CANCEL = "cancel"
    AMEND = "amend"
    APPROVE = "approve"
    REJECT = "reject"
    QUOTE = "quote"
    RECEIVE = "receive"
    DELEGATE = "delegate"
    REPORT = "report"
    HELP = "help"
    CHITCHAT = "chitchat"
    OTHER = "other"


class Ask(StrEnum):
    """The one thing that has to be asked before the desk can go on."""

    LOCATION = "location"
    CATEGORY = "category"
    ITEM = "item"
    WHICH = "which"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One problem of a report. `location` and `item` are in the sender's words; `place` is the code of a known room."""

    category: str | None = None
    location: str | None = None
    place: str | None = None
    item: str | None = None
    asset: str | None = None
    urgency: Urgency | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one message means. `parts` has at least one entry; `reason` is a sentence for the sender.

    `record` is the number of a record named in the text (W20261122-004), `rest` the text without command word and
    number, `danger` the key of a safety sentence or None, `confidence` runs from 0 to 1.
    """

    intent: Intent
    parts: tuple[Part, ...] = (Part(),)
    ask: Ask | None = None
    confidence: float = 0.0
    reason: str = ""
    record: str | None = None
    rest: str = ""
    danger: str | None = None
    extra: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceWords:
    """A room as people call it."""

    code: str
    name: str
    building: str = ""
    floor: str = ""
    room: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetWords:
    """A device as people call it; `place` is the code of its room."""

    code: str
    name: str
    category: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What the messenger knows besides the text.

    `role` is the sender's main role, `context` the subject and step of the card that is answered (as the labelled
    examples word it), `own_place` the code of the sender's class room or office. `ruled_out` is what cannot be meant,
    because no record of the sender stands where it could be done.
    """

    role: str = ""
    context: str = ""
    own_place: str = ""
    locale: str = "zh_CN"
    now: datetime | None = None
    ruled_out: frozenset[Intent] = frozenset()
