from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("anchoring", "0009_monitor_run"),
    ]

    operations = [
        migrations.AddField(
            model_name="tile",
            name="middle",
            field=models.BinaryField(db_default=b"", default=b""),
        ),
    ]
