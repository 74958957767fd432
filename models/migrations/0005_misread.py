from tortoise import migrations
from tortoise.migrations import operations as ops
from orjson import loads
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0004_told_with')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Misread',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('person', fields.ForeignKeyField('models.Person', source_field='person_id', db_constraint=True, to_field='id', related_name='misread', on_delete=OnDelete.RESTRICT)),
                ('sentence', fields.TextField(unique=False)),
                ('read', fields.JSONField(default=dict, encoder=JSON_DUMPS, decoder=loads)),
                ('meant', fields.CharField(default='', max_length=20)),
                ('category', fields.CharField(default='', max_length=40)),
                ('role', fields.CharField(default='', max_length=40)),
                ('week', fields.CharField(max_length=10)),
            ],
            options={'table': 'misread', 'app': 'models', 'indexes': [Index(fields=['week'], name='misread_week'), Index(fields=['person_id'], name='misread_person')], 'pk_attr': 'id', 'table_description': 'One sentence that was read wrongly, as its sender said, and opened no work order. `person` is never told.'},
            bases=['Model'],
        ),
    ]
