"""The repair, in chat."""

from bot.core.router import Router
from handlers.work_orders import amending, answers, commands, halves, hurry, lists, presses, reports
from handlers.work_orders.card import DRAWER

router = Router()
for _room in (reports, presses, commands, amending, answers, halves, hurry, lists):
    router.include(_room.router)

__all__ = ["DRAWER", "router"]
