"""Numbers written in Chinese: rooms (三零五), floors (十二楼), amounts (两个)."""

from understanding.patterns import late

DIGITS = "零一二三四五六七八九"
_VALUES = {character: value for value, character in enumerate(DIGITS)} | {"〇": 0, "○": 0, "幺": 1, "两": 2, "俩": 2}
_UNITS = {"十": 10, "百": 100}
_RUN = late(r"[零〇○一二三四五六七八九十百幺两]{2,}|[一二三四五六七八九十两](?=[楼层号栋座幢室班组排级#])")


def value(words: str) -> int | None:
    """The number that digits or Chinese numerals mean (12, 十二, 三零五), or None."""
    if words.isascii() and words.isdigit():
        return int(words)
    if not words or any(c not in _VALUES and c not in _UNITS and not c.isdigit() for c in words):
        return None
    if not any(c in _UNITS for c in words):
        return int("".join(str(_VALUES.get(c, c)) for c in words))
    return _with_units(words)


def _with_units(words: str) -> int:
    total, digit = 0, 0
    for character in words:
        if character in _UNITS:
            total += (digit or 1) * _UNITS[character]
            digit = 0
        else:
            digit = _VALUES.get(character, 0)
    return total + digit


def arabic(words: str) -> str:
    """Chinese numerals of rooms and floors in figures: 三零五→305, 三楼→3楼; single words such as 初一 stay."""
    return _RUN.sub(lambda run: str(value(run.group())), words)
