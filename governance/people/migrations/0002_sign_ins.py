import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='SignedIn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('session_key', models.CharField(max_length=40, unique=True, verbose_name="session key")),
                ('device', models.CharField(blank=True, max_length=300, verbose_name='device')),
                ('address', models.GenericIPAddressField(blank=True, null=True, verbose_name='address')),
                ('since', models.DateTimeField(verbose_name='since')),
                ('seen_at', models.DateTimeField(verbose_name='last seen')),
            ],
            options={
                'verbose_name': 'session',
                'verbose_name_plural': 'sessions',
                'ordering': ['-seen_at', '-pk'],
                'default_permissions': (),
            },
        ),
        migrations.AddField(
            model_name='user',
            name='password_set_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="password set on"),
        ),
        migrations.AddField(
            model_name='user',
            name='password_void_at',
            field=models.DateTimeField(blank=True, editable=False, help_text='Only for a password that an administrator issued and that must be changed; empty for a password the person set.', null=True, verbose_name='issued password expires on'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('password_void_at', None), ('password_void_at__gt', models.F('password_set_at')), _connector='OR'), name='password_void_after_it_was_set', violation_error_message='An issued password expires only after it was set.'),
        ),
        migrations.AddField(
            model_name='signedin',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to=settings.AUTH_USER_MODEL, verbose_name='person'),
        ),
    ]
