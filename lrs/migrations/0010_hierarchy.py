# Courses, classes and sessions, and where each statement stands (docs/hierarchy.md).

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('lrs', '0009_imports'),
    ]

    operations = [
        migrations.CreateModel(
            name='HierarchyProgress',
            fields=[
                ('store', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='lrs.store')),
                ('stored', models.DateTimeField(null=True)),
                ('seq', models.BigIntegerField(default=0)),
                ('reapplying', models.BooleanField(default=False)),
                ('activity', models.IntegerField(default=0)),
                ('again_stored', models.DateTimeField(null=True)),
                ('again_seq', models.BigIntegerField(default=0)),
            ],
            options={
                'db_table': 'lrs_hierarchy_progress',
            },
        ),
        migrations.CreateModel(
            name='StatementPlace',
            fields=[
                ('seq', models.BigIntegerField(primary_key=True, serialize=False)),
                ('timestamp', models.DateTimeField()),
                ('scaled', models.FloatField(null=True)),
                ('store_id', models.IntegerField()),
                ('actor_id', models.IntegerField()),
                ('course_id', models.IntegerField(null=True)),
                ('class_id', models.IntegerField(null=True)),
                ('session_id', models.IntegerField(null=True)),
                ('kind', models.SmallIntegerField()),
                ('completes', models.BooleanField()),
            ],
            options={
                'db_table': 'lrs_statement_place',
                'indexes': [models.Index(models.F('course_id'), models.F('seq'), condition=models.Q(('course_id__isnull', False)), name='lrs_place_by_course'), models.Index(models.F('class_id'), models.F('seq'), condition=models.Q(('class_id__isnull', False)), name='lrs_place_by_class'), models.Index(models.F('session_id'), models.F('seq'), condition=models.Q(('session_id__isnull', False)), name='lrs_place_by_session'), models.Index(models.F('actor_id'), models.F('course_id'), models.F('timestamp'), condition=models.Q(('course_id__isnull', False)), name='lrs_place_by_learner')],
            },
        ),
        migrations.CreateModel(
            name='ToBePlaced',
            fields=[
                ('activity', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='lrs.activity')),
                ('after_seq', models.BigIntegerField(default=0)),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='lrs.store')),
            ],
            options={
                'db_table': 'lrs_hierarchy_to_be_placed',
            },
        ),
        migrations.CreateModel(
            name='KindRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(blank=True, help_text='An IRI, or its last part, such as “answered”. Empty: any verb.', max_length=600, verbose_name='verb')),
                ('activity_type', models.CharField(blank=True, help_text='Empty: any type.', max_length=600, verbose_name='activity type (IRI)')),
                ('kind', models.CharField(choices=[('answer', 'Answer'), ('assignment', 'Assignment'), ('completion', 'Completion'), ('discussion', 'Discussion'), ('evaluation', 'Evaluation'), ('exercise', 'Exercise'), ('feedback', 'Feedback'), ('progress', 'Progress'), ('question', 'Question'), ('reading', 'Reading'), ('resource', 'Material'), ('self-assessment', 'Self-assessment'), ('session', 'Session'), ('video', 'Video')], max_length=16, verbose_name='kind of interaction')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='lrs.store', verbose_name='store')),
            ],
            options={
                'verbose_name': 'rule for a kind of interaction',
                'verbose_name_plural': 'rules for kinds of interaction',
                'constraints': [models.UniqueConstraint(models.F('store'), models.F('verb'), models.F('activity_type'), name='lrs_kind_rule_once'), models.CheckConstraint(condition=models.Q(('activity_type', ''), ('verb', ''), _negated=True), name='lrs_kind_rule_says_something', violation_error_message='Give a verb, an activity type, or both.')],
            },
        ),
        migrations.CreateModel(
            name='Node',
            fields=[
                ('activity', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='lrs.activity')),
                ('level', models.CharField(choices=[('course', 'Course'), ('class', 'Class'), ('session', 'Session')], max_length=8, verbose_name='level')),
                ('parent_declared', models.BooleanField(default=False, editable=False)),
                ('parent_seq', models.BigIntegerField(editable=False, null=True)),
                ('names', models.JSONField(default=dict, editable=False, verbose_name='names')),
                ('declared_names', models.JSONField(blank=True, default=dict, verbose_name='names')),
                ('words', models.TextField(editable=False)),
                ('session_kind', models.CharField(blank=True, choices=[('tutoring', 'Tutoring session'), ('study', 'Study session'), ('ai-tutor', 'Session with an AI tutor')], max_length=8, verbose_name='kind of session')),
                ('starts', models.DateTimeField(blank=True, null=True, verbose_name='starts')),
                ('ends', models.DateTimeField(blank=True, null=True, verbose_name='ends')),
                ('declared', models.BooleanField(default=False, editable=False, verbose_name='declared')),
                ('created', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='lrs.node', verbose_name='parent')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='lrs.store')),
            ],
            options={
                'verbose_name': 'course, class or session',
                'verbose_name_plural': 'courses, classes and sessions',
                'indexes': [models.Index(models.F('store'), models.F('level'), models.F('activity'), name='lrs_node_by_level')],
            },
        ),
        migrations.CreateModel(
            name='TypeRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('activity_type', models.CharField(max_length=600, verbose_name='activity type (IRI)')),
                ('level', models.CharField(blank=True, choices=[('course', 'Course'), ('class', 'Class'), ('session', 'Session')], help_text='Empty: activities of this type are no course, class or session.', max_length=8, verbose_name='level')),
                ('session_kind', models.CharField(blank=True, choices=[('tutoring', 'Tutoring session'), ('study', 'Study session'), ('ai-tutor', 'Session with an AI tutor')], max_length=8, verbose_name='kind of session')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='lrs.store', verbose_name='store')),
            ],
            options={
                'verbose_name': 'rule for an activity type',
                'verbose_name_plural': 'rules for activity types',
                'constraints': [models.UniqueConstraint(models.F('store'), models.F('activity_type'), name='lrs_type_rule_once'), models.CheckConstraint(condition=models.Q(('session_kind', ''), ('level', 'session'), _connector='OR'), name='lrs_type_rule_kind_is_for_sessions', violation_error_message='Only a session has a kind of session.')],
            },
        ),
    ]
