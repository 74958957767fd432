"""Who somebody is, and how they sign in."""

from handlers.people.commands import router

__all__ = ["router"]
