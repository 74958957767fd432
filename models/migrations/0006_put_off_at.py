from tortoise import migrations
from tortoise.migrations import operations as ops
import datetime
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0005_misread')]

    initial = False

    operations = [
        ops.AddField(
            model_name='InboxEvent',
            name='put_off_at',
            field=fields.DatetimeField(default=datetime.datetime.fromisoformat('1970-01-01T00:00:00+00:00'), db_default=datetime.datetime.fromisoformat('1970-01-01T00:00:00+00:00'), auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='OutboxItem',
            name='put_off_at',
            field=fields.DatetimeField(default=datetime.datetime.fromisoformat('1970-01-01T00:00:00+00:00'), db_default=datetime.datetime.fromisoformat('1970-01-01T00:00:00+00:00'), auto_now=False, auto_now_add=False),
        ),
    ]
