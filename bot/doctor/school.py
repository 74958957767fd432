"""The school's own lists: whom the bot cannot reach, and posts that nobody holds."""

from bot.core.findings import Finding, doubtful, well, wrong
from bot.doctor.patient import Patient

NAMED = 10
"""People without an account who are named; of the others their number."""


async def people(patient: Patient) -> list[Finding]:
    """Can everybody be reached, is every kind of repair somebody's, does somebody lead?"""
    gaps = await patient.services.checkup.gaps()
    if not gaps.people:
        return [wrong("staff.empty")]
    found = []
    if gaps.unreachable:
        names = "、".join(gaps.unreachable[:NAMED]) + ("…" if len(gaps.unreachable) > NAMED else "")
        found.append(doubtful("staff.unreachable", count=len(gaps.unreachable), names=names))
    found += [wrong("staff.no_mender", category=category) for category in gaps.unmended]
    if gaps.headless:
        found.append(wrong("staff.no_head"))
    if gaps.unadministered:
        found.append(doubtful("staff.no_admin"))
    return found or [well("staff.complete", count=gaps.people)]
