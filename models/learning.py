"""What use has taught: sentences that were read wrongly, words for rooms, and who wants none of theirs kept."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.people import Person


class Lesson(Model):
    """One field of one work order that somebody has corrected. Nobody is named.

    `sentence` is what was said, without personal data, `read` what was understood (intent, category, location, item,
    urgency, confidence, model), `was` and `meant` the corrected field before and after. `kind` is how it was corrected,
    `role` how the corrector stood to the record, `week` the Monday, as 2026-11-23.
    """

    id = fields.BigIntField(primary_key=True)
    record = fields.IntField()
    field = fields.CharField(max_length=12)
    sentence = fields.TextField()
    read: dict[str, str] = fields.JSONField(default=dict)
    was = fields.CharField(max_length=120, default="")
    meant = fields.CharField(max_length=120, default="")
    kind = fields.CharField(max_length=12)
    role = fields.CharField(max_length=12)
    week = fields.CharField(max_length=10)

    class Meta:
        """See tortoise."""

        table = "lessons"
        unique_together = (("record", "field"),)
        indexes = (Index(fields=("week",), name="lessons_week"),)


class Misread(Model):
    """One sentence that was read wrongly, as its sender said, and opened no work order. `person` is never told.

    It is there so that what was kept can be forgotten for who asks. `sentence` is what was said, without personal data,
    `read` what was understood (intent, confidence, model), `meant` the intent and `category` the trade that the next
    sentence has told, "" while it has not. `role` is in which the sender spoke, `week` the Monday, as 2026-11-23.
    """

    id = fields.BigIntField(primary_key=True)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="misread", on_delete=fields.RESTRICT
    )
    person_id: int
    sentence = fields.TextField()
    read: dict[str, str] = fields.JSONField(default=dict)
    meant = fields.CharField(max_length=20, default="")
    category = fields.CharField(max_length=40, default="")
    role = fields.CharField(max_length=40, default="")
    week = fields.CharField(max_length=10)

    class Meta:
        """See tortoise."""

        table = "misread"
        indexes = (Index(fields=("week",), name="misread_week"), Index(fields=("person_id",), name="misread_person"))


class PlaceWord(Model):
    """One person's word for a room, from a correction. What two people agree on is learnt (domain/lessons.py).

    `undone` ones count no more and stay, so that the same person cannot bring the word back.
    """

    id = fields.BigIntField(primary_key=True)
    word = fields.CharField(max_length=40)
    place = fields.CharField(max_length=40)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="place_words", on_delete=fields.RESTRICT
    )
    person_id: int
    undone = fields.BooleanField(default=False)

    class Meta:
        """See tortoise."""

        table = "place_words"
        unique_together = (("word", "place", "person"),)


class Unkept(Model):
    """Somebody who wants none of their words kept for learning."""

    id = fields.IntField(primary_key=True)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="unkept", unique=True, on_delete=fields.RESTRICT
    )
    person_id: int

    class Meta:
        """See tortoise."""

        table = "unkept"
