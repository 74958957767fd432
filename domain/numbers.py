"""Record numbers as people type them: W20261122-004, w20261122-4, Ｗ20261122－004."""

import re
import unicodedata

_NUMBER = re.compile(r"(?<![0-9A-Za-z])([WPUGBwpugb])\s?(\d{8})\s?[-—–_ ]\s?(\d{1,6})(?!\d)")


def split_number(text: str) -> tuple[str | None, str]:
    """The first record number in a text, as it is written in full, and the text without it."""
    flat = unicodedata.normalize("NFKC", text)
    found = _NUMBER.search(flat)
    if found is None:
        return None, text.strip()
    number = f"{found[1].upper()}{found[2]}-{int(found[3]):03d}"
    rest = f"{flat[: found.start()]} {flat[found.end() :]}"
    return number, rest.strip(" ,，:：。\t\n")
