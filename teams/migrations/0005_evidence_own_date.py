from django.db import migrations, models

LINKS = ("taskevidence", "closeoutevidence", "entryevidence")


def own_date(**more):
    return models.DateField(blank=True, null=True, verbose_name="own date", **more)


class Migration(migrations.Migration):
    dependencies = [
        ("teams", "0004_milestones_keep_their_moments"),
    ]

    operations = [
        *(
            migrations.AddField(
                model_name=link, name="dated_on", field=own_date(help_text="The day that it shows.")
            )
            for link in LINKS
        ),
        *(
            migrations.AddField(
                model_name=link,
                name="version",
                field=models.PositiveIntegerField(default=1, editable=False, verbose_name="version"),
            )
            for link in LINKS
        ),
        migrations.AddField(model_name="submittedevidence", name="dated_on", field=own_date()),
    ]
