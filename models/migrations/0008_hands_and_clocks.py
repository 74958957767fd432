from tortoise import migrations
from tortoise.migrations import operations as ops
from orjson import loads
from tortoise.fields.data import JSON_DUMPS
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0007_seals')]

    initial = False

    operations = [
        ops.AddField(
            model_name='WorkOrder',
            name='appealed',
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddField(
            model_name='WorkOrder',
            name='declines',
            field=fields.IntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name='WorkOrder',
            name='due_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='WorkOrder',
            name='finish_from',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='WorkOrder',
            name='former_id',
            field=fields.IntField(null=True),
        ),
        ops.AddField(
            model_name='WorkOrder',
            name='helpers',
            field=fields.JSONField(default=list, db_default='[]', encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.AddField(
            model_name='WorkOrder',
            name='holds',
            field=fields.IntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name='WorkOrder',
            name='level',
            field=fields.IntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name='WorkOrder',
            name='nudge_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='WorkOrder',
            name='paused',
            field=fields.IntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name='WorkOrder',
            name='restored_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddIndex(
            model_name='WorkOrder',
            index=Index(fields=['nudge_at'], name='work_orders_nudge'),
        ),
    ]
