"""The groups of the roles that are given as groups (docs/rules.md#roles)."""

from django.db import migrations

ROLES = [
    "special_office",
    "assessment_centre",
    "meeting_secretary",
    "county_leader",
    "auditor",
    "administrator",
]


def add_roles(apps, schema_editor):
    """Make the groups that are not there yet."""
    Group = apps.get_model("auth", "Group")
    for name in ROLES:
        Group.objects.get_or_create(name=name)


def remove_roles(apps, schema_editor):
    """Take the groups away again."""
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), ("auth", "0012_alter_user_first_name_max_length")]
    operations = [migrations.RunPython(add_roles, remove_roles)]
