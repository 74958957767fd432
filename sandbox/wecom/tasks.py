"""Sent cards by task id, and the one-use codes that let the app change them (WeCom: 更新模版卡片消息)."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field

from sandbox.bounded import Bounded
from sandbox.clock import Clock
from sandbox.wecom.chats import Message
from sandbox.wecom.errors import VendorError

CODE_LIFE = 72 * 3600  # seconds
RECALL_LIFE = 24 * 3600  # seconds (WeCom: 撤回应用消息)


@dataclass(slots=True)
class Sending:
    """One call of message/send: when, and the entry that every receiver got."""

    msgid: str
    task_id: str
    at: float
    entries: dict[str, Message] = field(default_factory=dict)


class Tasks:
    """Every task id ever used, the sendings, and the live response codes."""

    def __init__(self, clock: Clock) -> None:
        """Start with nothing sent."""
        self._clock = clock
        self._known: Bounded[str, None] = Bounded(500_000)
        self._by_task: Bounded[str, Sending] = Bounded(50_000)
        self._by_msgid: Bounded[str, Sending] = Bounded(50_000)
        self._codes: Bounded[str, tuple[float, Sending]] = Bounded(100_000)

    def reserve(self, task_id: str) -> None:
        """Use up a task id for ever. Raises VendorError 42014 when it was used before."""
        if task_id in self._known:
            raise VendorError(42014, f"task_id {task_id!r} was used before")
        self._known[task_id] = None

    def record(self, task_id: str = "") -> Sending:
        """Note a sending under a fresh message id."""
        sending = Sending(secrets.token_urlsafe(24), task_id, self._clock.now())
        self._by_msgid[sending.msgid] = sending
        if task_id:
            self._by_task[task_id] = sending
        return sending

    def code(self, sending: Sending) -> str:
        """Give a fresh response code for the card of a sending."""
        code = secrets.token_urlsafe(32)
        self._codes[code] = (self._clock.now(), sending)
        return code

    def look(self, code: object) -> Sending:
        """Find the card of a code without using the code. Raises VendorError 60140."""
        issued, sending = self._codes.get(code, (0.0, None)) if isinstance(code, str) else (0.0, None)
        if sending is None or issued + CODE_LIFE <= self._clock.now():
            raise VendorError(60140)
        return sending

    def spend(self, code: str) -> None:
        """Use a code up; it never works again."""
        self._codes.pop(code, None)

    def of_task(self, task_id: str) -> Sending | None:
        """The sending of a task id, if there was one."""
        return self._by_task.get(task_id)

    def recall(self, msgid: object) -> Iterable[Message]:
        """The entries of a message that may still be taken back. Raises VendorError 40058 when none or too late."""
        sending = self._by_msgid.get(msgid) if isinstance(msgid, str) else None
        if sending is None or sending.at + RECALL_LIFE <= self._clock.now():
            raise VendorError(40058, "msgid unknown or older than 24 hours")
        return sending.entries.values()

    def reset(self) -> None:
        """Forget all sendings, codes and used task ids."""
        for store in (self._known, self._by_task, self._by_msgid, self._codes):
            store.clear()
