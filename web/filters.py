"""What the board is asked to show: read from an address, written into one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode

from domain.catalog import Catalog
from domain.work_orders import REPAIR, State
from services.work_orders import OPEN_STATES, Filter

PAGE = 30
WORDS_LIMIT = 60
LARGEST = 2**31 - 1
"""The largest id of a record."""
ID = re.compile(r"[0-9]{1,10}")
GROUPS: dict[str, tuple[str, ...]] = {
    "open": OPEN_STATES,
    "settled": tuple(sorted(s.value for s in REPAIR.settled)),
    "all": (),
}
"""Groups of states, the first one is shown when nothing is asked for."""
USUAL = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The filters of one board. `state` is a group or one state; what makes no sense was left out when it was read."""

    state: str = USUAL
    category: str = ""
    words: str = ""
    mine: bool = False
    before: int | None = None

    @classmethod
    def read(cls, query: Mapping[str, str], catalog: Catalog) -> Self:
        """From the query of an address."""
        state, category, before = query.get("state", ""), query.get("category", ""), query.get("before", "")
        return cls(
            state=state if state in GROUPS or state in set(State) else USUAL,
            category=category if category in catalog else "",
            words=query.get("q", "").replace("\0", "").strip()[:WORDS_LIMIT],
            mine=query.get("mine") == "1",
            before=int(before) if ID.fullmatch(before) and int(before) <= LARGEST else None,
        )

    def filter(self, person: int) -> Filter:
        """As the work orders take it."""
        return Filter(
            states=GROUPS.get(self.state, (self.state,)),
            category=self.category,
            mine=person if self.mine else None,
            words=self.words,
            before=self.before,
            limit=PAGE,
        )

    def address(self, before: int | None = None) -> str:
        """The board with these filters, from the newest on or from before a record."""
        given = {
            "state": self.state if self.state != USUAL else "",
            "category": self.category,
            "q": self.words,
            "mine": "1" if self.mine else "",
            "before": str(before) if before is not None else "",
        }
        wanted = urlencode({key: value for key, value in given.items() if value})
        return f"/board?{wanted}" if wanted else "/board"

    @property
    def narrowed(self) -> bool:
        """Is anything left out that the plain board shows?"""
        return (self.state, self.category, self.words, self.mine) != (USUAL, "", "", False)
