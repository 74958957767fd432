"""The school's own data in TOML, loaded into domain objects; a name that nobody knows stops the start."""

import tomllib
from collections.abc import Mapping
from datetime import date, time
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from domain.catalog import Catalog, Category
from domain.grants import Grants, Permission
from domain.school_days import HOURS, LESSONS, OFFICE, QUIET, Hours, SchoolDays

FOLDER = Path(__file__).parent
DEMO_SCHOOL = FOLDER / "demo"


def own_file(school: Path | None, name: str) -> Path | None:
    """The school's own version of a data file, where its folder has one."""
    path = school / name if school is not None and school.is_dir() else None
    return path if path is not None and path.exists() else None


def load_catalog(path: Path | None = None) -> Catalog:
    """The categories of repair, from the school's own file or the one that comes with the bot."""
    rows = _toml(path or FOLDER / "catalog.toml")["categories"]
    return Catalog(tuple(Category(key=row["key"], labels=row["labels"]) for row in rows))


def load_security(path: Path | None = None) -> tuple[str, ...]:
    """Words for things and places of which strangers see only the state; a school without such a list gets ours."""
    ours = _toml(FOLDER / "catalog.toml")
    return tuple((_toml(path) if path else ours).get("security", ours["security"]))


def load_roles(path: Path | None = None) -> dict[str, Grants]:
    """What each role may do; `ValueError` names the role with an unknown permission."""
    return {role: _permissions(role, names) for role, names in _toml(path or FOLDER / "roles.toml").items()}


def _permissions(role: str, names: list[str]) -> Grants:
    known = {p.value: p for p in Permission}
    if unknown := [name for name in names if name not in known]:
        raise ValueError(f"roles.toml: {role} has unknown permissions: {', '.join(unknown)}")
    return frozenset(known[name] for name in names)


def read_school(path: Path) -> dict[str, Any]:
    """A school's TOML, one file or all files of a folder, as one table: its names, and lists of people, places, assets.

    `OSError` when it cannot be read, `ValueError` when it is no TOML.
    """
    whole: dict[str, Any] = {}
    for file in sorted(path.glob("*.toml")) if path.is_dir() else [path]:
        for key, value in _toml(file).items():
            whole[key] = [*whole[key], *value] if isinstance(whole.get(key), list) else value
    return whole


def school_days(school: Mapping[str, Any]) -> SchoolDays:
    """The timetable and calendar of a school's TOML (its table `calendar`); what it does not tell is as usual.

    `ValueError` says which entry is wrong.
    """
    told = school.get("calendar", {})
    try:
        return SchoolDays(
            lessons=tuple(_hours(words) for words in told["lessons"]) if "lessons" in told else LESSONS,
            hours={**HOURS, **{name: _hours(words) for name, words in told.get("hours", {}).items()}},
            week=frozenset(told.get("week", range(1, 6))),
            off=frozenset(_day(day) for day in told.get("off", ())),
            worked={_day(row["day"]): _weekday(row) for row in told.get("worked", ())},
            terms=tuple(sorted((_day(first), _day(last)) for first, last in told.get("terms", ()))),
            public_holidays=told.get("public_holidays", True),
            zone=ZoneInfo(school.get("timezone", "Asia/Shanghai")),
            office=_office(told, "office", OFFICE),
            office_in_breaks=_office(told, "office_in_breaks", ()),
            exams=frozenset(_day(day) for day in told.get("exams", ())),
            quiet=_ends(told["quiet"]) if "quiet" in told else QUIET,
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"calendar: {error}") from error


def _hours(words: str) -> Hours:
    """Hours written as "08:00-08:40", or one hour for a moment."""
    hours = _ends(words)
    if hours[0] > hours[1]:
        raise ValueError(f"{words!r} ends before it begins")
    return hours


def _ends(words: str) -> Hours:
    begin, _, end = words.partition("-")
    return _hour(begin), _hour(end or begin)


def _hour(words: str) -> time:
    """An hour of the day; midnight may be written as the end of a day."""
    return time.min if words.strip() == "24:00" else time.fromisoformat(words.strip())


def _office(told: Mapping[str, Any], key: str, usual: tuple[Hours, ...]) -> tuple[Hours, ...]:
    """Hours of work, in order and apart from each other."""
    hours = tuple(_working_hours(words) for words in told[key]) if key in told else usual
    for (_, end), (begin, _) in pairwise(hours):
        if not time.min < end <= begin:
            raise ValueError(f"{key}: hours overlap, or are not in order")
    return hours


def _working_hours(words: str) -> Hours:
    begin, end = _ends(words)
    if begin >= end != time.min:
        raise ValueError(f"{words!r} ends before it begins")
    return begin, end


def _day(said: object) -> date:
    """A day of a TOML, written as a date or in quotes."""
    return said if isinstance(said, date) else date.fromisoformat(str(said))


def _weekday(row: Mapping[str, Any]) -> int:
    weekday = int(row.get("as", _day(row["day"]).isoweekday()))
    if not 1 <= weekday <= 7:
        raise ValueError(f"as = {weekday} is no weekday: write 1 for Monday to 7 for Sunday")
    return weekday


def _toml(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)
