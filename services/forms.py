"""The one question that a person has open in chat: what they write next may be its answer."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from models import OpenForm
from services.clock import Clock

PATIENCE = timedelta(minutes=30)
"""How long a question waits; a sentence written after that is a new thought."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which field of which step of which record is asked for."""

    subject: str
    subject_id: int
    step: str
    field: str


class Forms:
    """Keeps at most one question a person."""

    def __init__(self, clock: Clock) -> None:
        """Begin."""
        self._clock = clock

    async def ask(self, person: int, question: Question) -> None:
        """Put a question; an older one is forgotten. Of two that are put at once one stays."""
        row = OpenForm(
            person_id=person,
            subject=question.subject,
            subject_id=question.subject_id,
            step=question.step,
            field=question.field,
            expires_at=self._clock() + PATIENCE,
        )
        new = ("subject", "subject_id", "step", "field", "expires_at")
        await OpenForm.bulk_create([row], on_conflict=["person_id"], update_fields=new)

    async def open(self, person: int) -> Question | None:
        """The question that waits for this person, if it has not grown old."""
        row = await OpenForm.get_or_none(person_id=person, expires_at__gt=self._clock())
        if row is None:
            return None
        return Question(subject=row.subject, subject_id=row.subject_id, step=row.step, field=row.field)

    async def close(self, person: int) -> None:
        """The question was answered, or has lost its point."""
        await OpenForm.filter(person_id=person).delete()

    async def asked(self, subject: str, subject_id: int) -> dict[int, str]:
        """The people who have yet to answer about a record, each with the step that the question belongs to."""
        rows = await OpenForm.filter(subject=subject, subject_id=subject_id)
        return {row.person_id: row.step for row in rows}

    async def forget(self, subject: str, subject_id: int, people: Collection[int]) -> None:
        """These people's questions about a record have lost their point."""
        if people:
            await OpenForm.filter(subject=subject, subject_id=subject_id, person_id__in=list(people)).delete()

    async def settle(self, subject: str, subject_id: int, step: str) -> None:
        """Forget the questions about a step that has been taken."""
        await OpenForm.filter(subject=subject, subject_id=subject_id, step=step).delete()
