"""The examination: all checks side by side, each with a time of its own; none can hang or hide the others."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from itertools import chain

import structlog

from bot.core.findings import Finding, Level, doubtful, wrong
from bot.doctor import address, installation, school, stores, work
from bot.doctor.patient import Examined, Patient
from bot.doctor.report import Report

log = structlog.get_logger(__name__)

Check = Callable[[Patient], Awaitable[list[Finding]]]

PATIENCE = 8.0
"""Seconds for one check."""
PATIENCE_CHANNEL = 25.0
"""Seconds for a channel: the vendor's answers, and a press all the way in."""

SHARED = "doctor:report"
KEPT = 3600.0
"""Seconds for which a report is shown, by whichever process is asked."""

ALONE: Mapping[str, Check] = {
    "settings": installation.settings,
    "modes": installation.modes,
    "disk": installation.disk,
    "redis": stores.redis,
    "storage": stores.storage,
    "public_url": address.public_url,
}
FIRST: Mapping[str, Check] = {"database": stores.database, "migrations": stores.migrations}
"""Whoever wants to see records can do so only when these two are well."""
WITH_RECORDS: Mapping[str, Check] = {
    "workers": work.workers,
    "queues": work.queues,
    "given_up": work.given_up,
    "people": school.people,
}
ORDER = ("settings", "modes", "disk", "database", "migrations", "redis", "storage", "public_url")
"""In which findings are told; those of channels come next and those about records last."""


class Doctor:
    """Examines one installation; who asks while an examination is under way waits for that one."""

    def __init__(self, patient: Patient) -> None:
        """Remember whom to examine."""
        self.patient = patient
        self._turn = asyncio.Lock()
        self._last: Report | None = None

    async def examine(self) -> Report:
        """Look at everything; never raises, and takes no longer than half a minute."""
        before = self._last
        async with self._turn:
            if self._last is None or self._last is before:
                self._last = Report(self.patient.services.clock(), await self._findings())
                with contextlib.suppress(OSError):
                    await self.patient.broker.remember(SHARED, self._last.pack(), KEPT)
            return self._last

    async def latest(self) -> Report | None:
        """The last report of any process of this school, None when there is none of the last hour."""
        with contextlib.suppress(OSError):
            shared = await self.patient.broker.recall(SHARED)
            return Report.unpack(shared) if shared else None
        return self._last

    async def _findings(self) -> list[Finding]:
        patient = self.patient
        channels = [_run(name, _of(channel), patient, PATIENCE_CHANNEL) for name, channel in patient.channels.items()]
        alone, records, *others = await asyncio.gather(_all(ALONE, patient), self._records(), *channels)
        ordered = sorted([*alone, *records], key=_place)
        first = [finding for finding in ordered if finding.group in ORDER]
        return [*first, *chain.from_iterable(others), *ordered[len(first) :]]

    async def _records(self) -> list[Finding]:
        """What needs the database, in its turn."""
        first = await _all(FIRST, self.patient)
        if any(finding.level is Level.ERROR and finding.key != "database.not_durable" for finding in first):
            return [*first, doubtful("check.unseen")]
        return [*first, *await _all(WITH_RECORDS, self.patient)]


def _of(channel: Examined) -> Check:
    return channel.examine


def _place(finding: Finding) -> int:
    return ORDER.index(finding.group) if finding.group in ORDER else len(ORDER)


async def _all(checks: Mapping[str, Check], patient: Patient) -> list[Finding]:
    found = await asyncio.gather(*(_run(name, check, patient, PATIENCE) for name, check in checks.items()))
    return list(chain.from_iterable(found))


async def _run(name: str, check: Check, patient: Patient, seconds: float) -> list[Finding]:
    """One check; one that fails or takes too long is a finding, too."""
    try:
        async with asyncio.timeout(seconds):
            return await check(patient)
    except TimeoutError:
        return [wrong("check.slow", name=name, seconds=int(seconds))]
    except Exception as error:  # its text may hold addresses with passwords
        log.warning("doctor.check_failed", check=name, error=type(error).__name__)
        return [wrong("check.failed", name=name, why=type(error).__name__)]
