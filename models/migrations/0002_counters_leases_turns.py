from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0001_initial')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Lease',
            fields=[
                ('name', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=120)),
                ('holder', fields.CharField(max_length=80)),
                ('until', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'leases', 'app': 'models', 'pk_attr': 'name', 'table_description': 'Something that one process has until a moment, and gives up, keeps or loses. Each process has one for itself.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Tally',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('subject', fields.CharField(max_length=30)),
                ('day', fields.CharField(max_length=10)),
                ('category', fields.CharField(max_length=40)),
                ('measure', fields.CharField(max_length=40)),
                ('shard', fields.IntField()),
                ('value', fields.BigIntField()),
            ],
            options={'table': 'tallies', 'app': 'models', 'unique_together': (('subject', 'day', 'category', 'measure', 'shard'),), 'pk_attr': 'id', 'table_description': 'One number of one day and trade. What `day` and `measure` may be stands in domain/tallies.py.'},
            bases=['Model'],
        ),
        ops.AddIndex(
            model_name='InboxEvent',
            index=Index(fields=['state', 'id'], name='inbox_turn'),
        ),
        ops.AddField(
            model_name='OutboxItem',
            name='cause',
            field=fields.CharField(default='', db_default='', max_length=255),
        ),
        ops.AddIndex(
            model_name='OutboxItem',
            index=Index(fields=['lane', 'state', 'rank', 'id'], name='outbox_turn'),
        ),
        ops.AddField(
            model_name='ShownCard',
            name='picture',
            field=fields.CharField(default='', db_default='', max_length=40),
        ),
        ops.AddIndex(
            model_name='ShownCard',
            index=Index(fields=['ref'], name='shown_cards_ref'),
        ),
        ops.RemoveIndex(
            model_name='WorkOrder',
            name='work_orders_reporter',
            fields=None,
        ),
        ops.AddIndex(
            model_name='WorkOrder',
            index=Index(fields=['reporter_id', 'state', 'id'], name='work_orders_reported'),
        ),
    ]
