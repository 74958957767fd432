"""What the bot answers and shows: a folder per subject, each with its words."""

from pathlib import Path

from bot.core.clerk import Drawer
from bot.core.router import Router
from handlers import absences, files, help, lessons, people, requisitions, work_orders  # noqa: A004 - rooms are named after what they do

FOLDER = Path(__file__).parent
ROOMS = (work_orders, absences, requisitions, files, people, lessons, help)
DRAWERS: dict[str, Drawer] = {"work_order": work_orders.DRAWER, "place_word": lessons.DRAWER}


def router() -> Router:
    """All routes of all rooms."""
    whole = Router()
    for room in ROOMS:
        whole.include(room.router)
    return whole
