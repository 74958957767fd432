"""What use has taught, in chat."""

from bot.core.router import Router
from handlers.lessons import again, commands
from handlers.lessons.card import DRAWER

router = Router()
for _room in (again, commands):
    router.include(_room.router)

__all__ = ["DRAWER", "router"]
