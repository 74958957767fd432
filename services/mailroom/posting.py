"""Putting items on the outbox: collected with the unit in hand, and written together at its end."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from models import OutboxItem
from services.bulk import append
from services.clock import Clock
from services.mailroom.statements import COMING, LIVE_CARDS
from services.mailroom.values import Post, Telling
from services.people import Address
from services.unit import Stage, together

Holders = Mapping[tuple[str, int], set[Address]]
"""Subject and id of records, and who holds a card of each."""


class Posting:
    """The side of the outbox where things are put in."""

    _clock: Clock

    async def post(self, posts: Iterable[Post]) -> None:
        """Put items on the shelf, in the transaction of the event that caused them."""
        async with together() as unit:
            for post in posts:
                unit.add(Stage.OUTBOX, self._put, post)

    async def tell(self, telling: Telling) -> None:
        """Have people told of a record; who holds a card of it is found out when the items are written."""
        async with together() as unit:
            unit.add(Stage.OUTBOX, self._put, telling)

    async def _put(self, items: Sequence[Post | Telling]) -> None:
        told = [item for item in items if isinstance(item, Telling) and item.silent]
        holders = await self.holders({(item.subject, item.record.id) for item in told})
        now = self._clock()
        rows = [
            {
                "lane": post.to.lane,
                "account": post.to.account,
                "subject": post.subject,
                "subject_id": post.subject_id,
                "step": post.step,
                "params": post.params,
                "fresh": post.fresh,
                "rank": post.rank,
                "cause": post.cause,
                "due_at": now,
                "created_at": now,
            }
            for post in _spelt_out(items, holders)
        ]
        await append(OutboxItem, rows)

    async def holders(self, records: Collection[tuple[str, int]]) -> dict[tuple[str, int], set[Address]]:
        """Where cards of these records hang or are about to.

        The shelf is read before the cards: an item leaves the shelf in the very transaction in which its card is
        noted, so that no holder can be missed between the two.
        """
        found: dict[tuple[str, int], set[Address]] = defaultdict(set)
        keys = {f"{subject}:{record}": (subject, record) for subject, record in records}
        for subject in sorted({subject for subject, _ in records}):
            ids = [record for of, record in records if of == subject]
            for record, lane, account in await COMING.found(subject, ids):
                found[subject, record].add(Address(lane, account))
        for _, lane, account, key, _ in await LIVE_CARDS.found(list(keys)) if keys else ():
            found[keys[key]].add(Address(lane, account))
        return found


def _spelt_out(items: Sequence[Post | Telling], holders: Holders) -> Iterator[Post]:
    """One post for each reader, in the order in which things happened; who was posted to before is a holder as well."""
    known = defaultdict(set, holders)
    for item in items:
        posts = [item] if isinstance(item, Post) else _told(item, known[item.subject, item.record.id])
        for post in posts:
            known[post.subject, post.subject_id].add(post.to)
            yield post


def _told(telling: Telling, holders: Collection[Address]) -> Iterator[Post]:
    readers = telling.fresh | (set(holders) if telling.silent else set())
    for to in sorted(readers, key=lambda a: (a.lane, a.account)):
        yield Post(
            to=to,
            subject=telling.subject,
            subject_id=telling.record.id,
            step=telling.step,
            fresh=to in telling.fresh,
            rank=telling.rank,
            params=dict(telling.params),
            cause=telling.cause,
        )
