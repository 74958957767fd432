"""Patterns that are compiled late: they are as any pattern, and each of them is right."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest

import understanding
from understanding.patterns import late

MODULES = [found.name for found in pkgutil.iter_modules(understanding.__path__, "understanding.")]


def patterns(value: object) -> Iterator[re.Pattern[str]]:
    """Those that a module holds, also in its tables."""
    if type(value) is type(late("")):
        yield value
    elif isinstance(value, (tuple, list)):
        for part in value:
            yield from patterns(part)
    elif isinstance(value, dict):
        yield from patterns(list(value.values()))


def test_it_is_as_the_pattern() -> None:
    plain, slow = re.compile("(?P<who>李|王)老师", re.IGNORECASE), late("(?P<who>李|王)老师", re.IGNORECASE)
    assert slow.pattern == plain.pattern
    assert slow.flags == plain.flags
    found = slow.search("找王老师")
    assert found is not None
    assert (found["who"], found.span(), slow.sub("她", "李老师")) == ("王", (1, 4), "她")


def test_a_mistake_shows_when_it_is_used() -> None:
    broken = late("(")
    with pytest.raises(re.error):
        broken.search("x")


def test_every_pattern_of_reading_is_right() -> None:
    values = [value for name in MODULES for value in vars(importlib.import_module(name)).values()]
    found = [pattern for value in values for pattern in patterns(value)]
    assert len(found) > 100
    assert all(re.compile(pattern.pattern, pattern.flags).pattern for pattern in found)
