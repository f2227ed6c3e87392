"""One statement in one round trip: what `lrs.statements.store` does for a batch, for the most frequent case of all.

Not for a statement whose object is a StatementRef, nor for one that says something new of an activity: those take the path of
a batch. So does one whose id is stored already (the answer is false then, and nothing was written): there it is compared.
"""

from django.db import migrations

STORE_ONE = """
CREATE FUNCTION lrs_store_one(
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
          id_given AND EXISTS (SELECT FROM lrs_statement_reference r
                                WHERE r.store_id = store AND r.target = statement_id AND r.voids),
          0, statement)
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

REVERSE = """
DROP FUNCTION lrs_store_one(
  integer, uuid, boolean, bytea, timestamptz, uuid, integer, integer, integer,
  integer[], smallint[], integer[], smallint[]);
"""


class Migration(migrations.Migration):
    dependencies = [("lrs", "0002_immutable_statements_and_clock")]

    operations = [migrations.RunSQL(STORE_ONE, REVERSE)]
