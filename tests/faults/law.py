"""What must hold after bad days, whatever has happened: compares what people did with what became of it."""

import itertools
import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from models import Attachment, HistoryEntry, InboxEvent, OutboxItem, WorkOrder
from sandbox import Sandbox
from sandbox.wecom.chats import Message
from services.storage import open_storage
from tests.faults.crowd import Crowd, Said, Sent
from tests.faults.people import MENDERS


@dataclass
class Books:
    """Everything that the database holds of the repair, by id of the work order.

    `news` counts what there was to tell, by account and number.
    """

    orders: dict[int, WorkOrder]
    history: dict[int, list[HistoryEntry]]
    events: dict[str, InboxEvent]
    news: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_text: dict[str, WorkOrder] = field(init=False)

    def __post_init__(self) -> None:
        """Find orders by what was said."""
        self.by_text = {f"报修 {order.raw_text}": order for order in self.orders.values()}

    @classmethod
    async def read(cls) -> "Books":
        """Read the open database."""
        history: dict[int, list[HistoryEntry]] = defaultdict(list)
        for row in await HistoryEntry.filter(subject="work_order").order_by("id"):
            history[row.subject_id].append(row)
        events = {f"{row.channel}:{row.event_id}": row for row in await InboxEvent.all()}
        orders = {order.id: order for order in await WorkOrder.all().order_by("id")}
        items = await OutboxItem.filter(subject="work_order")
        news = Counter([(i.account, orders[i.subject_id].number) for i in items if i.subject_id in orders])
        return cls(orders, history, events, news)

    def story(self, order: WorkOrder) -> str:
        """How a record came about, for who has to find out why."""
        event = self.events[self.history[order.id][0].event]
        way = f"event {event.id}, received {event.received_at:%T.%f}, done {event.done_at:%T.%f}, {event.tries} tries"
        return f"{order.number} (record {order.id}, {way}, stumbled {event.stumbles}, braved {event.braved})"


async def broken(crowd: Crowd, storage: str) -> list[str]:
    """Every promise that was not kept, each as a sentence; nothing when all is well. Wants a quiet house.

    `storage` is the address of the files, as HOUQIN_STORAGE_URL says it.
    """
    books = await Books.read()
    return [
        *await shelves(),
        *reports(crowd.said, books),
        *chains(books),
        *presses(crowd, books),
        *order_of_saying(crowd.said, books),
        *phones(crowd, books),
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


def phones(crowd: Crowd, books: Books) -> Iterator[str]:
    """Whom it concerns holds a card of it, and nobody got the same card more often than there was news of it."""
    shown = {who: cards(crowd.sandbox, who) for who in crowd.sandbox.world.directory.members}
    numbers = {who: {number_of(message) for message in theirs} for who, theirs in shown.items()}
    for one in crowd.said:
        order = books.by_text.get(one.text)
        for who in (one.who, *MENDERS[one.team]) if order else ():
            if order and order.number not in numbers[who]:
                yield f"{who} has no card of {order.number}: {one.text!r}"
    for who, theirs in shown.items():
        looks = Counter((number_of(message), first_look(message)) for message in theirs)
        for (number, look), count in looks.items():
            if count > max(1, books.news[who, number]):
                yield f"{who} got {count} times {look}"


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


def cards(sandbox: Sandbox, who: str) -> list[Message]:
    """The cards on somebody's phone, oldest first."""
    return [m for m in sandbox.world.chats.of(who) if m.copy is not None and not m.recalled]


def number_of(message: Message) -> str:
    """The number of the record that a card is about."""
    assert message.copy is not None
    title = message.copy.versions[0].card.get("main_title", {})
    return next((word for word in f"{title.get('desc', '')}".split() if word.startswith("W")), "")


def first_look(message: Message) -> str:
    """A card as it came, without the name of its sending and without addresses, whose tickets are made anew."""
    assert message.copy is not None
    card = without(message.copy.versions[0].card, {"task_id", "url"})
    return json.dumps(card, ensure_ascii=False, sort_keys=True)


def without(part: object, names: Collection[str]) -> object:
    """A JSON value without the fields of these names, at any depth."""
    if isinstance(part, dict):
        return {name: without(value, names) for name, value in part.items() if name not in names}
    return [without(one, names) for one in part] if isinstance(part, list) else part
