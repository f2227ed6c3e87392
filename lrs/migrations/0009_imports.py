import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('lrs', '0008_agent_names'),
    ]

    operations = [
        migrations.CreateModel(
            name='StatementImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.BinaryField()),
                ('name', models.TextField(verbose_name='name')),
                ('began', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='began')),
                ('finished', models.DateTimeField(editable=False, null=True, verbose_name='finished')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='lrs.store')),
            ],
            options={
                'verbose_name': 'import',
                'verbose_name_plural': 'imports',
                'db_table': 'lrs_import',
            },
        ),
        migrations.CreateModel(
            name='RefusedLine',
            fields=[
                ('pk', models.CompositePrimaryKey('source_id', 'line', blank=True, editable=False, primary_key=True, serialize=False)),
                ('line', models.BigIntegerField()),
                ('path', models.TextField(blank=True, verbose_name='place')),
                ('message', models.TextField(verbose_name='message')),
                ('advice', models.TextField(blank=True, verbose_name='advice')),
                ('source', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='refused', to='lrs.statementimport')),
            ],
            options={
                'db_table': 'lrs_import_refused',
            },
        ),
        migrations.CreateModel(
            name='ImportedBatch',
            fields=[
                ('pk', models.CompositePrimaryKey('source_id', 'first_line', blank=True, editable=False, primary_key=True, serialize=False)),
                ('first_line', models.BigIntegerField()),
                ('digest', models.BinaryField()),
                ('stored', models.IntegerField()),
                ('unchanged', models.IntegerField()),
                ('refused', models.IntegerField()),
                ('source', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='batches', to='lrs.statementimport')),
            ],
            options={
                'db_table': 'lrs_import_batch',
            },
        ),
        migrations.AddConstraint(
            model_name='statementimport',
            constraint=models.UniqueConstraint(models.F('store'), models.F('source'), name='lrs_import_source'),
        ),
    ]
