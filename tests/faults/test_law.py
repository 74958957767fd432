"""The law itself: it must see what is broken, or its silence is worth nothing."""

import random
from datetime import UTC, datetime
from typing import Any

import pytest

from models import HistoryEntry, InboxEvent, ShownCard, WorkOrder
from sandbox import Config, Member, Sandbox
from sandbox.wecom.chats import PER_CHAT, Copy, Version
from sandbox.wecom.quota import PER_MINUTE
from tests.faults import law, screens
from tests.faults.books import Books
from tests.faults.crowd import Crowd, Pressed, Said
from tests.faults.people import TOWN
from tests.processes import KEY

MOMENT = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def crowd() -> Crowd:
    """People who have phones and have not done anything."""
    members = tuple(Member(userid=account, name=name) for account, name, _, _ in TOWN)
    config = Config(corp_id="ww", agent_id=1, secret="s", token="t", aes_key=KEY, members=members)
    return Crowd(Sandbox(config), random.Random(1))  # noqa: S311 - nothing is drawn


def show(crowd: Crowd, who: str, number: str, ticket: str, state: str = "", step: str = "") -> None:
    """Put a card on a phone, which tells a state and has a button."""
    message = crowd.sandbox.world.chats.post(who, "app", "template_card", {})
    look: dict[str, Any] = {
        "main_title": {"desc": f"{number} 新报修"},
        "card_action": {"url": ticket},
        "task_id": ticket,
    }
    look["horizontal_content_list"] = [{"keyname": "状态", "value": state}]
    look["button_list"] = [{"text": step, "key": f"work_order:1:{step}:1"}] if step else []
    message.copy = Copy(ticket, [Version(look, "", 0.0, "send")])


def order(number: int, text: str, state: str = "reported", version: int = 0) -> WorkOrder:
    """A record that was never saved."""
    return WorkOrder(id=number, number=f"W20261123-{number:03d}", state=state, version=version, raw_text=text)


def step(number: int, name: str, source: str, target: str, actor: int = 1) -> HistoryEntry:
    """A line of its history."""
    row = HistoryEntry(subject_id=number, step=name, source=source, target=target, event=f"wecom:{number}")
    row.actor_id = actor
    return row


def books(*orders: WorkOrder, history: tuple[HistoryEntry, ...] = ()) -> Books:
    """Records, each with its report, and what came later."""
    rows = {one.id: [step(one.id, "report", "", "reported")] for one in orders}
    for row in history:
        rows[row.subject_id].append(row)
    event = InboxEvent(id=1, received_at=MOMENT, done_at=MOMENT, tries=1, stumbles=0, braved=0)
    return Books({one.id: one for one in orders}, rows, {f"wecom:{one.id}": event for one in orders})


def said(who: str, text: str, *, acknowledged: bool = True) -> Said:
    """Something that was said."""
    return Said(who, f"报修 {text}", "furniture", acknowledged=acknowledged)


def test_what_was_acknowledged_may_not_be_lost_and_nothing_may_be_doubled() -> None:
    kept = books(order(1, "a"))
    assert not list(law.reports([said("li", "a"), said("li", "b", acknowledged=False)], kept))
    assert "lost" in "".join(law.reports([said("li", "a"), said("li", "b")], kept))
    assert "2 times" in "".join(law.reports([said("li", "a")], books(order(1, "a"), order(2, "a"))))
    assert "nobody said" in "".join(law.reports([], kept))


def test_a_history_is_a_chain_that_ends_where_the_record_is() -> None:
    taken = step(1, "accept", "reported", "accepted")
    assert not list(law.chains(books(order(1, "a", "accepted", 1), history=(taken,))))
    assert list(law.chains(books(order(1, "a", "reported", 1), history=(taken,))))
    assert list(law.chains(books(order(1, "a", "accepted", 2), history=(taken, taken))))
    assert list(law.chains(books(order(1, "a", "accepted", 5), history=(taken,))))


