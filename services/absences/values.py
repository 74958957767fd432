"""What goes into the use cases of leave, and what comes out."""

from dataclasses import dataclass
from datetime import datetime

SUBJECT = "absence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """An absence as somebody wants it entered; `until` None means until they say that they are back."""

    person: int
    since: datetime
    until: datetime | None = None
    stand_in: int | None = None
    teams: frozenset[str] = frozenset()
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What came of it: who, from when to when, and `moved`, the jobs that changed hands; `begun` if that is now."""

    id: int
    person: int
    since: datetime
    until: datetime | None
    stand_in: int | None
    teams: frozenset[str]
    begun: bool
    moved: int = 0
