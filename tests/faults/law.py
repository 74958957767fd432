"""What must hold after bad days, whatever has happened: compares what people did with what became of it."""

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import sha256

from models import Attachment, InboxEvent, OutboxItem, WorkOrder
from services.storage import open_storage
from tests.faults import screens
from tests.faults.books import Books
from tests.faults.crowd import Crowd, Said, Sent


async def broken(crowd: Crowd, storage: str) -> list[str]:
    """Every promise that was not kept, each as a sentence; nothing when all is well. Wants a quiet house.

    `storage` is the address of the files, as HOUQIN_STORAGE_URL says it.
    """
    if full := list(screens.full_phones(crowd)):
        return full
    books = await Books.read()
    return [
        *await shelves(),
        *reports(crowd.said, books),
        *chains(books),
        *presses(crowd, books),
        *order_of_saying(crowd.said, books),
        *screens.everybody_knows(crowd, books),
        *screens.none_dropped(crowd),
        *screens.none_twice(crowd, books),
        *screens.one_alive(crowd, books),
        *screens.none_like_another(crowd, books),
        *screens.last_is_true(crowd, books),
        *await photos(crowd.sent, storage),
    ]


async def shelves() -> list[str]:
    """Nothing waits, nothing was set aside, nothing was given up."""
    found = [
        f"event {row.id} of {row.account} ended as {row.state} {row.incident}: {row.body}"
        for row in await InboxEvent.exclude(state="done")
    ]
    return found + [
        f"item {row.id} for {row.account} ended as {row.state}: {row.error}"
        for row in await OutboxItem.exclude(state="done")
    ]


def reports(said: Sequence[Said], books: Books) -> Iterator[str]:
    """What was acknowledged is there once; what was not is there once or not at all."""
    times = Counter(order.raw_text for order in books.orders.values())
    yield from (f"{text!r} is there {count} times" for text, count in times.items() if count > 1)
    yield from (
        f"{one.who}: {one.text!r} is lost" for one in said if one.acknowledged and one.text not in books.by_text
    )
    known = {one.text for one in said}
    yield from (f"nobody said {text!r}" for text in books.by_text if text not in known)
    opened = Counter(row.event for rows in books.history.values() for row in rows if row.step == "report")
    yield from (f"event {event} opened {count} records" for event, count in opened.items() if count > 1)


def chains(books: Books) -> Iterator[str]:
    """Each step begins where the one before ended, and the last one ends where the record is."""
    for order in books.orders.values():
        rows = books.history.get(order.id, [])
        steps = " ".join(f"{row.source}-{row.step}->{row.target}" for row in rows)
        if not rows or rows[0].step != "report" or rows[-1].target != order.state:
            yield f"{order.number} is {order.state}, its history {steps}"
        if any(after.source != before.target for before, after in itertools.pairwise(rows)):
            yield f"{order.number}: a link is missing in {steps}"
        if order.version != len(rows) - 1:
            yield f"{order.number}: version {order.version} with {len(rows)} steps"


OVERTAKES = {"accept": {"cancel"}, "start": {"cancel"}, "cancel": {"start"}}
"""Steps after which a press comes to nothing, as somebody else was quicker."""


def presses(crowd: Crowd, books: Books) -> Iterator[str]:
    """Of those who pressed, one has won; what was acknowledged did not vanish."""
    for order_id, rows in books.history.items():
        times = Counter(row.step for row in rows)
        if any(times[step] > 1 for step in ("report", "accept", "start", "cancel")):
            yield f"record {order_id}: {dict(times)}"
        actors = {row.actor_id for row in rows if row.step in {"accept", "start"}}
        if len(actors) > 1:
            yield f"record {order_id}: taken by {actors}"
    for one in crowd.pressed:
        taken = {row.step for row in books.history[one.record]}
        if one.acknowledged and not taken & {one.step, *OVERTAKES[one.step]}:
            yield f"{one.who} pressed {one.step} on record {one.record}, where only {taken} happened"


def order_of_saying(said: Sequence[Said], books: Books) -> Iterator[str]:
    """What somebody said later, having been answered, is the later record."""
    for who, theirs in itertools.groupby(sorted(said, key=lambda one: one.who), key=lambda one: one.who):
        last: WorkOrder | None = None
        for one in theirs:
            order = books.by_text.get(one.text)
            if order is None or not (one.acknowledged and one.calm):
                continue
            if last and order.id < last.id:
                yield f"{who}: {books.story(last)} was overtaken by {books.story(order)}"
            last = order


async def photos(sent: Sequence[Sent], storage: str) -> list[str]:
    """Every photo that was acknowledged is kept, once, and its bytes are where they belong."""
    kept = Counter([row.sha256 for row in await Attachment.all()])
    shelf, found = open_storage(storage), []
    for one in sent:
        if kept[one.sha256] > 1 or (one.acknowledged and not kept[one.sha256]):
            found.append(f"{one.who}: photo {one.sha256} is there {kept[one.sha256]} times")
        elif one.acknowledged and sha256(await shelf.get(one.sha256)).hexdigest() != one.sha256:
            found.append(f"{one.who}: photo {one.sha256} is another")
    return found
