from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('referrals', '0002_retention_and_rights'),
    ]

    operations = [
        migrations.AddField(
            model_name='consenttext',
            name='words',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='consenttext',
            name='reviewed_by',
            field=models.CharField(blank=True, max_length=120),
        ),
    ]
