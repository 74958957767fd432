from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields

# Rows are added and never changed: the database itself refuses, whoever asks by mistake.
KEPT = {
    "sqlite": (
        "CREATE TRIGGER history_no_update BEFORE UPDATE ON history BEGIN SELECT RAISE(ABORT, 'history is only added to'); END",
        "CREATE TRIGGER history_no_delete BEFORE DELETE ON history BEGIN SELECT RAISE(ABORT, 'history is only added to'); END",
    ),
    "postgres": (
        "CREATE FUNCTION history_is_kept() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'history is only added to'; END $$",
        "CREATE TRIGGER history_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON history "
        "FOR EACH STATEMENT EXECUTE FUNCTION history_is_kept()",
    ),
}


async def keep(apps, editor):
    for statement in KEPT[editor.client.capabilities.dialect]:
        await editor.client.execute_query(statement)


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
        ops.RunPython(keep),
    ]