def test_of_those_who_press_one_wins_and_no_press_vanishes(crowd: Crowd) -> None:
    taken = step(1, "accept", "reported", "accepted", actor=3)
    begun = step(1, "start", "accepted", "started", actor=4)
    crowd.pressed += [Pressed("wang", 1, "accept", acknowledged=True), Pressed("zhou", 1, "accept", acknowledged=True)]
    assert not list(law.presses(crowd, books(order(1, "a"), history=(taken,))))
    assert "accept" in "".join(law.presses(crowd, books(order(1, "a"), history=(taken, taken))))
    assert "taken by" in "".join(law.presses(crowd, books(order(1, "a"), history=(taken, begun))))
    assert "wang pressed" in "".join(law.presses(crowd, books(order(1, "a"))))


def test_who_waited_for_an_answer_is_not_overtaken_by_what_they_said_later() -> None:
    both = [said("li", "a"), said("li", "b")]
    assert not list(law.order_of_saying(both, books(order(1, "a"), order(2, "b"))))
    assert "overtaken" in "".join(law.order_of_saying(both, books(order(2, "a"), order(1, "b"))))
    both[1].calm = False
    assert not list(law.order_of_saying(both, books(order(2, "a"), order(1, "b"))))


def test_whom_it_concerns_holds_one_card_of_it(crowd: Crowd) -> None:
    crowd.said.append(said("li", "a"))
    kept = books(order(1, "a"))
    assert len(list(screens.everybody_knows(crowd, kept))) == 2, "neither the reporter nor the owner knows"
    show(crowd, "li", "W20261123-001", "one")
    show(crowd, "zhao", "W20261123-001", "two")
    assert not list(screens.everybody_knows(crowd, kept))
    assert not list(screens.none_twice(crowd, kept))
    show(crowd, "zhao", "W20261123-001", "another ticket, the same card")
    assert "2 times" in "".join(screens.none_twice(crowd, kept))


def test_a_phone_that_forgets_is_no_witness(crowd: Crowd) -> None:
    for number in range(PER_CHAT - 1):
        show(crowd, "zhao", f"W20261123-{number:03d}", "ticket")
    assert not list(screens.full_phones(crowd))
    show(crowd, "zhao", "W20261123-999", "ticket")
    assert "zhao" in "".join(screens.full_phones(crowd))


def test_what_the_vendor_drops_is_seen(crowd: Crowd) -> None:
    quota = crowd.sandbox.world.quota
    assert all(quota.admit("zhao") for _ in range(PER_MINUTE))
    assert not list(screens.none_dropped(crowd))
    assert not quota.admit("zhao")
    assert "1 messages to zhao" in "".join(screens.none_dropped(crowd))


def test_an_older_card_that_can_be_pressed_is_seen(crowd: Crowd) -> None:
    kept = books(order(1, "a"))
    show(crowd, "zhao", "W20261123-001", "one", "待接单", "accept")
    assert not list(screens.one_alive(crowd, kept))
    show(crowd, "zhao", "W20261123-001", "two", "已接单", "start")
    assert not list(screens.one_alive(crowd, kept)), "without a code nothing could be done"
    kept.noted["zhao", "one"] = ShownCard(account="zhao", ref="one", codes=[["c", 0.0]])
    assert "an older card" in "".join(screens.one_alive(crowd, kept))


def test_a_last_card_that_is_not_true_is_seen(crowd: Crowd) -> None:
    kept = books(order(1, "a", "accepted", 1))
    kept.noted["zhao", "one"] = ShownCard(account="zhao", ref="one", codes=[["c", 0.0]])
    show(crowd, "zhao", "W20261123-001", "one", "待接单")
    assert "which is accepted" in "".join(screens.last_is_true(crowd, kept))
    show(crowd, "zhao", "W20261123-001", "two", "已接单")
    assert not list(screens.last_is_true(crowd, kept))
