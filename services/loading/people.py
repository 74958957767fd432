"""People on their shelf: a person, how channels know them, and the teams they are in."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from tortoise.queryset import QuerySet

from models import Account, Membership, Person
from services.loading.checks import Record
from services.loading.columns import CHANNELS
from services.loading.report import Problem, Wrong
from services.loading.shelves import BATCH, Change, Values, store

FIELDS = ("name", "roles", "place", "locale")
Accounts = dict[str, list[tuple[str, str]]]
"""Staff number to (channel, account), oldest first: the oldest one is where a person is reached."""


class PeopleShelf:
    """The rows of people. Somebody who is missing from a file stays; whether they still work here is not its word."""

    async def rows(self) -> dict[str, Values]:
        """See `Shelf`; those who have left are among them, so that nobody else gets their number."""
        return {row["staff_no"]: row for row in await self._people(Person.all())}

    async def exported(self) -> list[Values]:
        """See `Shelf`; without those who have left, who would else be back at the next import elsewhere."""
        return await self._people(Person.filter(active=True))

    async def _people(self, query: QuerySet[Person]) -> list[Values]:
        accounts, teams = await _accounts(), await _teams()
        return [
            {
                **row,
                # The first of a channel is used by everybody else, too.
                **{channel: _first(accounts[row["staff_no"]], channel) for channel in CHANNELS},
                "teams": teams[row["staff_no"]],
            }
            for row in await query.order_by("staff_no").values("staff_no", *FIELDS)
        ]

    async def objections(self, records: Sequence[Record]) -> list[Problem]:
        """See `Shelf`; an account belongs to one person, unless this very file gives its owner another one."""
        held = await _accounts()
        owners = {known: staff_no for staff_no, accounts in held.items() for known in accounts}
        names = dict(await Person.all().values_list("staff_no", "name"))
        given = {record.values.get("staff_no"): record for record in records}
        problems = []
        for record in records:
            for channel in CHANNELS:
                account = str(record.values.get(channel) or "")
                owner = owners.get((channel, account), "")
                if not owner or owner == record.values.get("staff_no"):
                    continue
                if not _gives_up(given.get(owner), channel, held[owner]):
                    wrong = Wrong("account_taken", value=account, name=names[owner], staff_no=owner)
                    problems.append(wrong.problem(record.row.number, channel, record.row.table))
        return problems

    async def write(self, changes: Sequence[Change]) -> None:
        """See `Shelf`."""
        people = [Person(staff_no=c.new["staff_no"], **{field: c.new[field] for field in FIELDS}) for c in changes]
        await store(Person, "staff_no", people, FIELDS)
        ids = dict(await Person.all().values_list("staff_no", "id"))
        await _write_accounts([c for c in changes if _differs(c, CHANNELS)], ids)
        await _write_teams([c for c in changes if _differs(c, ["teams"])], ids)


def _first(held: Iterable[tuple[str, str]], wanted: str) -> str:
    return next((account for channel, account in held if channel == wanted), "")


def _gives_up(record: Record | None, channel: str, held: Iterable[tuple[str, str]]) -> bool:
    """Does this record give the person whom it is about another account of the channel, or none?"""
    first = _first(held, channel)
    return record is not None and record.values.get(channel, first) != first


def _differs(change: Change, names: Iterable[str]) -> bool:
    return change.old is None or any(change.old[name] != change.new[name] for name in names)


async def _accounts() -> Accounts:
    rows = await Account.all().order_by("id").values_list("person__staff_no", "channel", "account")
    found: Accounts = defaultdict(list)
    for staff_no, channel, account in rows:
        found[staff_no].append((channel, account))
    return found


async def _teams() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for staff_no, team in await Membership.all().order_by("team").values_list("person__staff_no", "team"):
        found[staff_no].append(team)
    return found


async def _write_accounts(changes: Sequence[Change], ids: dict[str, int]) -> None:
    """All accounts of these people anew and in their old order, so that each is still reached where they were."""
    held = await _accounts()
    await _forget(Account, changes, ids)
    rows = [
        Account(channel=channel, account=account, person_id=ids[change.new["staff_no"]])
        for change in changes
        for channel, account in _replaced(held[change.new["staff_no"]], change)
    ]
    await Account.bulk_create(rows, batch_size=BATCH)


def _replaced(held: Sequence[tuple[str, str]], change: Change) -> list[tuple[str, str]]:
    """The accounts that somebody has after a change; more than one of a channel only where it did not change."""
    changed = [channel for channel in CHANNELS if _differs(change, [channel])]
    slots = dict.fromkeys((channel, "" if channel in changed else account) for channel, account in held)
    slots |= dict.fromkeys((channel, "") for channel in changed)
    after = [(channel, account or change.new[channel]) for channel, account in slots]
    return [(channel, account) for channel, account in after if account]


async def _write_teams(changes: Sequence[Change], ids: dict[str, int]) -> None:
    await _forget(Membership, changes, ids)
    rows = [Membership(team=team, person_id=ids[c.new["staff_no"]]) for c in changes for team in c.new["teams"]]
    await Membership.bulk_create(rows, batch_size=BATCH)


async def _forget(model: type[Account] | type[Membership], changes: Sequence[Change], ids: dict[str, int]) -> None:
    known = [ids[change.new["staff_no"]] for change in changes if change.old is not None]
    for start in range(0, len(known), BATCH):
        await model.filter(person_id__in=known[start : start + BATCH]).delete()
