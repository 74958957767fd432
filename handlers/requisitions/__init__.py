"""Buying: who decides, and by which words."""

from handlers.requisitions.commands import router

__all__ = ["router"]
