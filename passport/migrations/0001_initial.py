
import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import passport.shares.links
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('lrs', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Learner',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('created', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='created')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='learner', to=settings.AUTH_USER_MODEL, verbose_name='user')),
            ],
            options={
                'verbose_name': 'learner',
                'verbose_name_plural': 'learners',
            },
        ),
        migrations.CreateModel(
            name='Identity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identifier', models.TextField(unique=True, verbose_name='identifier')),
                ('created', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='created')),
                ('learner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='identities', to='passport.learner', verbose_name='learner')),
            ],
            options={
                'verbose_name': 'identity',
                'verbose_name_plural': 'identities',
            },
        ),
        migrations.CreateModel(
            name='Share',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('nonce', models.BinaryField(default=passport.shares.links.new_nonce, max_length=16)),
                ('token_hash', models.BinaryField(max_length=32, unique=True)),
                ('title', models.TextField(verbose_name='title')),
                ('institution', models.CharField(blank=True, max_length=200, verbose_name='institution')),
                ('withheld', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, size=None, verbose_name='withheld')),
                ('created', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='created')),
                ('expires', models.DateTimeField(blank=True, null=True, verbose_name='expires')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn')),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='lrs.activity', verbose_name='course')),
                ('learner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shares', to='passport.learner', verbose_name='learner')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='lrs.store', verbose_name='store')),
            ],
            options={
                'verbose_name': 'share',
                'verbose_name_plural': 'shares',
            },
        ),
        migrations.CreateModel(
            name='ShareStatement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.BigIntegerField()),
                ('share', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='statements', to='passport.share')),
            ],
        ),
        migrations.CreateModel(
            name='ShareView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('share', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='views', to='passport.share')),
            ],
        ),
        migrations.AddIndex(
            model_name='share',
            index=models.Index(fields=['learner', '-created'], name='passport_share_of_learner'),
        ),
        migrations.AddConstraint(
            model_name='sharestatement',
            constraint=models.UniqueConstraint(fields=('share', 'seq'), name='passport_share_statement'),
        ),
        migrations.AddIndex(
            model_name='shareview',
            index=models.Index(fields=['share', '-at'], name='passport_view_of_share'),
        ),
    ]
