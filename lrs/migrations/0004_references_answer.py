"""Echoes: a statement is found by what it refers to (lrs.statements.references).

lrs_store_one leaves a statement that another refers to already to the path of a batch, which makes its echoes.
"""

import django.db.models.deletion
from django.db import migrations, models


STORE_ONE = """
CREATE OR REPLACE FUNCTION lrs_store_one(
  store integer, statement_id uuid, id_given boolean, statement bytea, statement_timestamp timestamptz,
  registration uuid, actor integer, verb integer, activity integer,
  agents integer[], agent_roles smallint[], activities integer[], activity_roles smallint[]
) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  stored timestamptz;
  seqs bigint[];
  moment bytea;
  late bytea := '';
BEGIN
  SELECT w.stored, w.seqs INTO stored, seqs FROM lrs_open_write(store, false, 1) w;
  IF id_given AND EXISTS (SELECT FROM lrs_statement_reference r
                           WHERE r.store_id = store AND r.target = statement_id) THEN
    RETURN false;
  END IF;
  moment := convert_to(to_char(stored AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'UTF8');
  IF statement_timestamp IS NULL THEN
    late := convert_to(',"timestamp":"', 'UTF8') || moment || convert_to('"', 'UTF8');
  END IF;
  -- lrs.statements.prepare.Prepared.document says the same.
  statement := substring(statement FROM 1 FOR length(statement) - 1)
    || late || convert_to(',"stored":"', 'UTF8') || moment || convert_to('"}', 'UTF8');
  INSERT INTO lrs_statement (seq, store_id, id, stored, timestamp, registration, actor_id, verb_id, activity_id,
                             voided, encoding, document)
  VALUES (seqs[1], store, statement_id, stored, coalesce(statement_timestamp, stored), registration, actor, verb, activity,
          false, 0, statement)
  ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  INSERT INTO lrs_statement_agent (agent_id, seq, role)
  SELECT u.agent, seqs[1], u.role FROM unnest(agents, agent_roles) AS u(agent, role);
  INSERT INTO lrs_statement_activity (activity_id, seq, role)
  SELECT u.activity, seqs[1], u.role FROM unnest(activities, activity_roles) AS u(activity, role);
  RETURN true;
END $$;
"""



class Migration(migrations.Migration):

    dependencies = [
        ('lrs', '0003_store_one'),
    ]

    operations = [
        migrations.CreateModel(
            name='Echo',
            fields=[
                ('pk', models.CompositePrimaryKey('seq', 'origin', blank=True, editable=False, primary_key=True, serialize=False)),
                ('seq', models.BigIntegerField()),
                ('origin', models.BigIntegerField()),
                ('distance', models.SmallIntegerField()),
                ('registration', models.UUIDField(null=True)),
                ('activity', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='lrs.activity')),
                ('store', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='lrs.store')),
                ('verb', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='lrs.verb')),
            ],
            options={
                'db_table': 'lrs_echo',
                'indexes': [models.Index(models.F('origin'), name='lrs_echo_by_origin'), models.Index(models.F('verb'), models.F('seq'), name='lrs_echo_by_verb'), models.Index(models.F('activity'), models.F('seq'), name='lrs_echo_by_activity'), models.Index(models.F('registration'), models.F('seq'), name='lrs_echo_by_registration')],
            },
        ),
        migrations.CreateModel(
            name='EchoActivity',
            fields=[
                ('pk', models.CompositePrimaryKey('activity_id', 'seq', 'origin', 'role', blank=True, editable=False, primary_key=True, serialize=False)),
                ('seq', models.BigIntegerField()),
                ('origin', models.BigIntegerField()),
                ('role', models.SmallIntegerField(choices=[(0, 'Object'), (1, 'Parent'), (2, 'Grouping'), (3, 'Category'), (4, 'Other'), (5, 'Substatement')])),
                ('activity', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='lrs.activity')),
            ],
            options={
                'db_table': 'lrs_echo_activity',
                'indexes': [models.Index(models.F('seq'), models.F('origin'), name='lrs_echo_activity_by_seq')],
            },
        ),
        migrations.CreateModel(
            name='EchoAgent',
            fields=[
                ('pk', models.CompositePrimaryKey('agent_id', 'seq', 'origin', 'role', blank=True, editable=False, primary_key=True, serialize=False)),
                ('seq', models.BigIntegerField()),
                ('origin', models.BigIntegerField()),
                ('role', models.SmallIntegerField(choices=[(0, 'Actor'), (1, 'Object'), (2, 'Authority'), (3, 'Instructor'), (4, 'Team'), (5, 'Context Agent'), (6, 'Context Group'), (7, 'Substatement')])),
                ('agent', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='lrs.agent')),
            ],
            options={
                'db_table': 'lrs_echo_agent',
                'indexes': [models.Index(models.F('seq'), models.F('origin'), name='lrs_echo_agent_by_seq')],
            },
        ),
        migrations.RunSQL(STORE_ONE, migrations.RunSQL.noop),
    ]
