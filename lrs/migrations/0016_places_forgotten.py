"""A statement that is erased is erased from its course too, whoever erases it."""

from django.db import migrations

FORGET_PLACES = """
CREATE FUNCTION lrs_forget_places() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM lrs_statement_place p USING removed r WHERE p.seq = r.seq;
  RETURN NULL;
END $$;

CREATE TRIGGER lrs_statement_places_forgotten AFTER DELETE ON lrs_statement
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION lrs_forget_places();
"""

REVERSE = """
DROP TRIGGER lrs_statement_places_forgotten ON lrs_statement;
DROP FUNCTION lrs_forget_places();
"""


class Migration(migrations.Migration):
    dependencies = [("lrs", "0015_store_index_with_time")]

    operations = [migrations.RunSQL(FORGET_PLACES, REVERSE)]
