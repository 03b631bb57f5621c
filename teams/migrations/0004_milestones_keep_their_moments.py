from django.db import migrations, models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone


def laid_with_their_tasks(apps, schema_editor):
    """Milestones were laid down with their task alone: when its first version was recorded."""
    versions = apps.get_model("teams", "TaskVersion").objects.filter(task=OuterRef("task")).order_by("number")
    milestones = apps.get_model("teams", "Milestone").objects
    milestones.update(laid_at=Subquery(versions.values("at")[:1]))
    milestones.filter(done_on__isnull=False).update(done_at=F("laid_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("teams", "0003_words_about_drafts_and_matters"),
    ]

    operations = [
        migrations.AddField(
            model_name="milestone",
            name="done_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="marked as done"),
        ),
        migrations.AddField(
            model_name="milestone",
            name="laid_at",
            field=models.DateTimeField(default=timezone.now, verbose_name="laid down"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="taskversion",
            name="joint",
            field=models.TextField(
                blank=True,
                default="",
                help_text="Canonical JSON of their names where they were set; else empty.",
                verbose_name="joint departments",
            ),
        ),
        migrations.RunPython(laid_with_their_tasks, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="milestone",
            constraint=models.CheckConstraint(
                condition=Q(("done_at", None), ("done_on", None))
                | Q(("done_at__isnull", False), ("done_on__isnull", False)),
                name="milestone_done_whole",
            ),
        ),
    ]
