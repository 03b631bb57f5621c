from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0002_daily_work"),
    ]

    operations = [
        migrations.AddField(
            model_name="storedfile",
            name="original_sha256",
            field=models.CharField(
                blank=True,
                db_index=True,
                default="",
                help_text="Of a picture written anew.",
                max_length=64,
                verbose_name="SHA-256 as it came in",
            ),
            preserve_default=False,
        ),
    ]
