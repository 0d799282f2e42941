from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0100_append_only'),
    ]

    operations = [
        migrations.AlterField(
            model_name='accessevent',
            name='deed',
            field=models.CharField(choices=[('read', 'Read'), ('list', 'List'), ('search', 'Search'), ('unlock', 'Unlock'), ('seal', 'Seal'), ('export', 'Export'), ('print', 'Print'), ('transmit', 'Transmit'), ('share', 'Share'), ('correct', 'Correct'), ('denied', 'Denied'), ('login', 'Login'), ('logout', 'Logout'), ('erase', 'Erase'), ('key', 'Key')], max_length=10),
        ),
        migrations.AddField(
            model_name='accessevent',
            name='device',
            field=models.UUIDField(null=True),
        ),
        migrations.AddIndex(
            model_name='accessevent',
            index=models.Index(fields=['actor', 'at'], name='access_event_by_actor'),
        ),
        migrations.AddIndex(
            model_name='accessevent',
            index=models.Index(fields=['device', 'at'], name='access_event_by_device'),
        ),
    ]
