"""Due moments are kept one by one, and a report keeps whether its first submission was on time."""

import json
from collections import defaultdict
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import OuterRef, Subquery

SHANGHAI = ZoneInfo("Asia/Shanghai")


def keep_first_word(apps, schema_editor):
    """Write what the first submission of each report was into the report."""
    reports = apps.get_model("teams", "ProgressReport").objects.exclude(first_submitted_at=None)
    first = apps.get_model("teams", "ReportSubmission").objects.filter(report=OuterRef("pk"), number=1)
    reports.update(on_time=Subquery(first.values("on_time")[:1]))


def keep_due_moments(apps, schema_editor):
    """Tell the history of each period's due moment from the audit events that generated the period and moved it."""
    events = apps.get_model("records", "AuditEvent").objects.order_by("at", "pk")
    generated: dict[tuple[str, str], Any] = {}
    for event in events.filter(verb="generate_periods"):
        for first, _last in json.loads(event.change).get("periods", ()):
            generated.setdefault((event.object_id, first), event)
    moved = defaultdict(list)
    for event in events.filter(verb="set_period_due"):
        moved[event.object_id].append((json.loads(event.change).get("due_at"), event))
    due_moments = apps.get_model("teams", "PeriodDue").objects
    for period in apps.get_model("teams", "ReportingPeriod").objects.all().iterator():
        moves = [(change, event) for change, event in moved[str(period.pk)] if change]
        made = generated.get((str(period.action_id), period.starts_on.isoformat()))
        begun = made.at if made else datetime.combine(period.starts_on, time(), SHANGHAI)
        if moves:
            begun = min(begun, moves[0][1].at)
        first = datetime.fromisoformat(moves[0][0][0]) if moves else period.due_at
        due_moments.create(period=period, number=1, due_at=first, at=begun, by_id=made and made.by_id)
        for number, ((_was, becomes), event) in enumerate(moves, start=2):
            moment = datetime.fromisoformat(becomes)
            due_moments.create(
                period=period, number=number, due_at=moment, at=event.at, by_id=event.by_id, by_hand=True
            )


class Migration(migrations.Migration):

    dependencies = [
        ('teams', '0001_initial'),
        ('records', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PeriodDue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('due_at', models.DateTimeField(verbose_name='due')),
                ('by_hand', models.BooleanField(default=False, help_text='Otherwise it follows the calendar of working days.', verbose_name='set by the office')),
            ],
            options={
                'verbose_name': "due time of a period",
                'verbose_name_plural': "due times of periods",
                'ordering': ['period', 'number'],
                'abstract': False,
                'default_permissions': (),
            },
        ),
        migrations.AddField(
            model_name='progressreport',
            name='on_time',
            field=models.BooleanField(blank=True, help_text='Decided by the first submission; a later change of the due time has no effect.', null=True, verbose_name='on time'),
        ),
        migrations.RunPython(keep_first_word, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='progressreport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('first_submitted_at', None), ('on_time', None)), models.Q(('first_submitted_at__isnull', False), ('on_time__isnull', False)), _connector='OR'), name='report_first_submission_judged'),
        ),
        migrations.AddField(
            model_name='perioddue',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='perioddue',
            name='period',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='due_moments', to='teams.reportingperiod', verbose_name='reporting period'),
        ),
        migrations.AddConstraint(
            model_name='perioddue',
            constraint=models.UniqueConstraint(fields=('period', 'number'), name='period_due_number'),
        ),
        migrations.RunPython(keep_due_moments, migrations.RunPython.noop),
    ]
