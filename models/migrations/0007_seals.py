from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0006_put_off_at')]

    initial = False

    operations = [
        ops.AddField(
            model_name='HistoryEntry',
            name='channel',
            field=fields.CharField(default='', db_default='', max_length=30),
        ),
        ops.AddField(
            model_name='HistoryEntry',
            name='on_behalf',
            field=fields.ForeignKeyField('models.Person', source_field='on_behalf_id', null=True, db_constraint=True, to_field='id', related_name='acts_by_others', on_delete=OnDelete.RESTRICT),
        ),
        ops.AddField(
            model_name='HistoryEntry',
            name='seal',
            field=fields.CharField(default='', db_default='', max_length=64),
        ),
        ops.AddField(
            model_name='WorkOrder',
            name='seal',
            field=fields.CharField(default='', db_default='', max_length=64),
        ),
    ]
