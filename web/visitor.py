"""Visitor: who looks at a page, and what lets them in."""

from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web as http

from services.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody of the school before a page.

    `person` is their id, `actor` what they may do. `binding` ties the forms they are given to their session or to
    their card's link; `ticket` is that link's ticket, "" for somebody who has signed in.
    """

    person: int
    actor: Actor
    binding: str
    ticket: str = ""

    def link(self, path: str, **query: str) -> str:
        """An address on this site that keeps the ticket."""
        given = {"k": self.ticket, **query}
        wanted = urlencode({key: value for key, value in given.items() if value})
        return f"{path}?{wanted}" if wanted else path


VISITOR = http.RequestKey("visitor", Visitor)
"""Where a request keeps its visitor once they are known."""
