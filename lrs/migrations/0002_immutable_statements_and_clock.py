"""What the tables cannot say by themselves: statements are final, and `stored` is honest.

lrs_open_write(store, voiding, count) gives a writer its `stored` and its seqs; lrs_consistent_through() gives a reader the
time up to which it has seen all.

Why there is no race. A writer reads the clock (t0), takes a lock that carries t0, and only then reads the clock again: that
second reading is `stored`, so stored >= t0. A reader reads the clock (t1), then looks at the locks. If the reader
does not see a writer's lock, the writer either took it after the reader looked, thus after t1, and its `stored` was read
later still; or it had ended, and a transaction's rows are visible before its locks are given back. If the reader sees the
lock, the reader's answer is no later than t0. Either way no statement with a `stored` at or before the reader's answer can
become visible after the reader looked. The reader must call this *before* its query, so that a writer which ended in
between is in the query's snapshot. Times are cut to milliseconds; the reader steps back one, since a later writer may
share the reader's own millisecond.

The seqs are taken within five seconds of reading `stored` (or else it is read again). So of two statements of which one was
stored more than five seconds later, that one has the higher seq: a query for a span of time is one for a span of seqs
(lrs.statements.query), whatever the writers do at once. This assumes that nobody sets the database's clock back by more
than the margin that the query leaves.

A statement and the one that voids it may come in either order, or at once. So a voiding writer works alone in its store:
whoever comes second sees the first, and one of them sets the mark. Both locks are taken before any row is touched, so
they are in no cycle.
"""

from django.db import migrations

# The advisory lock's key: 20 bits of tag ("KE"), 44 bits of milliseconds since 1970.
TAG = 0x4B45
# The first half of the two-part key under which a voiding writer is alone in its store.
VOIDING = 0x4B45

CLOCK = f"""
CREATE FUNCTION lrs_open_write(
  store integer, voiding boolean, count integer, OUT stored timestamptz, OUT seqs bigint[]
) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  IF voiding THEN
    PERFORM pg_advisory_xact_lock({VOIDING}, store);
  ELSE
    PERFORM pg_advisory_xact_lock_shared({VOIDING}, store);
  END IF;
  PERFORM pg_advisory_xact_lock_shared(
    ({TAG}::bigint << 44) | floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint);
  LOOP
    stored := date_trunc('milliseconds', clock_timestamp());
    SELECT array_agg(nextval('lrs_statement_seq_seq')) INTO seqs FROM generate_series(1, count);
    EXIT WHEN clock_timestamp() < stored + interval '5 seconds';
  END LOOP;
END $$;

CREATE FUNCTION lrs_consistent_through() RETURNS timestamptz LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  seen timestamptz := date_trunc('milliseconds', clock_timestamp());
  oldest bigint;
BEGIN
  SELECT min(((classid::bigint & 4095) << 32) | objid::bigint) INTO oldest
    FROM pg_locks
   WHERE locktype = 'advisory' AND objsubid = 1 AND classid::bigint >> 12 = {TAG}
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database());
  RETURN least(seen, to_timestamp(oldest / 1000.0)) - interval '1 millisecond';
END $$;
"""

CLOCK_REVERSE = """
DROP FUNCTION lrs_open_write(integer, boolean, integer);
DROP FUNCTION lrs_consistent_through();
"""

IMMUTABLE = """
CREATE FUNCTION lrs_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.voided = OLD.voided
     OR (to_jsonb(NEW) - 'voided') IS DISTINCT FROM (to_jsonb(OLD) - 'voided') THEN
    RAISE EXCEPTION 'A stored statement is final: only its voided mark can change.'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER lrs_statement_final BEFORE UPDATE ON lrs_statement
  FOR EACH ROW EXECUTE FUNCTION lrs_refuse_change();

-- Documents are compressed, when they are, by our own dictionaries.
ALTER TABLE lrs_statement ALTER COLUMN document SET STORAGE EXTERNAL;
"""

IMMUTABLE_REVERSE = """
DROP TRIGGER lrs_statement_final ON lrs_statement;
DROP FUNCTION lrs_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("lrs", "0001_initial")]

    operations = [
        migrations.RunSQL(CLOCK, CLOCK_REVERSE),
        migrations.RunSQL(IMMUTABLE, IMMUTABLE_REVERSE),
    ]
