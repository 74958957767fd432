"""Somebody waits: saying how far it has come."""

from collections.abc import Callable

Tell = Callable[[str, int], None]
"""Is told what is being carried (the name of a table, or `FILES`) and how many of it have been so far."""
FILES = "files"
"""What files are called where tables go by their names."""
