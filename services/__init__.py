"""Use cases: one method, one transaction. `Services` is everything that a handler or a page may ask for."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from domain.catalog import Catalog
from domain.grants import Grants
from services.clock import Clock
from services.files import Files
from services.forms import Forms
from services.mailroom import Mailroom
from services.numbers import Numbers
from services.people import People
from services.places import Places
from services.storage import Storage
from services.tickets import Tickets
from services.work_orders import WorkOrders
from services.work_orders.privacy import Privacy


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The use cases of one school."""

    catalog: Catalog
    clock: Clock
    zone: ZoneInfo
    people: People
    places: Places
    files: Files
    forms: Forms
    mailroom: Mailroom
    tickets: Tickets
    work_orders: WorkOrders


def build(
    *,
    catalog: Catalog,
    roles: dict[str, Grants],
    clock: Clock,
    zone: ZoneInfo,
    storage: Storage,
    secret: str,
    public_url: str,
    lease: timedelta,
    lanes: Collection[str] | None = None,
    security: Collection[str] = (),
) -> Services:
    """Put the use cases of one school together.

    `lanes` are the channels that this house carries to (None: all), `security` words for what the board hides.
    """
    people, places, forms = People(roles, lanes), Places(), Forms(clock)
    mailroom = Mailroom(clock, lease)
    files = Files(storage, mailroom, clock)
    return Services(
        catalog=catalog,
        clock=clock,
        zone=zone,
        people=people,
        places=places,
        files=files,
        forms=forms,
        mailroom=mailroom,
        tickets=Tickets(secret, public_url, clock),
        work_orders=WorkOrders(
            catalog=catalog,
            people=people,
            places=places,
            files=files,
            forms=forms,
            numbers=Numbers(clock, zone),
            mailroom=mailroom,
            clock=clock,
            zone=zone,
            privacy=Privacy(security),
        ),
    )
