"""Use cases: one method, one transaction. `Services` is everything that a handler or a page may ask for."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from domain.catalog import Catalog
from domain.deadlines import Deadlines
from domain.grants import Grants
from domain.school_days import SchoolDays
from services.absences import Absences, Rota
from services.absences.hands import Hands
from services.checkup import Checkup
from services.clock import Clock
from services.directory import Directory
from services.files import Files
from services.forms import Forms
from services.leases import Leases
from services.lessons import Aliases, Lessons, Misreadings
from services.mailroom import Mailroom
from services.numbers import Numbers
from services.people import People
from services.places import Places
from services.sealing import Seals
from services.statistics import Reports
from services.storage import Storage
from services.tallies import Tallies
from services.tickets import Tickets
from services.work_orders import SUBJECT, WorkOrders
from services.work_orders.clocks import Clocks
from services.work_orders.privacy import Privacy
from services.work_orders.retracting import Retraction
from services.work_orders.visiting import Visits


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The use cases of one school."""

    absences: Absences
    catalog: Catalog
    checkup: Checkup
    clock: Clock
    zone: ZoneInfo
    days: SchoolDays
    directory: Directory
    numbers: Numbers
    people: People
    places: Places
    files: Files
    forms: Forms
    leases: Leases
    lessons: Lessons
    aliases: Aliases
    mailroom: Mailroom
    misreadings: Misreadings
    retraction: Retraction
    rota: Rota
    statistics: Reports
    tickets: Tickets
    visits: Visits
    work_orders: WorkOrders

    async def lay_in(self, messages: int) -> None:
        """Make ready, outside of any transaction, what so many messages may need."""
        if messages:
            await self.work_orders.lay_in(messages)

    async def expect(self, people: Collection[int], records: Mapping[str, Collection[int]]) -> None:
        """Read at once what the messages of `people` and the events that name `records` (by subject) will need."""
        ids = records.get(SUBJECT, ())
        await self.work_orders.expect(ids)
        await self.forms.expect(people, SUBJECT, ids)
        await self.files.expect(people)


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
    learn: bool = True,
    days: SchoolDays | None = None,
    deadlines: Deadlines | None = None,
) -> Services:
    """Put the use cases of one school together.

    `lanes` are the channels that this house carries to (None: all), `security` words for what the board hides,
    `learn` says whether corrections are kept to learn from, `days` when there is school (None: the usual hours),
    `deadlines` how long the steps of a repair may take (None: the usual ones).
    """
    directory, school_days = Directory(roles, lanes), days or SchoolDays(zone=zone)
    people, places, forms = People(directory), Places(directory), Forms(clock)
    mailroom, tallies, seals = Mailroom(clock, lease), Tallies(SUBJECT, zone), Seals(secret)
    aliases = Aliases(directory, mailroom)
    lessons = Lessons(directory, aliases, clock, zone, on=learn)
    files, numbers = Files(storage, mailroom, clock), Numbers(clock, zone)
    work_orders = WorkOrders(
        catalog=catalog,
        people=people,
        places=places,
        files=files,
        forms=forms,
        numbers=numbers,
        mailroom=mailroom,
        clock=clock,
        zone=zone,
        tallies=tallies,
        seals=seals,
        privacy=Privacy(security),
        lessons=lessons,
        clocks=Clocks(deadlines or Deadlines(), school_days),
    )
    return Services(
        absences=Absences(directory, people, Hands(people, work_orders), clock),
        catalog=catalog,
        checkup=Checkup(people, catalog, clock),
        clock=clock,
        zone=zone,
        days=school_days,
        directory=directory,
        numbers=numbers,
        people=people,
        places=places,
        files=files,
        forms=forms,
        leases=Leases(clock),
        lessons=lessons,
        aliases=aliases,
        mailroom=mailroom,
        misreadings=Misreadings(directory, clock, zone, on=learn),
        retraction=Retraction(work_orders, lessons),
        rota=Rota(),
        statistics=Reports(tallies, clock, zone),
        tickets=Tickets(secret, public_url, clock),
        visits=Visits(work_orders),
        work_orders=work_orders,
    )
