from django.db import migrations, models

import django.db.models.deletion
from django.conf import settings

class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0001_initial'),
        ('teams', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AdoptedPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('document', models.TextField(verbose_name='document')),
                ('sha256', models.CharField(max_length=64, verbose_name='SHA-256')),
            ],
            options={
                'verbose_name': 'adopted plan',
                'verbose_name_plural': 'adopted plans',
                'ordering': ['plan'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='AssessmentPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('title_en', models.CharField(max_length=200, verbose_name='title in English')),
                ('title_zh', models.CharField(blank=True, max_length=200, verbose_name='title')),
                ('code', models.SlugField(max_length=60, verbose_name='code')),
                ('number', models.PositiveSmallIntegerField(default=1, verbose_name='version')),
                ('basis', models.CharField(blank=True, max_length=200, verbose_name='basis')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('adopted', 'Adopted')], default='draft', max_length=10, verbose_name='state')),
                ('draft', models.TextField(help_text="Canonical JSON of the plan as currently written.", verbose_name='document')),
                ('reason', models.TextField(blank=True, verbose_name='reason for this version')),
            ],
            options={
                'verbose_name': 'assessment plan',
                'verbose_name_plural': 'assessment plans',
                'ordering': ['code', '-number'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='AssessmentRound',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('kind', models.CharField(max_length=20, verbose_name='part of the year')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('starts_on', models.DateField(verbose_name='first day')),
                ('ends_on', models.DateField(verbose_name='last day')),
                ('cut_off_at', models.DateTimeField(verbose_name='cut-off')),
                ('state', models.CharField(choices=[('preparing', 'Preparing'), ('collecting', 'Collecting'), ('scoring', 'Scoring'), ('approved', 'Approved'), ('published', 'Published')], default='preparing', max_length=12, verbose_name='state')),
                ('frozen_at', models.DateTimeField(blank=True, null=True, verbose_name='measures frozen')),
                ('approval', models.CharField(blank=True, max_length=120, verbose_name='approval document')),
            ],
            options={
                'verbose_name': 'round',
                'verbose_name_plural': 'rounds',
                'ordering': ['-starts_on', '-pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Claim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('veto', models.CharField(blank=True, max_length=40, verbose_name='veto')),
                ('matter', models.CharField(max_length=200, verbose_name='matter')),
                ('level', models.CharField(blank=True, max_length=20, verbose_name='level')),
                ('document', models.CharField(max_length=120, verbose_name='document number')),
                ('basis', models.TextField(blank=True, verbose_name='basis')),
                ('state', models.CharField(choices=[('approved', 'Approved'), ('withdrawn', 'Withdrawn')], default='approved', max_length=12, verbose_name='state')),
                ('entered_at', models.DateTimeField(verbose_name='entered at')),
                ('reason', models.TextField(blank=True, verbose_name='why it was withdrawn')),
            ],
            options={
                'verbose_name': 'event',
                'verbose_name_plural': 'events',
                'ordering': ['round', 'team__order', 'pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Figure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('value', models.CharField(blank=True, help_text='A number or a tier; empty: withdrawn.', max_length=40, verbose_name='value')),
                ('target', models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True, verbose_name="the team's own target")),
                ('document', models.CharField(max_length=120, verbose_name='document number')),
                ('basis', models.TextField(blank=True, verbose_name='basis')),
            ],
            options={
                'verbose_name': 'figure',
                'verbose_name_plural': 'figures',
                'ordering': ['source', 'number'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='FigureSource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
            ],
            options={
                'verbose_name': 'source of a figure',
                'verbose_name_plural': 'sources of figures',
                'ordering': ['indicator__order', 'team__order'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Indicator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('title_en', models.CharField(max_length=200, verbose_name='title in English')),
                ('title_zh', models.CharField(blank=True, max_length=200, verbose_name='title')),
                ('code', models.CharField(max_length=20, verbose_name='code')),
                ('order', models.PositiveSmallIntegerField(verbose_name='order')),
                ('kind', models.CharField(max_length=12, verbose_name='kind')),
                ('source', models.CharField(max_length=12, verbose_name='source')),
                ('method', models.CharField(max_length=20, verbose_name='method')),
                ('measure', models.CharField(blank=True, max_length=60, verbose_name='measure')),
            ],
            options={
                'verbose_name': 'indicator',
                'verbose_name_plural': 'indicators',
                'ordering': ['plan', 'order'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='MeasuredValue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('numerator', models.BigIntegerField(null=True, verbose_name='numerator')),
                ('denominator', models.BigIntegerField(null=True, verbose_name='denominator')),
                ('rows', models.TextField(default='[]', help_text='Canonical JSON: what counted, what did not, why.', verbose_name='rows')),
            ],
            options={
                'verbose_name': 'measured value',
                'verbose_name_plural': 'measured values',
                'ordering': ['round_team', 'indicator', 'number'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Publication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('document', models.CharField(blank=True, max_length=120, verbose_name='document number')),
            ],
            options={
                'verbose_name': 'publication',
                'verbose_name_plural': 'publications',
                'ordering': ['-at'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Result',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('engine', models.CharField(max_length=20, verbose_name='engine version')),
                ('body', models.TextField(help_text='Canonical JSON; kept as text, jsonb would reorder its keys.', verbose_name='document')),
                ('sha256', models.CharField(max_length=64, verbose_name='SHA-256')),
            ],
            options={
                'verbose_name': 'result',
                'verbose_name_plural': 'results',
                'ordering': ['round', '-number'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='ResultLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('order', models.PositiveSmallIntegerField(verbose_name='order')),
                ('team_class', models.CharField(max_length=20, verbose_name='class')),
                ('base', models.DecimalField(decimal_places=4, max_digits=8, null=True, verbose_name='base')),
                ('bonus', models.DecimalField(decimal_places=4, max_digits=8, verbose_name='bonus')),
                ('deduction', models.DecimalField(decimal_places=4, max_digits=8, verbose_name='deduction')),
                ('total', models.DecimalField(decimal_places=4, max_digits=8, null=True, verbose_name='total')),
                ('rank', models.PositiveSmallIntegerField(null=True, verbose_name='rank')),
                ('grade', models.CharField(blank=True, max_length=20, verbose_name='grade')),
            ],
            options={
                'verbose_name': 'line of a result',
                'verbose_name_plural': 'lines of results',
                'ordering': ['result', 'order'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='RoundStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('from_state', models.CharField(choices=[('preparing', 'Preparing'), ('collecting', 'Collecting'), ('scoring', 'Scoring'), ('approved', 'Approved'), ('published', 'Published')], max_length=12, verbose_name='from')),
                ('to_state', models.CharField(choices=[('preparing', 'Preparing'), ('collecting', 'Collecting'), ('scoring', 'Scoring'), ('approved', 'Approved'), ('published', 'Published')], max_length=12, verbose_name='to')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
            ],
            options={
                'verbose_name': 'step of a round',
                'verbose_name_plural': 'steps of rounds',
                'ordering': ['round', 'number'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='RoundTeam',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('team_class', models.CharField(max_length=20, verbose_name='class')),
                ('age_days', models.PositiveIntegerField(verbose_name="age in days at the round's end")),
            ],
            options={
                'verbose_name': 'team in a round',
                'verbose_name_plural': 'teams in rounds',
                'ordering': ['round', 'team__order'],
                'default_permissions': (),
            },
        ),
        migrations.AddField(
            model_name='adoptedplan',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddConstraint(
            model_name='assessmentplan',
            constraint=models.UniqueConstraint(fields=('code', 'number'), name='plan_version', violation_error_message='This version of the plan already exists.'),
        ),
        migrations.AddConstraint(
            model_name='assessmentplan',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('code',), name='plan_one_draft', violation_error_message='The plan already has a draft. Adopt or edit that one.'),
        ),
        migrations.AddConstraint(
            model_name='assessmentplan',
            constraint=models.CheckConstraint(condition=models.Q(('number', 1), models.Q(('reason', ''), _negated=True), _connector='OR'), name='plan_later_version_has_reason', violation_error_message='A new version of an adopted plan requires a reason.'),
        ),
        migrations.AddField(
            model_name='adoptedplan',
            name='plan',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='adopted', to='assessments.assessmentplan', verbose_name='plan'),
        ),
        migrations.AddField(
            model_name='assessmentround',
            name='action',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rounds', to='teams.specialaction', verbose_name='special action'),
        ),
        migrations.AddField(
            model_name='assessmentround',
            name='approved_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approved by'),
        ),
        migrations.AddField(
            model_name='assessmentround',
            name='plan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rounds', to='assessments.adoptedplan', verbose_name='plan'),
        ),
        migrations.AddField(
            model_name='claim',
            name='entered_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='entered by'),
        ),
        migrations.AddField(
            model_name='claim',
            name='round',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='assessments.assessmentround', verbose_name='round'),
        ),
        migrations.AddField(
            model_name='claim',
            name='team',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.specialteam', verbose_name='special team'),
        ),
        migrations.AddField(
            model_name='figure',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='figuresource',
            name='department',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.department', verbose_name='supplied by'),
        ),
        migrations.AddField(
            model_name='figuresource',
            name='round',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sources', to='assessments.assessmentround', verbose_name='round'),
        ),
        migrations.AddField(
            model_name='figuresource',
            name='team',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.specialteam', verbose_name='special team'),
        ),
        migrations.AddField(
            model_name='figure',
            name='source',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='figures', to='assessments.figuresource', verbose_name='source'),
        ),
        migrations.AddField(
            model_name='indicator',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='indicator',
            name='plan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='indicators', to='assessments.adoptedplan', verbose_name='plan'),
        ),
        migrations.AddField(
            model_name='figuresource',
            name='indicator',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sources', to='assessments.indicator', verbose_name='indicator'),
        ),
        migrations.AddField(
            model_name='claim',
            name='indicator',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='assessments.indicator', verbose_name='indicator'),
        ),
        migrations.AddField(
            model_name='measuredvalue',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='measuredvalue',
            name='indicator',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='measured', to='assessments.indicator', verbose_name='indicator'),
        ),
        migrations.AddField(
            model_name='publication',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='result',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='result',
            name='round',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='assessments.assessmentround', verbose_name='round'),
        ),
        migrations.AddField(
            model_name='publication',
            name='result',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='publication', to='assessments.result', verbose_name='result'),
        ),
        migrations.AddField(
            model_name='resultline',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='resultline',
            name='result',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='assessments.result', verbose_name='result'),
        ),
        migrations.AddField(
            model_name='resultline',
            name='team',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='result_lines', to='teams.specialteam', verbose_name='special team'),
        ),
        migrations.AddField(
            model_name='roundstep',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='roundstep',
            name='round',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='assessments.assessmentround', verbose_name='round'),
        ),
        migrations.AddField(
            model_name='roundteam',
            name='round',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='teams', to='assessments.assessmentround', verbose_name='round'),
        ),
        migrations.AddField(
            model_name='roundteam',
            name='team',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rounds', to='teams.specialteam', verbose_name='special team'),
        ),
        migrations.AddField(
            model_name='measuredvalue',
            name='round_team',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='measured', to='assessments.roundteam', verbose_name='team in a round'),
        ),
        migrations.AddConstraint(
            model_name='assessmentround',
            constraint=models.UniqueConstraint(fields=('plan', 'kind', 'starts_on'), name='round_once', violation_error_message='The plan already has such a round.'),
        ),
        migrations.AddConstraint(
            model_name='assessmentround',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='round_ends_after_it_begins', violation_error_message='The last day must be after the first day.'),
        ),
        migrations.AddConstraint(
            model_name='assessmentround',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approval', ''), ('approved_by', None)), models.Q(('approved_by__isnull', False), models.Q(('approval', ''), _negated=True)), _connector='OR'), name='round_approved_whole'),
        ),
        migrations.AddConstraint(
            model_name='assessmentround',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['approved', 'published']), _negated=True), ('approved_by__isnull', False), _connector='OR'), name='round_published_is_approved'),
        ),
        migrations.AddConstraint(
            model_name='figure',
            constraint=models.UniqueConstraint(fields=('source', 'number'), name='figure_number'),
        ),
        migrations.AddConstraint(
            model_name='indicator',
            constraint=models.UniqueConstraint(fields=('plan', 'code'), name='indicator_code'),
        ),
        migrations.AddConstraint(
            model_name='figuresource',
            constraint=models.UniqueConstraint(fields=('round', 'indicator', 'team'), name='figure_source_once'),
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('indicator__isnull', False), ('veto', '')), models.Q(('indicator', None), models.Q(('veto', ''), _negated=True)), _connector='OR'), name='claim_indicator_or_veto', violation_error_message='An event counts towards either an indicator or a veto.'),
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'approved')), fields=('round', 'team', 'indicator', 'matter', 'level'), name='claim_matter_once_per_level', violation_error_message='This matter has already been entered at this level.'),
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'withdrawn'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='claim_withdrawn_has_reason', violation_error_message='Say why the event is withdrawn.'),
        ),
        migrations.AddConstraint(
            model_name='result',
            constraint=models.UniqueConstraint(fields=('round', 'number'), name='result_number'),
        ),
        migrations.AddConstraint(
            model_name='resultline',
            constraint=models.UniqueConstraint(fields=('result', 'team'), name='result_line_once'),
        ),
        migrations.AddConstraint(
            model_name='resultline',
            constraint=models.CheckConstraint(condition=models.Q(('total', None), ('total__gte', 0), _connector='OR'), name='result_total_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='roundstep',
            constraint=models.UniqueConstraint(fields=('round', 'number'), name='round_step_number'),
        ),
        migrations.AddConstraint(
            model_name='roundteam',
            constraint=models.UniqueConstraint(fields=('round', 'team'), name='round_team_once'),
        ),
        migrations.AddConstraint(
            model_name='measuredvalue',
            constraint=models.UniqueConstraint(fields=('round_team', 'indicator', 'number'), name='measured_value_number'),
        ),
    ]
