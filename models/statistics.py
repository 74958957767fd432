"""Numbers that are kept while the records move, so that nobody has to count the records."""

from tortoise import fields
from tortoise.models import Model


class Tally(Model):
    """One number of one day and trade. What `day` and `measure` may be stands in domain/tallies.py.

    The number is the sum over `shard`: each process adds to rows of its own, so that none waits for another's commit.
    """

    id = fields.BigIntField(primary_key=True)
    subject = fields.CharField(max_length=30)
    day = fields.CharField(max_length=10)
    category = fields.CharField(max_length=40)
    measure = fields.CharField(max_length=40)
    shard = fields.IntField()
    value = fields.BigIntField()

    class Meta:
        """See tortoise."""

        table = "tallies"
        unique_together = (("subject", "day", "category", "measure", "shard"),)
