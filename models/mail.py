"""The post room's shelves: what came in, what has to go out, what hangs on people's screens."""

from datetime import UTC, datetime
from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""When rows were put off that never were."""


class InboxEvent(Model):
    """One thing that happened, written down before it was acknowledged.

    `state` is waiting, done or aside (set aside with an `incident`). A waiting row is free when `due_at` has come;
    who takes it sets `lease` and moves `due_at` past the lease, who gives it back moves it to when it is to be tried
    again and notes when that was, in `put_off_at`. `tries` counts takers that have not come back,
    `braved` those of them with nothing else in hand, `stumbles` how often the database failed over it. `outcome` tells
    a page how it went.
    """

    id = fields.BigIntField(primary_key=True)
    channel = fields.CharField(max_length=30)
    event_id = fields.CharField(max_length=255)
    account = fields.CharField(max_length=80)
    body: dict[str, Any] = fields.JSONField()
    state = fields.CharField(max_length=10, default="waiting")
    due_at = fields.DatetimeField()
    lease = fields.CharField(max_length=32, default="")
    tries = fields.IntField(default=0)
    braved = fields.IntField(default=0)
    stumbles = fields.IntField(default=0)
    outcome: dict[str, Any] | None = fields.JSONField(null=True)
    incident = fields.CharField(max_length=24, default="")
    received_at = fields.DatetimeField()
    put_off_at = fields.DatetimeField(default=NEVER, db_default=NEVER)
    done_at = fields.DatetimeField(null=True)

    class Meta:
        """See tortoise."""

        table = "inbox"
        unique_together = (("channel", "event_id"),)
        indexes = (
            Index(fields=("state", "due_at", "id"), name="inbox_due"),
            Index(fields=("state", "id"), name="inbox_turn"),
            Index(fields=("state", "done_at"), name="inbox_done"),
        )


class OutboxItem(Model):
    """One thing to be shown, said or fetched: what it means, never how it looks.

    `subject`, `subject_id`, `step` say what about; `fresh` asks for a new card, otherwise a shown one changes.
    `state` is waiting, done or dead (given up, kept with its `error`). `due_at`, `lease`, `tries` and `put_off_at` are
    as in the inbox. `rank` puts the pressing ones first.
    `cause` names the inbox event that brought it about ("wecom:m:wangfang:17"), "" for none.
    """

    orphaned = False
    """No column: of a claimed item, whether an earlier taker did not come back, and may have shown or said it."""

    id = fields.BigIntField(primary_key=True)
    lane = fields.CharField(max_length=40)
    account = fields.CharField(max_length=80)
    subject = fields.CharField(max_length=30)
    subject_id = fields.IntField(default=0)
    step = fields.CharField(max_length=60)
    params: dict[str, Any] = fields.JSONField(default=dict)
    fresh = fields.BooleanField(default=False)
    rank = fields.IntField(default=1)
    state = fields.CharField(max_length=10, default="waiting")
    due_at = fields.DatetimeField()
    lease = fields.CharField(max_length=32, default="")
    tries = fields.IntField(default=0)
    error = fields.CharField(max_length=200, default="")
    created_at = fields.DatetimeField()
    put_off_at = fields.DatetimeField(default=NEVER, db_default=NEVER)
    done_at = fields.DatetimeField(null=True)
    counted = fields.BooleanField(default=False)
    cause = fields.CharField(max_length=255, default="", db_default="")

    class Meta:
        """See tortoise."""

        table = "outbox"
        indexes = (
            Index(fields=("lane", "state", "due_at", "id"), name="outbox_due"),
            Index(fields=("lane", "state", "rank", "id"), name="outbox_turn"),
            Index(fields=("lane", "account", "state", "done_at"), name="outbox_sent"),
            Index(fields=("subject", "subject_id", "state"), name="outbox_subject"),
            Index(fields=("state", "done_at"), name="outbox_done"),
        )


class ShownCard(Model):
    """A card that hangs in somebody's chat. `ref` is the channel's name for it, `codes` its one-use change codes.

    A code is [code, time of issue, what it was tried with, until when somebody has it], the last two where there is
    something to say, times as seconds since 1970. `picture` tells what it shows, "" where that is not known. `state` is
    live, or retired when a newer one took its place.
    `pressed` says that a press has brought a code with which this very card can be put right.
    """

    id = fields.BigIntField(primary_key=True)
    channel = fields.CharField(max_length=30)
    account = fields.CharField(max_length=80)
    key = fields.CharField(max_length=60)
    ref = fields.CharField(max_length=128)
    codes: list[list[Any]] = fields.JSONField(default=list)
    version = fields.IntField(default=0)
    state = fields.CharField(max_length=10, default="live")
    pressed = fields.BooleanField(default=False)
    picture = fields.CharField(max_length=40, default="", db_default="")
    shown_at = fields.DatetimeField()

    class Meta:
        """See tortoise."""

        table = "shown_cards"
        unique_together = (("channel", "account", "ref"),)
        indexes = (
            Index(fields=("key", "state"), name="shown_cards_key"),
            Index(fields=("channel", "account", "key", "state"), name="shown_cards_mine"),
            Index(fields=("ref",), name="shown_cards_ref"),
        )


class OpenForm(Model):
    """A question that a person has yet to answer in chat: at most one a person."""

    id = fields.IntField(primary_key=True)
    person_id = fields.IntField(unique=True)
    subject = fields.CharField(max_length=30)
    subject_id = fields.IntField()
    step = fields.CharField(max_length=30)
    field = fields.CharField(max_length=30)
    expires_at = fields.DatetimeField()

    class Meta:
        """See tortoise."""

        table = "open_forms"


class Counter(Model):
    """A number that only grows: the records of a day, the edition of the school's words, the turnstiles of queues."""

    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=40, unique=True)
    value = fields.IntField(default=0)

    class Meta:
        """See tortoise."""

        table = "counters"


class UsedTicket(Model):
    """A one-time link that has been used."""

    nonce = fields.CharField(max_length=40, primary_key=True)
    used_at = fields.DatetimeField()

    class Meta:
        """See tortoise."""

        table = "used_tickets"
