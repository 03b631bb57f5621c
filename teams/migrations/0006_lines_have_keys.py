"""The lines of a report are known to a form by a key, from their first word on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("teams", "0005_evidence_own_date"),
    ]

    operations = [
        migrations.AddField(
            model_name="helprequest",
            name="key",
            field=models.CharField(
                blank=True,
                help_text="The name under which a form knows the line from its first word on.",
                max_length=16,
                verbose_name="key",
            ),
        ),
        migrations.AddField(
            model_name="nextstep",
            name="key",
            field=models.CharField(
                blank=True,
                help_text="The name under which a form knows the line from its first word on.",
                max_length=16,
                verbose_name="key",
            ),
        ),
        migrations.AddConstraint(
            model_name="helprequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("key", ""), _negated=True), fields=("report", "key"), name="matter_key_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="nextstep",
            constraint=models.UniqueConstraint(
                condition=models.Q(("key", ""), _negated=True), fields=("report", "key"), name="next_step_key_once"
            ),
        ),
    ]
