import django.db.models.deletion
import governance.records.models.files
import governance.records.models.notices
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='StoredFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('sha256', models.CharField(db_index=True, max_length=64, verbose_name='SHA-256')),
                ('original_sha256', models.CharField(blank=True, db_index=True, help_text='Only for pictures that were re-encoded.', max_length=64, verbose_name='SHA-256 as it came in')),
                ('size', models.PositiveBigIntegerField(verbose_name='size in bytes')),
                ('media_type', models.CharField(max_length=100, verbose_name='type')),
                ('blob', models.FileField(upload_to=governance.records.models.files.blob_path, verbose_name='bytes')),
                ('thumbnail', models.FileField(blank=True, upload_to=governance.records.models.files.thumbnail_path, verbose_name='small picture')),
                ('dated_on', models.DateField(blank=True, null=True, verbose_name='own date')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
            ],
            options={
                'verbose_name': 'stored file',
                'verbose_name_plural': 'stored files',
                'ordering': ['-at', '-pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='SavedUpload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('kind', models.CharField(choices=governance.records.models.files.upload_kinds, max_length=20, verbose_name='kind')),
                ('outcome', models.TextField(default='{}', help_text='Canonical JSON: rows added, changed, unchanged.', verbose_name='outcome')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uploads', to='records.storedfile', verbose_name='file')),
            ],
            options={
                'verbose_name': 'saved upload',
                'verbose_name_plural': 'saved uploads',
                'ordering': ['-at', '-pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('verb', models.SlugField(max_length=60, verbose_name='verb')),
                ('object_type', models.CharField(blank=True, max_length=80, verbose_name="kind of object")),
                ('object_id', models.CharField(blank=True, max_length=40, verbose_name='key of object')),
                ('object_name', models.CharField(blank=True, max_length=300, verbose_name='object')),
                ('change', models.TextField(default='{}', help_text='Canonical JSON: what was, what is.', verbose_name='change')),
                ('address', models.GenericIPAddressField(blank=True, null=True, verbose_name='address')),
                ('behalf', models.CharField(blank=True, max_length=200, verbose_name="on behalf of")),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
            ],
            options={
                'verbose_name': 'audit event',
                'verbose_name_plural': 'audit events',
                'ordering': ['-at', '-pk'],
                'default_permissions': (),
                'indexes': [models.Index(fields=['-at', '-id'], name='audit_newest'), models.Index(fields=['object_type', 'object_id'], name='audit_object'), models.Index(fields=['by', '-at'], name='audit_person'), models.Index(fields=['verb', '-at'], name='audit_verb')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=120, verbose_name='occasion')),
                ('kind', models.CharField(choices=governance.records.models.notices.notice_kinds, max_length=30, verbose_name='kind')),
                ('facts', models.JSONField(default=dict, verbose_name='facts')),
                ('url', models.CharField(max_length=200, verbose_name='address')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='due')),
                ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='read')),
                ('mailed_at', models.DateTimeField(blank=True, null=True, verbose_name='sent by e-mail')),
                ('to', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to=settings.AUTH_USER_MODEL, verbose_name='to')),
            ],
            options={
                'verbose_name': 'notice',
                'verbose_name_plural': 'notices',
                'ordering': ['-at', '-pk'],
                'default_permissions': (),
                'indexes': [models.Index(fields=['to', '-at'], name='notice_inbox'), models.Index(condition=models.Q(('read_at', None)), fields=['to'], name='notice_unread')],
                'constraints': [models.UniqueConstraint(fields=('to', 'key'), name='notice_once_per_occasion')],
            },
        ),
    ]
