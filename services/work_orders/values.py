"""What goes into the use cases of the repair, and what comes out."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.catalog import Urgency
from domain.grants import Relation
from domain.work_orders import REPAIR, State
from models import Attachment, WorkOrder

SUBJECT = REPAIR.name
OPEN_STATES = tuple(s.value for s in State if s not in REPAIR.settled)
LIST_LIMIT = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is broken, as it was understood. `place` is a code, `location` the reporter's words."""

    category: str = ""
    place: str = ""
    location: str = ""
    item: str = ""
    asset: str = ""
    urgency: Urgency | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What somebody brings to a step: the fields of its form, already read."""

    note: str = ""
    reason: str = ""
    category: str = ""
    colleague: int | None = None
    instead_of: int | None = None
    score: int | None = None
    wake_at: datetime | None = None


class Sight(StrEnum):
    """How much of a work order somebody sees."""

    WHOLE = "whole"
    OUTLINE = "outline"
    """Place, thing, state, times and names; no words of people, no files."""
    STATE = "state"
    """Number, category and state: it is about the school's security."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sister:
    """Another problem of the same message, as a reader may see it; `offers` are steps they may take on it now."""

    order: WorkOrder
    where: str
    offers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A work order as one reader may see it: `offers` are steps they may take now, `owners` those who may accept it.

    What is beyond the reader's `sight` is empty, in `order` as well, which is never to be saved.
    """

    order: WorkOrder
    offers: tuple[str, ...]
    reporter: str
    assignee: str
    candidate: str
    helpers: str
    instead_of: str
    owners: str
    where: str
    relations: frozenset[Relation]
    sight: Sight
    sisters: tuple[Sister, ...] = ()


@dataclass(frozen=True, slots=True)
class Folder:
    """A work order with its files, oldest first, and its sisters, as they lie there: not yet as anybody may see it."""

    order: WorkOrder
    files: tuple[Attachment, ...] = ()
    sisters: tuple[WorkOrder, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A work order in a list; what is beyond the reader's `sight` is empty."""

    order: WorkOrder
    reporter: str
    assignee: str
    where: str
    sight: Sight


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of a list. `older` is where the next one begins, None after the last.

    `reached` is the number of the last record that a search has looked at, where it has not filled its page and there
    are older ones to look at.
    """

    lines: list[Line]
    older: int | None = None
    reached: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a list shows. `before` is the id of the last row of the page before (keyset paging)."""

    states: tuple[str, ...] = ()
    category: str = ""
    mine: int | None = None
    words: str = ""
    before: int | None = None
    limit: int = LIST_LIMIT


def rank(order: WorkOrder) -> int:
    """How pressing the news of a work order are in the outbox."""
    return 0 if order.urgency == Urgency.EMERGENCY else 1
