"""Where things are kept: the database and its schema, Redis, the storage of files."""

import time

import asyncpg

from bot.core.findings import Finding, doubtful, well, wrong
from bot.doctor.patient import Patient
from models.condition import Condition, condition
from models.schema import behind
from services.storage import Damaged, StorageDeniedError, StorageError

REFUSES = (
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.InsufficientPrivilegeError,
)
"""What a database says that is there and does not let us in (PostgreSQL: appendix A, error codes)."""
SKEW = 60
"""Seconds that our clock may differ from the database's."""
SLOW = 0.1
"""Seconds for one answer of Redis that are said to be slow."""
PROBE = b"houqin doctor"
"""What is kept and read back: always the same, so that it is there once."""
SPARE = 0.8
"""Share of the connections that a database lets in, beyond which it is said."""


async def database(_: Patient) -> list[Finding]:
    """Does it answer, and does it keep what it is told?"""
    try:
        seen = await condition()
    except Exception as error:  # asyncpg, sqlite3 and tortoise have no error in common
        reason = error.__cause__ or next((arg for arg in error.args if isinstance(arg, Exception)), error)
        key = "database.refuses" if isinstance(reason, REFUSES) else "database.away"
        return [wrong(key, why=type(reason).__name__)]
    return _kept(seen)


def _kept(seen: Condition) -> list[Finding]:
    megabytes = seen.size >> 20
    found = [
        well("database.answers", kind=seen.kind, version=seen.version, size=megabytes, pool=seen.pool)
        if seen.durable
        else wrong("database.not_durable", kind=seen.kind, keeping=seen.keeping)
    ]
    if abs(seen.skew) > SKEW:
        found.append(wrong("database.clock", seconds=round(seen.skew)))
    if seen.limit and max(seen.used, seen.pool) > seen.limit * SPARE:
        found.append(doubtful("database.crowded", used=seen.used, pool=seen.pool, limit=seen.limit))
    return found


async def migrations(_: Patient) -> list[Finding]:
    """Is the schema that of this program?"""
    try:
        missing = await behind()
    except Exception:  # the check of the database says why
        return [wrong("migrations.unknown")]
    if missing:
        return [wrong("migrations.behind", count=len(missing), names=", ".join(missing))]
    return [well("migrations.current")]


async def redis(patient: Patient) -> list[Finding]:
    """Does the broker answer, and is it one that several processes share?"""
    try:
        await patient.broker.ping()  # opens the connection
        begun = time.monotonic()
        await patient.broker.ping()
    except OSError as error:
        return [wrong("redis.away", why=type(error.__cause__ or error).__name__)]
    if patient.settings.redis_url.startswith("memory://"):
        alone = patient.settings.database_url.startswith("sqlite://")
        return [well("redis.none") if alone else doubtful("redis.missing")]
    seconds = time.monotonic() - begun
    made = doubtful if seconds > SLOW else well
    return [made("redis.slow" if seconds > SLOW else "redis.answers", milliseconds=round(seconds * 1000))]


async def storage(patient: Patient) -> list[Finding]:
    """Can files be written and read back?"""
    where = patient.settings.storage.partition("?")[0]
    store = patient.services.files.storage
    try:
        await store.check()
        if await store.get(await store.put(PROBE)) != PROBE:
            return [wrong("storage.damaged", where=where)]
    except StorageDeniedError as error:
        return [wrong("storage.denied", where=where, why=str(error))]
    except StorageError as error:
        return [wrong("storage.broken", where=where, why=str(error))]
    except (Damaged, FileNotFoundError):
        return [wrong("storage.damaged", where=where)]
    return [well("storage.works", where=where)]
