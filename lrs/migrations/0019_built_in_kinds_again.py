# The built-in table of kinds has changed: what is stored is placed again by it, in the worker's steps.

from django.db import migrations

_AGAIN = """
UPDATE lrs_hierarchy_progress SET reapplying = true, activity = 0, again_stored = NULL, again_seq = 0
 WHERE stored IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("lrs", "0018_rule_slots")]

    operations = [migrations.RunSQL(_AGAIN, migrations.RunSQL.noop)]
