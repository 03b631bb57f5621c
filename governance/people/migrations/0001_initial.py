import django.contrib.auth.validators
import django.db.models.deletion
from django.db import migrations, models


ROLES = (
    "special_office",
    "assessment_centre",
    "meeting_secretary",
    "county_leader",
    "auditor",
    "administrator",
)


def add_roles(apps, schema_editor):
    """Make the groups of the roles that are given as groups (docs/rules.md#roles)."""
    groups = apps.get_model("auth", "Group").objects
    for name in ROLES:
        groups.get_or_create(name=name)


def remove_roles(apps, schema_editor):
    """Take the groups away again."""
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='CalendarDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(unique=True, verbose_name='day')),
                ('works', models.BooleanField(default=False, verbose_name='is a working day')),
                ('name', models.CharField(blank=True, max_length=60, verbose_name='occasion')),
            ],
            options={
                'verbose_name': 'calendar day',
                'verbose_name_plural': 'calendar days',
                'ordering': ['on'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Department',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=60, unique=True, verbose_name='name')),
                ('short_name', models.CharField(blank=True, max_length=40, verbose_name='short name')),
                ('order', models.PositiveIntegerField(default=0, help_text='In the order of official documents, not alphabetical.', verbose_name='order')),
            ],
            options={
                'verbose_name': 'department',
                'verbose_name_plural': 'departments',
                'ordering': ['order', 'pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Township',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=60, unique=True, verbose_name='name')),
                ('order', models.PositiveIntegerField(default=0, verbose_name='order')),
            ],
            options={
                'verbose_name': 'township',
                'verbose_name_plural': 'townships',
                'ordering': ['order', 'pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='County',
            fields=[
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('id', models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ('name_zh', models.CharField(max_length=40, verbose_name='name of the county in Chinese')),
                ('name_en', models.CharField(blank=True, max_length=60, verbose_name='name of the county in English')),
            ],
            options={
                'verbose_name': 'county',
                'verbose_name_plural': 'counties',
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='county_only_one')],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('username', models.CharField(error_messages={'unique': 'This account name is taken.'}, max_length=60, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='account')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('post', models.CharField(blank=True, max_length=80, verbose_name='post')),
                ('phone', models.CharField(blank=True, max_length=30, verbose_name='phone')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('is_active', models.BooleanField(default=True, verbose_name='may sign in')),
                ('is_staff', models.BooleanField(default=False, verbose_name="may open the admin site")),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='people', to='people.department', verbose_name='department')),
            ],
            options={
                'verbose_name': 'person',
                'verbose_name_plural': 'people',
                'ordering': ['username'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='DepartmentAlias',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=60, unique=True, verbose_name='alias')),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='aliases', to='people.department', verbose_name='department')),
            ],
            options={
                'verbose_name': 'alias',
                'verbose_name_plural': 'aliases',
                'ordering': ['pk'],
                'default_permissions': (),
            },
        ),
        migrations.RunPython(add_roles, remove_roles),
    ]
