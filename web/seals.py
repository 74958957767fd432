"""Seals: a form that is sent must have been made by us, for this visitor, and counts once."""

from dataclasses import dataclass
from secrets import token_urlsafe
from urllib.parse import urlsplit

from aiohttp import web as http
from itsdangerous import BadData, URLSafeTimedSerializer

from web.site import SITE
from web.visitor import Visitor

LIFE = 12 * 3600
"""Seconds for which a form may lie open."""
OWN = frozenset({"same-origin", "none"})
"""What browsers say of a request that one of our own pages, or nobody's page, has sent (Fetch Metadata)."""


class BadSeal(http.HTTPForbidden):
    """A form that is not ours, not this visitor's, or has lain open for too long."""


@dataclass(frozen=True, slots=True)
class Seal:
    """What a form carries: what it is for, and the id that makes a second sending the same as the first."""

    purpose: str
    nonce: str


def _serializer(request: http.Request) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(request.app[SITE].secret, salt="web-form")


def seal(request: http.Request, visitor: Visitor, purpose: str) -> str:
    """A seal for one form of this visitor."""
    return str(_serializer(request).dumps([visitor.binding, purpose, token_urlsafe(12)]))


def check_origin(request: http.Request) -> None:
    """Turn away what another site's page has sent; `BadSeal`."""
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is not None and site not in OWN:
        raise BadSeal
    if origin is not None and urlsplit(origin).netloc not in _own_hosts(request):
        raise BadSeal


def _own_hosts(request: http.Request) -> set[str]:
    return {request.host, urlsplit(request.app[SITE].services.tickets.public_url).netloc} - {""}


def opened(request: http.Request, visitor: Visitor, purpose: str, given: object) -> Seal:
    """Check a form's seal; `BadSeal` when it is missing, forged, too old, another's or for something else."""
    try:
        binding, sealed_for, nonce = _serializer(request).loads(str(given), max_age=LIFE)
    except (BadData, ValueError, TypeError):
        raise BadSeal from None
    if (binding, sealed_for) != (visitor.binding, purpose):
        raise BadSeal
    return Seal(sealed_for, nonce)
