from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("anchoring", "0003_anchor"),
    ]

    operations = [
        migrations.CreateModel(
            name="LeafBlock",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("records", models.BinaryField(default=b"")),
                ("seeds", models.BinaryField(default=b"")),
            ],
            options={
                "verbose_name": "block of leaves",
                "verbose_name_plural": "blocks of leaves",
            },
        ),
        migrations.CreateModel(
            name="RecordBlock",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("indexes", models.BinaryField(default=b"")),
            ],
            options={
                "verbose_name": "block of records",
                "verbose_name_plural": "blocks of records",
            },
        ),
    ]
