"""What use has taught, in chat."""

from handlers.lessons.card import DRAWER
from handlers.lessons.commands import router

__all__ = ["DRAWER", "router"]
