from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("anchoring", "0005_leaves_into_blocks"),
    ]

    operations = [
        migrations.DeleteModel(name="Leaf"),
    ]
