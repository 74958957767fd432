"""The tables: fields and relations, no rules."""

from models.absences import Absence, Duty
from models.history import Attachment, HistoryEntry
from models.learning import Lesson, Misread, PlaceWord, Unkept
from models.leases import Lease
from models.mail import Counter, InboxEvent, OpenForm, OutboxItem, ShownCard, UsedTicket
from models.people import Account, Membership, Person
from models.places import Asset, Place
from models.statistics import Tally
from models.work_orders import WorkOrder

__all__ = [
    "Absence",
    "Account",
    "Asset",
    "Attachment",
    "Counter",
    "Duty",
    "HistoryEntry",
    "InboxEvent",
    "Lease",
    "Lesson",
    "Membership",
    "Misread",
    "OpenForm",
    "OutboxItem",
    "Person",
    "Place",
    "PlaceWord",
    "ShownCard",
    "Tally",
    "Unkept",
    "UsedTicket",
    "WorkOrder",
]
