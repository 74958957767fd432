"""What happened to a record, and the files that prove it."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.people import Person


class HistoryEntry(Model):
    """One step that was taken. Rows are added and never changed.

    `actor` is empty for the clock, `on_behalf` is whoever the actor stood in for, `channel` the way in which they came,
    `event` names the inbox event that caused it ("wecom:m:wangfang:17"). `seal` makes the row one of a chain (see
    `services.sealing`), and is empty in rows from before there were seals.
    """

    id = fields.BigIntField(primary_key=True)
    subject = fields.CharField(max_length=30)
    subject_id = fields.IntField()
    step = fields.CharField(max_length=30)
    source = fields.CharField(max_length=20, default="")
    target = fields.CharField(max_length=20)
    actor: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="acts", null=True, on_delete=fields.RESTRICT
    )
    actor_id: int | None
    on_behalf: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="acts_by_others", null=True, on_delete=fields.RESTRICT
    )
    on_behalf_id: int | None
    channel = fields.CharField(max_length=30, default="", db_default="")
    note = fields.TextField(default="")
    details: dict[str, str] = fields.JSONField(default=dict)
    event = fields.CharField(max_length=255, default="")
    at = fields.DatetimeField()
    seal = fields.CharField(max_length=64, default="", db_default="")

    class Meta:
        """See tortoise."""

        table = "history"
        indexes = (Index(fields=("subject", "subject_id", "id"), name="history_subject"),)


class Attachment(Model):
    """A photo, voice or file that belongs to a record, or still to a person who has yet to say what it is about.

    `sha256` is empty until the file has been fetched from the vendor, where it is known as `ref`. `failed` says why
    it never will be. Nothing is served by path: the bytes lie in the storage under their hash.
    """

    id = fields.IntField(primary_key=True)
    subject = fields.CharField(max_length=30)
    subject_id = fields.IntField()
    kind = fields.CharField(max_length=10)
    channel = fields.CharField(max_length=30)
    ref = fields.CharField(max_length=255)
    name = fields.CharField(max_length=120, default="")
    sha256 = fields.CharField(max_length=64, default="")
    media_type = fields.CharField(max_length=80, default="")
    size = fields.IntField(default=0)
    failed = fields.CharField(max_length=120, default="")
    author: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "models.Person", related_name="files", on_delete=fields.RESTRICT
    )
    author_id: int
    at = fields.DatetimeField()

    class Meta:
        """See tortoise."""

        table = "attachments"
        indexes = (
            Index(fields=("subject", "subject_id"), name="attachments_subject"),
            Index(fields=("sha256",), name="attachments_hash"),
        )
