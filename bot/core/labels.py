"""Labels of metrics: words from outside become few, so that no counter grows without end."""

import re

OTHER = "other"
_WORD = re.compile(r"[a-z][a-z_/]{0,39}|-?[0-9]{1,6}")


def bounded(word: str) -> str:
    """A short word or a code as it is; anything else is `other`."""
    return word if _WORD.fullmatch(word) else OTHER
