"""Who is away, who stands in for them, and who is on duty."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.people import Person


class Absence(Model):
    """Somebody is away from `since` to `until` (empty: until they say that they are back).

    `teams` are the trades that `stand_in` takes over, none named means all. `begun_at` and `ended_at` say what has been
    brought about: who has begun and not ended is away. All times are UTC.
    """

    id = fields.IntField(primary_key=True)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="absences", on_delete=fields.RESTRICT
    )
    person_id: int
    stand_in: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="stands_in", null=True, on_delete=fields.RESTRICT
    )
    stand_in_id: int | None
    since = fields.DatetimeField()
    until = fields.DatetimeField(null=True)
    teams: list[str] = fields.JSONField(default=list)
    reason = fields.CharField(max_length=200, default="")
    entered_by: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="absences_entered", on_delete=fields.RESTRICT
    )
    entered_by_id: int
    entered_at = fields.DatetimeField()
    begun_at = fields.DatetimeField(null=True)
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        """See tortoise."""

        table = "absences"
        indexes = (
            Index(fields=("person_id", "ended_at"), name="absences_person"),
            Index(fields=("ended_at", "since"), name="absences_since"),
        )


class Duty(Model):
    """Who is on duty from `first_day` to `last_day`, both included. No `team` means the whole house."""

    id = fields.IntField(primary_key=True)
    team = fields.CharField(max_length=40, default="")
    first_day = fields.DateField()
    last_day = fields.DateField()
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="duties", on_delete=fields.RESTRICT
    )
    person_id: int
    entered_by: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="duties_entered", on_delete=fields.RESTRICT
    )
    entered_by_id: int

    class Meta:
        """See tortoise."""

        table = "duties"
        indexes = (Index(fields=("last_day", "first_day"), name="duties_days"),)
