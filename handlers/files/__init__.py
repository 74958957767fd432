"""Photos, voices and other files that come by chat."""

from handlers.files.commands import router

__all__ = ["router"]
