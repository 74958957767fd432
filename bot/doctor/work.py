"""The work in hand: is somebody doing it, how long does it wait, what was given up?"""

from collections import Counter

from bot.core.findings import Finding, doubtful, well, wrong
from bot.doctor.patient import Patient

ALIVE = 60.0
"""Seconds without a sign of life after which a worker counts as gone."""
LATE, STUCK = 120.0, 900.0
"""Seconds that something may wait before it is said, and before it is trouble."""
SHOWN = 5
"""Given-up things that are told one by one."""


async def workers(patient: Patient) -> list[Finding]:
    """Does any process handle and carry?"""
    seen = await patient.services.checkup.pulses()
    alive = [name for name, seconds in seen.items() if seconds < ALIVE]
    if alive:
        return [well("workers.alive", count=len(alive), names=", ".join(alive))]
    ages = [round(seconds) for seconds in seen.values()]
    return [wrong("workers.gone", seconds=min(ages))] if ages else [wrong("workers.never")]


async def queues(patient: Patient) -> list[Finding]:
    """What waits, and for how long."""
    found = []
    for queue in await patient.services.checkup.queues():
        if queue.state != "waiting":
            continue
        name, values = queue.lane or queue.queue, {"items": queue.items, "seconds": round(queue.oldest)}
        if queue.oldest > STUCK:
            found.append(wrong("queues.stuck", name=name, **values))
        elif queue.oldest > LATE:
            found.append(doubtful("queues.late", name=name, **values))
    return found or [well("queues.moving")]


async def given_up(patient: Patient) -> list[Finding]:
    """What was not carried or not handled, newest first."""
    counts: Counter[str] = Counter()
    for queue in await patient.services.checkup.queues():
        if queue.state in {"dead", "aside"}:
            counts[queue.queue] += queue.items
    if not counts.total():
        return [well("given_up.none")]
    rows = await patient.services.checkup.given_up(SHOWN)
    whole = doubtful("given_up.some", items=counts["outbox"], events=counts["inbox"])
    each = [doubtful("given_up.one", id=row.id, lane=row.lane, about=row.about, why=row.why or "—") for row in rows]
    return [whole, *each]
