import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

_READING = ["audit:read", "cases:read", "offers:read", "statistics:read"]
_WRITING = ["cases:write", "offers:write"]


def _name_the_areas(apps, schema_editor):
    """A token to read or to write everything carries every area there is by now."""
    tokens = apps.get_model("accounts", "ApiToken").objects
    tokens.filter(scope="read").update(areas=_READING)
    tokens.filter(scope="write").update(areas=sorted([*_READING, *_WRITING]))


def _end_old_sessions(apps, schema_editor):
    """Sessions of Django's own table open nothing any more; their keys stand there in plain."""
    apps.get_model("sessions", "Session").objects.all().delete()


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0003_sessions_devices_and_emergency_right"),
        ("sessions", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=64)),
                ("at", models.DateTimeField(db_index=True)),
            ],
            options={"indexes": [models.Index(fields=["key", "at"], name="attempt_by_key")]},
        ),
        migrations.CreateModel(
            name="SignInPlace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("device", models.UUIDField(db_index=True)),
                ("last_at", models.DateTimeField()),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("user", "device"), name="one_place_per_user_and_device")]
            },
        ),
        migrations.AlterField(
            model_name="blockeddevice",
            name="reason",
            field=models.CharField(
                choices=[("lost", "Lost"), ("stolen", "Stolen"), ("given_away", "Given away or disposed of"), ("suspicion", "Suspected misuse")],
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="apitoken",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("reporting", "Figures and reports"), ("clinic_system", "Clinic or practice system"),
                    ("catalogue", "Catalogue of offers"), ("checking", "Checks and tests"), ("other", "Something else"),
                ],
                default="other",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="apitoken", name="areas", field=models.JSONField(default=list), preserve_default=False
        ),
        migrations.RunPython(_name_the_areas, migrations.RunPython.noop),
        migrations.RemoveField(model_name="apitoken", name="scope"),
        migrations.RunPython(_end_old_sessions, migrations.RunPython.noop),
    ]
