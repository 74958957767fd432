"""What must hold on people's phones after bad days: who should knows, nothing hangs there twice, the last is true."""

import itertools
import json
import tomllib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import handlers.work_orders
from sandbox import Sandbox
from sandbox.wecom.chats import PER_CHAT, Message, Version
from sandbox.wecom.presses import keys
from tests.faults.books import Books
from tests.faults.crowd import Crowd
from tests.faults.people import MENDERS

WORDS = tomllib.loads((Path(handlers.work_orders.__file__).parent / "texts.zh_CN.toml").read_text(encoding="utf-8"))
STATE, STATES = WORDS["work_order"]["card"]["state"], WORDS["work_order"]["state"]
"""What a card calls the state of its record, and each of them."""


def everybody_knows(crowd: Crowd, books: Books) -> Iterator[str]:
    """Whom it concerns holds a card of it."""
    everybody = crowd.sandbox.world.directory.members
    numbers = {who: {number_of(message) for message in cards(crowd.sandbox, who)} for who in everybody}
    for one in crowd.said:
        order = books.by_text.get(one.text)
        for who in (one.who, *MENDERS[one.team]) if order else ():
            if order and order.number not in numbers[who]:
                yield f"{who} has no card of {order.number}: {one.text!r}"


def full_phones(crowd: Crowd) -> Iterator[str]:
    """A phone that has begun to forget proves nothing: what came first is not missing, it is only not seen."""
    for who in crowd.sandbox.world.directory.members:
        if len(crowd.sandbox.world.chats.of(who)) >= PER_CHAT:
            yield f"the phone of {who} keeps {PER_CHAT} entries and is full: too many rounds at a time"


def none_dropped(crowd: Crowd) -> Iterator[str]:
    """Nobody was sent more than the vendor bears: it drops the rest without a word, and nobody ever hears of it."""
    for who, count in crowd.sandbox.world.quota.dropped.items():
        if count:
            yield f"the vendor dropped {count} messages to {who}, who was sent too many in a minute"


def none_twice(crowd: Crowd, books: Books) -> Iterator[str]:
    """Nobody got the same card more often than there was news of it."""
    for who in crowd.sandbox.world.directory.members:
        looks = Counter((number_of(message), first_look(message)) for message in cards(crowd.sandbox, who))
        for (number, look), count in looks.items():
            if count > max(1, books.news[who, number]):
                yield f"{who} got {count} times {look}"


def one_alive(crowd: Crowd, books: Books) -> Iterator[str]:
    """Of the cards of a record on one phone one has buttons.

    An older one keeps them beside a newer one only where the bot never got a code for it: the answer with it was lost.
    """
    for who, number, hanging in _by_record(crowd):
        for older in _alive(hanging)[:-1]:
            noted = books.noted.get((who, _task(older)))
            if noted and noted.codes:
                yield f"{who} can press an older card of {number}, and there was a code to prevent it: {_task(older)}"


def none_like_another(crowd: Crowd, books: Books) -> Iterator[str]:
    """Of the cards with buttons on one phone no two look alike: nobody wonders which of them is the one.

    Left out are those of which nobody can know what they show: a code was tried with one picture and then, as time had
    passed, with another, and both times the process died before the answer was written down.
    """
    for who, number, hanging in _by_record(crowd):
        noted = {_task(message): books.noted.get((who, _task(message))) for message in hanging}
        known = [m for m in _alive(hanging) if not ((card := noted[_task(m)]) and not card.picture)]
        looks = Counter(_look(_present(message)) for message in known)
        yield from (f"{who} has {count} cards of {number} that look alike" for count in looks.values() if count > 1)


def last_is_true(crowd: Crowd, books: Books) -> Iterator[str]:
    """The last card of a record on a phone tells its present state, unless no code was left to change it with."""
    states = {order.number: order.state for order in books.orders.values()}
    for who, number, hanging in _by_record(crowd):
        last = hanging[-1]
        noted = books.noted.get((who, _task(last)))
        told = _state(last)
        if told and noted and noted.codes and not told.startswith(STATES[states[number]]):
            yield f"{who} sees {told} on the last card of {number}, which is {states[number]}: {_task(last)}"


def _by_record(crowd: Crowd) -> Iterator[tuple[str, str, list[Message]]]:
    for who in crowd.sandbox.world.directory.members:
        found: dict[str, list[Message]] = defaultdict(list)
        for message in cards(crowd.sandbox, who):
            found[number_of(message)].append(message)
        yield from ((who, number, hanging) for number, hanging in found.items() if number)


def _alive(hanging: Sequence[Message]) -> list[Message]:
    """Those that can be pressed."""
    return [message for message in hanging if keys(_present(message)) and not _present(message).replaced]


def _state(message: Message) -> str:
    """The state that a card tells as it looks now; nothing where its buttons were taken off, or it has no such row."""
    present = _present(message)
    tables = (present.card.get(name) or [] for name in ("horizontal_content_list", "vertical_content_list"))
    rows = itertools.chain.from_iterable(tables)
    told = next((row.get("value", "") for row in rows if row.get("keyname") == STATE), "")
    return "" if present.replaced else str(told)


def cards(sandbox: Sandbox, who: str) -> list[Message]:
    """The cards on somebody's phone, oldest first."""
    return [m for m in sandbox.world.chats.of(who) if m.copy is not None and not m.recalled]


def _present(message: Message) -> Version:
    assert message.copy is not None
    return message.copy.present


def _task(message: Message) -> str:
    assert message.copy is not None
    return message.copy.task_id


def number_of(message: Message) -> str:
    """The number of the record that a card is about."""
    assert message.copy is not None
    title = message.copy.versions[0].card.get("main_title", {})
    return next((word for word in f"{title.get('desc', '')}".split() if word.startswith("W")), "")


def first_look(message: Message) -> str:
    """A card as it came."""
    assert message.copy is not None
    return _look(message.copy.versions[0])


def _look(version: Version) -> str:
    """A card without the name of its sending and without addresses, whose tickets are made anew."""
    return json.dumps(without(version.card, {"task_id", "url"}), ensure_ascii=False, sort_keys=True)


def without(part: object, names: Collection[str]) -> object:
    """A JSON value without the fields of these names, at any depth."""
    if isinstance(part, dict):
        return {name: without(value, names) for name, value in part.items() if name not in names}
    return [without(one, names) for one in part] if isinstance(part, list) else part
