"""Patterns that are compiled when they are first wanted: reading has two hundred of them, and a start wants few."""

import re
from typing import Any, cast


class _Late:
    """Stands for a pattern: whatever is asked of it is asked of the pattern, and remembered here."""

    def __init__(self, source: str, flags: int) -> None:
        self.pattern, self._flags = source, flags
        self._compiled: re.Pattern[str] | None = None

    def __getattr__(self, name: str) -> Any:
        if self._compiled is None:
            self._compiled = re.compile(self.pattern, self._flags)
        found = getattr(self._compiled, name)
        setattr(self, name, found)
        return found


def late(source: str, flags: int = 0) -> re.Pattern[str]:
    """A pattern as `re.compile` gives it, compiled late; a mistake in it shows when it is first used."""
    return cast("re.Pattern[str]", _Late(source, flags))
