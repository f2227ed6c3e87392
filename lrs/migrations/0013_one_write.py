"""Statements are written by one function, whatever their number, in one round trip (docs/decisions/0067).

lrs_insert_statements writes rows; lrs_store_statements is the short way around it for a batch of which nothing is special. Both take the
statements as arrays in the order of the batch, and what each statement names as three arrays: row id, place of the statement
in the batch (from 1), role. `documents` are the texts of all statements one after the other, each as
lrs.statements.documents.encode gives it and of the length that `lengths` says; what the LRS says of the time of storage is put
at the end of each.
"""

from django.db import migrations

DROP_OLD = """
DROP FUNCTION lrs_store_one(
  integer, uuid, boolean, bytea, timestamptz, uuid, integer, integer, integer,
  integer[], smallint[], integer[], smallint[]);
"""

INSERT = """
CREATE FUNCTION lrs_insert_statements(
  store integer, at timestamptz, seqs bigint[],
  ids uuid[], timestamps timestamptz[], registrations uuid[],
  actors integer[], verbs integer[], activities integer[], voids boolean[],
  kept_as smallint, documents bytea, lengths integer[],
  agents integer[], agent_places integer[], agent_roles smallint[],
  linked integer[], linked_places integer[], linked_roles smallint[]
) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  moment bytea := convert_to(to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'UTF8');
  ending bytea := convert_to(',"stored":"', 'UTF8') || moment || convert_to('"}', 'UTF8');
  with_timestamp bytea := convert_to(',"timestamp":"', 'UTF8') || moment || convert_to('"', 'UTF8') || ending;
BEGIN
  -- First and sorted: two writers with the same ids wait for each other here, in one order. An id that is there already is an
  -- error (unique_violation).
  INSERT INTO lrs_statement_id (id, store_id, seq)
  SELECT u.id, store, seqs[u.place] FROM unnest(ids) WITH ORDINALITY AS u(id, place) ORDER BY u.id;

  INSERT INTO lrs_statement (seq, store_id, stored, timestamp, id, registration, actor_id, verb_id, activity_id,
                             encoding, voided, document)
  SELECT seqs[u.place], store, at, coalesce(u.said, at), u.id, u.registration, u.actor, u.verb, u.activity,
         kept_as, coalesce(u.voided, false),
         substring(documents FROM (u.upto - u.length + 1)::integer FOR u.length)
           || CASE WHEN u.said IS NULL THEN with_timestamp ELSE ending END
    FROM (SELECT *, sum(d.length) OVER (ORDER BY d.place) AS upto
            FROM unnest(ids, timestamps, registrations, actors, verbs, activities, voids, lengths)
                 WITH ORDINALITY AS d(id, said, registration, actor, verb, activity, voided, length, place)) u;

  INSERT INTO lrs_statement_agent (agent_id, seq, role)
  SELECT u.agent, seqs[u.place], u.role FROM unnest(agents, agent_places, agent_roles) AS u(agent, place, role);
  INSERT INTO lrs_statement_activity (activity_id, seq, role)
  SELECT u.activity, seqs[u.place], u.role FROM unnest(linked, linked_places, linked_roles) AS u(activity, place, role);
END $$;
"""

# 0: stored. 1: the sender's memory of agents and activities is out of date (lrs.statements.dimensions). 2: an id is known:
# stored already, or awaited by a reference. Nothing is written but with 0.
STORE = """
CREATE FUNCTION lrs_store_statements(
  store integer, remembered integer, defined integer[], marks bigint[], given uuid[],
  ids uuid[], timestamps timestamptz[], registrations uuid[],
  actors integer[], verbs integer[], activities integer[],
  kept_as smallint, documents bytea, lengths integer[],
  agents integer[], agent_places integer[], agent_roles smallint[],
  linked integer[], linked_places integer[], linked_roles smallint[]
) RETURNS integer LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  at timestamptz;
  seqs bigint[];
BEGIN
  -- The locks come first: what is read after them stays true until the end.
  SELECT w.stored, w.seqs INTO at, seqs FROM lrs_open_write(store, false, cardinality(ids)) w;
  IF coalesce((SELECT g.number FROM lrs_dimension_generation g WHERE g.store_id = store), 0) <> remembered THEN
    RETURN 1;
  END IF;
  IF EXISTS (SELECT FROM unnest(defined, marks) AS d(id, mark)
              WHERE (SELECT hashtextextended(a.definition, 0) FROM lrs_activity a WHERE a.id = d.id) IS DISTINCT FROM d.mark) THEN
    RETURN 1;
  END IF;
  IF given <> '{}' AND (
       EXISTS (SELECT FROM lrs_statement_id i WHERE i.store_id = store AND i.id = ANY (given))
    OR EXISTS (SELECT FROM lrs_statement_reference r WHERE r.store_id = store AND r.target = ANY (given))) THEN
    RETURN 2;
  END IF;
  PERFORM lrs_insert_statements(
    store, at, seqs, ids, timestamps, registrations, actors, verbs, activities, NULL,
    kept_as, documents, lengths, agents, agent_places, agent_roles, linked, linked_places, linked_roles);
  RETURN 0;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("lrs", "0012_partitions")]

    operations = [
        migrations.RunSQL(DROP_OLD),
        migrations.RunSQL(INSERT, "DROP FUNCTION lrs_insert_statements"),
        migrations.RunSQL(STORE, "DROP FUNCTION lrs_store_statements"),
    ]
