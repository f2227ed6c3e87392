"""Attachments: a content once per store, and which statement has it."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('lrs', '0006_rejections_and_ingestion'),
    ]

    operations = [
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha2', models.CharField(editable=False, max_length=64, verbose_name='SHA-256')),
                ('content_type', models.TextField(verbose_name='content type')),
                ('length', models.BigIntegerField(verbose_name='length in bytes')),
                ('stored', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='stored')),
                ('claimed', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='lrs.store')),
            ],
            options={
                'verbose_name': 'attachment',
                'verbose_name_plural': 'attachments',
            },
        ),
        migrations.CreateModel(
            name='StatementAttachment',
            fields=[
                ('pk', models.CompositePrimaryKey('seq', 'sha2', blank=True, editable=False, primary_key=True, serialize=False)),
                ('seq', models.BigIntegerField()),
                ('sha2', models.CharField(max_length=128)),
                ('content_type', models.TextField()),
                ('attachment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='lrs.attachment')),
            ],
            options={
                'db_table': 'lrs_statement_attachment',
            },
        ),
        migrations.AddIndex(
            model_name='attachment',
            index=models.Index(models.F('claimed'), name='lrs_attachment_by_claim'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.UniqueConstraint(models.F('store'), models.F('sha2'), name='lrs_attachment_content'),
        ),
    ]
