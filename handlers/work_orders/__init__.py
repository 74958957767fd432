"""The repair, in chat."""

from handlers.work_orders.card import draw
from handlers.work_orders.commands import router

__all__ = ["draw", "router"]
