"""Where things are, and the things themselves."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class Place(Model):
    """A room, a corridor, a yard. `aliases` are the names that people use for it."""

    id = fields.IntField(primary_key=True)
    code = fields.CharField(max_length=40, unique=True)
    building = fields.CharField(max_length=60, default="")
    floor = fields.CharField(max_length=20, default="")
    room = fields.CharField(max_length=40, default="")
    name = fields.CharField(max_length=80)
    aliases: list[str] = fields.JSONField(default=list)

    class Meta:
        """See tortoise."""

        table = "places"


class Asset(Model):
    """A device with a number on it. `place` is the code of its room, `price_cents` whole cents."""

    id = fields.IntField(primary_key=True)
    code = fields.CharField(max_length=40, unique=True)
    name = fields.CharField(max_length=80)
    kind = fields.CharField(max_length=40, default="")
    category = fields.CharField(max_length=40, default="")
    place = fields.CharField(max_length=40, default="")
    brand = fields.CharField(max_length=60, default="")
    model = fields.CharField(max_length=80, default="")
    serial = fields.CharField(max_length=80, default="")
    bought_on = fields.DateField(null=True)
    price_cents = fields.BigIntField(null=True)
    warranty_until = fields.DateField(null=True)

    class Meta:
        """See tortoise."""

        table = "assets"
        indexes = (Index(fields=("place",), name="assets_place"),)
