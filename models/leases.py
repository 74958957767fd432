"""Leases: what only one of several processes does for the school at a time."""

from tortoise import fields
from tortoise.models import Model


class Lease(Model):
    """Something that one process has until a moment, and gives up, keeps or loses. Each process has one for itself.

    `name` is what is lent (`workers`), or `process:` and the holder's own name: a sign that it lives.
    """

    name = fields.CharField(max_length=120, primary_key=True)
    holder = fields.CharField(max_length=80)
    until = fields.DatetimeField()

    class Meta:
        """See tortoise."""

        table = "leases"
