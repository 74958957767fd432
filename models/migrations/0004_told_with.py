from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0003_lessons')]

    initial = False

    operations = [
        ops.AddField(
            model_name='WorkOrder',
            name='told_with',
            field=fields.CharField(default='', db_default='', max_length=255),
        ),
    ]
