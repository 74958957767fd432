"""Who works at the school, how they are reached, and which teams they belong to."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class Person(Model):
    """Somebody of the school. `roles` are names of config/roles.toml, `place` is the code of their room."""

    id = fields.IntField(primary_key=True)
    staff_no = fields.CharField(max_length=40, unique=True)
    name = fields.CharField(max_length=60)
    roles: list[str] = fields.JSONField(default=list)
    place = fields.CharField(max_length=40, default="")
    locale = fields.CharField(max_length=10, default="zh_CN")
    active = fields.BooleanField(default=True)
    session_epoch = fields.IntField(default=0)

    class Meta:
        """See tortoise."""

        table = "people"


class Account(Model):
    """How a person is known in a channel. `account` is the channel's own id in lower case."""

    id = fields.IntField(primary_key=True)
    channel = fields.CharField(max_length=30)
    account = fields.CharField(max_length=80)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("models.Person", related_name="accounts")
    person_id: int

    class Meta:
        """See tortoise."""

        table = "accounts"
        unique_together = (("channel", "account"),)
        indexes = (Index(fields=("person_id",), name="accounts_person"),)


class Membership(Model):
    """A person in a team. The team's key is the key of the category it owns."""

    id = fields.IntField(primary_key=True)
    team = fields.CharField(max_length=40)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField("models.Person", related_name="memberships")
    person_id: int

    class Meta:
        """See tortoise."""

        table = "memberships"
        unique_together = (("team", "person"),)
        indexes = (Index(fields=("person_id",), name="memberships_person"),)
