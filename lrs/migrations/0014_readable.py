"""For whoever opens the database: statements with the texts behind their numbers, and the time they are about.

A document is read by `manage.py print_statements`, or with any Zstandard library (lrs.statements.documents).
"""

from django.db import migrations

VIEW = """
CREATE VIEW lrs_readable_statement AS
SELECT s.seq, o.slug AS store, s.id, s.stored, s.timestamp, s.registration, s.voided,
       a.identifier AS actor, v.iri AS verb, y.iri AS activity, s.encoding, s.document
  FROM lrs_statement s
  JOIN lrs_store o ON o.id = s.store_id
  LEFT JOIN lrs_agent a ON a.id = s.actor_id
  LEFT JOIN lrs_verb v ON v.id = s.verb_id
  LEFT JOIN lrs_activity y ON y.id = s.activity_id;
"""


class Migration(migrations.Migration):
    dependencies = [("lrs", "0013_one_write")]

    operations = [migrations.RunSQL(VIEW, "DROP VIEW lrs_readable_statement")]
