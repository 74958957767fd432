"""What the database holds when all has come to rest, to be compared with what people did and saw."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from models import HistoryEntry, InboxEvent, OutboxItem, ShownCard, WorkOrder


@dataclass
class Books:
    """Everything that the database holds of the repair, by id of the work order.

    `news` counts what there was to tell, by account and number; `noted` are the cards that the bot knows of, by account
    and the vendor's name.
    """

    orders: dict[int, WorkOrder]
    history: dict[int, list[HistoryEntry]]
    events: dict[str, InboxEvent]
    news: Counter[tuple[str, str]] = field(default_factory=Counter)
    noted: dict[tuple[str, str], ShownCard] = field(default_factory=dict)
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
        noted = {(card.account, card.ref): card for card in await ShownCard.all()}
        return cls(orders, history, events, news, noted)

    def story(self, order: WorkOrder) -> str:
        """How a record came about, for who has to find out why."""
        event = self.events[self.history[order.id][0].event]
        way = f"event {event.id}, received {event.received_at:%T.%f}, done {event.done_at:%T.%f}, {event.tries} tries"
        return f"{order.number} (record {order.id}, {way}, stumbled {event.stumbles}, braved {event.braved})"
