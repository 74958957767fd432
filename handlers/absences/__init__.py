"""Leave, stand-ins and duty, in chat."""

from bot.core.router import Router
from handlers.absences import clock, commands, duty

router = Router()
for _room in (commands, duty, clock):
    router.include(_room.router)

__all__ = ["router"]
