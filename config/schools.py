"""Several schools in one process: a folder with one school's environment in each `*.env` file, named by the file."""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from dotenv import dotenv_values

from config.settings import PREFIX, ProcessSettings, Settings, SettingsError

POSTGRES = 5432
"""The port of a PostgreSQL that names none."""
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
"""What a school may be called: it labels metrics, and names folders."""
HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*(:[0-9]+)?")
"""An address by which requests of several schools can be told apart: a name, or four numbers."""
COMMON = frozenset(
    {
        "CHANNELS",
        "LEASE_SECONDS",
        "REDIS_URL",
        "S3_ACCESS_KEY",
        "S3_SECRET_KEY",
        "TZ",
        "WECOM_API_BASE",
        "WECOM_OPEN_BASE",
    }
)
"""Settings that a school takes over from the process where it has none of its own. No name and no secret that could let
one school stand in for another is among them."""
OF_THE_PROCESS = frozenset(name.upper() for name in ProcessSettings.model_fields)
"""Settings that a school's file cannot have: there is one process."""


def place_of(url: str) -> tuple[str, ...]:
    """Where a database or a storage lies, however its address is spelled: as whom one asks changes nothing about it."""
    parts = urlsplit(url)
    if parts.scheme in {"sqlite", "file"}:
        return parts.scheme, str(Path(f"{parts.netloc}{parts.path}").resolve())
    host = (parts.hostname or "").lower()
    if parts.scheme == "s3":
        return "s3", host, parts.path.strip("/"), *parse_qs(parts.query).get("endpoint", ())
    return parts.scheme, host, str(parts.port or POSTGRES), parts.path


UNIQUE: Mapping[str, Callable[[Settings], object]] = {
    "PUBLIC_URL": lambda settings: host_of(settings.public_url),
    "DATABASE_URL": lambda settings: place_of(settings.database_url),
    "SECRET_KEY": lambda settings: settings.secret_key.get_secret_value(),
    "STORAGE_URL": lambda settings: place_of(settings.storage),
}
"""What no two schools may share, or one would open what is the other's."""


def read_schools(folder: Path, process: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The environment of each school in a folder; `SettingsError` with everything that is wrong with the files.

    A school without a data folder or a database of its own gets one below the process' data folder, by its name.
    """
    files = sorted(folder.glob("*.env")) if folder.is_dir() else []
    if not files:
        raise SettingsError([f"{PREFIX}SCHOOLS: {folder}: 没有 *.env 文件 / there is no *.env file"])
    schools, problems = {}, []
    for file in files:
        own = {key: value for key, value in dotenv_values(file, interpolate=False).items() if value}
        problems += [f"{file.stem}: {problem}" for problem in _misplaced(file.stem, own)]
        schools[file.stem] = _completed(file.stem, own, process)
    if problems:
        raise SettingsError(problems)
    return schools


def _misplaced(name: str, own: Mapping[str, str]) -> Iterator[str]:
    if not NAME.fullmatch(name):
        yield "文件名只能用小写字母、数字、- 和 _ / a file's name has lower-case letters, digits, - and _ only"
    for key in sorted(own.keys() & {PREFIX + name for name in OF_THE_PROCESS}):
        yield f"{key}: 属于整个进程，不属于某所学校 / belongs to the process, not to a school"


def _completed(name: str, own: Mapping[str, str], process: Mapping[str, str]) -> dict[str, str]:
    common = {PREFIX + key: process[PREFIX + key] for key in COMMON if PREFIX + key in process}
    data = own.get(f"{PREFIX}DATA_DIR") or str(Path(process.get(f"{PREFIX}DATA_DIR") or "data") / name)
    homes = {f"{PREFIX}DATA_DIR": data, f"{PREFIX}DATABASE_URL": f"sqlite://{data}/houqin.db"}
    return {**common, **homes, **own}


def host_of(public_url: str) -> str:
    """The Host header of requests to this address: a port only where it is not the usual one."""
    parts = urlsplit(public_url)
    usual = {"http": 80, "https": 443}[parts.scheme]
    host = (parts.hostname or "").lower()
    return host if parts.port in {None, usual} else f"{host}:{parts.port}"


def clashes(schools: Mapping[str, Settings]) -> list[str]:
    """What two schools have in common and must not, and schools that cannot live in one process."""
    problems = [
        f"{one}, {other}: {PREFIX}{key}: 两所学校不能相同 / must differ from school to school"
        for key, of in UNIQUE.items()
        for (one, first), (other, second) in combinations(schools.items(), 2)
        if of(first) == of(second)
    ]
    problems += [
        f"{name}: {PREFIX}PUBLIC_URL: {host}: 多所学校时只能用域名或 IPv4 / must be a host name or an IPv4 address"
        for name, settings in schools.items()
        if not HOST.fullmatch(host := host_of(settings.public_url))
    ]
    kinds = {urlsplit(settings.database_url).scheme for settings in schools.values()}
    if len(kinds) > 1:
        # The ORM keeps one dialect's statements for all connections of a process.
        problems.append(f"{PREFIX}DATABASE_URL: {', '.join(sorted(kinds))}: 一个进程只能用一种 / one kind a process")
    return problems
