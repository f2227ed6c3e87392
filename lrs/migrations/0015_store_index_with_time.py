from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('lrs', '0014_readable'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='statement',
            name='lrs_statement_by_store',
        ),
        migrations.AddIndex(
            model_name='statement',
            index=models.Index(models.F('store'), models.F('seq'), include=('stored',), name='lrs_statement_by_store'),
        ),
    ]
