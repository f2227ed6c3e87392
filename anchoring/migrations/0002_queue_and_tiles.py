"""What the models cannot say: who fills the queue, and how tiles lie on disk.

The queue is filled by the database, so that no writer of statements can forget it and `lrs` need not know of the log.
A trigger for each INSERT (not each row) costs one more small insert a batch; its transition table holds the rows that
were really inserted, also after COPY and ON CONFLICT DO NOTHING. Queue and statement commit together or not at all.
"""

from django.db import migrations

QUEUE = """
CREATE FUNCTION anchoring_enqueue() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO anchoring_pending (seq) SELECT seq FROM added;
  RETURN NULL;
END $$;

CREATE TRIGGER anchoring_enqueue AFTER INSERT ON lrs_statement
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION anchoring_enqueue();

-- Statements that were stored before this application came.
INSERT INTO anchoring_pending (seq) SELECT seq FROM lrs_statement ON CONFLICT DO NOTHING;
"""

QUEUE_REVERSE = """
DROP TRIGGER anchoring_enqueue ON lrs_statement;
DROP FUNCTION anchoring_enqueue();
"""

# Hashes do not compress: PostgreSQL need not try. Out of line, a tile of 8 KiB is five chunks.
STORAGE = "ALTER TABLE anchoring_tile ALTER COLUMN hashes SET STORAGE EXTERNAL;"


class Migration(migrations.Migration):
    dependencies = [
        ("anchoring", "0001_initial"),
        ("lrs", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(QUEUE, QUEUE_REVERSE),
        migrations.RunSQL(STORAGE, migrations.RunSQL.noop),
    ]
