from tortoise import migrations
from tortoise.migrations import operations as ops
from orjson import loads
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0008_hands_and_clocks')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Absence',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('person', fields.ForeignKeyField('models.Person', source_field='person_id', db_constraint=True, to_field='id', related_name='absences', on_delete=OnDelete.RESTRICT)),
                ('stand_in', fields.ForeignKeyField('models.Person', source_field='stand_in_id', null=True, db_constraint=True, to_field='id', related_name='stands_in', on_delete=OnDelete.RESTRICT)),
                ('since', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('until', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('teams', fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads)),
                ('reason', fields.CharField(default='', max_length=200)),
                ('entered_by', fields.ForeignKeyField('models.Person', source_field='entered_by_id', db_constraint=True, to_field='id', related_name='absences_entered', on_delete=OnDelete.RESTRICT)),
                ('entered_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('begun_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('ended_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'absences', 'app': 'models', 'indexes': [Index(fields=['person_id', 'ended_at'], name='absences_person'), Index(fields=['ended_at', 'since'], name='absences_since')], 'pk_attr': 'id', 'table_description': 'Somebody is away from `since` to `until` (empty: until they say that they are back).'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Duty',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('team', fields.CharField(default='', max_length=40)),
                ('first_day', fields.DateField()),
                ('last_day', fields.DateField()),
                ('person', fields.ForeignKeyField('models.Person', source_field='person_id', db_constraint=True, to_field='id', related_name='duties', on_delete=OnDelete.RESTRICT)),
                ('entered_by', fields.ForeignKeyField('models.Person', source_field='entered_by_id', db_constraint=True, to_field='id', related_name='duties_entered', on_delete=OnDelete.RESTRICT)),
            ],
            options={'table': 'duties', 'app': 'models', 'indexes': [Index(fields=['last_day', 'first_day'], name='duties_days')], 'pk_attr': 'id', 'table_description': 'Who is on duty from `first_day` to `last_day`, both included. No `team` means the whole house.'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='WorkOrder',
            name='instead_of',
            field=fields.ForeignKeyField('models.Person', source_field='instead_of_id', null=True, db_constraint=True, to_field='id', related_name='stood_in_for', on_delete=OnDelete.RESTRICT),
        ),
        ops.AddIndex(
            model_name='WorkOrder',
            index=Index(fields=['instead_of_id', 'state'], name='work_orders_instead'),
        ),
    ]
