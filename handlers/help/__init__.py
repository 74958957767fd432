"""What the bot can do, said when somebody asks, comes for the first time, or was not understood."""

from handlers.help.commands import router

__all__ = ["router"]
