"""The repair: its use cases."""

from models import WorkOrder
from services.work_orders.cases import WorkOrders
from services.work_orders.values import (
    LIST_LIMIT,
    OPEN_STATES,
    SUBJECT,
    Filter,
    Folder,
    Given,
    Line,
    Problem,
    Sight,
    Sister,
    View,
)

__all__ = [
    "LIST_LIMIT",
    "OPEN_STATES",
    "SUBJECT",
    "Filter",
    "Folder",
    "Given",
    "Line",
    "Problem",
    "Sight",
    "Sister",
    "View",
    "WorkOrder",
    "WorkOrders",
]
