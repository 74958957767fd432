"""The work order of a repair."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.people import Person


class WorkOrder(Model):
    """One thing to mend. The rules of its life are in domain/work_orders.py.

    `raw_text` is what the reporter wrote and is never changed, `place` the code of a known room ("" where the words of
    `location` fit none), `first_category` what the desk understood first. `version` counts every change: a writer
    that read an older one has lost. `refused_by` and `helpers` hold ids of people, `former_id` is who had the job in
    hand before, `instead_of` who is away while their stand-in has it. `restored_at` is when the lesson could go on
    although the thing was not mended yet. `holds` and `declines` are counted until the job changes hands. `due_at` is
    the deadline of what is to be done next, `nudge_at` when the next of the ladder hears that it is late, `level` how
    many have; the finish counts from `finish_from` in this round, and stood still for `paused` seconds. `told_with`
    holds the numbers of the other problems of the same message, with blanks between. `seal` closes its history (see
    `services.sealing`). All times are UTC.
    """

    id = fields.IntField(primary_key=True)
    number = fields.CharField(max_length=24, unique=True)
    state = fields.CharField(max_length=20)
    version = fields.IntField(default=0)
    category = fields.CharField(max_length=40, default="")
    first_category = fields.CharField(max_length=40, default="")
    reporter: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="reported", on_delete=fields.RESTRICT
    )
    reporter_id: int
    assignee: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="assigned", null=True, on_delete=fields.RESTRICT
    )
    assignee_id: int | None
    candidate: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="offered", null=True, on_delete=fields.RESTRICT
    )
    candidate_id: int | None
    instead_of: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="stood_in_for", null=True, on_delete=fields.RESTRICT
    )
    instead_of_id: int | None
    refused_by: list[int] = fields.JSONField(default=list)
    helpers: list[int] = fields.JSONField(default=list, db_default="[]")
    former_id = fields.IntField(null=True)
    place = fields.CharField(max_length=40, default="")
    location = fields.CharField(max_length=120, default="")
    item = fields.CharField(max_length=80, default="")
    asset = fields.CharField(max_length=40, default="")
    urgency = fields.CharField(max_length=12, default="normal")
    raw_text = fields.TextField(default="")
    told_with = fields.CharField(max_length=255, default="", db_default="")
    reason = fields.CharField(max_length=200, default="")
    cycle = fields.IntField(default=1)
    note = fields.TextField(default="")
    hold_reason = fields.CharField(max_length=20, default="")
    holds = fields.IntField(default=0, db_default=0)
    declines = fields.IntField(default=0, db_default=0)
    appealed = fields.BooleanField(default=False, db_default=False)
    rating = fields.IntField(null=True)
    reported_at = fields.DatetimeField()
    moved_at = fields.DatetimeField()
    accepted_at = fields.DatetimeField(null=True)
    started_at = fields.DatetimeField(null=True)
    restored_at = fields.DatetimeField(null=True)
    resolved_at = fields.DatetimeField(null=True)
    settled_at = fields.DatetimeField(null=True)
    urged_at = fields.DatetimeField(null=True)
    wake_at = fields.DatetimeField(null=True)
    finish_from = fields.DatetimeField(null=True)
    paused = fields.IntField(default=0, db_default=0)
    due_at = fields.DatetimeField(null=True)
    nudge_at = fields.DatetimeField(null=True)
    level = fields.IntField(default=0, db_default=0)
    seal = fields.CharField(max_length=64, default="", db_default="")

    class Meta:
        """See tortoise."""

        table = "work_orders"
        indexes = (
            Index(fields=("state", "id"), name="work_orders_state"),
            Index(fields=("category", "state", "id"), name="work_orders_category"),
            Index(fields=("reporter_id", "state", "id"), name="work_orders_reported"),
            Index(fields=("assignee_id", "state", "id"), name="work_orders_assignee"),
            Index(fields=("candidate_id", "state"), name="work_orders_candidate"),
            Index(fields=("instead_of_id", "state"), name="work_orders_instead"),
            Index(fields=("state", "moved_at"), name="work_orders_moved"),
            Index(fields=("state", "wake_at"), name="work_orders_wake"),
            Index(fields=("nudge_at",), name="work_orders_nudge"),
        )
