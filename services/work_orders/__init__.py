"""The repair: its use cases."""

from services.work_orders.cases import WorkOrders
from services.work_orders.values import LIST_LIMIT, OPEN_STATES, SUBJECT, Filter, Given, Line, Problem, Sight, View

__all__ = ["LIST_LIMIT", "OPEN_STATES", "SUBJECT", "Filter", "Given", "Line", "Problem", "Sight", "View", "WorkOrders"]
