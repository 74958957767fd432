from tortoise import migrations
from tortoise.migrations import operations as ops
from orjson import loads
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0002_counters_leases_turns')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Lesson',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('record', fields.IntField()),
                ('field', fields.CharField(max_length=12)),
                ('sentence', fields.TextField(unique=False)),
                ('read', fields.JSONField(default=dict, encoder=JSON_DUMPS, decoder=loads)),
                ('was', fields.CharField(default='', max_length=120)),
                ('meant', fields.CharField(default='', max_length=120)),
                ('kind', fields.CharField(max_length=12)),
                ('role', fields.CharField(max_length=12)),
                ('week', fields.CharField(max_length=10)),
            ],
            options={'table': 'lessons', 'app': 'models', 'unique_together': (('record', 'field'),), 'indexes': [Index(fields=['week'], name='lessons_week')], 'pk_attr': 'id', 'table_description': 'One field of one work order that somebody has corrected. Nobody is named.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='PlaceWord',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('word', fields.CharField(max_length=40)),
                ('place', fields.CharField(max_length=40)),
                ('person', fields.ForeignKeyField('models.Person', source_field='person_id', db_constraint=True, to_field='id', related_name='place_words', on_delete=OnDelete.RESTRICT)),
                ('undone', fields.BooleanField(default=False)),
            ],
            options={'table': 'place_words', 'app': 'models', 'unique_together': (('word', 'place', 'person'),), 'pk_attr': 'id', 'table_description': "One person's word for a room, from a correction. What two people agree on is learnt (domain/lessons.py)."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Unkept',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('person', fields.ForeignKeyField('models.Person', source_field='person_id', unique=True, db_constraint=True, to_field='id', related_name='unkept', on_delete=OnDelete.RESTRICT)),
            ],
            options={'table': 'unkept', 'app': 'models', 'pk_attr': 'id', 'table_description': 'Somebody who wants none of their words kept for learning.'},
            bases=['Model'],
        ),
    ]
