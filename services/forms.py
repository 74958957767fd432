"""The one question that a person has open in chat: what they write next may be its answer."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from models import OpenForm
from services.clock import Clock
from services.statements import Statement
from services.unit import unit_in_hand

PATIENCE = timedelta(minutes=30)
"""How long a question waits; a sentence written after that is a new thought."""

_OF_PEOPLE = Statement(lambda people: OpenForm.filter(person_id__in=people))
_ABOUT = Statement(lambda subject, records: OpenForm.filter(subject=subject, subject_id__in=records))


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which field of which step of which record is asked for."""

    subject: str
    subject_id: int
    step: str
    field: str


@dataclass(slots=True)
class _Known:
    """What a batch has read of the questions: all of these people's, and all about these records."""

    people: set[int] = field(default_factory=set)
    records: set[tuple[str, int]] = field(default_factory=set)
    questions: dict[int, tuple[Question, datetime]] = field(default_factory=dict)

    def about(self, subject: str, subject_id: int) -> dict[int, str]:
        """Who is asked about a record, each with the step."""
        asked = ((person, question) for person, (question, _) in self.questions.items())
        return {person: q.step for person, q in asked if (q.subject, q.subject_id) == (subject, subject_id)}

    def forget(self, people: Collection[int]) -> None:
        """These people's questions are gone."""
        for person in people:
            self.questions.pop(person, None)


class Forms:
    """Keeps at most one question a person."""

    def __init__(self, clock: Clock) -> None:
        """Begin."""
        self._clock = clock

    async def expect(self, people: Collection[int], subject: str, records: Collection[int]) -> None:
        """Read at once what a batch will ask: the questions of these people, and those about these records."""
        if (unit := unit_in_hand()) is None or not (people or records):
            return
        known = unit.room(_Known)
        asked = await _OF_PEOPLE.objects(OpenForm, list(people)) if people else []
        asked += await _ABOUT.objects(OpenForm, subject, list(records)) if records else []
        for row in asked:
            known.questions[row.person_id] = (_question(row), row.expires_at)
        known.people.update(people)
        known.records.update((subject, record) for record in records)

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
        known = _known()
        known.people.add(person)
        known.questions[person] = (question, row.expires_at)

    async def open(self, person: int) -> Question | None:
        """The question that waits for this person, if it has not grown old."""
        known = _known()
        if person in known.people:
            question, expires = known.questions.get(person, (None, self._clock()))
            return question if expires > self._clock() else None
        row = await OpenForm.get_or_none(person_id=person, expires_at__gt=self._clock())
        return _question(row) if row else None

    async def close(self, person: int) -> None:
        """The question was answered, or has lost its point."""
        known = _known()
        if person not in known.people or person in known.questions:
            await OpenForm.filter(person_id=person).delete()
            known.forget([person])

    async def asked(self, subject: str, subject_id: int) -> dict[int, str]:
        """The people who have yet to answer about a record, each with the step that the question belongs to."""
        known = _known()
        if (subject, subject_id) in known.records:
            return known.about(subject, subject_id)
        rows = await OpenForm.filter(subject=subject, subject_id=subject_id)
        return {row.person_id: row.step for row in rows}

    async def forget(self, subject: str, subject_id: int, people: Collection[int]) -> None:
        """These people's questions about a record have lost their point."""
        if people:
            await OpenForm.filter(subject=subject, subject_id=subject_id, person_id__in=list(people)).delete()
            known = _known()
            known.forget(known.about(subject, subject_id).keys() & set(people))

    async def settle(self, subject: str, subject_id: int, step: str) -> None:
        """Forget the questions about a step that has been taken."""
        about = await self.asked(subject, subject_id)
        await self.forget(subject, subject_id, [person for person, asked in about.items() if asked == step])


def _known() -> _Known:
    """What the batch in hand knows; nothing outside of one."""
    unit = unit_in_hand()
    return unit.room(_Known) if unit else _Known()


def _question(row: OpenForm) -> Question:
    return Question(subject=row.subject, subject_id=row.subject_id, step=row.step, field=row.field)
