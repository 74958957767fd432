"""A school's own deadlines, from the table `deadlines` of its TOML."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise
from typing import Any

from domain.catalog import Urgency
from domain.deadlines import WORKING_DAY, Deadline, Deadlines, Limits

LONGEST = timedelta(hours=720)
"""No deadline is longer, 30 days of the wall's clock or 90 of work: what may take longer has none."""
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_WAITS: Mapping[str, timedelta] = {"pool": WORKING_DAY, "offer": _DAY, "place": _DAY}
"""Deadlines that are one for all urgencies, and what a day of each is."""
_WRITTEN = re.compile(r"(?P<count>\d{1,6}) ?(?:(?P<minutes>m|分钟)|(?P<hours>h|小时)|d|天|工作日)")


def load_deadlines(school: Mapping[str, Any]) -> Deadlines:
    """The deadlines of a school's TOML; what it does not tell is as usual.

    `ValueError` has a line for each entry that is wrong, with its name.
    """
    problems: list[str] = []
    own = _table(school.get("deadlines", {}), "deadlines", (*Deadline, *_WAITS, "confirm"), problems)
    usual = Deadlines()
    told: dict[str, Any] = {
        "limits": {which: _limits(own.get(which, {}), which, usual.limits[which], problems) for which in Deadline}
    }
    for name, day in _WAITS.items():
        if name in own:
            with _noting(f"deadlines.{name}", problems):
                told[name] = _length(own[name], _MINUTE, day)
    if "confirm" in own:
        with _noting("deadlines.confirm", problems):
            told["confirm"] = _confirm(own["confirm"])
    if problems:
        raise ValueError("\n".join(problems))
    return Deadlines(**told)


def _limits(said: object, which: Deadline, usual: Limits, problems: list[str]) -> Limits:
    name = f"deadlines.{which}"
    limits = dict(usual)
    for key, value in _table(said, name, tuple(Urgency), problems).items():
        urgency = Urgency(key)
        with _noting(f"{name}.{key}", problems):
            limits[urgency] = _length(value, _MINUTE, _DAY if urgency is Urgency.EMERGENCY else WORKING_DAY)
    for sooner, later in pairwise(urgency for urgency in Urgency if urgency is not Urgency.EMERGENCY):
        if limits[sooner] > limits[later]:
            problems.append(f"{name}: {sooner} 比 {later} 还长 / {sooner} is longer than {later}")
    return limits


def _confirm(said: object) -> tuple[timedelta, ...]:
    lengths = tuple(_length(value, _DAY, _DAY) for value in said) if isinstance(said, list) else ()
    if not lengths or any(first >= then for first, then in pairwise(lengths)):
        raise ValueError("要写成一天比一天晚，如 [1, 3, 7] / write days in order, as [1, 3, 7]")
    return lengths


def _length(said: object, unit: timedelta, day: timedelta) -> timedelta:
    """A length written as a number of units, or with a unit of its own."""
    written = _WRITTEN.fullmatch(said) if isinstance(said, str) else None
    if written:
        unit = _MINUTE if written["minutes"] else _HOUR if written["hours"] else day
        count = int(written["count"])
    elif isinstance(said, int) and not isinstance(said, bool):
        count = said
    else:
        raise ValueError(f'{said!r}: 写成 30、"30m"、"2h" 或 "3d" / write 30, "30m", "2h" or "3d"')
    if not 1 <= count <= LONGEST / unit:
        raise ValueError(f"{said!r}: 要大于零，不超过 720 小时 / must be more than nothing and at most 720 hours")
    return count * unit


def _table(said: object, name: str, keys: Sequence[str], problems: list[str]) -> dict[str, Any]:
    """What a table has of these keys; everything else is a problem."""
    if not isinstance(said, dict):
        problems.append(f"{name}: 要写成表 / must be a table: {', '.join(keys)}")
        return {}
    unknown = [key for key in said if key not in keys]
    problems += [f"{name}.{key}: 没有这一项，只有 / is unknown, there are: {', '.join(keys)}" for key in unknown]
    return {key: value for key, value in said.items() if key in keys}


@contextmanager
def _noting(name: str, problems: list[str]) -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        problems.append(f"{name}: {error}")
