"""The tables: fields and relations, no rules."""

from models.history import Attachment, HistoryEntry
from models.mail import Counter, InboxEvent, OpenForm, OutboxItem, ShownCard, UsedTicket
from models.people import Account, Membership, Person
from models.places import Asset, Place
from models.work_orders import WorkOrder

__all__ = [
    "Account",
    "Asset",
    "Attachment",
    "Counter",
    "HistoryEntry",
    "InboxEvent",
    "Membership",
    "OpenForm",
    "OutboxItem",
    "Person",
    "Place",
    "ShownCard",
    "UsedTicket",
    "WorkOrder",
]
